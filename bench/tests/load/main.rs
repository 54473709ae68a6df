//! The client and the driver against servers: simulators, and some that behave badly.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "modules of one test")]

mod client;
mod driver;
mod plans;
mod scripted;
mod simulators;
