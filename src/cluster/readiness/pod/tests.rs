//! Pods and events in the shape in which a kubelet, a scheduler and their controllers write them.

use serde_json::json;

use super::*;

const NOW: &str = "2026-01-01T01:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn at(pod: &Value, events: &[Value]) -> Stage {
    stage(pod, &Evidence { events, now: now() })
}

#[track_caller]
fn trouble(pod: &Value, events: &[Value]) -> Trouble {
    match at(pod, events) {
        Stage::Failing(trouble) => *trouble,
        other => panic!("{other:?}\n{pod:#}"),
    }
}

/// What counts of a trouble: its class, its grace in seconds, and how it is counted.
#[track_caller]
fn class(pod: &Value, events: &[Value]) -> (&'static str, u64, String) {
    let trouble = trouble(pod, events);
    assert!(!trouble.cause.hint.is_empty() && trouble.cause.message.contains("Pod/p"), "{trouble:?}");
    (trouble.cause.code, trouble.cause.grace.as_secs(), trouble.summary)
}

fn pod(status: &Value) -> Value {
    json!({
        "metadata": {"name": "p", "creationTimestamp": "2026-01-01T00:50:00Z"},
        "spec": {"nodeName": "gpu-0", "containers": [{
            "name": "vllm", "image": "r/i:t", "resources": {"limits": {"memory": "8Gi"}},
            "startupProbe": {"initialDelaySeconds": 15, "periodSeconds": 30, "failureThreshold": 60},
        }]},
        "status": status,
    })
}

/// A pod on a node whose container is in this state.
fn with_container(phase: &str, state: &Value, more: &Value) -> Value {
    let mut container = json!({"name": "vllm", "image": "r/i:t", "restartCount": 0, "ready": false,
                               "started": false, "state": state});
    for (key, value) in more.as_object().unwrap() {
        container[key] = value.clone();
    }
    pod(&json!({"phase": phase, "containerStatuses": [container],
                "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}]}))
}

fn waiting(reason: &str, message: &str) -> Value {
    with_container("Pending", &json!({"waiting": {"reason": reason, "message": message}}), &json!({}))
}

fn event(reason: &str, message: &str) -> Value {
    json!({"involvedObject": {"kind": "Pod", "name": "p"}, "reason": reason, "message": message,
           "firstTimestamp": "2026-01-01T00:55:00Z", "lastTimestamp": "2026-01-01T00:59:00Z"})
}

#[test]
fn images() {
    let cases = [
        ("failed to resolve reference \"r/i:t\": r/i:t: not found", 0, "not found"),
        ("manifest unknown: manifest unknown", 0, "not found"),
        (
            "unexpected status from HEAD request to https://r/v2/i: 401 Unauthorized",
            0,
            "the registry refuses",
        ),
        ("unexpected status from HEAD request to https://r/v2/i: 403 Forbidden", 0, "the registry refuses"),
        ("no match for platform in manifest: not found", 0, "not for this platform"),
        ("toomanyrequests: You have reached your pull rate limit", 120, "the registry limits its rate"),
        ("dial tcp 10.0.0.1:443: i/o timeout", 120, "the registry is out of reach"),
        ("dial tcp: lookup r on 10.96.0.10:53: no such host", 120, "the registry is out of reach"),
        ("tls: failed to verify certificate: x509: unknown authority", 120, "the registry is out of reach"),
        ("Back-off pulling image \"r/i:t\"", 10, "back-off"),
    ];
    for (message, grace, summary) in cases {
        let told = class(&waiting("ErrImagePull", message), &[]);
        assert_eq!(told, ("ImagePull", grace, format!("image pull: {summary}")), "{message}");
    }
    assert_eq!(class(&waiting("InvalidImageName", ""), &[]).0, "InvalidImageName");
}

#[test]
fn while_the_kubelet_backs_off_an_event_says_why() {
    let events = [
        event("Failed", "Error: ImagePullBackOff"),
        event("Failed", "Failed to pull image \"r/i:t\": rpc error: code = NotFound desc = r/i:t: not found"),
    ];
    let told = class(&waiting("ImagePullBackOff", "Back-off pulling image \"r/i:t\""), &events);
    assert_eq!(told, ("ImagePull", 0, "image pull: not found".to_owned()));
}

#[test]
fn what_a_container_needs_is_named() {
    let pod =
        waiting("CreateContainerConfigError", "couldn't find key HF_TOKEN in Secret demo/llm-d-hf-token");
    let told = class(&pod, &[]);
    assert_eq!(told, ("ContainerConfig", 20, "Secret/llm-d-hf-token has no key HF_TOKEN".to_owned()));
    assert!(trouble(&pod, &[]).cause.hint.contains("kubectl create secret generic llm-d-hf-token"));
    let pod = waiting("CreateContainerConfigError", "configmap \"c\" not found");
    assert_eq!(trouble(&pod, &[]).cause.hint, "make ConfigMap/c, or name another in the values");
}

fn crashed(restarts: u64, reason: &str, code: u64) -> Value {
    json!({"restartCount": restarts, "lastState": {"terminated": {"reason": reason, "exitCode": code}}})
}

#[test]
fn crash_loops() {
    let back_off = json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}});
    let pod = |restarts: u64| with_container("Running", &back_off, &crashed(restarts, "Error", 1));
    assert_eq!(class(&pod(1), &[]), ("CrashLoop", 60, "crash loop (exit code 1)".to_owned()));
    assert_eq!(class(&pod(2), &[]).1, 0);
    assert_eq!(trouble(&pod(2), &[]).crashed.unwrap(), "vllm");
    // It has just begun again: that is no success yet, and later it is.
    let again = |begun: &str| {
        with_container("Running", &json!({"running": {"startedAt": begun}}), &crashed(3, "Error", 1))
    };
    assert_eq!(class(&again("2026-01-01T00:59:50Z"), &[]).0, "CrashLoop");
    assert!(matches!(at(&again("2026-01-01T00:58:00Z"), &[]), Stage::Loading { .. }));
}

