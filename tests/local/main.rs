//! The environment `local`: real processes, started, looked at, mended and taken away by the binary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod envoy;
mod guidellm;
mod harness;
mod interrupt;
mod lifecycle;
mod refusals;
#[path = "../schema/mod.rs"]
mod schema;
mod trouble;
