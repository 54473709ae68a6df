use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::expected_latency::{Flight, Policy, Prefix};

/// The cost as `schedsim.md` §3 writes it, term by term.
fn written_out(parameters: &Parameters, load: &Load, prompt: f32, hit: f32, output: f32) -> f32 {
    let Constants { step_per_request, step_per_context_token, prefill_per_token, .. } = parameters.prior;
    let (n, f, capacity) = (load.in_flight, load.slowness, load.capacity_tokens);
    let uncached = (prompt - hit).max(prompt.min(16.0));
    let prefill = f * prefill_per_token * parameters.prior.prefill_tokens(uncached, prompt - uncached);
    let step = f * parameters.prior.step_time(n + 1.0, load.context_tokens + prompt);
    let beta = f * step_per_context_token;
    let own = parameters.ttft_weight
        * (load.pending_time(prefill_per_token) + prefill + step + load.room_time(uncached, step));
    let decode = output * (step + 0.5 * beta * output);
    let shared = n * output.min(if n > 0.0 { load.remaining_tokens / n } else { 0.0 });
    let drag = shared * (beta * (prompt + 0.5 * output) + f * step_per_request);
    if capacity == 0.0 {
        return own + decode + n * prefill + drag;
    }
    let new = uncached + output;
    let peak = load.active_tokens + load.remaining_tokens + new;
    let requests_over = (peak - capacity).max(0.0) / (peak / (n + 1.0));
    let overflow = parameters.kv_weight * requests_over * output * step / (n + 1.0);
    let idle = (capacity - load.active_tokens).max(0.0);
    let evicted = (load.written_tokens + new - capacity).max(0.0).min(new.min(idle));
    let recompute = parameters.eviction_weight * evicted * f * prefill_per_token * (1.0 + n);
    own + decode + n * prefill + drag + overflow + recompute
}

proptest! {
    #[test]
    fn the_cost_is_the_one_written_down(
        capacity in prop_oneof![Just(0), 1_000..300_000_u32],
        flights in prop::collection::vec((1..20_000_u32, 1..2_000_u32, any::<bool>(), 0..40_u32), 0..30),
        paces in prop::collection::vec(0.2..5.0_f32, 0..20),
        prompt in 1..20_000_u32,
        hit in 0..25_000_u32,
        output in 1..512_u32,
    ) {
        let parameters = Parameters::default();
        let policy = Policy::new(parameters);
        let books = Arc::<EndpointBooks>::default();
        books.set_capacity(capacity);
        for pace in paces {
            books.observe_pace(pace);
        }
        let now = Duration::from_secs(5);
        let _flights: Vec<Flight> = flights.into_iter().map(|(prompt_tokens, max, is_streamed, tokens)| {
            let work = Work { prompt_tokens, max_tokens: Some(max), is_streamed, ..Work::default() };
            let mut flight = policy.dispatch(now, &books, &work, Prefix::default());
            (0..tokens).for_each(|_| flight.tokens(now, 1));
            flight
        }).collect();
        let now = Duration::from_secs(6);
        let work = Work { prompt_tokens: prompt, max_tokens: Some(output), ..Work::default() };
        let quote = Quote::new(now, &parameters, parameters.prior, &work, output);
        let load = books.load(now);
        let expected = written_out(&parameters, &load, prompt as f32, hit as f32, output as f32);
        let cost = quote.cost(&books, hit);
        prop_assert!((cost / expected - 1.0).abs() < 1e-3, "{} for {} at {:?}", cost, expected, load);
    }
}