#[test]
fn memory() {
    let back_off = json!({"waiting": {"reason": "CrashLoopBackOff"}});
    let pod = with_container("Running", &back_off, &crashed(1, "OOMKilled", 137));
    assert_eq!(class(&pod, &[]), ("OutOfMemory", 0, "out of memory".to_owned()));
    assert_eq!(
        trouble(&pod, &[]).cause.message,
        "Pod/p: container vllm was killed for its memory (1 restarts): its limit is 8Gi"
    );
    let killed = with_container("Running", &back_off, &crashed(2, "Error", 137));
    assert!(
        trouble(&killed, &[]).cause.message.contains("exit code 137, killed from outside, as for memory")
    );
}

#[test]
fn evictions_count_while_they_are_new() {
    let evicted = |time: &str| {
        pod(&json!({"phase": "Failed", "reason": "Evicted", "startTime": time,
                    "message": "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi."}))
    };
    assert_eq!(class(&evicted("2026-01-01T00:59:00Z"), &[]), ("Evicted", 0, "evicted".to_owned()));
    assert!(trouble(&evicted("2026-01-01T00:59:00Z"), &[]).cause.hint.contains("ephemeral-storage"));
    assert_eq!(at(&evicted("2026-01-01T00:30:00Z"), &[]), Stage::Leaving);
}

#[test]
fn volumes_claims_and_sandboxes_show_in_events_only() {
    let creating = waiting("ContainerCreating", "");
    let cases = [
        (
            "FailedMount",
            "MountVolume.SetUp failed for volume \"e\" : configmap \"envoy\" not found",
            "FailedMount",
            "ConfigMap/envoy is missing",
        ),
        (
            "FailedAttachVolume",
            "Multi-Attach error for volume \"pvc-1\"",
            "FailedMount",
            "volume not mounted",
        ),
        (
            "FailedPrepareDynamicResources",
            "NodePrepareResources failed",
            "ResourceClaim",
            "devices not prepared",
        ),
        (
            "FailedCreatePodSandBox",
            "plugin type=\"cilium-cni\" failed",
            "FailedSandbox",
            "no network or sandbox",
        ),
    ];
    for (reason, message, code, summary) in cases {
        assert_eq!(class(&creating, &[event(reason, message)]), (code, 60, summary.to_owned()));
    }
    assert_eq!(at(&creating, &[]), Stage::Starting);
}

