//! The OpenAI API as vLLM serves it: bodies in, bodies and events out. Knows no engine.

mod answer;
mod chat;
mod fields;
mod prompt;
mod refusal;
mod request;
mod sampling;

pub(super) use answer::{DONE, Head, Usage};
pub(super) use prompt::Prompt;
pub(super) use refusal::Refusal;
pub(super) use request::{Asked, Dialect, TokenizeRequest, json};
pub(super) use sampling::{Sampling, Seed, StreamUsage};
