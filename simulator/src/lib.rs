//! A vLLM-like model server: all of llmd runs, is tested and is measured on it without a GPU.
//!
//! - [`engine`] is one engine: batching, KV blocks and the time a step takes. It knows no clock: it is driven.
//! - [`kv_events`] tells over ZMQ what changes in the engine's prefix cache.
//! - [`profile`] has the constants of named hardware.
//! - [`tokenizer`] is text to tokens, and tokens that make a text.
//! - [`server`] drives an engine in real time, behind vLLM's HTTP endpoints and metrics.
//! - [`args`] has the flags of the program.

pub mod args;
mod command;
pub mod engine;
pub mod env_vars;
pub mod kv_events;
pub mod profile;
pub mod server;
pub mod tokenizer;

pub use command::main;
