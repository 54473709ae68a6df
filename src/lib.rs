//! `llmd` deploys llm-d's inference scheduling: the Gateway, the endpoint picker and the model servers.
//!
//! ```text
//!  argv ─► cli ─► commands ─► environment ─► render ─► cluster
//!                    │        (what the      (objects)  (API server)
//!                    ▼         user wants)
//!                    ui
//! ```

pub mod cluster;
pub mod commands;
pub mod error;
pub mod render;
pub mod ui;
pub mod yaml;

use std::ffi::OsString;

pub use error::{Exit, Failure};

/// Runs the command line and returns how it ended; everything there is to say has been said.
pub fn run(_args: impl IntoIterator<Item = OsString>) -> Exit {
    Exit::Done
}
