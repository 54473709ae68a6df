//! Whether the pods find room on the nodes, and their models on the nodes' disks.

use serde_json::Value;

use super::super::nodes::{Placement, accelerator_label, capacity, nodes, place};
use super::super::quantity::words;
use super::super::workload::Workload;
use super::{Facts, Seen, Wanted};
use crate::cluster::object::text;
use crate::doctor::report::{Finding, Verdict};

fn placements(wanted: &Wanted<'_>, facts: &Facts) -> Result<Vec<Placement>, String> {
    let (live, pods) = (facts.nodes.known()?, facts.pods.known()?);
    let mut nodes = nodes(live, pods, &wanted.stack.namespace, &wanted.workloads);
    Ok(place(&wanted.workloads, &mut nodes))
}

pub(super) fn accelerators(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let placements = placements(wanted, facts)?;
    let live = facts.nodes.known()?;
    let grows = matches!(facts.autoscaler.get(), Some(Some(_)));
    let mut findings = Vec::new();
    let mut evidence = Vec::new();
    for (workload, placement) in wanted.workloads.iter().zip(&placements) {
        let pod = asked(workload);
        if placement.placed() >= workload.replicas {
            evidence.push(format!("{} pods of {pod}", workload.replicas));
            continue;
        }
        let cause = short(workload, placement, &pod, live);
        let fix = more_room(wanted, workload, placement, live);
        findings.push(if grows {
            let cause = format!("{cause}; the cluster's autoscaler may add nodes");
            Finding::warning(&workload.object, cause, fix)
        } else {
            Finding::error(&workload.object, cause, fix)
        });
    }
    Ok(Verdict::new(format!("{} nodes have room for {}", live.len(), evidence.join(", ")), findings))
}

/// What tells a pod of this workload from others: its accelerators, else its processors and memory.
fn asked(workload: &Workload) -> String {
    let demand = workload.demand();
    let has_accelerators = demand.keys().any(|resource| resource.contains('/'));
    let told: Vec<String> = demand
        .iter()
        .filter(|(resource, _)| resource.contains('/') == has_accelerators)
        .map(|(resource, quantity)| format!("{} {resource}", words(resource, *quantity)))
        .collect();
    if told.is_empty() { "any size".to_owned() } else { told.join(" and ") }
}

/// `need 8 pods of 2 nvidia.com/gpu each; 3 fit now (node-a 2, node-b 1); 5 nodes with too little cpu`.
fn short(workload: &Workload, placement: &Placement, pod: &str, live: &[Value]) -> String {
    let by_node: Vec<String> =
        placement.by_node.iter().map(|(node, pods)| format!("{node} {pods}")).collect();
    let where_ = if by_node.is_empty() { String::new() } else { format!(" ({})", by_node.join(", ")) };
    let placed = placement.placed();
    let mut cause = vec![format!("need {} pods of {pod} each; {placed} fit now{where_}", workload.replicas)];
    if live.is_empty() {
        cause.push("the cluster has no nodes".to_owned());
    }
    cause.extend(placement.obstacles.iter().map(|(obstacle, count)| {
        let nodes = if *count == 1 { "node" } else { "nodes" };
        format!("{count} {nodes} {obstacle}")
    }));
    cause.extend(silent(workload, live).iter().map(|(resource, node, label)| {
        format!("{node} has the label {label} and offers no {resource}: its device plugin does not run")
    }));
    cause.join("; ")
}

/// Nodes that are labelled as having the accelerators that are asked for, and offer none.
fn silent<'a>(workload: &Workload, live: &'a [Value]) -> Vec<(String, &'a str, &'static str)> {
    let demand = workload.demand();
    let Some(resource) = demand.keys().find(|resource| resource.contains('/')) else { return Vec::new() };
    live.iter()
        .filter(|node| capacity(node, resource) == 0)
        .filter_map(|node| Some((node, accelerator_label(node, resource)?)))
        .map(|(node, label)| (resource.clone(), text(node, "/metadata/name"), label))
        .collect()
}

fn more_room(wanted: &Wanted<'_>, workload: &Workload, placement: &Placement, live: &[Value]) -> String {
    const NVIDIA_PLUGIN: &str = "https://raw.githubusercontent.com/NVIDIA/k8s-device-plugin/v0.17.1/deployments/\
                                 static/nvidia-device-plugin.yml";
    let flags = wanted.flags;
    let lacks_plugin = silent(workload, live).iter().any(|(resource, ..)| resource == "nvidia.com/gpu");
    let is_decode = workload.object.ends_with("-decode");
    match placement.placed() {
        0 if lacks_plugin => format!("kubectl apply -f {NVIDIA_PLUGIN}"),
        0 if is_decode && !wanted.is_simulated => format!("llmd apply {flags} --simulate   # or add nodes"),
        fits if fits > 0 && is_decode => format!("llmd apply {flags} --replicas {fits}   # or add nodes"),
        _ => "kubectl describe nodes   # and add some".to_owned(),
    }
}

/// Models are loaded into `emptyDir`s, which the scheduler does not count; a node whose disk runs full evicts pods.
pub(super) fn disks(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let placements = placements(wanted, facts)?;
    let mut findings = Vec::new();
    let mut on_any = false;
    for node in facts.nodes.known()? {
        let name = text(node, "/metadata/name");
        let pods = || wanted.workloads.iter().zip(&placements);
        let taken = pods().fold(0_i128, |sum, (workload, placement)| {
            let pods = placement.by_node.get(name).copied().unwrap_or_default();
            sum.saturating_add(workload.disk().saturating_mul(pods.into()))
        });
        on_any |= taken > 0;
        let all = capacity(node, "ephemeral-storage");
        if all > 0 && taken > all {
            let resource = "ephemeral-storage";
            let cause = format!(
                "its disk has {} for pods, and the models of those that would run there may take {}",
                words(resource, all),
                words(resource, taken)
            );
            let fix = format!(
                "llmd apply {} --set ms.modelArtifacts.uri=pvc://CLAIM/PATH   # models in a claim",
                wanted.flags
            );
            findings.push(Finding::warning(format!("Node/{name}"), cause, fix));
        }
    }
    if !on_any {
        return Err("no pod keeps a model on a node's disk".to_owned());
    }
    Ok(Verdict::new("every node's disk holds the models of its pods", findings))
}
