//! Every check passes on a right stack, and it alone fails on one that is broken in its way.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use http::StatusCode;
use llmd::serving::Serving;
use llmd::verify::{self, Behind, Check, Outcome, Process, Settings, Subject, VerifyReport};
use serde_json::json;

use crate::broken_doors::broken_doors;
use crate::door::{Asked, Door, Fault, Reply, is_page_of_metrics, is_stream, knows_one, without};
use crate::stack::{BY_QUEUE, FAST, PREFIX_AWARE, Stack};

/// What is known of a stack in a cluster only.
pub(crate) const OF_CLUSTERS: [Check; 3] = [Check::Releases, Check::Objects, Check::Topology];

/// Runs every check; the processes are up, and there is a limit for the first token.
pub(crate) async fn verified(serving: &Serving) -> VerifyReport {
    let up = ["server-0", "scheduler"].map(|name| process(name, "running", true));
    let max_ttft = Some(Duration::from_secs(60));
    run(serving, Some(&up), &Settings { seed: 7, timeout: Duration::from_secs(60), max_ttft }).await
}

pub(crate) async fn run(
    serving: &Serving,
    processes: Option<&[Process]>,
    settings: &Settings,
) -> VerifyReport {
    let mut report = VerifyReport::new(serving, settings.seed);
    let behind = processes.map_or(Behind::Unknown, |processes| Behind::Processes(processes.to_owned()));
    let subject = Subject { serving, behind: &behind, picker_token: None, closed: None };
    verify::run(subject, Check::all(), settings, &mut report, |_| ()).await.unwrap();
    report
}

fn process(name: &str, state: &str, is_up: bool) -> Process {
    Process { name: name.to_owned(), state: state.to_owned(), is_up }
}

/// The checks that failed, and what they say.
#[track_caller]
fn assert_fails(report: &VerifyReport, expected: &[(Check, &str)]) {
    let failed: Vec<Check> = report.findings().map(|(check, _)| check).collect();
    let checks: Vec<Check> = expected.iter().map(|(check, _)| *check).collect();
    assert_eq!(failed, checks, "{report:#?}");
    for ((check, finding), (_, words)) in report.findings().zip(expected) {
        assert!(finding.what.contains(words), "{check}: {finding:?}");
    }
    assert_eq!(report.checks.len(), Check::all().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_check_passes_on_a_right_stack() {
    let stack = Stack::start().await;
    let report = verified(&stack.serving).await;
    assert_fails(&report, &[]);
    assert_eq!(
        (report.passed, report.skipped),
        (Check::all().len() - OF_CLUSTERS.len(), OF_CLUSTERS.len()),
        "{report:#?}"
    );
    assert!(report.holds() && !report.is_partial);
}

/// Where answers do not say who served, the model servers' counters do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_served_is_known_without_headers_too() {
    let stack = Stack::start().await;
    let fault =
        Fault::answer(|asked| !is_stream(asked), |reply| drop(reply.headers_mut().remove("x-inference-pod")));
    let door = Door::before(&stack.serving.front_door, fault).await;
    let behind = Serving { front_door: door.url.clone(), ..stack.serving.clone() };
    let report = verified(&behind).await;
    assert_eq!((report.passed, report.failed), (Check::all().len() - OF_CLUSTERS.len(), 0), "{report:#?}");
    // And without either, what cannot be known is skipped.
    let alone = Serving { picker_metrics: None, replicas: Vec::new(), ..behind };
    let report =
        run(&alone, None, &Settings { seed: 8, timeout: Duration::from_secs(60), max_ttft: None }).await;
    let skipped: Vec<Check> = report
        .checks
        .iter()
        .filter(|report| matches!(report.outcome, Outcome::Skipped { .. }))
        .map(|report| report.check)
        .collect();
    let expected = [
        Check::Processes,
        Check::Releases,
        Check::Objects,
        Check::Topology,
        Check::Servers,
        Check::PickerCounts,
        Check::SamePrefix,
        Check::DifferentPrefixes,
        Check::Burst,
        Check::ServerMetrics,
        Check::ReadyEndpoints,
        Check::FirstToken,
    ];
    assert_eq!(skipped, expected, "{report:#?}");
    assert!(report.holds());
}

/// Each fault of the front door fails one check.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_broken_front_door_fails_its_check_alone() {
    let stack = Stack::start().await;
    for (check, words, fault) in broken_doors() {
        let door = Door::before(&stack.serving.front_door, fault).await;
        let serving = Serving { front_door: door.url.clone(), ..stack.serving.clone() };
        assert_fails(&verified(&serving).await, &[(check, words)]);
    }
}

/// The other ends of a stream that is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_has_several_events_and_an_end() {
    let stack = Stack::start().await;
    for (words, cut) in [
        ("without [DONE]", Fault::answer(is_unhurried, without_done)),
        ("1 events with text", Fault::answer(is_stream, one_event)),
    ] {
        let door = Door::before(&stack.serving.front_door, cut).await;
        let serving = Serving { front_door: door.url.clone(), ..stack.serving.clone() };
        let report = verified(&serving).await;
        assert_fails(&report, &[(Check::Streaming, words)]);
    }
}

