//! The built-in proxy on loopback, between real clients and small model servers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bodies;
mod endings;
mod failover;
mod front;
mod headers;
mod model_server;
mod patience;
mod refusals;
mod rewrite;
mod streaming;
