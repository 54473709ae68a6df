//! A vLLM-like model server: all of llmd runs, is tested and is measured on it without a GPU.
//!
//! - [`engine`] is one engine: batching, KV blocks and the time a step takes. It knows no clock: it is driven.
//! - [`profile`] has the constants of named hardware.

pub mod engine;
pub mod profile;
pub mod virtual_clock;
