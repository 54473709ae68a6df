//! llmd against a real control plane: what it does to the cluster, and what it says when the cluster will not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod acceptance;
mod destroy;
mod doctor;
mod environments;
mod events;
mod faults;
mod front_door;
mod harness;
mod helm;
mod history;
mod in_cluster;
mod interrupt;
mod kill_loop;
mod lease;
mod lifecycle;
mod not_ready;
mod plan;
mod prompt;
mod refusals;
mod saved_plan;
#[path = "../schema/mod.rs"]
mod schema;
mod status;
mod two_stacks;
mod verify;
mod world;
mod wrong_setups;
