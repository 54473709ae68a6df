//! Images as they are built, pushed to a real registry, saved, and run in an empty root.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod build;
mod harness;
mod push;
#[path = "../schema/mod.rs"]
mod schema;
