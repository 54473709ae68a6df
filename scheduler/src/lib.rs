//! The endpoint picker.

pub mod datalayer;
pub mod datastore;
pub mod expected_latency;
pub mod model;
pub mod observability;
pub mod openai;
pub mod plugins;
pub mod scheduling;
