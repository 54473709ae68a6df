mod schema;
mod v0_1_facts;
mod v0_2_1_facts;

use serde_json::{Value, json};

use super::*;
use crate::report::tests::{open, plan, report, run, scenario};
use crate::run::GaugePoint;
use crate::scenario::{Length, TraceFormat, Workload};
use schema::problems;
use v0_1_facts::V0_1;
use v0_2_1_facts::v0_2_1 as facts_0_2_1;

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// With gauges of both replicas.
fn watched() -> BenchReport {
    let mut run = run();
    for (replica, running) in run.stages[1].replicas.iter_mut().zip([3, 5]) {
        let point = |at| GaugePoint { at, running, waiting: 1, kv_usage: 0.25 };
        replica.points = [4, 5].map(|second| point(std::time::Duration::from_secs(second))).to_vec();
    }
    BenchReport::of(&plan(), &run)
}

fn problems_of(report: &BenchReport) -> Vec<String> {
    let files = files(report).unwrap();
    assert_eq!(files.len(), 2 * (1 + report.stages.len()));
    let of = |file: &File| {
        let read = read(&file.text);
        let is_newer = file.name.contains("v0.2.1");
        let found = if is_newer { problems(&facts_0_2_1(), &read) } else { problems(V0_1, &read) };
        found.into_iter().map(|problem| format!("{}: {problem}", file.name)).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

#[test]
fn every_file_holds_to_the_schemas() {
    assert_eq!(problems_of(&report()), [""; 0]);
    assert_eq!(problems_of(&watched()), [""; 0]);
}

#[test]
fn every_workload_and_an_empty_run_hold_to_the_schemas() {
    let tokens = Length::Fixed(10);
    let path = std::path::PathBuf::from("prompts.jsonl");
    let chat = Workload::Chat {
        conversations: 2,
        turns: Length::Fixed(3),
        system_prompt: tokens,
        question: tokens,
        output: tokens,
        think_time: 0.5,
    };
    let shared = Workload::SharedPrefix {
        groups: 2,
        prompts_per_group: 3,
        system_prompt: tokens,
        question: tokens,
        output: tokens,
        zipf_exponent: None,
    };
    let trace = Workload::Trace {
        path: path.clone(),
        format: TraceFormat::Mooncake,
        seconds: None,
        length_factor: 1.0,
    };
    for workload in [chat, shared, trace, Workload::Prompts { path, output: tokens }] {
        let mut plan = plan();
        plan.scenario = crate::scenario::Scenario { workload, ..scenario() };
        assert_eq!(problems_of(&BenchReport::of(&plan, &run())), [""; 0]);
        let mut empty = run();
        empty.stages.iter_mut().for_each(|stage| stage.samples.clear());
        assert_eq!(problems_of(&BenchReport::of(&plan, &empty)), [""; 0]);
    }
    let mut closed = run();
    closed.stages[1].pacing = crate::plan::Pacing::Closed { concurrency: 4 };
    closed.stages[0].pacing = open(0.0, 0);
    assert_eq!(problems_of(&BenchReport::of(&plan(), &closed)), [""; 0]);
}

#[test]
fn a_run_that_was_stopped_and_servers_that_were_simulated_are_marked() {
    let marked = BenchReport { is_partial: true, is_simulated: true, ..report() };
    assert_eq!(problems_of(&marked), [""; 0]);
    for file in files(&marked).unwrap() {
        let report = read(&file.text);
        let (description, metadata) = (&report["run"]["description"], &report["metrics"]["metadata"]);
        if file.name.contains("v0.2.1") {
            assert_eq!(report["run"]["keywords"], json!(["partial", "simulated"]));
            assert_eq!(description, "small, scheduler, simulated servers, stopped before its end");
        } else {
            assert_eq!((&metadata["partial"], &metadata["simulated"]), (&json!(true), &json!(true)));
        }
    }
}

#[test]
fn the_schemas_can_be_broken() {
    let files = files(&watched()).unwrap();
    let broken = |file: usize, pointer: &str, value: Value| {
        let mut report = read(&files[file].text);
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        report.pointer_mut(parent).unwrap()[key] = value;
        if file == 0 { problems(V0_1, &report) } else { problems(&facts_0_2_1(), &report) }
    };
    assert_eq!(broken(0, "/metrics/latency/speed", json!(1)), ["metrics.latency.speed is unknown"]);
    assert_eq!(broken(0, "/version", json!(0.1)), ["version is not one of 0.1"]);
    assert_eq!(broken(0, "/scenario/load/name", json!("llmd")).len(), 1);
    assert_eq!(
        broken(0, "/metrics/latency/time_to_first_token/units", json!("s/token")),
        ["metrics.latency.time_to_first_token is in \"s/token\""]
    );
    assert_eq!(broken(0, "/metrics/time/stop", json!(1.0)), ["it stops before it starts"]);
    assert_eq!(broken(0, "/metrics/requests", json!({})).len(), 3, "total and both lengths");
    let uneven = json!({ "engine": [{ "name": "a" }, { "name": "b" }] });
    let mut report = read(&files[0].text);
    report["scenario"]["platform"] = uneven;
    report["scenario"]["host"] = json!({ "type": ["replica"], "accelerator": [] });
    assert_eq!(problems(V0_1, &report), ["lists by replica have different lengths"]);
    assert_eq!(broken(1, "/run/uid", json!(7)), ["run.uid is no text"]);
    assert_eq!(
        broken(1, "/results/request_performance/aggregate/latency/e2e", json!(1)),
        ["results.request_performance.aggregate.latency.e2e is unknown"]
    );
}

#[test]
fn the_span_is_from_the_first_sending_to_the_last_answer() {
    let report = report();
    let whole = v0_1::Report::of(&report, Part::Whole(&report.overall));
    let time = &whole.metrics.time;
    // The run began at 1 769 435 052; the stage sent from 4 s to 6.5 s, and its last good answer ended at 7 s.
    assert_eq!((time.start, time.stop), (Some(1_769_435_056.0), Some(1_769_435_059.0)));
    assert!((time.duration - 3.0).abs() < 1e-9);
    assert_eq!(time.metadata, Some(json!({ "drain_s": 1.5, "send_window_s": 2.5 })));
    assert_eq!(whole.scenario.load.metadata.as_ref().unwrap()["stage"], 0);
    let stage = v0_1::Report::of(&report, Part::Stage(&report.stages[1]));
    assert_eq!(stage.scenario.load.metadata.as_ref().unwrap()["stage"], 1);
}

#[test]
fn files_as_they_are_written() {
    let files = files(&watched()).unwrap();
    let said = format!("tool_version: \"{}\"", env!("CARGO_PKG_VERSION"));
    let shown = |file: &File| file.text.replace(&said, "tool_version: OURS");
    insta::assert_snapshot!("v0_1", shown(&files[4]));
    insta::assert_snapshot!("v0_2_1", shown(&files[5]));
    assert_eq!(files[4].name, "benchmark_report,_stage_1_lifecycle_metrics.json.yaml");
    let read_back: v0_1::Report = serde_saphyr::from_str(&files[4].text).unwrap();
    assert_eq!(read_back, v0_1::Report::of(&watched(), Part::Stage(&watched().stages[1])));
}
