//! The endpoint picker.

pub mod datastore;
pub mod discovery;
pub mod kubernetes;
pub mod model;
pub mod observability;
pub mod openai;
pub mod scheduling;
