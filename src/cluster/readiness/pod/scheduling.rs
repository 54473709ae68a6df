//! Pods that no node takes, or that somebody holds back.

use serde_json::Value;

use super::{Cause, Evidence, Trouble, condition, seconds};
use crate::cluster::events;
use crate::cluster::object::{list, text};

/// The scheduling gates of a pod that waits for them (Kueue's, for example).
pub(super) fn gates(pod: &Value) -> Option<String> {
    let scheduled = condition(list(pod, "/status/conditions"), "PodScheduled")?;
    if text(scheduled, "/reason") != "SchedulingGated" {
        return None;
    }
    let names: Vec<&str> =
        list(pod, "/spec/schedulingGates").iter().map(|gate| text(gate, "/name")).collect();
    Some(names.join(", "))
}

/// No node takes the pod. With an autoscaler that says it adds one, that may take minutes; where it says that it adds
/// none, nothing is to be waited for.
pub(super) fn trouble(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    const SCALES: [&str; 2] = ["TriggeredScaleUp", "Nominated"];
    let scheduled = condition(list(pod, "/status/conditions"), "PodScheduled")?;
    if text(scheduled, "/status") != "False" || text(scheduled, "/reason") != "Unschedulable" {
        return None;
    }
    let name = text(pod, "/metadata/name");
    let message = text(scheduled, "/message");
    let autoscaler =
        events::latest(evidence.events, name, &["TriggeredScaleUp", "Nominated", "NotTriggerScaleUp"]);
    let (grace, more) = match autoscaler {
        Some(event) if SCALES.contains(&text(event, "/reason")) => {
            (seconds(15 * 60), "; a node is being added".to_owned())
        }
        Some(event) => (seconds(0), format!("; no node is added: {}", text(event, "/message"))),
        None => (seconds(30), String::new()),
    };
    let (summary, hint) = predicate(message);
    let code = if is_claim(message) { "ResourceClaim" } else { "Unschedulable" };
    Some(Trouble {
        summary: format!("unschedulable: {summary}"),
        cause: Cause {
            code,
            message: format!("Pod/{name} cannot be scheduled: {}{more}", first_sentence(message)),
            hint,
            grace,
            ..Cause::default()
        },
        crashed: None,
    })
}

/// The scheduler's first sentence holds the counts; what follows is about preemption.
fn first_sentence(message: &str) -> &str {
    message.split(". ").next().unwrap_or(message).trim_end_matches('.')
}

fn is_claim(message: &str) -> bool {
    ["resourceclaim", "device class", "allocate all claims"].iter().any(|word| message.contains(word))
}

/// Each reason of the scheduler with the number of nodes it holds for; the scheduler lists them in the order of their
/// texts.
fn reasons(message: &str) -> impl Iterator<Item = (u64, &str)> {
    let reasons = first_sentence(message).split_once(": ").map_or("", |(_, reasons)| reasons);
    // A taint may hold commas: what does not begin with a number belongs to the reason before.
    reasons.split(", ").filter_map(|reason| {
        let (nodes, reason) = reason.split_once(' ')?;
        Some((nodes.parse().ok()?, reason))
    })
}

/// What most nodes lack, in a few words, and what to do about it.
fn predicate(message: &str) -> (String, String) {
    let most = |word: &str| {
        reasons(message).filter(|(_, reason)| reason.contains(word)).max_by_key(|(nodes, _)| *nodes)
    };
    let gravest = reasons(message).max_by_key(|(nodes, _)| *nodes).map_or("", |(_, reason)| reason);
    if let Some((_, reason)) = most("Insufficient ") {
        let resource = reason.trim_start_matches("Insufficient ").trim_end_matches('.');
        return (
            format!("insufficient {resource}"),
            format!(
                "no node has enough free {resource}: add nodes, or ask for less (replicas, parallelism, resources)"
            ),
        );
    }
    let (summary, hint) = if is_claim(message) {
        (
            "no device for its claim",
            "the devices that the pod claims cannot be had: check the DRA driver and its device classes",
        )
    } else if message.contains("ersistent") && message.contains("laim") {
        (
            "volume claim not bound",
            "a PersistentVolumeClaim that the pod uses is missing or not bound: kubectl get pvc",
        )
    } else if message.contains("taint") {
        (
            "untolerated taint",
            "the nodes have taints that the pod does not tolerate: add tolerations, or other nodes",
        )
    } else if message.contains("affinity") || message.contains("selector") {
        (
            "no node matches",
            "no node has the labels that the pod asks for: check its node selector and affinity",
        )
    } else {
        let other = if gravest.is_empty() { "no node" } else { gravest };
        (other, "look at the pod's events: kubectl describe pod")
    };
    (summary.to_owned(), hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_nodes_lack_comes_first() {
        let cases = [
            (
                "0/13 nodes are available: 1 Insufficient cpu, 13 Insufficient nvidia.com/gpu. no new claims",
                "insufficient nvidia.com/gpu",
            ),
            ("0/2 nodes are available: 2 node(s) had untolerated taint {gpu: x}.", "untolerated taint"),
            (
                "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
                "no node matches",
            ),
            (
                "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
                "volume claim not bound",
            ),
            ("0/2 nodes are available: 2 cannot allocate all claims.", "no device for its claim"),
            ("0/2 nodes are available: 2 node(s) were unschedulable.", "node(s) were unschedulable"),
            ("no nodes available to schedule pods", "no node"),
        ];
        for (message, summary) in cases {
            assert_eq!(predicate(message).0, summary, "{message}");
        }
    }
}
