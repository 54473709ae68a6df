//! Deployments and their kin: arithmetic of replicas, then what their pods tell.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Readiness, condition, is_true, pod};
use crate::cluster::object::{list, number, text};

/// Whether a kind runs pods that we look at while it is not ready.
pub(in crate::cluster) fn is_workload(kind: &str) -> bool {
    matches!(kind, "Deployment" | "StatefulSet" | "LeaderWorkerSet" | "DaemonSet")
}

/// Replica counts of a status; a count that is not there is zero.
fn count(live: &Value, field: &str) -> i64 {
    live.get("status").and_then(|status| status.get(field)).and_then(Value::as_i64).unwrap_or_default()
}

pub(super) fn deployment(live: &Value) -> Readiness {
    let conditions = list(live, "/status/conditions");
    if let Some(cause) = replica_failure(conditions) {
        return Readiness::blocked(cause);
    }
    if number(live, "/status/observedGeneration").is_none() {
        return Readiness::progressing("waits for its controller");
    }
    let wanted = number(live, "/spec/replicas").unwrap_or(1);
    let (updated, available) = (count(live, "updatedReplicas"), count(live, "availableReplicas"));
    let ready = count(live, "readyReplicas").min(updated);
    let total = count(live, "replicas");
    if updated < wanted {
        Readiness::progressing(format!("{ready}/{wanted} ready"))
    } else if total > updated {
        Readiness::progressing(format!("{ready}/{wanted} ready, {} old still there", total - updated))
    } else if ready < wanted || available < wanted || (wanted > 0 && !is_true(conditions, "Available")) {
        Readiness::progressing(format!("{ready}/{wanted} ready"))
    } else {
        Readiness::ready(format!("{ready}/{wanted} ready"))
    }
}

/// Pods cannot be created at all: quota, admission, a missing `ServiceAccount`.
fn replica_failure(conditions: &[Value]) -> Option<Cause> {
    let failure =
        condition(conditions, "ReplicaFailure").filter(|failure| text(failure, "/status") == "True")?;
    Some(Cause {
        code: "FailedCreate",
        message: format!("its pods cannot be created: {}", text(failure, "/message")),
        hint: "look at the quota, the admission policies and the ServiceAccount of the namespace".to_owned(),
        grace: Duration::from_secs(10),
    })
}

/// `StatefulSet`, and `LeaderWorkerSet`, which count the same way.
pub(super) fn stateful(live: &Value) -> Readiness {
    let wanted = number(live, "/spec/replicas").unwrap_or(1);
    let (updated, ready) = (count(live, "updatedReplicas"), count(live, "readyReplicas"));
    let conditions = list(live, "/status/conditions");
    let leader = text(live, "/kind") == "LeaderWorkerSet";
    if live.get("status").is_none_or(|status| status.as_object().is_none_or(serde_json::Map::is_empty)) {
        Readiness::progressing("waits for its controller")
    } else if ready < wanted
        || updated < wanted
        || (leader && wanted > 0 && !is_true(conditions, "Available"))
    {
        Readiness::progressing(format!("{ready}/{wanted} ready"))
    } else {
        Readiness::ready(format!("{ready}/{wanted} ready"))
    }
}

pub(super) fn daemon_set(live: &Value) -> Readiness {
    if number(live, "/status/observedGeneration").is_none() {
        return Readiness::progressing("waits for its controller");
    }
    let wanted = count(live, "desiredNumberScheduled");
    let ready = count(live, "numberReady").min(count(live, "updatedNumberScheduled"));
    let message = format!("{ready}/{wanted} ready");
    if ready < wanted { Readiness::progressing(message) } else { Readiness::ready(message) }
}

pub(super) fn job(live: &Value) -> Readiness {
    let conditions = list(live, "/status/conditions");
    if let Some(failed) = condition(conditions, "Failed").filter(|failed| text(failed, "/status") == "True") {
        return Readiness::blocked(Cause {
            code: "JobFailed",
            message: format!("failed: {} {}", text(failed, "/reason"), text(failed, "/message")),
            hint: "look at the logs of its pods".to_owned(),
            grace: Duration::ZERO,
        });
    }
    if is_true(conditions, "Complete") {
        Readiness::ready("complete")
    } else {
        Readiness::progressing(format!("{} running", count(live, "active")))
    }
}

/// Adds what the pods tell: what they are busy with, or the gravest trouble among them.
pub(in crate::cluster) fn with_pods(readiness: Readiness, pods: &[&Value], events: &[Value]) -> Readiness {
    let Readiness::Progressing { message } = readiness else { return readiness };
    let troubles = pods.iter().filter_map(|pod| pod::trouble(pod, events));
    if let Some(cause) = troubles.min_by_key(|cause| cause.grace) {
        return Readiness::Blocked { message: format!("{message}: {}", cause.message), cause };
    }
    match pod::activity(pods) {
        Some(activity) => Readiness::progressing(format!("{message}, {activity}")),
        None => Readiness::Progressing { message },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(fields: &Value) -> Value {
        json!({"kind": "Deployment", "metadata": {"generation": 1}, "spec": {"replicas": 8}, "status": fields})
    }

    #[test]
    fn deployments() {
        let available = json!([{"type": "Available", "status": "True"}]);
        let cases = [
            (json!({}), "progressing", "waits for its controller"),
            (json!({"observedGeneration": 1}), "progressing", "0/8 ready"),
            (
                json!({"observedGeneration": 1, "replicas": 8, "updatedReplicas": 8, "readyReplicas": 5}),
                "progressing",
                "5/8 ready",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 10, "updatedReplicas": 8, "readyReplicas": 10,
                       "availableReplicas": 10, "conditions": available}),
                "progressing",
                "8/8 ready, 2 old still there",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 8, "updatedReplicas": 8, "readyReplicas": 8,
                       "availableReplicas": 8, "conditions": available}),
                "ready",
                "8/8 ready",
            ),
            (
                json!({"conditions": [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]}),
                "blocked",
                "its pods cannot be created: exceeded quota",
            ),
        ];
        for (fields, state, message) in cases {
            let readiness = deployment(&status(&fields));
            assert_eq!((readiness.word(), readiness.message()), (state, message));
        }
        let none = json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 1}});
        assert!(deployment(&none).is_ready());
    }

    #[test]
    fn leader_worker_sets_need_their_condition() {
        let set = |available: &str| {
            json!({"kind": "LeaderWorkerSet", "spec": {"replicas": 2}, "status": {
                "readyReplicas": 2, "updatedReplicas": 2,
                "conditions": [{"type": "Available", "status": available}]}})
        };
        assert!(stateful(&set("True")).is_ready());
        assert!(!stateful(&set("False")).is_ready());
        assert!(!stateful(&json!({"spec": {"replicas": 1}})).is_ready());
    }

    #[test]
    fn jobs() {
        let failed = json!({"status": {"conditions": [
            {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "no"}]}});
        assert_eq!(job(&failed).message(), "failed: BackoffLimitExceeded no");
        assert_eq!(job(&json!({"status": {"active": 1}})).message(), "1 running");
    }
}
