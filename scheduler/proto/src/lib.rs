//! Envoy's external processing protocol and gRPC's health protocol, generated from the trimmed protos in `proto/`.

#![expect(clippy::pedantic, clippy::allow_attributes, unused_qualifications, reason = "generated code")]

pub use prost_types::{ListValue, Struct, Value, value};

/// `envoy.service.ext_proc.v3`, with what it uses of `envoy.config.core.v3`.
pub mod ext_proc {
    tonic::include_proto!("envoy.service.ext_proc.v3");
}

/// `grpc.health.v1`.
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}