/// Every second stream, so that the first one comes as it is made.
fn is_unhurried(asked: &Asked) -> bool {
    static WAS_ONE: AtomicBool = AtomicBool::new(false);
    is_stream(asked) && WAS_ONE.fetch_xor(true, Relaxed)
}

fn without_done(reply: &mut Reply) {
    let text = String::from_utf8(reply.body().to_vec()).unwrap();
    *reply.body_mut() = text.replace("data: [DONE]\n\n", "").into();
}

fn one_event(reply: &mut Reply) {
    let event = json!({"choices": [{"index": 0, "delta": {"content": "all"}, "finish_reason": "stop"}]});
    *reply.body_mut() = format!("data: {event}\n\ndata: [DONE]\n\n").into();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_parts_behind_the_front_door_fail_their_checks_alone() {
    let stack = Stack::start().await;
    let good = &stack.serving;
    // A model server that is sick.
    let sick = |asked: &Asked| asked.uri().path() == "/health";
    let door = Door::before(
        &good.replicas[1].url,
        Fault::answer(sick, |reply| *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE),
    )
    .await;
    let mut serving = good.clone();
    serving.replicas[1].url.clone_from(&door.url);
    assert_fails(&verified(&serving).await, &[(Check::Servers, "server-1: ")]);
    // One that counts nothing.
    let door = Door::before(
        &good.replicas[2].url,
        Fault::answer(is_page_of_metrics, |reply| without(reply, &["vllm:request_success_total"])),
    )
    .await;
    let mut serving = good.clone();
    serving.replicas[2].url.clone_from(&door.url);
    assert_fails(&verified(&serving).await, &[(Check::ServerMetrics, "server-2 has no vllm:")]);
    // One that does not say how full it is.
    let door = Door::before(
        &good.replicas[2].url,
        Fault::answer(is_page_of_metrics, |reply| without(reply, &["vllm:kv_cache_usage_perc"])),
    )
    .await;
    let mut serving = good.clone();
    serving.replicas[2].url.clone_from(&door.url);
    assert_fails(&verified(&serving).await, &[(Check::ServerMetrics, "server-2 has no vllm:kv_cache")]);
    // A picker whose page is not that of the picker in the path.
    let url = good.picker_metrics.as_ref().unwrap().strip_suffix("/metrics").unwrap();
    let requests = ["inference_objective_request_total", "llm_d_epp_request_total"];
    let door = Door::before(
        url,
        Fault::answer(is_page_of_metrics, |reply| {
            let requests = ["inference_objective_request_total", "llm_d_epp_request_total"];
            without(reply, &requests);
        }),
    )
    .await;
    let serving = Serving { picker_metrics: Some(format!("{}/metrics", door.url)), ..good.clone() };
    assert_fails(&verified(&serving).await, &[(Check::PickerCounts, &format!("{} moved by 0", requests[0]))]);
    // A picker that knows one of three.
    let door = Door::before(url, Fault::answer(is_page_of_metrics, knows_one)).await;
    let serving = Serving { picker_metrics: Some(format!("{}/metrics", door.url)), ..good.clone() };
    assert_fails(&verified(&serving).await, &[(Check::ReadyEndpoints, "is 1, of 3 model servers")]);
    // A process that has ended, and a limit that nothing can keep.
    let processes = [process("scheduler", "running", true), process("server-2", "exited with code 1", false)];
    let settings =
        Settings { seed: 7, timeout: Duration::from_secs(60), max_ttft: Some(Duration::from_nanos(1)) };
    let report = run(good, Some(&processes), &settings).await;
    let expected =
        [(Check::Processes, "server-2 is exited with code 1"), (Check::FirstToken, "not within 0 ms")];
    assert_fails(&report, &expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pickers_that_do_not_go_by_prefix_or_load_are_found_out() {
    // Of six, chance names one ten times out of twelve once in a hundred thousand runs.
    let by_queue = Stack::with(BY_QUEUE, FAST, &["decode"; 6]).await;
    assert_fails(&verified(&by_queue.serving).await, &[(Check::SamePrefix, "of 12 with one prefix")]);
    // One that never names a model server that it knows.
    let partial = Stack::with(PREFIX_AWARE, FAST, &["decode", "decode", "prefill"]).await;
    assert_fails(&verified(&partial.serving).await, &[(Check::Burst, "nothing went to server-2")]);
}

/// Straight to the model servers in turn, as a plain Service would.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stack_without_a_picker_in_the_path_is_found_out() {
    let (stack, other) = (Stack::start().await, Stack::start().await);
    let serving = Serving { front_door: stack.serving.replicas[0].url.clone(), ..other.serving.clone() };
    let report = verified(&serving).await;
    let failed: Vec<Check> = report.findings().map(|(check, _)| check).collect();
    let expected = [
        Check::PickerHeader,
        Check::PickerCounts,
        Check::DifferentPrefixes,
        Check::Burst,
        Check::ServerMetrics,
    ];
    assert_eq!(failed, expected, "{report:#?}");
}
