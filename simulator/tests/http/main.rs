//! The server over real connections.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cache;
mod completions;
mod faults;
mod kv_events;
mod loras;
mod metrics;
mod pages;
mod refusals;
mod server;
mod streams;
