//! The names that controllers will make: pods, revisions, proxies, shadow Services.

use serde_json::Value;

use super::objects::{LONGEST_STATEFUL_SET, text};
use super::{Row, Verdict, syntax};
use crate::environment::names::{self, LONGEST_LABEL};
use crate::render::manifest::Manifest;

/// Characters of a pod-template or revision hash, at most.
const HASH: &str = "##########";
/// The random end of a generated pod name.
const RANDOM: &str = "*****";
/// What the API server keeps of a `generateName` before it adds [`RANDOM`].
const GENERATE_NAME: usize = LONGEST_LABEL - RANDOM.len();
/// Longest DNS name.
const LONGEST_HOST: usize = 253;

pub(super) fn gateway_class(manifest: &Manifest) -> Option<&str> {
    let class = || text(&manifest.object, "/spec/gatewayClassName");
    (manifest.kind() == "Gateway").then(class).flatten()
}

/// `istio`: whether the stack has a Gateway of that class, so that pools get istio's Service.
pub(super) fn rows(manifest: &Manifest, namespace: &str, istio: bool) -> Vec<Row> {
    let object = manifest.to_string();
    let name = manifest.name();
    match manifest.kind() {
        "Deployment" => vec![deployment_pod(&object, "pod name", name)],
        "ReplicaSet" => vec![replica_set_pod(&object, name)],
        "StatefulSet" => stateful_set_pods(&object, name, manifest),
        "LeaderWorkerSet" => leader_worker_set(&object, name, manifest),
        "Service" => {
            let host = names::service_host(name, manifest.namespace().unwrap_or(namespace));
            vec![Row::sized(&object, "host name", host, LONGEST_HOST)]
        }
        "Gateway" => gateway(&object, manifest),
        "InferencePool" if istio => vec![pool_service(&object, name)],
        _ => Vec::new(),
    }
}

/// A pod of a Deployment is `generateName` cut at 58, plus 5 random characters; the kubelet makes it the host name.
fn deployment_pod(object: &str, what: &str, deployment: &str) -> Row {
    let generated = format!("{deployment}-{HASH}-");
    let value = names::truncated(&generated, GENERATE_NAME).to_owned() + RANDOM;
    let kept = GENERATE_NAME.saturating_sub(deployment.len() + 1).min(HASH.len());
    let mut row = Row::sized(object, what, value, LONGEST_LABEL);
    if generated.len() > GENERATE_NAME {
        row.verdict = Verdict::Cut(match kept {
            0 => "no hash character remains, so the pods of two ReplicaSets differ in their random end only"
                .to_owned(),
            10 => "the hash remains, without the dash after it".to_owned(),
            1 => "1 of 10 hash characters remains".to_owned(),
            kept => format!("{kept} of 10 hash characters remain"),
        });
    }
    row
}

fn replica_set_pod(object: &str, replica_set: &str) -> Row {
    let generated = format!("{replica_set}-");
    let value = names::truncated(&generated, GENERATE_NAME).to_owned() + RANDOM;
    let mut row = Row::sized(object, "pod name", value, LONGEST_LABEL);
    if generated.len() > GENERATE_NAME {
        row.verdict = Verdict::Cut("the end of the ReplicaSet's name is lost".to_owned());
    }
    row
}

/// The number of digits in the highest of `count` ordinals, as its text.
fn highest(count: Option<u64>) -> String {
    count.unwrap_or(1).saturating_sub(1).to_string()
}

fn stateful_set_pods(object: &str, name: &str, manifest: &Manifest) -> Vec<Row> {
    let replicas = manifest.object.pointer("/spec/replicas").and_then(Value::as_u64);
    vec![
        Row::sized(object, "pod hostname", format!("{name}-{}", highest(replicas)), LONGEST_LABEL),
        revision(object, "label controller-revision-hash", name),
    ]
}

/// `NAME-HASH` in a label of every pod of a `StatefulSet`; over 63 the pods are refused.
fn revision(object: &str, what: &str, stateful_set: &str) -> Row {
    Row::sized(object, what, format!("{stateful_set}-{HASH}"), LONGEST_LABEL)
}

/// Leaders are pods of a `StatefulSet` with the set's own name; the workers of group i are pods of a `StatefulSet`
/// named after their leader, `NAME-i`.
fn leader_worker_set(object: &str, name: &str, manifest: &Manifest) -> Vec<Row> {
    let number = |pointer: &str| manifest.object.pointer(pointer).and_then(Value::as_u64);
    let leader = format!("{name}-{}", highest(number("/spec/replicas")));
    let size = number("/spec/leaderWorkerTemplate/size");
    let mut rows = vec![
        Row::sized(object, "leader StatefulSet", name, LONGEST_STATEFUL_SET),
        Row::sized(object, "leader pod hostname", &leader, LONGEST_LABEL),
        revision(object, "leader label controller-revision-hash", name),
    ];
    if size.is_some_and(|size| size > 1) {
        rows.push(Row::sized(object, "worker StatefulSet", &leader, LONGEST_STATEFUL_SET));
        rows.push(Row::sized(
            object,
            "worker pod hostname",
            format!("{leader}-{}", highest(size)),
            LONGEST_LABEL,
        ));
        rows.push(revision(object, "worker label controller-revision-hash", &leader));
    }
    rows
}

/// The proxy's Service, host name and pods, where the class has a proxy in the cluster.
fn gateway(object: &str, manifest: &Manifest) -> Vec<Row> {
    let class = gateway_class(manifest).unwrap_or_default();
    let own = text(&manifest.object, "/metadata/annotations/gateway.istio.io~1name-override")
        .filter(|_| class == "istio")
        .map(str::to_owned);
    let Some(proxy) = own.or_else(|| names::gateway_proxy(manifest.name(), class)) else {
        return Vec::new();
    };
    vec![
        Row::sized(object, "proxy Service", &proxy, LONGEST_LABEL).checked(syntax::service_name),
        deployment_pod(object, "proxy pod name", &proxy),
    ]
}

fn pool_service(object: &str, pool: &str) -> Row {
    let service = names::istio_pool_service(pool);
    let cut = !service.starts_with(&format!("{pool}-ip-"));
    let mut row = Row::sized(object, "istio's Service", service, LONGEST_LABEL);
    if cut {
        row.verdict = Verdict::Cut("the end of the pool's name is lost, its hash remains".to_owned());
    }
    row
}
