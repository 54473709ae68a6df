//! A vLLM-like model server: all of llmd runs, is tested and is measured on it without a GPU.
//!
//! ```text
//!  virtual_clock   N engines and a router in one process, a run of an hour in a second
//!        │
//!        ├──────► engine ◄── profile
//!        │
//!     server       one engine in real time, behind vLLM's endpoints ──► tokenizer, kv_events
//!        ▲
//!     command ──► args
//! ```
//!
//! - [`engine`] is one engine: batching, KV blocks and the time a step takes. It knows no clock: it is driven.
//! - [`profile`] has the constants of named hardware.
//! - [`virtual_clock`] drives engines as fast as the machine can compute.
//! - [`server`] drives one engine in real time, behind vLLM's HTTP endpoints and metrics.
//! - [`tokenizer`] is text to tokens, and tokens that make a text.
//! - [`kv_events`] tells over ZMQ what changes in the engine's prefix cache.
//! - [`args`] has the flags of the program.

pub mod args;
mod command;
pub mod engine;
pub mod env_vars;
pub mod kv_events;
pub mod profile;
pub mod server;
pub mod tokenizer;
pub mod virtual_clock;

pub use command::main;
