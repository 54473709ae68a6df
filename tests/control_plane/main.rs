//! llmd against a real control plane: what it does to the cluster, and what it says when the cluster will not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod acceptance;
#[path = "../verify/broken_doors.rs"]
mod broken_doors;
mod connections;
mod destroy;
mod doctor;
#[path = "../verify/door.rs"]
mod door;
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
mod no_op;
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
mod verify_controls;
mod world;
mod wrong_meshes;
mod wrong_setups;
