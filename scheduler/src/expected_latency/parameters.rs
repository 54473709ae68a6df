//! What a user may set, and what is believed of an engine before anything was measured.

use std::time::Duration;

/// The parameters of the policy. `schedsim.md` §6 shows how little most of them matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// How much a second of a request's own wait for its first token weighs against a second of decode.
    pub ttft_weight: f32,
    /// Weight of the wait that comes when all requests have grown and no longer fit the KV cache.
    pub kv_weight: f32,
    /// Weight of recomputing the cached tokens that a request pushes out.
    pub eviction_weight: f32,
    /// Output tokens expected of a request until answers have been seen.
    pub output_tokens: u32,
    /// Whether a request that no good endpoint can start now waits here instead of in an engine's queue.
    pub late_binding: bool,
    /// The longest such wait.
    pub max_hold: Duration,
    /// The engine's constants until they have been measured.
    pub prior: Constants,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            ttft_weight: 10.0,
            kv_weight: 3.0,
            eviction_weight: 0.3,
            output_tokens: 512,
            late_binding: true,
            max_hold: Duration::from_secs(30),
            prior: Constants::default(),
        }
    }
}

/// How long an engine's steps take, in seconds.
///
/// The default is Qwen3-32B in bf16 on two H100 (`schedsim.md` §1.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constants {
    /// A step with nothing in it: launches and the weights' way through memory.
    pub step: f32,
    /// What each decoding request adds to a step.
    pub step_per_request: f32,
    /// What each token of their contexts adds to a step.
    pub step_per_context_token: f32,
    /// Prefill of one token without the attention to what precedes it.
    pub prefill_per_token: f32,
    /// The number of preceding tokens whose attention costs as much as the token itself. Not measured.
    pub attention_tokens: f32,
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            step: 14.9e-3,
            step_per_request: 30e-6,
            step_per_context_token: 56e-9,
            prefill_per_token: 42e-6,
            attention_tokens: 20_000.0,
        }
    }
}

impl Constants {
    /// Seconds of one decode step over `requests` with `context` tokens in all.
    pub fn step_time(&self, requests: f32, context: f32) -> f32 {
        self.step + self.step_per_request * requests + self.step_per_context_token * context
    }

    /// The prefill of `uncached` tokens behind `hit` cached ones, counted in tokens that attend to nothing.
    pub fn prefill_tokens(&self, uncached: f32, hit: f32) -> f32 {
        uncached * (1.0 + (hit + 0.5 * uncached) / self.attention_tokens)
    }
}
