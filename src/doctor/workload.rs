//! The pods of a stack, and what they ask of nodes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::quantity::thousandths;
use crate::cluster::object::{list, text};
use crate::render::{Manifest, Stack};

/// Resources in thousandths, by name.
pub(super) type Resources = BTreeMap<String, i128>;

/// Pods that are alike.
#[derive(Clone, Debug)]
pub(super) struct Workload {
    /// `Deployment/NAME`.
    pub(super) object: String,
    pub(super) replicas: u64,
    /// The pods' `metadata` and `spec`.
    pub(super) template: Value,
    /// The labels by which its pods are known.
    pub(super) selector: Map<String, Value>,
}

impl Workload {
    /// Every workload that the stack's manifests make.
    pub(super) fn all(stack: &Stack) -> Vec<Self> {
        stack.manifests().flat_map(Self::of).collect()
    }

    fn of(manifest: &Manifest) -> Vec<Self> {
        let spec = &manifest.object["spec"];
        let replicas = spec["replicas"].as_u64().unwrap_or(1);
        let object = manifest.to_string();
        let selector = || spec["selector"]["matchLabels"].as_object().cloned().unwrap_or_default();
        let made = |template: &Value, replicas: u64, selector: Map<String, Value>| Self {
            object: object.clone(),
            replicas,
            template: template.clone(),
            selector,
        };
        match manifest.kind() {
            "Deployment" | "StatefulSet" => vec![made(&spec["template"], replicas, selector())],
            "LeaderWorkerSet" => {
                let group = &spec["leaderWorkerTemplate"];
                let size = group["size"].as_u64().unwrap_or(1);
                let name = ("leaderworkerset.sigs.k8s.io/name".to_owned(), manifest.name().into());
                let selector: Map<String, Value> = [name].into_iter().collect();
                match group.get("leaderTemplate").filter(|template| template.is_object()) {
                    Some(leader) => vec![
                        made(leader, replicas, selector.clone()),
                        made(
                            &group["workerTemplate"],
                            replicas.saturating_mul(size.saturating_sub(1)),
                            selector,
                        ),
                    ],
                    None => vec![made(&group["workerTemplate"], replicas.saturating_mul(size), selector)],
                }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn spec(&self) -> &Value {
        &self.template["spec"]
    }

    pub(super) fn labels(&self) -> Map<String, Value> {
        self.template["metadata"]["labels"].as_object().cloned().unwrap_or_default()
    }

    /// What one pod asks of a node.
    pub(super) fn demand(&self) -> Resources {
        demand(self.spec())
    }

    /// What the caches of one pod may take of a node's disk: the limits of `emptyDir`s that are not in memory.
    pub(super) fn disk(&self) -> i128 {
        let volumes = list(self.spec(), "/volumes").iter();
        let limits = volumes.filter(|volume| text(volume, "/emptyDir/medium") != "Memory");
        limits
            .filter_map(|volume| thousandths(volume.pointer("/emptyDir/sizeLimit")?))
            .fold(0, i128::saturating_add)
    }

    /// Whether a live pod is one of these.
    pub(super) fn has(&self, pod: &Value) -> bool {
        !self.selector.is_empty() && picks(&self.selector, pod["metadata"]["labels"].as_object())
    }

    /// The containers, those that run first included.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Value> {
        list(self.spec(), "/containers").iter().chain(list(self.spec(), "/initContainers"))
    }
}

/// Whether labels have everything that a selector asks for.
pub(super) fn picks(selector: &Map<String, Value>, labels: Option<&Map<String, Value>>) -> bool {
    selector.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
}

/// What a pod asks of a node: its containers together, or the greediest of those that run before them.
pub(super) fn demand(spec: &Value) -> Resources {
    let mut demand = Resources::new();
    for container in list(spec, "/containers") {
        add(&mut demand, &requests(container));
    }
    for container in list(spec, "/initContainers") {
        let wanted = requests(container);
        if text(container, "/restartPolicy") == "Always" {
            add(&mut demand, &wanted);
        } else {
            for (name, quantity) in wanted {
                let entry = demand.entry(name).or_default();
                *entry = (*entry).max(quantity);
            }
        }
    }
    demand
}

/// What a container asks for; a limit without a request is one.
fn requests(container: &Value) -> Resources {
    let of = |field: &str| container["resources"][field].as_object().cloned().unwrap_or_default();
    let mut wanted = of("limits");
    wanted.extend(of("requests"));
    wanted.into_iter().filter_map(|(name, value)| Some((name, thousandths(&value)?))).collect()
}

pub(super) fn add(to: &mut Resources, more: &Resources) {
    for (name, quantity) in more {
        let entry = to.entry(name.clone()).or_default();
        *entry = entry.saturating_add(*quantity);
    }
}
