use serde_json::{Value, json};

use super::*;

fn target(ports: &[u16]) -> Target {
    let labels = BTreeMap::from([("app".to_owned(), "model".to_owned())]);
    Target { labels, ports: ports.to_vec(), metrics_port: None }
}

/// A pod that is in the pool and ready, changed by a JSON merge patch.
fn pod(patch: &Value) -> Pod {
    let mut pod = json!({
        "metadata": {"namespace": "llm-d", "name": "decode-0", "labels": {"app": "model", "role": "decode"}},
        "spec": {"containers": []},
        "status": {
            "podIP": "10.0.0.1",
            "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
        },
    });
    merge(&mut pod, patch);
    serde_json::from_value(pod).unwrap()
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else { return *target = patch.clone() };
    for (key, value) in patch {
        merge(&mut target[key], value);
    }
}

/// Name, address and metrics address of every endpoint.
fn names(target: &Target, pod: &Pod) -> Vec<(String, String, String)> {
    let endpoints = target.endpoints([pod]).into_iter();
    endpoints.map(|one| (one.name, one.address.to_string(), one.metrics_address.to_string())).collect()
}

fn ports(target: &Target, pod: &Pod) -> Vec<u16> {
    target.endpoints([pod]).into_iter().map(|one| one.address.port()).collect()
}

#[test]
fn a_ready_pod_is_an_endpoint_with_its_labels() {
    let endpoints = target(&[8000]).endpoints([&pod(&json!({}))]);
    let labels =
        [("app", "model"), ("role", "decode")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    let expected = EndpointSpec {
        namespace: "llm-d".to_owned(),
        name: "decode-0-rank-0".to_owned(),
        pod: "decode-0".to_owned(),
        address: "10.0.0.1:8000".parse().unwrap(),
        metrics_address: "10.0.0.1:8000".parse().unwrap(),
        labels: labels.into(),
    };
    assert_eq!(endpoints, [expected]);
}

#[test]
fn a_pod_that_may_not_serve_is_none() {
    for patch in [
        json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}),
        json!({"metadata": {"labels": {"app": "other"}}}),
        json!({"metadata": {"labels": null}}),
        json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}}),
        json!({"status": {"conditions": [{"type": "ContainersReady", "status": "True"}]}}),
        json!({"status": {"podIP": null}}),
        json!({"status": {"podIP": ""}}),
        json!({"status": null}),
    ] {
        assert!(target(&[8000]).endpoints([&pod(&patch)]).is_empty(), "{patch}");
    }
}

#[test]
fn without_labels_to_have_every_pod_is_taken() {
    let all = Target { labels: BTreeMap::new(), ..target(&[8000]) };
    assert_eq!(all.endpoints([&pod(&json!({"metadata": {"labels": null}}))]).len(), 1);
}

#[test]
fn every_port_is_a_rank() {
    let found = names(&target(&[8001, 8000]), &pod(&json!({"status": {"podIP": "fd00::1"}})));
    let expected = [("decode-0-rank-0", "[fd00::1]:8001"), ("decode-0-rank-1", "[fd00::1]:8000")]
        .map(|(name, address)| (name.to_owned(), address.to_owned(), address.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn ranks_keep_their_numbers_when_others_are_inactive() {
    let annotated = |name: &str, value: &str| pod(&json!({"metadata": {"annotations": {name: value}}}));
    let target = target(&[8000, 8001, 8002]);
    let two = annotated("llm-d.ai/active-ports", " 8002,x,9999,8001");
    let found: Vec<_> = names(&target, &two).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(found, ["decode-0-rank-1", "decode-0-rank-2"]);
    assert_eq!(ports(&target, &annotated("inference.networking.k8s.io/active-ports", "8000")), [8000]);
    assert_eq!(ports(&target, &annotated("llm-d.ai/active-ports", "")), Vec::<u16>::new());
    let both = pod(&json!({"metadata": {"annotations": {
        "llm-d.ai/active-ports": "8001", "inference.networking.k8s.io/active-ports": "8000",
    }}}));
    assert_eq!(ports(&target, &both), [8001]);
}

#[test]
fn another_port_for_metrics_counts_for_one_port_only() {
    let with = |ports: &[u16]| Target { metrics_port: Some(9400), ..target(ports) };
    let metrics =
        |target: &Target| names(target, &pod(&json!({}))).into_iter().map(|one| one.2).collect::<Vec<_>>();
    assert_eq!(metrics(&with(&[8000])), ["10.0.0.1:9400"]);
    assert_eq!(metrics(&with(&[8000, 8001])), ["10.0.0.1:8000", "10.0.0.1:8001"]);
}
