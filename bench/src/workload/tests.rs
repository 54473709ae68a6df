use super::*;
use crate::scenario::{Arrivals, Length, RequestOptions, Stage, StageLoad};

fn rate(rate: f64, seconds: f64) -> Stage {
    Stage { load: StageLoad::Rate { rate, seconds }, warm_up: false }
}

/// A small ladder of two stages.
fn ladder() -> Scenario {
    Scenario {
        name: "ladder".to_owned(),
        workload: Workload::SharedPrefix {
            groups: 5,
            prompts_per_group: 4,
            system_prompt: Length::Fixed(60),
            question: Length::Fixed(12),
            output: Length::Fixed(10),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        stages: vec![rate(3.0, 10.0), rate(5.0, 5.0)],
        pause: 1.0,
        drain_timeout: 600.0,
        seed: 7,
        request: RequestOptions::default(),
        slo: None,
    }
}

fn made(scenario: &Scenario) -> Plan {
    plan(scenario, &Tokenizer::default()).unwrap()
}

#[test]
fn every_stage_goes_round_the_prompts_from_the_first() {
    let plan = made(&ladder());
    let order =
        |stage: usize| plan.stages[stage].requests.iter().map(|request| request.prompt).collect::<Vec<_>>();
    let (first, second) = (order(0), order(1));
    assert_eq!((first.len(), second.len()), (30, 25));
    assert_eq!(first[20..], first[..10]);
    assert_eq!(first[..25], second);
    let mut seen = first[..20].to_vec();
    assert!(!seen.is_sorted());
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..20));
}
