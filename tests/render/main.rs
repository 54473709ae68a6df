//! What is rendered: equal to Helm's (where the recorded goldens are at hand) and to our own snapshots (always).

mod cases;
mod compare;
mod environments;
mod shared;
mod snapshots;
mod two_stacks;
