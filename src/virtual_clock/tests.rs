use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use llmd_bench::plan::Plan;
use llmd_bench::run::Run;
use llmd_bench::sample::Sample;
use llmd_bench::scenario::{Api, Scenario};
use llmd_bench::workload;
use simulator::tokenizer::Tokenizer;
use simulator::virtual_clock::{Arrival, Dispatch, RequestId};

use super::*;

const SHARED: &str = r#"{"type": "shared_prefix", "groups": 3, "prompts_per_group": 4, "system_prompt": 200,
    "question": 50, "output": 20}"#;
const CHAT: &str = r#"{"type": "chat", "conversations": 12, "turns": 3, "system_prompt": 100, "question": 40,
    "output": 30, "think_time": 2.0}"#;

fn scenario(workload: &str, load: &str) -> Scenario {
    let text = format!(
        r#"{{"name": "test", "workload": {workload}, "arrivals": {{"type": "poisson", "exact_count": true}},
            "stages": [{{"load": {load}}}, {{"load": {load}}}], "pause": 2.0, "seed": 3}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn plan(workload: &str) -> Plan {
    workload::plan(&scenario(workload, r#"{"rate": 10, "seconds": 5}"#), &Tokenizer::default()).unwrap()
}

fn play(plan: &Plan, fleet: &Fleet, policy: &Policy, seed: u64) -> Result<Run, VirtualError> {
    Load::new(plan, &Tokenizer::default())?.play(fleet, policy, seed)
}

fn small_fleet() -> Fleet {
    Fleet { kv_tokens: Some(4096), ..Fleet::of(2) }
}

fn samples(run: &Run) -> Vec<&Sample> {
    run.stages.iter().flat_map(|stage| &stage.samples).collect()
}

/// Each planned turn was answered once, after it was sent, by a replica that is there.
fn assert_complete(plan: &Plan, run: &Run) {
    let samples = samples(run);
    let asked: BTreeSet<_> =
        samples.iter().map(|sample| (sample.stage, sample.request, sample.turn)).collect();
    assert_eq!((samples.len(), asked.len()), (plan.requests(), plan.requests()));
    for sample in samples {
        let Sample { times, replica, .. } = sample;
        assert!(
            times.sent < times.first_token.unwrap() && times.first_token <= times.last_token,
            "{times:?}"
        );
        assert!(run.target.replicas.iter().any(|name| Some(&**name) == replica.as_deref()));
        assert_eq!(sample.output_tokens, sample.events);
    }
    let tokens: u64 = run.stages.iter().map(|stage| stage.gaps.len()).sum();
    let gaps: u32 = run.stages.iter().flat_map(|stage| &stage.samples).map(|sample| sample.events - 1).sum();
    assert_eq!(tokens, u64::from(gaps));
}

#[test]
fn every_policy_answers_every_request_once() {
    for workload in [SHARED, CHAT] {
        let plan = plan(workload);
        for (policy, _) in Policy::BUILT_IN {
            let run = play(&plan, &small_fleet(), &Policy::named(policy).unwrap(), 1).unwrap();
            assert_complete(&plan, &run);
            assert_eq!(run.target.arm, policy);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let plan = plan(SHARED);
    for policy in ["default", "upstream-default", "random", "least-request"] {
        let policy = Policy::named(policy).unwrap();
        let run = |seed| play(&plan, &Fleet::of(4), &policy, seed).unwrap();
        assert_eq!(samples(&run(1)), samples(&run(1)));
        assert_ne!(samples(&run(1)), samples(&run(2)), "{}: the seed decides between equals", policy.name());
    }
}

#[test]
fn later_turns_find_the_conversation_in_the_cache() {
    for api in [Api::Completions, Api::Chat] {
        let mut plan = plan(CHAT);
        plan.scenario.request.api = api;
        let run = play(&plan, &Fleet::of(1), &Policy::named("default").unwrap(), 1).unwrap();
        assert_complete(&plan, &run);
        let find = |turn| samples(&run).into_iter().find(|sample| sample.request == 0 && sample.turn == turn);
        let [first, second] = [find(0).unwrap(), find(1).unwrap()];
        assert!(second.prompt_tokens >= first.prompt_tokens + 30 + 40);
        let all_but_a_block = first.prompt_tokens + 30 - 16;
        assert!(second.cached_tokens.unwrap() >= all_but_a_block, "{second:?}");
        assert!(second.times.sent >= first.times.closed + Duration::from_secs(2));
    }
}

/// Of servers whose caches hold a part of what is asked. But for first tokens: they wait for a step, which takes longer.
#[test]
fn a_load_and_servers_of_one_scale_give_the_figures_of_the_whole() {
    let workload = r#"{"type": "shared_prefix", "groups": 12, "prompts_per_group": 5, "system_prompt": 2048,
        "question": 512, "output": 128}"#;
    let whole = scenario(workload, r#"{"rate": 6, "seconds": 30}"#);
    let played = |factor: f64| {
        let plan = workload::plan(&whole.scaled(factor).unwrap(), &Tokenizer::default()).unwrap();
        let mut fleet = Fleet::of(2);
        fleet.profile.limits.kv_blocks = 2000;
        fleet.profile = fleet.profile.at_length(factor);
        Measured::of(&play(&plan, &fleet, &Policy::named("round-robin").unwrap(), 1).unwrap())
    };
    let (whole, quarter) = (played(1.0), played(0.25));
    for (name, whole, quarter) in [
        ("rate", whole.requests_per_second, quarter.requests_per_second),
        ("hits", whole.hit_share, quarter.hit_share),
        ("latency", whole.latency, quarter.latency),
        ("time of four tokens, and of one", whole.tpot * 4.0, quarter.tpot),
    ] {
        assert!((quarter / whole - 1.0).abs() < 0.08, "{name}: {whole}, {quarter}");
    }
}

#[test]
fn what_is_stopped_is_no_run() {
    let plan = plan(SHARED);
    let stop = Stop::default();
    let load = Load::new(&plan, &Tokenizer::default()).unwrap().until(&stop);
    let policy = Policy::named("default").unwrap();
    assert!(load.play(&small_fleet(), &policy, 1).is_ok());
    stop.ask();
    assert!(matches!(load.play(&small_fleet(), &policy, 1), Err(VirtualError::Stopped)));
}

#[test]
fn a_closed_loop_has_so_many_in_flight() {
    let scenario = scenario(SHARED, r#"{"concurrency": 3, "requests": 20}"#);
    let plan = workload::plan(&scenario, &Tokenizer::default()).unwrap();
    let run = play(&plan, &Fleet::of(2), &Policy::named("least-request").unwrap(), 1).unwrap();
    assert_complete(&plan, &run);
    let samples = samples(&run);
    for one in &samples {
        let is_there =
            |other: &&&Sample| other.times.sent <= one.times.sent && other.times.closed > one.times.sent;
        assert!(samples.iter().filter(is_there).count() <= 3);
    }
}

#[test]
fn a_closed_loop_has_so_many_conversations_open() {
    let scenario = scenario(CHAT, r#"{"concurrency": 3, "requests": 12}"#);
    let plan = workload::plan(&scenario, &Tokenizer::default()).unwrap();
    let run = play(&plan, &Fleet::of(2), &Policy::named("least-request").unwrap(), 1).unwrap();
    assert_complete(&plan, &run);
    for stage in &run.stages {
        // From its first turn's sending to its last answer's end.
        let mut open: BTreeMap<u32, (Duration, Duration)> = BTreeMap::new();
        for Sample { request, times, .. } in &stage.samples {
            let (begin, end) = open.entry(*request).or_insert((times.sent, times.closed));
            (*begin, *end) = ((*begin).min(times.sent), (*end).max(times.closed));
        }
        let begins: Vec<Duration> = open.values().map(|(begin, _)| *begin).collect();
        for (number, begin) in begins.iter().enumerate() {
            let others = open.values().filter(|(other, end)| other <= begin && end > begin).count();
            // The first three begin together; each later one takes the place of one that has ended.
            assert_eq!(others, 3, "when conversation {number} began");
        }
    }
}

#[test]
fn round_robin_goes_round() {
    let plan = plan(SHARED);
    let run = play(&plan, &Fleet::of(4), &Policy::named("round-robin").unwrap(), 1).unwrap();
    let mut samples = samples(&run);
    samples.sort_by_key(|sample| (sample.times.sent, sample.request));
    let replicas: Vec<_> = samples.iter().take(5).map(|sample| sample.replica.as_deref().unwrap()).collect();
    assert_eq!(replicas, ["replica-0", "replica-1", "replica-2", "replica-3", "replica-0"]);
}

/// What a router does when it is told of these requests at one moment, and then of nothing but gauges.
fn dispatched(load: &Load<'_>, seconds: u64) -> Vec<(u64, Vec<Dispatch>)> {
    let policy = Policy::named("default").unwrap();
    let mut router = Router::new(&policy, &Fleet::of(1), load, 1).unwrap();
    let stats = [Fleet::of(1).engines()[0].stats()];
    let arrivals: Vec<Arrival> = load.stages().flatten().collect();
    let mut seen = Vec::new();
    for second in 0..=seconds {
        let mut dispatches = Vec::new();
        let now = Duration::from_secs(second);
        router.on(now, Event::Gauges(&stats), &mut dispatches);
        if second == 0 {
            for (request, arrival) in (0..).map(RequestId).zip(&arrivals) {
                router.on(now, Event::Arrived(request, arrival), &mut dispatches);
            }
        }
        if !dispatches.is_empty() {
            seen.push((second, dispatches));
        }
    }
    seen
}

#[test]
fn a_held_request_goes_on_by_simulated_time() {
    // Two prompts of 25,000 tokens: while the first is computed, for about 2 s, the second would only wait behind it.
    let long = r#"{"type": "random", "input": 25000, "output": 10}"#;
    let plan =
        workload::plan(&scenario(long, r#"{"rate": 1, "seconds": 1}"#), &Tokenizer::default()).unwrap();
    let load = Load::new(&plan, &Tokenizer::default()).unwrap();
    let on_first = |request| Dispatch { request: RequestId(request), replica: 0 };
    // Nothing ever comes back, so that only patience ends the wait, after 30 s.
    assert_eq!(dispatched(&load, 60), [(0, vec![on_first(0)]), (30, vec![on_first(1)])]);
}

#[test]
fn a_policy_is_a_name_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, llmd_api::UPSTREAM_DEFAULT).unwrap();
    let policy = Policy::named(path.to_str().unwrap()).unwrap();
    let plan = plan(SHARED);
    assert_complete(&plan, &play(&plan, &small_fleet(), &policy, 1).unwrap());

    std::fs::write(&path, "kind: EndpointPickerConfig\n").unwrap();
    let Err(PolicyError::Wrong { findings, .. }) = Policy::named(path.to_str().unwrap()) else {
        panic!("no configuration")
    };
    assert!(findings.iter().any(llmd_api::Finding::is_error));
    assert!(matches!(Policy::named("./not-there.yaml"), Err(PolicyError::Unread { .. })));
    let unknown = Policy::named("round-robbin").unwrap_err();
    assert_eq!(unknown.to_string(), "no policy is named `round-robbin`; did you mean `round-robin`?");
}

#[test]
fn what_a_policy_refuses_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    let text = "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: prefill-filter
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: prefill-filter
";
    std::fs::write(&path, text).unwrap();
    let error =
        play(&plan(SHARED), &small_fleet(), &Policy::named(path.to_str().unwrap()).unwrap(), 1).unwrap_err();
    assert!(matches!(error, VirtualError::Refused { request: 0, .. }), "{error}");
    let none = Fleet { replicas: 0, ..small_fleet() };
    let error = play(&plan(SHARED), &none, &Policy::named("random").unwrap(), 1).unwrap_err();
    assert!(matches!(error, VirtualError::NoReplicas));
}
