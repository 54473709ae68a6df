//! The cost of sending a request to an endpoint: the seconds that it adds to its own latency and to that of the
//! requests already there (`schedsim.md` §3).

use std::time::Duration;

use super::books::{EndpointBooks, Load, milliseconds};
use super::parameters::{Constants, Parameters};
use super::work::Work;

/// A full hit still computes its last block.
const BLOCK_TOKENS: f32 = 16.0;
/// An endpoint with more seconds of prefill pending than this starts nothing new soon.
const PATIENCE: f32 = 1.0;

/// One request, ready to be priced at each endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    constants: Constants,
    ttft_weight: f32,
    kv_weight: f32,
    eviction_weight: f32,
    prompt: f32,
    output: f32,
    now: u32,
}

impl Quote {
    pub(super) fn new(
        now: Duration,
        parameters: &Parameters,
        constants: Constants,
        work: &Work,
        output_tokens: u32,
    ) -> Self {
        Self {
            constants,
            ttft_weight: parameters.ttft_weight,
            kv_weight: parameters.kv_weight,
            eviction_weight: parameters.eviction_weight,
            prompt: work.prompt_tokens as f32,
            output: output_tokens as f32,
            now: milliseconds(now),
        }
    }

    /// The cost, in request-seconds, at an endpoint that has `hit_tokens` of the prompt cached. Always positive.
    #[inline]
    pub fn cost(&self, books: &EndpointBooks, hit_tokens: u32) -> f32 {
        let load = books.load_at(self.now);
        let Constants { step_per_request, step_per_context_token, prefill_per_token, .. } = self.constants;
        let (n, output, slowness) = (load.in_flight, self.output, load.slowness);
        let (uncached, hit) = self.split(hit_tokens);
        let prefill = prefill_per_token * self.constants.prefill_tokens(uncached, hit);
        let step = self.constants.step_time(n + 1.0, load.context_tokens + self.prompt);

        let until_first_token = prefill + step + load.room_time(uncached, step);
        let decode = output * (step + step_per_context_token * 0.5 * output);
        let stall = n * prefill;
        let shared_steps = load.remaining_tokens.min(n * output);
        let drag = shared_steps * (step_per_context_token * (self.prompt + 0.5 * output) + step_per_request);
        let memory = self.kv_overflow(&load, uncached) * output * step;
        let evicted = self.evicted(&load, uncached) * prefill_per_token * (1.0 + n);

        self.ttft_weight * load.pending_time(prefill_per_token)
            + slowness
                * (self.ttft_weight * until_first_token
                    + decode
                    + stall
                    + drag
                    + self.kv_weight * memory
                    + self.eviction_weight * evicted)
    }

    /// Whether the endpoint would start the request soon: its KV cache has room and little prefill is pending.
    /// An idle endpoint always would.
    pub fn is_admitted(&self, books: &EndpointBooks, hit_tokens: u32) -> bool {
        let load = books.load_at(self.now);
        let (uncached, _) = self.split(hit_tokens);
        load.in_flight == 0.0
            || load.has_room(uncached) && load.pending_time(self.constants.prefill_per_token) <= PATIENCE
    }

    /// Seconds that the request's own prefill takes at the endpoint.
    pub(super) fn prefill_time(&self, load: &Load, hit_tokens: u32) -> f32 {
        let (uncached, hit) = self.split(hit_tokens);
        load.slowness * self.constants.prefill_per_token * self.constants.prefill_tokens(uncached, hit)
    }

    /// The prompt in two parts, computed and cached. For the decision a cached part counts as one that requests in
    /// flight hold already; what it really adds is booked at the dispatch.
    #[inline]
    fn split(&self, hit_tokens: u32) -> (f32, f32) {
        let uncached = (self.prompt - hit_tokens as f32).max(self.prompt.min(BLOCK_TOKENS));
        (uncached, self.prompt - uncached)
    }

    /// The share of the KV need that exceeds the capacity once everyone has finished growing.
    #[inline]
    fn kv_overflow(&self, load: &Load, uncached: f32) -> f32 {
        let peak = load.active_tokens + load.remaining_tokens + uncached + self.output;
        if load.capacity_tokens == 0.0 || peak <= load.capacity_tokens {
            return 0.0;
        }
        (peak - load.capacity_tokens) / peak
    }

    /// Cached tokens, of no request in flight, that the request pushes out.
    #[inline]
    fn evicted(&self, load: &Load, uncached: f32) -> f32 {
        if load.capacity_tokens == 0.0 {
            return 0.0;
        }
        let new = uncached + self.output;
        let idle = (load.capacity_tokens - load.active_tokens).max(0.0);
        (load.written_tokens + new - load.capacity_tokens).clamp(0.0, new.min(idle))
    }
}
