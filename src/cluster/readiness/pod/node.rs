//! Pods that lost their place: evicted, or on a node that is gone.

use serde_json::Value;

use super::{Cause, Evidence, Trouble, condition, seconds, since, time};
use crate::cluster::events;
use crate::cluster::object::{list, text};

/// What is older than this was made good by another pod, or is told by that one.
const RECENT: u64 = 10 * 60;
/// How long a pod may be there beyond the grace period of its deletion.
const OVERDUE: u64 = 60;

pub(super) fn trouble(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    failed(pod, evidence).or_else(|| lost(pod, evidence))
}

/// A pod that has failed as a whole, within the last minutes.
fn failed(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    if text(pod, "/status/phase") != "Failed" || pod.pointer("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let times = list(pod, "/status/conditions").iter().filter_map(|one| time(one, "/lastTransitionTime"));
    let last = times.chain(time(pod, "/status/startTime")).max();
    if last.is_some_and(|last| since(last, evidence) >= seconds(RECENT)) {
        return None;
    }
    let name = text(pod, "/metadata/name");
    let reason = match text(pod, "/status/reason") {
        "" => "Failed",
        reason => reason,
    };
    let message = format!("{reason} {}", text(pod, "/status/message"));
    let is_evicted = reason == "Evicted";
    let hint = if message.contains("ephemeral-storage") {
        "its node's disk is full: ask for ephemeral-storage, limit emptyDir volumes, or keep the model on a claim"
    } else if is_evicted {
        "its node ran short: ask for what the pod really takes, so that it lands where there is room"
    } else {
        "look at the pod's events and at its node: kubectl describe"
    };
    Some(Trouble {
        summary: if is_evicted { "evicted".to_owned() } else { format!("failed: {reason}") },
        cause: Cause {
            code: if is_evicted { "Evicted" } else { "PodFailed" },
            message: format!("Pod/{name} failed: {}", message.trim_end()),
            hint: hint.to_owned(),
            grace: if is_evicted { seconds(0) } else { seconds(30) },
            ..Cause::default()
        },
        crashed: None,
    })
}

/// A pod whose node does not answer any more.
fn lost(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    let name = text(pod, "/metadata/name");
    let is_overdue = time(pod, "/metadata/deletionTimestamp")
        .is_some_and(|deadline| since(deadline, evidence) >= seconds(OVERDUE))
        && list(pod, "/metadata/finalizers").is_empty();
    let ready = condition(list(pod, "/status/conditions"), "Ready");
    let is_unready = ready.is_some_and(|ready| text(ready, "/status") != "True");
    let is_told_now = events::latest(evidence.events, name, &["NodeNotReady"])
        .and_then(events::last_seen)
        .is_some_and(|last| since(last, evidence) < seconds(RECENT));
    let is_lost = text(pod, "/status/phase") == "Unknown"
        || text(pod, "/status/reason") == "NodeLost"
        || is_unready && is_told_now;
    if !is_overdue && !is_lost {
        return None;
    }
    let node = text(pod, "/spec/nodeName");
    Some(Trouble {
        summary: "node lost".to_owned(),
        cause: Cause {
            code: "NodeLost",
            message: format!("Pod/{name}: node {node} does not answer"),
            hint: format!(
                "look at the node: kubectl describe node {node}; if it is gone for good, delete it"
            ),
            grace: seconds(5 * 60),
            ..Cause::default()
        },
        crashed: None,
    })
}
