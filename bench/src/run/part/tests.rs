use std::time::Duration;

use hdrhistogram::Histogram;
use proptest::prelude::*;

use super::*;
use crate::plan::{Pacing, PlannedRequest, PlannedStage, Prompt};
use crate::report::BenchReport;
use crate::sample::{Failure, FailureKind, Times};
use crate::scenario::builtin;

/// An open stage of `open` requests and a closed one of `closed`.
fn plan(open: u32, closed: u32, concurrency: u32) -> Plan {
    let request = |prompt: u32| PlannedRequest {
        after: Duration::from_millis(u64::from(prompt) * 50),
        prompt,
        output_tokens: 10,
        follow_ups: Vec::new(),
    };
    let prompt = |number: u32| Prompt {
        group: number,
        system: "".into(),
        question: format!("question {number}").into(),
        tokens: 2,
    };
    let stage =
        |pacing, count| PlannedStage { pacing, warm_up: false, requests: (0..count).map(request).collect() };
    let pacing = Pacing::Open { rate: 20.0, window: Duration::from_millis(u64::from(open) * 50) };
    let stages = vec![stage(pacing, open), stage(Pacing::Closed { concurrency }, closed)];
    Plan::new(builtin("sanity").unwrap(), (0..open.max(closed)).map(prompt).collect(), stages)
}

/// How a request went: by its own numbers alone, so that it is the same whoever sends it.
fn sample(stage: u32, request: u32) -> Sample {
    let number = u64::from(stage * 10_000 + request);
    let at = |micros: u64| Duration::from_micros(number * 1_700 + micros);
    let took = 1_000 + number.wrapping_mul(2_654_435_761) % 900_000;
    let has_failed = number % 7 == 3;
    Sample {
        stage,
        request,
        turn: 0,
        prompt: request,
        times: Times {
            intended: at(0),
            sent: at(3),
            first_event: Some(at(took / 3)),
            first_token: (!has_failed).then(|| at(took / 2)),
            last_token: (!has_failed).then(|| at(took)),
            closed: at(took + 1),
        },
        prompt_tokens: 20,
        output_tokens: if has_failed { 0 } else { 10 },
        cached_tokens: Some(request % 20),
        events: 10,
        replica: Some(if number % 3 == 0 { "a" } else { "b" }.into()),
        failure: has_failed.then(|| Failure { kind: FailureKind::Http(503), detail: "no room".to_owned() }),
    }
}

/// What comes of these requests of each stage, whoever sends them: numbered as in a share.
fn run(plan: &Plan, own: impl Fn(u32, u32) -> Option<u32>) -> Run {
    let stages = (0..).zip(&plan.stages).map(|(number, stage)| {
        let mut gaps: Histogram<u64> = Plan::gaps();
        let mut samples = Vec::new();
        for request in 0..u32::try_from(stage.requests.len()).unwrap() {
            let whole = sample(number, request);
            let Some(place) = own(number, request) else { continue };
            for gap in 0..5 {
                gaps.saturating_record(u64::from(request * 977 + gap * 31_337 + 1));
            }
            samples.push(Sample { request: place, ..whole });
        }
        samples.sort_by_key(|sample| sample.times.closed);
        let times = || samples.iter().map(|sample| &sample.times);
        StageRun {
            pacing: stage.pacing,
            warm_up: false,
            started: times().map(|times| times.intended).min().unwrap_or_default(),
            sent: times().map(|times| times.sent).max().unwrap_or_default(),
            drained: times().map(|times| times.closed).max().unwrap_or_default(),
            samples,
            gaps,
            replicas: Vec::new(),
        }
    });
    Run {
        target: Target {
            arm: "scheduler".to_owned(),
            url: "http://gateway".to_owned(),
            model: "m".to_owned(),
            replicas: vec!["a".to_owned(), "b".to_owned()],
            is_cold: false,
            is_simulated: false,
        },
        started_at: jiff::Timestamp::from_second(1_800_000_000).unwrap(),
        stages: stages.collect(),
        is_partial: false,
        client: ClientCost { cpu: Some(Duration::from_millis(4)) },
    }
}

