//! Real traffic through real Envoy: the configuration of `llmd render -e standalone`, the scheduler with TLS and file
//! discovery, model servers that say what they received.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model_server;
mod stack;
mod traffic;
