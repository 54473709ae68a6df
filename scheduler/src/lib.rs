//! The endpoint picker.

pub mod args;
pub mod clock;
pub mod datalayer;
pub mod datastore;
pub mod discovery;
pub mod env_vars;
pub mod expected_latency;
pub mod kubernetes;
pub mod model;
pub mod observability;
pub mod openai;
pub mod plugins;
pub mod scheduling;
