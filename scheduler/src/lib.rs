//! The endpoint picker.

pub mod clock;
pub mod datalayer;
pub mod datastore;
pub mod discovery;
pub mod expected_latency;
pub mod kubernetes;
pub mod model;
pub mod observability;
pub mod openai;
pub mod scheduling;
