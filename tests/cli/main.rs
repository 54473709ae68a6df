//! The binary as a user meets it: what it prints, where, and how it ends.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod bench;
mod harness;
mod help;
mod names;
mod output;
mod plugins_config;
mod readme;
#[path = "../schema/mod.rs"]
mod schema;
mod schemas;
mod values;
