//! The program as a process: how it starts, what it says, how it ends.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod certificates;
mod check;
mod clients;
mod cluster;
mod health;
mod logs;
mod pages;
#[path = "../proxy/patience.rs"]
mod patience;
mod place;
mod scarcity;
mod signals;
mod start;
