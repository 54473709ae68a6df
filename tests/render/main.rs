//! What is rendered: equal to Helm's (where the recorded goldens are at hand) and to our own snapshots (always).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod cases;
mod compare;
mod environments;
mod shared;
mod simulate;
mod snapshots;
mod two_stacks;
