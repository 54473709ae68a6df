//! A small run whose figures are counted by hand, for the tests of this folder.

use std::collections::BTreeMap;
use std::time::Duration;

use super::metric::Latency;
use super::*;
use crate::plan::{Pacing, PlannedRequest, PlannedStage, Prompt};
use crate::run::{ClientCost, ReplicaRun, Target};
use crate::sample::{Failure, FailureKind, Sample, Times};
use crate::scenario::{Arrivals, Length, Slo, Stage, StageLoad, Workload};

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A request of 100 prompt and 11 output tokens that went well: the first token came after a tenth of the time.
pub(crate) fn answer(sent: Duration, closed: Duration) -> Sample {
    let took = closed.saturating_sub(sent);
    Sample {
        stage: 0,
        request: 0,
        turn: 0,
        prompt: 0,
        times: Times {
            intended: sent,
            sent,
            first_event: Some(sent + took / 20),
            first_token: Some(sent + took / 10),
            last_token: Some(closed),
            closed,
        },
        prompt_tokens: 100,
        output_tokens: 11,
        cached_tokens: None,
        events: 11,
        replica: None,
        failure: None,
    }
}

pub(crate) fn failed(sent: Duration, closed: Duration, kind: FailureKind) -> Sample {
    let failure = Some(Failure { kind, detail: "no room".into() });
    Sample { failure, output_tokens: 0, events: 0, ..answer(sent, closed) }
}

pub(crate) fn stage_run(pacing: Pacing, samples: Vec<Sample>) -> StageRun {
    let earliest = |of: fn(&Times) -> Duration| samples.iter().map(|sample| of(&sample.times)).min();
    let latest = |of: fn(&Times) -> Duration| samples.iter().map(|sample| of(&sample.times)).max();
    StageRun {
        pacing,
        warm_up: false,
        started: earliest(|times| times.sent).unwrap_or_default(),
        sent: latest(|times| times.sent).unwrap_or_default(),
        drained: latest(|times| times.closed).unwrap_or_default(),
        gaps: Plan::gaps(),
        replicas: Vec::new(),
        samples,
    }
}

pub(crate) fn open(rate: f64, seconds: u64) -> Pacing {
    Pacing::Open { rate, window: Duration::from_secs(seconds) }
}

pub(crate) fn scenario() -> Scenario {
    Scenario {
        name: "small".into(),
        workload: Workload::Random { input: Length::Fixed(100), output: Length::Fixed(11) },
        arrivals: Arrivals::Constant,
        stages: vec![
            Stage { load: StageLoad::Rate { rate: 1.0, seconds: 2.0 }, warm_up: true },
            Stage { load: StageLoad::Rate { rate: 2.0, seconds: 3.0 }, warm_up: false },
        ],
        pause: 1.0,
        drain_timeout: 60.0,
        seed: 7,
        request: crate::scenario::RequestOptions::default(),
        slo: Some(Slo { ttft: Some(0.15), ..Slo::default() }),
    }
}

pub(crate) fn plan() -> Plan {
    let prompt = Prompt { group: 0, system: "".into(), question: "why".into(), tokens: 100 };
    let requests = |count: u64, gap: u64| {
        let request = |number: u64| PlannedRequest {
            after: ms(number * gap),
            prompt: 0,
            output_tokens: 11,
            follow_ups: Vec::new(),
        };
        (0..count).map(request).collect()
    };
    Plan {
        scenario: scenario(),
        prompts: vec![prompt],
        stages: vec![
            PlannedStage { pacing: open(1.0, 2), warm_up: true, requests: requests(2, 1000) },
            PlannedStage { pacing: open(2.0, 3), warm_up: false, requests: requests(6, 500) },
        ],
        hash: "abc".into(),
    }
}