fn unschedulable(message: &str) -> Value {
    pod(&json!({"phase": "Pending", "conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]}))
}

#[test]
fn an_autoscaler_says_whether_a_node_comes() {
    let pod = unschedulable(
        "0/6 nodes are available: 1 Insufficient cpu, 6 Insufficient nvidia.com/gpu. preemption: 0/6 nodes are available.",
    );
    let summary = "unschedulable: insufficient nvidia.com/gpu".to_owned();
    assert_eq!(class(&pod, &[]), ("Unschedulable", 30, summary.clone()));
    assert_eq!(
        trouble(&pod, &[]).cause.message,
        "Pod/p cannot be scheduled: 0/6 nodes are available: 1 Insufficient cpu, 6 Insufficient nvidia.com/gpu"
    );
    let scaling = event("TriggeredScaleUp", "pod triggered scale-up: [{gpu-pool 0->1 (max: 4)}]");
    assert_eq!(class(&pod, std::slice::from_ref(&scaling)), ("Unschedulable", 900, summary.clone()));
    let mut refused =
        event("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached");
    refused["lastTimestamp"] = "2026-01-01T00:59:30Z".into();
    // What was said last holds.
    assert_eq!(class(&pod, &[refused, scaling]), ("Unschedulable", 0, summary));
    let claim = unschedulable("0/2 nodes are available: 2 cannot allocate all claims.");
    assert_eq!(class(&claim, &[]).0, "ResourceClaim");
}

#[test]
fn a_gate_is_no_trouble() {
    let mut gated = pod(&json!({"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]}));
    gated["spec"]["schedulingGates"] = json!([{"name": "kueue.x-k8s.io/admission"}]);
    let stage = at(&gated, &[]);
    assert_eq!(stage.describe(), "held by scheduling gate kueue.x-k8s.io/admission");
    assert!(is_within_budget(&gated, &stage, &Evidence { events: &[], now: now() }));
}

fn running(begun: &str, started: bool) -> Value {
    with_container("Running", &json!({"running": {"startedAt": begun}}), &json!({"started": started}))
}

#[test]
fn loading_has_the_time_that_its_probe_allows() {
    let loading = at(&running("2026-01-01T00:55:48Z", false), &[]);
    assert_eq!(loading.describe(), "loading 4m12s of 30m15s");
    // The beginning of a container by a clock ahead of ours.
    assert_eq!(at(&running("2026-01-01T01:00:30Z", false), &[]).describe(), "loading 0s of 30m15s");
}

#[test]
fn readiness_may_fail_for_two_minutes_after_the_start() {
    let unhealthy = |first: &str| {
        let mut event = event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
        event["firstTimestamp"] = first.into();
        event
    };
    let pod = running("2026-01-01T00:50:00Z", true);
    assert_eq!(at(&pod, &[unhealthy("2026-01-01T00:59:00Z")]), Stage::Warming);
    let told = class(&pod, &[unhealthy("2026-01-01T00:57:00Z")]);
    assert_eq!(told, ("Unready", 0, "not ready after start".to_owned()));
    // Where nothing tells when it was started, the whole of the probe's time counts.
    assert_eq!(at(&pod, &[]), Stage::Warming);
    let mut without_probe = pod;
    without_probe["spec"]["containers"][0].as_object_mut().unwrap().remove("startupProbe");
    assert_eq!(class(&without_probe, &[]).0, "Unready");
}

#[test]
fn who_does_not_answer_its_probes_is_killed() {
    let again = with_container(
        "Running",
        &json!({"running": {"startedAt": "2026-01-01T00:59:00Z"}}),
        &crashed(1, "Error", 137),
    );
    for (which, code) in [("liveness", "LivenessFailed"), ("startup", "StartupFailed")] {
        let events = [event("Killing", &format!("Container vllm failed {which} probe, will be restarted"))];
        assert_eq!(class(&again, &events), (code, 0, format!("killed by its {which} probe")));
    }
    let of_another = [event("Killing", "Container sidecar failed liveness probe, will be restarted")];
    assert!(matches!(at(&again, &of_another), Stage::Loading { .. }));
}

#[test]
fn nodes_that_do_not_answer() {
    let pod = running("2026-01-01T00:50:00Z", true);
    let told = class(&pod, &[event("NodeNotReady", "Node is not ready")]);
    assert_eq!(told, ("NodeLost", 300, "node lost".to_owned()));
    let mut overdue = pod;
    overdue["metadata"]["deletionTimestamp"] = "2026-01-01T00:58:00Z".into();
    assert_eq!(class(&overdue, &[]).0, "NodeLost");
    overdue["metadata"]["deletionTimestamp"] = "2026-01-01T00:59:30Z".into();
    assert_eq!(at(&overdue, &[]), Stage::Leaving);
}

#[test]
fn pods_are_counted_by_what_they_are_at() {
    let stages = [
        Stage::Ready,
        at(&running("2026-01-01T00:56:00Z", false), &[]),
        at(&running("2026-01-01T00:55:48Z", false), &[]),
        at(&unschedulable("0/6 nodes are available: 6 Insufficient nvidia.com/gpu."), &[]),
        Stage::Leaving,
    ];
    assert_eq!(tally(&stages).unwrap(), "2 loading 4m/30m · 1 unschedulable: insufficient nvidia.com/gpu");
    assert_eq!(tally(&stages[..1]), None);
}

#[test]
fn the_guide_s_model_servers_get_their_half_hour() {
    assert_eq!(startup::budget(&pod(&json!({}))["spec"]["containers"][0]), Some(seconds(1815)));
    assert_eq!(startup::budget(&json!({"startupProbe": {}})), Some(seconds(30)));
    assert_eq!(startup::budget(&json!({})), None);
}
