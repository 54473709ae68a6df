//! Deployments and their kin: arithmetic of replicas, then what their pods tell.

use std::time::Duration;

use serde_json::Value;

use super::pod::{self, Evidence, Stage};
use super::{Cause, Readiness, condition, is_true};
use crate::cluster::events;
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
    Some(uncreatable(text(failure, "/message")))
}

/// Why pods cannot be created, from what the API server said to the controller that tried.
fn uncreatable(message: &str) -> Cause {
    const SIGNS: [(&str, &str); 6] = [
        (
            "exceeded quota",
            "free some of the quota, raise it, or ask for less: kubectl describe resourcequota",
        ),
        (
            "must specify",
            "a quota of the namespace wants every pod to say what it asks for: set requests and limits, or a LimitRange",
        ),
        (
            "violates PodSecurity",
            "the namespace's Pod Security level forbids such pods: change the securityContext in the values, or the \
             namespace's label pod-security.kubernetes.io/enforce",
        ),
        (
            "security context constraint",
            "allow the ServiceAccount a fitting security context constraint: oc adm policy add-scc-to-user",
        ),
        ("ValidatingAdmissionPolicy", "meet the policy that it names, or have it changed for this namespace"),
        (
            "admission webhook",
            "meet what the webhook that it names demands, or have it changed for this namespace",
        ),
    ];
    let hint = SIGNS.into_iter().find(|(sign, _)| message.contains(sign)).map_or_else(
        || {
            pod::missing(message).unwrap_or_else(|| {
                "look at the quota, the admission policies and the ServiceAccount of the namespace".to_owned()
            })
        },
        |(_, hint)| hint.to_owned(),
    );
    Cause {
        code: "FailedCreate",
        message: format!("its pods cannot be created: {message}"),
        hint,
        grace: Duration::from_secs(10),
        ..Cause::default()
    }
}

/// Whether a Deployment's controller has given its pods up.
fn is_past_deadline(live: &Value) -> bool {
    condition(list(live, "/status/conditions"), "Progressing")
        .is_some_and(|condition| text(condition, "/reason") == "ProgressDeadlineExceeded")
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
            ..Cause::default()
        });
    }
    if is_true(conditions, "Complete") {
        Readiness::ready("complete")
    } else {
        Readiness::progressing(format!("{} running", count(live, "active")))
    }
}

/// What explains a workload that is not ready.
#[derive(Debug)]
pub(in crate::cluster) struct Accounts<'a> {
    pub(in crate::cluster) pods: &'a [Value],
    /// Events about the workload itself.
    pub(in crate::cluster) own_events: &'a [Value],
    pub(in crate::cluster) evidence: Evidence<'a>,
}

