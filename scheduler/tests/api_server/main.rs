//! The picker's Kubernetes side against a real API server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod definitions;
mod election;
mod extensions;
mod harness;
mod pools;
mod review;
