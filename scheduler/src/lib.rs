//! The endpoint picker.

pub mod args;
pub mod clock;
pub mod datalayer;
pub mod datastore;
pub mod director;
pub mod discovery;
pub mod env_vars;
pub mod expected_latency;
pub mod ext_proc;
pub mod kubernetes;
pub mod model;
pub mod observability;
pub mod openai;
pub mod picker;
pub mod plugins;
pub mod proxy;
pub mod scheduling;
