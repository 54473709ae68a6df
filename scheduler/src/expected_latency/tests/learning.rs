//! What the policy finds out about its engines.

use std::sync::Arc;
use std::time::Duration;

use super::toy::{Engine, Toy, traffic};
use crate::expected_latency::{Constants, EndpointBooks, Parameters, Policy, Prefix, Usage, Work};

const CAPACITY: u32 = 307_328;

fn assert_near(found: f32, truth: f64, tolerance: f64) {
    assert!((f64::from(found) / truth - 1.0).abs() < tolerance, "{found} where the truth is {truth}");
}

fn assert_learned(constants: &Constants, scale: f64) {
    for (requests, context) in [(1.0, 3_000.0), (10.0, 35_000.0), (30.0, 60_000.0), (30.0, 120_000.0)] {
        let [wide_requests, wide_context] = [requests, context].map(f64::from);
        let truth = Engine::step_time(scale, wide_requests, wide_context, wide_requests, 0.0);
        assert_near(constants.step_time(requests, context), truth, 0.25);
    }
    assert_near(constants.step_per_context_token, 56e-9 * scale, 0.25);
    assert_near(constants.prefill_per_token, 42e-6 * scale, 0.25);
}

#[test]
fn constants_are_learned_whatever_the_time_scale() {
    for scale in [0.1, 1.0, 10.0] {
        let mut toy = Toy::new(Parameters::default(), &[scale; 4], CAPACITY);
        toy.run(&traffic(1, 3_000, 10.0 / scale, 4, 2_000));
        assert_learned(&toy.policy.constants(), scale);
        assert_near(toy.policy.output_tokens(None) as f32, 300.0, 0.1);
    }
}

#[test]
fn constants_are_learned_from_a_prior_of_another_shape() {
    let prior = Constants {
        step: 5e-3,
        step_per_context_token: 200e-9,
        prefill_per_token: 10e-6,
        ..Constants::default()
    };
    let mut toy = Toy::new(Parameters { prior, ..Parameters::default() }, &[1.0; 4], CAPACITY);
    toy.run(&traffic(1, 5_000, 10.0, 4, 2_000));
    assert_learned(&toy.policy.constants(), 1.0);
}

#[test]
fn a_slow_endpoint_is_noticed_and_gets_less() {
    let mut toy = Toy::new(Parameters::default(), &[1.0, 1.0, 1.5, 1.0], CAPACITY);
    toy.run(&traffic(2, 4_000, 32.0, 1_000_000, 0));
    let slowness: Vec<f32> =
        toy.engines.iter().map(|engine| engine.books.load(Duration::ZERO).slowness).collect();
    let others = (slowness[0] + slowness[1] + slowness[3]) / 3.0;
    assert_near(slowness[2] / others, 1.5, 0.1);
    let slow = toy.served.iter().filter(|served| served.engine == 2).count() as f32;
    let share = 3.0 * slow / (toy.served.len() as f32 - slow);
    assert_near(share, 1.0 / 1.5, 0.25);
}

/// One request alone: a first token after `first`, then `count` tokens `gap` apart.
fn respond(policy: &Policy, books: &Arc<EndpointBooks>, start: Duration, first: Duration, gap: Duration) {
    let work = Work { prompt_tokens: 1_000, is_streamed: true, ..Work::default() };
    let mut flight = policy.dispatch(start, books, &work, Prefix::default());
    for token in 0..64 {
        flight.tokens(start + first + gap * token, 1);
    }
    flight.finished(None);
}

#[test]
fn rubbish_does_not_poison() {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    let second = Duration::from_secs(1);
    let before = policy.constants();
    for round in 0..300 {
        let start = second * 10_000 + second * 60 * round;
        respond(&policy, &books, start, second / 10, second / 66);
        let (at, first, gap) = match round % 15 {
            0 => (start, second * 600, second / 66),
            5 => (start, second / 10, second * 600),
            10 => (start, Duration::ZERO, Duration::ZERO),
            _ => continue,
        };
        respond(&policy, &books, at, first, gap);
    }
    let mut stepping_back = policy.dispatch(second * 50_000, &books, &Work::default(), Prefix::default());
    (0..100).for_each(|token| stepping_back.tokens(second * (40_000 - token), 1));
    drop(stepping_back);

    let after = policy.constants();
    assert_near(after.step_time(1.0, 1_000.0), f64::from(before.step_time(1.0, 1_000.0)), 0.1);
    assert_near(after.prefill_per_token, f64::from(before.prefill_per_token), 0.25);
    assert_near(books.load(Duration::ZERO).slowness, 1.0, 0.1);
}

#[test]
fn usage_corrects_the_bytes_of_a_token() {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    assert_eq!(policy.prompt_tokens(401), 101);
    let work = Work { prompt_tokens: 100, prompt_bytes: 300, ..Work::default() };
    for completion_tokens in [0, 20].into_iter().cycle().take(2_000) {
        let usage = Usage { prompt_tokens: 100, completion_tokens };
        policy.dispatch(Duration::ZERO, &books, &work, Prefix::default()).finished(Some(usage));
    }
    assert_eq!(policy.prompt_tokens(300), 100);
    assert!((19..=22).contains(&policy.output_tokens(None)));
    assert_eq!(policy.output_tokens(Some(7)), 7);
}

#[test]
fn what_was_cut_off_teaches_no_length() {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    for _ in 0..1_000 {
        let mut flight = policy.dispatch(Duration::ZERO, &books, &Work::default(), Prefix::default());
        flight.tokens(Duration::from_secs(1), 1);
    }
    assert_eq!(policy.output_tokens(None), 512);
}
