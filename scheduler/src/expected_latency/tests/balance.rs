//! Whatever happens to requests, the books are empty once they are gone.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::expected_latency::{EndpointBooks, Flight, Load, Parameters, Policy, Prefix, Usage, Work};

#[derive(Clone, Debug)]
enum Event {
    Dispatch { prompt: u32, hit: u32, blocks: Vec<u64>, max: Option<u32>, is_streamed: bool },
    Tokens(usize, u32),
    Finish(usize, Option<u32>),
    Cut(usize),
    Capacity(u32),
}

fn event() -> impl Strategy<Value = Event> {
    let size = prop_oneof![0..10_000_u32, any::<u32>()];
    let dispatch = (
        size.clone(),
        size.clone(),
        prop::collection::vec(0..40_u64, 0..60),
        any::<Option<u32>>(),
        any::<bool>(),
    );
    prop_oneof![
        4 => dispatch.prop_map(|(prompt, hit, blocks, max, is_streamed)| {
            Event::Dispatch { prompt, hit, blocks, max, is_streamed }
        }),
        8 => (any::<usize>(), prop_oneof![9 => 0..20_u32, 1 => any::<u32>()])
            .prop_map(|(of, count)| Event::Tokens(of, count)),
        2 => (any::<usize>(), any::<Option<u32>>()).prop_map(|(of, usage)| Event::Finish(of, usage)),
        1 => any::<usize>().prop_map(Event::Cut),
        1 => size.prop_map(Event::Capacity),
    ]
}

fn apply(
    policy: &Policy,
    books: &Arc<EndpointBooks>,
    flights: &mut Vec<Flight>,
    now: Duration,
    event: Event,
) {
    let pick = |flights: &Vec<Flight>, of: usize| (!flights.is_empty()).then(|| of % flights.len());
    match event {
        Event::Dispatch { prompt, hit, blocks, max, is_streamed } => {
            let work = Work { prompt_tokens: prompt, prompt_bytes: hit, max_tokens: max, is_streamed };
            let prefix = Prefix { hit_tokens: hit, blocks: &blocks, block_tokens: prompt % 70 };
            let cost = policy.quote(now, &work).cost(books, hit);
            assert!(cost > 0.0 && cost.is_finite(), "{cost} of {work:?} at {:?}", books.load(now));
            flights.push(policy.dispatch(now, books, &work, prefix));
        }
        Event::Tokens(of, count) => {
            if let Some(of) = pick(flights, of) {
                flights[of].tokens(now, count);
            }
        }
        Event::Finish(of, tokens) => {
            if let Some(of) = pick(flights, of) {
                let usage = tokens.map(|tokens| Usage { prompt_tokens: tokens, completion_tokens: tokens });
                flights.swap_remove(of).finished(usage);
            }
        }
        Event::Cut(of) => {
            if let Some(of) = pick(flights, of) {
                flights.swap_remove(of);
            }
        }
        Event::Capacity(tokens) => books.set_capacity(tokens),
    }
}

proptest! {
    #[test]
    fn books_return_to_zero(events in prop::collection::vec((event(), any::<u32>()), 0..120)) {
        let policy = Policy::new(Parameters::default());
        let books = Arc::<EndpointBooks>::default();
        let mut flights = Vec::new();
        for (event, microseconds) in events {
            // The clock may even go back.
            let now = Duration::from_micros(u64::from(microseconds));
            apply(&policy, &books, &mut flights, now, event);
            prop_assert!((books.load(now).in_flight - flights.len() as f32).abs() < 0.5);
        }
        flights.clear();
        let Load { in_flight, context_tokens, pending_tokens, remaining_tokens, active_tokens, .. } =
            books.load(Duration::ZERO);
        let left = [in_flight, context_tokens, pending_tokens, remaining_tokens, active_tokens];
        prop_assert!(left.iter().all(|left| left.abs() < f32::EPSILON), "{:?}", left);
    }
}

#[test]
fn prefill_that_nobody_sees_end_is_worked_off() {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    let work = Work { prompt_tokens: 10_000, ..Work::default() };
    let _flights: Vec<Flight> =
        (0..10).map(|_| policy.dispatch(Duration::ZERO, &books, &work, Prefix::default())).collect();
    let pending =
        |seconds| books.load(Duration::from_secs(seconds)).pending_time(policy.constants().prefill_per_token);
    assert!((pending(0) - 5.25).abs() < 0.01, "{}", pending(0));
    assert!((pending(2) - 3.25).abs() < 0.01, "{}", pending(2));
    assert!(pending(6).abs() < f32::EPSILON);
}

#[test]
fn what_is_shared_is_booked_once() {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    let work = Work { prompt_tokens: 4_096, is_streamed: true, ..Work::default() };
    let blocks: Vec<u64> = (1..=256).collect();
    let prefix = Prefix { hit_tokens: 0, blocks: &blocks, block_tokens: 16 };
    let active = || books.load(Duration::ZERO).active_tokens;
    let first = policy.dispatch(Duration::ZERO, &books, &work, prefix);
    let second = policy.dispatch(Duration::ZERO, &books, &work, prefix);
    assert!((active() - 4_096.0).abs() < 0.5);
    drop(first);
    assert!((active() - 4_096.0).abs() < 0.5);
    drop(second);
    assert!(active().abs() < 0.5);
}
