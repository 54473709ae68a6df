//! An apply that changes nothing reads what is its own: what it costs does not grow with what else is in the namespace.
//! How long it takes is measured by `benches/beside-helm`.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use test_support::{Call, Fate, Proxy};

use crate::harness::{Site, cluster};
use crate::world::settled;

/// The environment with the most objects, and the one whose faults are looked for in the namespace.
const LARGEST: &str = "-e gke_tpu";
const ISTIO: &str = "-e istio --replicas 2";
/// Objects of each kind that somebody else puts into the namespace.
const MANY: usize = 100;

/// The calls of one run and the bytes that it read.
fn cost(site: &Site<'_>, proxy: &Proxy, calls: &Mutex<Vec<Call>>, line: &str) -> (Vec<String>, u64) {
    let before = proxy.bytes();
    let report = site.apply(line);
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "unchanged"));
    let calls = std::mem::take(&mut *calls.lock().unwrap_or_else(PoisonError::into_inner));
    let mut calls: Vec<String> =
        calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
    calls.sort();
    (calls, proxy.bytes() - before)
}

/// What others keep in a namespace: the records of their releases and pods among it.
fn strangers() -> Value {
    let filling = "x".repeat(2000);
    let objects = (0..MANY).flat_map(|number| {
        let name = format!("stranger-{number}");
        let labels = json!({"owner": "helm", "name": name, "app": "stranger"});
        let metadata = json!({"name": name, "labels": labels});
        let record = json!({"name": format!("sh.helm.release.v1.{name}.v1"), "labels": labels});
        let container = json!({"name": "main", "image": "stranger:1"});
        let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": name});
        [
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"filling": filling}}),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": record, "type": "helm.sh/release.v1",
                   "stringData": {"release": filling}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
                   "spec": {"schedulingGates": [{"name": "example.com/never"}], "containers": [container]}}),
            json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata,
                   "spec": {"maxReplicas": 2, "scaleTargetRef": target}}),
            json!({"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": metadata,
                   "spec": {"host": format!("{name}.example.com")}}),
        ]
    });
    json!({"apiVersion": "v1", "kind": "List", "items": objects.collect::<Vec<_>>()})
}

/// Whether a call lists all that a namespace has of a kind.
fn lists_a_whole_kind(call: &str, namespace: &str) -> bool {
    let place = format!("/namespaces/{namespace}/");
    let listed = call.strip_prefix("GET ").and_then(|path| path.split_once(&place));
    listed.is_some_and(|(_, rest)| {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        !path.trim_end_matches('/').contains('/') && !query.contains("Selector=")
    })
}

#[test]
fn strangers_cost_nothing() {
    let Some(cluster) = cluster() else { return };
    let calls = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&calls);
    let proxy = Proxy::start(cluster, move |call| {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone());
        Fate::Pass
    });
    let sites = [("no-op", LARGEST), ("no-op-istio", ISTIO)].map(|(prefix, line)| {
        let site = Site::new(cluster, prefix);
        site.apply(line);
        settled(&site);
        (site.with_kubeconfig(proxy.kubeconfig()), line)
    });
    let alone = sites.each_ref().map(|(site, line)| cost(site, &proxy, &calls, line));
    for (site, _) in &sites {
        let arguments = ["create", "--validate=false", "-n", &site.namespace, "-f", "-"];
        cluster.kubectl_with_input(&arguments, &strangers().to_string()).success();
    }
    for ((site, line), (calls_before, bytes_before)) in sites.iter().zip(alone) {
        let (calls, bytes) = cost(site, &proxy, &calls, line);
        assert_eq!(calls, calls_before, "{line}");
        let whole: Vec<&String> =
            calls.iter().filter(|call| lists_a_whole_kind(call, &site.namespace)).collect();
        assert!(whole.is_empty(), "{whole:#?}");
        // Versions and times may be written in one figure more.
        assert!(
            bytes < bytes_before + 2000,
            "{line}: {bytes} bytes, and {bytes_before} without the strangers"
        );
    }
}