/// The parts of a plan, as they are after a way through logs.
fn parts(plan: &Plan, of: u32) -> Vec<Part> {
    let part = |index: u32| {
        let share = plan.share(index, of);
        let place = |stage: u32, request: u32| {
            let (planned, own) = (&plan.stages[stage as usize], &share.stages[stage as usize].requests);
            (0..u32::try_from(own.len()).unwrap()).find(|place| planned.number(*place, index, of) == request)
        };
        let part = Part::new(plan, run(plan, place), index, of);
        serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap()
    };
    (0..of).map(part).collect()
}

proptest! {
    /// Every figure is that of a run by one generator: no request is lost, none counted twice, no percentile averaged.
    #[test]
    fn merged_parts_report_what_one_run_does(
        open in 1_u32..90, closed in 1_u32..90, concurrency in 1_u32..9, of in 1_u32..7,
    ) {
        let plan = plan(open, closed, concurrency);
        let whole = BenchReport::of(&plan, &run(&plan, |_, request| Some(request)));
        let mut merged = BenchReport::of(&plan, &merge(&plan, parts(&plan, of)).unwrap());
        prop_assert_eq!(merged.client_cpu_seconds, Some(0.004 * f64::from(of)));
        merged.client_cpu_seconds = whole.client_cpu_seconds;
        // Sums of floats depend on their order in the last bit only where requests ended in the same microsecond.
        prop_assert_eq!(serde_json::to_value(&merged).unwrap(), serde_json::to_value(&whole).unwrap());
    }

    #[test]
    fn shares_are_the_plan(open in 0_u32..50, closed in 0_u32..50, concurrency in 1_u32..9, of in 1_u32..7) {
        let plan = plan(open, closed, concurrency);
        let shares: Vec<Plan> = (0..of).map(|index| plan.share(index, of)).collect();
        for (number, stage) in plan.stages.iter().enumerate() {
            let mut sent: Vec<u32> = shares
                .iter()
                .flat_map(|share| &share.stages[number].requests)
                .map(|request| request.prompt)
                .collect();
            sent.sort_unstable();
            prop_assert_eq!(sent, (0..u32::try_from(stage.requests.len()).unwrap()).collect::<Vec<_>>());
            let places: u32 = shares
                .iter()
                .filter_map(|share| match share.stages[number].pacing {
                    Pacing::Closed { concurrency } if !share.stages[number].requests.is_empty() => Some(concurrency),
                    _ => None,
                })
                .sum();
            if let Pacing::Closed { concurrency } = stage.pacing {
                prop_assert!(places <= concurrency && (places == concurrency || closed < concurrency));
            }
        }
    }
}

#[test]
fn parts_that_make_no_whole_are_refused() {
    let plan = plan(12, 12, 3);
    let all = parts(&plan, 3);
    let error = |parts: Vec<Part>| merge(&plan, parts).unwrap_err();
    assert_eq!(error(Vec::new()), MergeError::Missing { of: 0, there: 0 });
    assert_eq!(error(all[..2].to_vec()), MergeError::Missing { of: 3, there: 2 });
    assert_eq!(error(all[1..].to_vec()), MergeError::Missing { of: 3, there: 2 });
    let twice = vec![all[0].clone(), all[1].clone(), all[1].clone(), all[2].clone()];
    assert_eq!(error(twice), MergeError::Surplus(1));
    let mut foreign = all.clone();
    foreign[2].hash = "another".to_owned();
    assert_eq!(error(foreign), MergeError::Foreign(2));
}

#[test]
fn a_part_that_began_later_is_moved_to_its_place() {
    let plan = plan(4, 0, 1);
    let mut late = parts(&plan, 2);
    let before = merge(&plan, late.clone()).unwrap();
    late[1].started_at += jiff::SignedDuration::from_millis(250);
    let after = merge(&plan, late).unwrap();
    for (before, after) in before.stages[0].samples.iter().zip({
        let mut samples = after.stages[0].samples.clone();
        samples.sort_by_key(|sample| {
            before.stages[0].samples.iter().position(|one| one.request == sample.request)
        });
        samples
    }) {
        let moved = after.times.sent.checked_sub(before.times.sent).unwrap();
        let expected = if before.request % 2 == 1 { 250 } else { 0 };
        assert_eq!(moved, Duration::from_millis(expected), "request {}", before.request);
    }
}