/// A warm-up of two requests, and six requests half a second apart from 4 s on: four answered after 1, 2, 1 and 1 s, one
/// refused and one given up.
pub(crate) fn run() -> Run {
    let mut warm_up = stage_run(open(1.0, 2), vec![answer(ms(0), ms(1000)), answer(ms(1000), ms(2000))]);
    warm_up.warm_up = true;
    let by = |replica: &str, cached: u32, sample: Sample| Sample {
        replica: Some(replica.into()),
        cached_tokens: Some(cached),
        stage: 1,
        ..sample
    };
    let mut stage = stage_run(
        open(2.0, 3),
        vec![
            by("one", 0, answer(ms(4000), ms(5000))),
            by("one", 50, failed(ms(5000), ms(5100), FailureKind::Http(503))),
            by("two", 80, answer(ms(4500), ms(6500))),
            by("one", 90, answer(ms(5500), ms(6500))),
            by("two", 30, answer(ms(6000), ms(7000))),
            by("two", 0, failed(ms(6500), ms(8000), FailureKind::Cancelled)),
        ],
    );
    for gap in [90_000, 90_000, 180_000] {
        stage.gaps.record(gap).unwrap();
    }
    stage.replicas = vec![ReplicaRun { preemptions: 2, ..ReplicaRun::default() }, ReplicaRun::default()];
    Run {
        target: Target {
            arm: "scheduler".into(),
            url: "http://127.0.0.1:8000".into(),
            model: "small".into(),
            replicas: vec!["one".into(), "two".into()],
            is_cold: true,
            is_simulated: false,
        },
        started_at: jiff::Timestamp::from_second(1_769_435_052).unwrap(),
        stages: vec![warm_up, stage],
        is_partial: false,
        client: ClientCost { cpu: Some(ms(250)) },
    }
}

