//! The cost of sending a request to an endpoint: the seconds that it adds to its own latency and to that of the
//! requests already there (`schedsim.md` §3).

use std::time::Duration;

use super::books::{EndpointBooks, Load, milliseconds};
use super::parameters::{Constants, Parameters};
use super::work::{Prefix, Work};

/// A full hit still computes its last block.
const BLOCK_TOKENS: f32 = 16.0;
/// An endpoint with more seconds of prefill pending than this starts nothing new soon.
const PATIENCE: f32 = 1.0;

/// One request, ready to be priced at each endpoint: all that does not depend on the endpoint is computed once.
///
/// Times are seconds at the pool's pace; an endpoint's slowness multiplies them.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    now: u32,
    ttft_weight: f32,
    prompt: f32,
    output: f32,
    /// The fewest tokens of the prompt that any endpoint has to compute.
    least_uncached: f32,
    prefill_per_token: f32,
    /// The prefill of `u` tokens takes `u × (prefill_slope − u × prefill_bend)`: the more of the prompt is cached,
    /// the fewer tokens attend to it.
    prefill_slope: f32,
    prefill_bend: f32,
    /// A step with this request takes `own_step`, plus the other two for what is there already.
    own_step: f32,
    step_per_request: f32,
    step_per_context_token: f32,
    /// What this request's growing context adds to its own decode.
    own_growth: f32,
    /// What this request adds, on average, to a step that it shares with another.
    drag_per_step: f32,
    /// Weighted seconds by the share of the KV need that has no room, for each second of a step.
    overflow_weight: f32,
    /// Weighted seconds to compute an evicted token again.
    eviction_weight: f32,
}

impl Quote {
    pub(super) fn new(
        now: Duration,
        parameters: &Parameters,
        constants: Constants,
        work: &Work,
        output_tokens: u32,
    ) -> Self {
        let Constants { step_per_request, step_per_context_token, prefill_per_token, .. } = constants;
        let prompt = work.prompt_tokens as f32;
        let output = output_tokens as f32;
        Self {
            now: milliseconds(now),
            ttft_weight: parameters.ttft_weight,
            prompt,
            output,
            least_uncached: prompt.min(BLOCK_TOKENS),
            prefill_per_token,
            prefill_slope: prefill_per_token * (1.0 + prompt / constants.attention_tokens),
            prefill_bend: prefill_per_token * 0.5 / constants.attention_tokens,
            own_step: constants.step_time(1.0, prompt),
            step_per_request,
            step_per_context_token,
            own_growth: step_per_context_token * 0.5 * output * output,
            drag_per_step: step_per_context_token * (prompt + 0.5 * output) + step_per_request,
            overflow_weight: parameters.kv_weight * output,
            eviction_weight: parameters.eviction_weight * prefill_per_token,
        }
    }

    /// The cost, in request-seconds, at an endpoint that has `hit_tokens` of the prompt cached. Always positive.
    #[inline]
    pub fn cost(&self, books: &EndpointBooks, hit_tokens: u32) -> f32 {
        let load = books.load_at(self.now);
        let requests = load.in_flight;
        let uncached = self.uncached(hit_tokens);
        let prefill = self.prefill(uncached);
        let step = self.own_step
            + self.step_per_request * requests
            + self.step_per_context_token * load.context_tokens;

        let first_token = self.ttft_weight * (prefill + step);
        let decode = self.output * step + self.own_growth;
        let stall = requests * prefill;
        let drag = lesser(load.remaining_tokens, requests * self.output) * self.drag_per_step;
        let memory = if load.capacity_tokens > 0.0 { self.memory(&load, uncached, step) } else { 0.0 };

        self.ttft_weight * load.pending_time(self.prefill_per_token)
            + load.slowness * (first_token + decode + stall + drag + memory)
    }

    /// What the KV cache adds to the cost: the wait for room now, the wait once everyone has finished growing, and
    /// the cached tokens of no request in flight that have to go.
    #[inline]
    fn memory(&self, load: &Load, uncached: f32, step: f32) -> f32 {
        let new = uncached + self.output;
        let peak = load.active_tokens + load.remaining_tokens + new;
        let waits = if peak > load.capacity_tokens {
            let overflow = (peak - load.capacity_tokens) / peak;
            self.ttft_weight * load.room_time(uncached, step) + self.overflow_weight * overflow * step
        } else {
            0.0
        };
        let idle = load.capacity_tokens - load.active_tokens;
        let evicted = lesser(load.written_tokens + new - load.capacity_tokens, lesser(new, idle));
        waits + greater(evicted, 0.0) * self.eviction_weight * (1.0 + load.in_flight)
    }

    /// Whether the endpoint would start the request soon: its KV cache has room and little prefill is pending.
    /// An idle endpoint always would.
    pub fn is_admitted(&self, books: &EndpointBooks, prefix: Prefix<'_>) -> bool {
        let load = books.load_at(self.now);
        // What is in use is asked for last, as that takes a lock: where the whole prompt has room it does not matter.
        load.in_flight == 0.0
            || load.pending_time(self.prefill_per_token) <= PATIENCE
                && (load.has_room(self.prompt)
                    || load.has_room(self.uncached(prefix.hit_tokens))
                        && load.has_room(self.uncached(prefix.in_use(books))))
    }

    /// Seconds that the request's own prefill takes at the endpoint.
    pub(super) fn prefill_time(&self, load: &Load, hit_tokens: u32) -> f32 {
        load.slowness * self.prefill(self.uncached(hit_tokens))
    }

    /// The tokens to compute. They are also taken for the room that the request needs in the KV cache, as if a
    /// request in flight held the cached ones; what these really add is booked at the dispatch.
    #[inline]
    fn uncached(&self, hit_tokens: u32) -> f32 {
        greater(self.prompt - hit_tokens as f32, self.least_uncached)
    }

    #[inline]
    fn prefill(&self, uncached: f32) -> f32 {
        uncached * (self.prefill_slope - uncached * self.prefill_bend)
    }
}

/// One instruction; `f32::min` also sees to NaN, which nothing here can be.
#[inline]
fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests;
