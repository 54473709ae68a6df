//! The endpoint picker: chooses a model server for each request that Envoy asks about.

pub mod expected_latency;