/// Adds what the pods tell: what they are busy with, and the gravest trouble among them. With it comes the pod, and the
/// container of it, whose last words tell more.
pub(in crate::cluster) fn with_pods<'a>(
    live: &Value,
    readiness: Readiness,
    accounts: &Accounts<'a>,
) -> (Readiness, Option<(&'a Value, String)>) {
    let stages: Vec<Stage> = accounts.pods.iter().map(|pod| pod::stage(pod, &accounts.evidence)).collect();
    let (share, known) = match readiness {
        Readiness::Ready { .. } => return (readiness, None),
        Readiness::Progressing { message } => (message, None),
        Readiness::Blocked { cause, .. } => (share(live), Some(cause)),
    };
    let message = match pod::tally(&stages) {
        Some(tally) => format!("{share} · {tally}"),
        None => share,
    };
    let is_within_budget = accounts
        .pods
        .iter()
        .zip(&stages)
        .any(|(one, stage)| pod::is_within_budget(one, stage, &accounts.evidence));
    let gravest = stages
        .into_iter()
        .zip(accounts.pods)
        .filter_map(|(stage, pod)| match stage {
            Stage::Failing(trouble) => Some((*trouble, pod)),
            _ => None,
        })
        .min_by_key(|(trouble, _)| trouble.cause.grace);
    if let Some(cause) = known.or_else(|| refused(live, accounts)) {
        return (Readiness::Blocked { message: format!("{message} · {}", cause.message), cause }, None);
    }
    if let Some((trouble, pod)) = gravest {
        let crashed = trouble.crashed.map(|container| (pod, container));
        return (Readiness::Blocked { message, cause: trouble.cause }, crashed);
    }
    if is_past_deadline(live) && !is_within_budget {
        return (past_deadline(live, &message), None);
    }
    (Readiness::progressing(message), None)
}

/// Pods that a controller other than a Deployment's cannot create: only its events say so.
fn refused(live: &Value, accounts: &Accounts<'_>) -> Option<Cause> {
    let wanted = number(live, "/spec/replicas").unwrap_or(1);
    let is_short = i64::try_from(accounts.pods.len()).is_ok_and(|pods| pods < wanted);
    let event = events::latest(accounts.own_events, text(live, "/metadata/name"), &["FailedCreate"])?;
    is_short.then(|| uncreatable(text(event, "/message")))
}

fn past_deadline(live: &Value, message: &str) -> Readiness {
    let seconds = number(live, "/spec/progressDeadlineSeconds").unwrap_or(600);
    let cause = Cause {
        code: "ProgressDeadline",
        message: format!("no progress for {seconds}s, and no pod is within what its startup probe allows"),
        hint: "look at its pods and their events: kubectl describe".to_owned(),
        ..Cause::default()
    };
    Readiness::Blocked { message: format!("{message} · {}", cause.message), cause }
}

/// How many of the wanted pods are ready: `5/8 ready`.
fn share(live: &Value) -> String {
    let (ready, wanted) = match text(live, "/kind") {
        "DaemonSet" => (count(live, "numberReady"), count(live, "desiredNumberScheduled")),
        _ => (count(live, "readyReplicas"), number(live, "/spec/replicas").unwrap_or(1)),
    };
    format!("{ready}/{wanted} ready")
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

    fn explained(live: &Value, pods: &[Value], own_events: &[Value]) -> Readiness {
        let now = "2026-01-01T01:00:00Z".parse().unwrap();
        let accounts = Accounts { pods, own_events, evidence: Evidence { events: &[], now } };
        let readiness = if text(live, "/kind") == "Deployment" { deployment(live) } else { stateful(live) };
        with_pods(live, readiness, &accounts).0
    }

    #[test]
    fn a_deadline_counts_once_no_pod_has_time_left() {
        let live = status(
            &json!({"observedGeneration": 1, "replicas": 8, "updatedReplicas": 8, "readyReplicas": 7,
            "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}),
        );
        let pod = |created: &str| {
            json!({
            "metadata": {"name": "p", "creationTimestamp": created},
            "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}]}})
        };
        let early = explained(&live, &[pod("2026-01-01T00:50:00Z")], &[]);
        assert_eq!((early.word(), early.message()), ("progressing", "7/8 ready · 1 starting"));
        let late = explained(&live, &[pod("2026-01-01T00:40:00Z")], &[]);
        assert_eq!(late.cause().unwrap().code, "ProgressDeadline");
        assert!(late.message().starts_with("7/8 ready · 1 starting · no progress for 600s"), "{late:?}");
    }

    #[test]
    fn pods_that_cannot_be_created_are_told_by_cause() {
        let cases = [
            (
                "pods \"p\" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=0",
                "resourcequota",
            ),
            (
                "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot",
                "Pod Security level",
            ),
            ("admission webhook \"deny.example.com\" denied the request: no", "the webhook"),
            (
                "error looking up service account demo/x: serviceaccount \"x\" not found",
                "make ServiceAccount/x",
            ),
        ];
        for (message, hint) in cases {
            let set = json!({"kind": "StatefulSet", "metadata": {"name": "s"}, "spec": {"replicas": 2},
                             "status": {"replicas": 0}});
            let event =
                json!({"involvedObject": {"name": "s"}, "reason": "FailedCreate", "message": message});
            let readiness = explained(&set, &[], &[event]);
            let cause = readiness.cause().unwrap();
            assert_eq!((cause.code, cause.grace.as_secs()), ("FailedCreate", 10));
            assert!(cause.hint.contains(hint), "{}", cause.hint);
            assert_eq!(readiness.message(), format!("0/2 ready · its pods cannot be created: {message}"));
            let failure = json!([{"type": "ReplicaFailure", "status": "True", "message": message}]);
            let deployment = status(&json!({"observedGeneration": 1, "conditions": failure}));
            assert_eq!(
                explained(&deployment, &[], &[]).message(),
                format!("0/8 ready · its pods cannot be created: {message}")
            );
        }
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
