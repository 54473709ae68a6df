//! Envoy's external processing protocol and gRPC health, generated from trimmed protos.