pub(crate) fn report() -> BenchReport {
    BenchReport::of(&plan(), &run())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_windows_of_a_run() {
    let overall = report().overall;
    // The warm-up is left out: sent from 4 s to 6.5 s, ended at 8 s.
    assert!(close(overall.send_seconds, 2.5));
    assert!(close(overall.elapsed_seconds, 4.0));
    // The last good answer ended at 7 s.
    assert!(close(overall.whole_seconds, 3.0));
    let mut run = run();
    run.stages[0].warm_up = false;
    let overall = BenchReport::of(&plan(), &run).overall;
    // With it: 0 to 1 s and 0 to 2 s; the whole holds the pause from 2 s to 4 s.
    assert!(close(overall.send_seconds, 3.5));
    assert!(close(overall.elapsed_seconds, 6.0));
    assert!(close(overall.whole_seconds, 7.0));
}

#[test]
fn what_is_counted() {
    let report = report();
    let overall = &report.overall;
    assert_eq!((overall.requests, overall.succeeded, overall.incomplete), (6, 4, 1));
    assert_eq!(overall.failures, BTreeMap::from([("http_503".into(), 1)]));
    assert!(close(overall.failure_share().unwrap(), 0.2));
    assert!(close(overall.throughput.requests_per_second, 4.0 / 3.0));
    assert!(close(overall.throughput.input_tokens_per_second, 400.0 / 3.0));
    assert!(close(overall.throughput.output_tokens_per_second, 44.0 / 3.0));
    // The answers that went well: 0 + 80 + 90 + 30 of 400.
    assert!(close(overall.hit_share.unwrap(), 0.5));
    // First tokens after 0.1, 0.2, 0.1 and 0.1 s; the failure is a miss, the request that was given up is not judged.
    let goodput = overall.goodput.unwrap();
    assert!(close(goodput.share, 3.0 / 5.0));
    assert!(close(goodput.requests_per_second, 3.0 / 3.0));
}

#[test]
fn what_the_drain_timeout_cut_is_a_miss() {
    let mut run = run();
    let cut = run.stages[1].samples[5].failure.as_mut().unwrap();
    cut.kind = FailureKind::DrainTimeout;
    let overall = BenchReport::of(&plan(), &run).overall;
    assert_eq!((overall.incomplete, overall.timed_out_draining()), (0, 1));
    assert!(close(overall.goodput.unwrap().share, 3.0 / 6.0));
}

#[test]
fn times_by_hand() {
    let latency = report().overall.latency;
    assert!(close(latency[&Latency::E2e].mean, 1.25));
    assert!(close(latency[&Latency::Ttft].mean, 0.125));
    assert!(close(latency[&Latency::Ttfe].mean, 0.0625));
    // Nine tenths of the time over ten further tokens.
    assert!(close(latency[&Latency::Tpot].p50, 0.09));
    assert!(close(latency[&Latency::Tpot].max, 0.18));
    assert!(close(latency[&Latency::Ntpot].min, 1.0 / 11.0));
    assert_eq!(latency[&Latency::Itl].count, 3);
    assert!((latency[&Latency::Itl].mean - 0.12).abs() < 1e-4);
    assert_eq!(latency[&Latency::Lag].count, 6, "of all that were sent");
    let speed = report().overall.generation_speed.unwrap();
    assert!(close(speed.p50, 1.0 / 0.09));
    assert!(close(speed.mean, (3.0 / 0.09 + 1.0 / 0.18) / 4.0));
}

#[test]
fn a_stall_shows_from_the_intended_start_only() {
    let mut run = run();
    for sample in &mut run.stages[1].samples {
        sample.times.intended = sample.times.intended.saturating_sub(ms(2000));
    }
    let report = BenchReport::of(&plan(), &run);
    let latency = &report.overall.latency;
    assert!(close(latency[&Latency::Ttft].mean, 0.125));
    assert!(close(latency[&Latency::TtftIntended].mean, 2.125));
    assert!(close(latency[&Latency::E2eIntended].mean, 3.25));
    assert!(close(latency[&Latency::Lag].p50, 2.0));
    assert_eq!([report.stages[0].is_late, report.stages[1].is_late], [false, true]);
    let said = "The load generator was late in stage 1: by up to 2000 ms";
    assert!(report.notes[2].starts_with(said), "{:?}", report.notes);
}

#[test]
fn what_each_replica_bore() {
    let report = report();
    let names: Vec<&str> = report.replicas.iter().map(|replica| replica.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    let one = &report.replicas[0];
    assert_eq!((one.requests, one.prompt_tokens, one.cached_tokens, one.output_tokens), (3, 300, 140, 22));
    assert_eq!(one.preemptions, Some(2));
    assert_eq!(one.in_flight, [(4.0, 1.0), (5.0, 1.0), (5.1, 0.0), (5.5, 1.0), (6.5, 0.0)]);
}

#[test]
fn nothing_that_was_sent_is_no_figure() {
    let mut run = run();
    run.stages.iter_mut().for_each(|stage| stage.samples.clear());
    run.is_partial = true;
    let report = BenchReport::of(&plan(), &run);
    assert_eq!(report.overall.requests, 0);
    assert_eq!(report.overall.prompt_tokens, None);
    assert!(close(report.overall.throughput.requests_per_second, 0.0));
    assert_eq!(report.notes, ["The run was stopped before its end: 0 of 8 requests had been sent."]);
    assert_eq!(report.overall.goodput, None);
    assert!(is_read_back(&report));
}

#[test]
fn keys_are_in_no_report() {
    let mut plan = plan();
    plan.scenario.request.headers.insert("authorization".into(), "Bearer secret".into());
    let report = BenchReport::of(&plan, &run());
    assert_eq!(report.scenario.request.headers["authorization"], "***");
}

#[test]
fn the_schema_has_the_fields() {
    let schema = schemars::schema_for!(BenchReport);
    for field in ["schema", "overall", "stages", "replicas", "notes"] {
        assert!(schema.as_value()["properties"][field].is_object(), "{field}");
    }
}

/// Whether reading gives what was written, but for the last digit of numbers, which `serde_json` may miss.
pub(crate) fn is_read_back<T: Serialize + serde::de::DeserializeOwned>(written: &T) -> bool {
    let text = serde_json::to_string(written).unwrap();
    let read: T = serde_json::from_str(&text).unwrap();
    is_alike(&serde_json::to_value(&read).unwrap(), &serde_json::to_value(written).unwrap())
}

pub(crate) fn is_alike(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Number, Object};
    match (a, b) {
        (Number(a), Number(b)) => {
            let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return false };
            (a - b).abs() <= 1e-12 * a.abs()
        }
        (Array(a), Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_alike(a, b)),
        (Object(a), Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_alike(a, b)))
        }
        _ => a == b,
    }
}
