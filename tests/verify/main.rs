//! `verify`, `ask` and `connect` against stacks that are right, and stacks that are broken in one way each.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod broken_doors;
mod checks;
mod connect;
mod door;
mod hurdles;
mod local;
#[path = "../schema/mod.rs"]
mod schema;
mod stack;
mod verbs;
