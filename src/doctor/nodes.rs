//! Whether pods find room: each against the nodes, one by one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::quantity::thousandths;
use super::workload::{Resources, Workload, add, demand};
use crate::cluster::object::{list, text};

/// A node and what is left of it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) live: &'a Value,
    pub(super) name: &'a str,
    free: Resources,
}

/// The nodes with what the pods on them leave; the pods of the stack itself do not count, as it is they that shall fit.
pub(super) fn nodes<'a>(
    live: &'a [Value],
    pods: &[Value],
    namespace: &str,
    workloads: &[Workload],
) -> Vec<Node<'a>> {
    let is_ours = |pod: &Value| {
        text(pod, "/metadata/namespace") == namespace && workloads.iter().any(|workload| workload.has(pod))
    };
    let mut used: BTreeMap<&str, Resources> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| !is_ours(pod)) {
        let used = used.entry(text(pod, "/spec/nodeName")).or_default();
        let mut asked = demand(&pod["spec"]);
        asked.insert("pods".to_owned(), 1000);
        add(used, &asked);
    }
    let node = |live: &'a Value| {
        let name = text(live, "/metadata/name");
        let taken = used.get(name);
        let free = allocatable(live).into_iter().map(|(resource, all)| {
            let taken = taken.and_then(|taken| taken.get(&resource)).copied().unwrap_or_default();
            (resource, all.saturating_sub(taken))
        });
        Node { live, name, free: free.collect() }
    };
    live.iter().map(node).collect()
}

fn allocatable(node: &Value) -> Resources {
    let all = node.pointer("/status/allocatable").and_then(Value::as_object);
    all.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), thousandths(value)?))).collect()
}

/// How much of a resource a node has for pods, in all.
pub(super) fn capacity(node: &Value, resource: &str) -> i128 {
    allocatable(node).get(resource).copied().unwrap_or_default()
}

/// Where the pods of a workload would go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Placement {
    /// Pods by node.
    pub(super) by_node: BTreeMap<String, u64>,
    /// Why the other nodes take none, or no more, and how many say so.
    pub(super) obstacles: BTreeMap<String, usize>,
}

impl Placement {
    pub(super) fn placed(&self) -> u64 {
        self.by_node.values().sum()
    }
}

/// Places the pods of each workload on the first nodes with room, which then have less of it.
pub(super) fn place(workloads: &[Workload], nodes: &mut [Node<'_>]) -> Vec<Placement> {
    workloads.iter().map(|workload| place_one(workload, nodes)).collect()
}

fn place_one(workload: &Workload, nodes: &mut [Node<'_>]) -> Placement {
    let mut demand = workload.demand();
    demand.insert("pods".to_owned(), 1000);
    let mut placement = Placement::default();
    let mut left = workload.replicas;
    for node in nodes {
        let mut here = 0;
        let obstacle = loop {
            if left == 0 {
                break None;
            }
            if let Some(obstacle) = node.obstacle(workload, &demand) {
                break Some(obstacle);
            }
            for (resource, quantity) in &demand {
                let free = node.free.entry(resource.clone()).or_default();
                *free = free.saturating_sub(*quantity);
            }
            (here, left) = (here + 1, left - 1);
        };
        if here > 0 {
            placement.by_node.insert(node.name.to_owned(), here);
        }
        if let Some(obstacle) = obstacle {
            *placement.obstacles.entry(obstacle).or_default() += 1;
        }
    }
    placement
}

impl Node<'_> {
    /// Why the node does not take one more pod; none where it does.
    fn obstacle(&self, workload: &Workload, demand: &Resources) -> Option<String> {
        let spec = workload.spec();
        if self.live["spec"]["unschedulable"] == true {
            return Some("cordoned".to_owned());
        }
        let is_down =
            |condition: &Value| text(condition, "/type") == "Ready" && text(condition, "/status") != "True";
        if list(self.live, "/status/conditions").iter().any(is_down) {
            return Some("not ready".to_owned());
        }
        if let Some(label) = self.unselected(spec) {
            return Some(format!("without the label {label}"));
        }
        if let Some(taint) = untolerated(self.live, spec) {
            return Some(format!("with the taint {taint}, which the pods do not tolerate"));
        }
        let short = demand
            .iter()
            .find(|(resource, quantity)| **quantity > self.free.get(*resource).copied().unwrap_or_default());
        short.map(|(resource, _)| format!("with too little {resource}"))
    }

    /// What a pod's node selector or required affinity asks for and the node does not have.
    fn unselected(&self, spec: &Value) -> Option<String> {
        let labels = self.live["metadata"]["labels"].as_object();
        let selector = spec["nodeSelector"].as_object();
        let missing = selector
            .into_iter()
            .flatten()
            .find(|(key, value)| labels.and_then(|labels| labels.get(*key)) != Some(value));
        if let Some((key, value)) = missing {
            return Some(format!("{key}={}", value.as_str().unwrap_or_default()));
        }
        let terms = list(
            spec,
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms",
        );
        let unmet = |term: &Value| {
            let expressions = list(term, "/matchExpressions").iter();
            expressions
                .map(|one| (one, matches(one, labels)))
                .find(|(_, met)| !met)
                .map(|(one, _)| one.clone())
        };
        let unmet: Option<Vec<Value>> = terms.iter().map(unmet).collect();
        unmet?.first().map(|expression| text(expression, "/key").to_owned())
    }
}

/// Whether a node has what an expression asks for; what is not known of it is taken to hold.
fn matches(expression: &Value, labels: Option<&Map<String, Value>>) -> bool {
    let value = labels.and_then(|labels| labels.get(text(expression, "/key")));
    let is_listed = value.is_some_and(|value| list(expression, "/values").contains(value));
    match text(expression, "/operator") {
        "In" => is_listed,
        "NotIn" => !is_listed,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => true,
    }
}

/// A taint that keeps a pod away.
fn untolerated(node: &Value, spec: &Value) -> Option<String> {
    let is_tolerated = |taint: &Value| {
        list(spec, "/tolerations").iter().any(|toleration| {
            let (key, effect) = (text(toleration, "/key"), text(toleration, "/effect"));
            let has_key = key == text(taint, "/key") || key.is_empty();
            let has_value = text(toleration, "/operator") == "Exists"
                || text(toleration, "/value") == text(taint, "/value");
            has_key && has_value && (effect.is_empty() || effect == text(taint, "/effect"))
        })
    };
    list(node, "/spec/taints")
        .iter()
        .filter(|taint| matches!(text(taint, "/effect"), "NoSchedule" | "NoExecute"))
        .find(|taint| !is_tolerated(taint))
        .map(|taint| text(taint, "/key").to_owned())
}

/// A label that says a node has accelerators of a resource, whether or not it offers them.
pub(super) fn accelerator_label(node: &Value, resource: &str) -> Option<&'static str> {
    const NVIDIA: &[&str] = &[
        "nvidia.com/gpu.present",
        "nvidia.com/gpu.product",
        "cloud.google.com/gke-accelerator",
        "k8s.amazonaws.com/accelerator",
        "doks.digitalocean.com/gpu-brand",
    ];
    let known = match resource.split('/').next()? {
        "nvidia.com" => NVIDIA,
        "google.com" => &["cloud.google.com/gke-tpu-accelerator"],
        "gpu.intel.com" => &["intel.feature.node.kubernetes.io/gpu"],
        _ => &[],
    };
    let labels = node["metadata"]["labels"].as_object()?;
    known.iter().copied().find(|label| labels.get(*label).is_some_and(|value| value != "false"))
}

#[cfg(test)]
mod tests;
