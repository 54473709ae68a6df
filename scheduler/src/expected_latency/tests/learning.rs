//! What the policy finds out about its engines.

use std::sync::Arc;
use std::time::Duration;

use super::toy::{Engine, Toy, traffic};
use crate::expected_latency::{EndpointBooks, Parameters, Policy, Prefix, Usage, Work};

fn near(found: f32, truth: f64, tolerance: f64) {
    assert!((f64::from(found) / truth - 1.0).abs() < tolerance, "{found} where the truth is {truth}");
}

#[test]
fn constants_are_found_whatever_the_time_scale() {
    for scale in [0.1, 1.0, 10.0] {
        let mut toy = Toy::new(Parameters::default(), &[scale; 4], 307_328);
        toy.run(&traffic(1, 3000, 10.0 / scale, 4, 2000));
        let constants = toy.policy.constants();
        eprintln!("{scale}: {constants:?} {}", toy.policy.output_tokens(None));
        for (requests, context) in [(1.0, 3000.0), (10.0, 35_000.0), (30.0, 120_000.0), (30.0, 60_000.0)] {
            let truth = Engine::step_time(scale, requests, context, requests, 0.0);
            near(constants.step_time(requests as f32, context as f32), truth, 0.25);
        }
        near(constants.prefill_per_token, 42e-6 * scale, 0.25);
        near(toy.policy.output_tokens(None) as f32, 300.0, 0.1);
    }
}
