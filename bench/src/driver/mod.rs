//! Sends a plan on time, whatever comes of it.

mod live;

pub use live::{LiveReplica, LiveSnapshot, Recent};
