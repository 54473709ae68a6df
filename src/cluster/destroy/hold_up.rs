//! What holds up a deletion: the cause, what was seen of it, and the next step.

mod finalizer;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use self::finalizer::Keeper;
pub(super) use self::finalizer::users;
use super::removal::absent_kind;
use crate::cluster::events::last_seen;
use crate::cluster::object::{ObjectRef, collection, list, text};
use crate::cluster::{Cluster, Error, namespace};

/// An object that should be gone and is not.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldUp {
    #[serde(flatten)]
    pub object: ObjectRef,
    /// One sentence.
    pub cause: String,
    /// What was seen in the cluster that bears it out.
    pub evidence: Vec<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The object and the cause, and a line for each piece of evidence.
impl fmt::Display for HoldUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.cause)?;
        self.evidence.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl HoldUp {
    fn new(object: &ObjectRef, cause: impl Into<String>) -> Self {
        Self { object: object.clone(), cause: cause.into(), evidence: Vec::new(), hint: None }
    }

    /// The API server did not take the deletion.
    pub(super) fn refused(object: &ObjectRef, error: &Error) -> Self {
        let cause = match error {
            Error::Denied { gate, reason, .. } => format!("{gate}: {reason}"),
            other => other.to_string(),
        };
        Self { hint: error.hint(), ..Self::new(object, cause) }
    }

    /// Its deletion was taken, and nobody waits for it.
    pub(super) fn unattended(object: &ObjectRef) -> Self {
        Self::new(object, "is ending, with what is in it")
    }

    /// A namespace whose records name something outside it that is still there.
    pub(super) fn recording(namespace: &ObjectRef) -> Self {
        Self::new(namespace, "was not asked to go yet: its records name what is held elsewhere")
    }

    /// What needs it could not be deleted, so this was not tried.
    pub(super) fn needed(object: &ObjectRef) -> Self {
        Self::new(object, "is needed by what could not be deleted")
    }
}

/// Looks why an object is still there. None where it is gone by now.
pub(super) async fn explain(cluster: &Cluster, object: &ObjectRef) -> Option<HoldUp> {
    let live = match cluster.get(object).await.or_else(absent_kind) {
        Ok(live) => live?,
        Err(error) => return Some(HoldUp::refused(object, &error)),
    };
    let is_going = live.pointer("/metadata/deletionTimestamp").is_some();
    let mut hold_up = if object.kind == "Namespace" {
        of_namespace(cluster, object, &live).await
    } else if !is_going {
        of_one_that_stands(object, &live)
    } else if let Some(first) = list(&live, "/metadata/finalizers").iter().find_map(Value::as_str) {
        of_finalizers(cluster, object, &live, first).await
    } else if object.kind == "Pod" {
        of_pod(cluster, object, &live).await
    } else {
        HoldUp::new(object, "is ending")
    };
    hold_up.evidence.extend(last_warning(cluster, object, &live).await);
    Some(hold_up)
}

/// Nobody asked for its deletion since it was made.
fn of_one_that_stands(object: &ObjectRef, live: &Value) -> HoldUp {
    if let Some(owner) = list(live, "/metadata/ownerReferences").first() {
        let (kind, name) = (text(owner, "/kind"), text(owner, "/name"));
        let cause = format!("waits for {kind}/{name}, its owner, to go");
        let hint = "the garbage collector of the cluster's controller manager takes it away".to_owned();
        return HoldUp { hint: Some(hint), ..HoldUp::new(object, cause) };
    }
    let made = text(live, "/metadata/creationTimestamp");
    let who =
        list(live, "/metadata/managedFields").first().map_or("nobody known", |entry| text(entry, "/manager"));
    HoldUp {
        evidence: vec![format!("made at {made} by {who}")],
        hint: Some(
            "somebody makes it anew: stop that controller (Argo CD, Flux, another apply), then destroy again"
                .to_owned(),
        ),
        ..HoldUp::new(object, "is there again")
    }
}

async fn of_finalizers(cluster: &Cluster, object: &ObjectRef, live: &Value, first: &str) -> HoldUp {
    let finalizers: Vec<&str> = list(live, "/metadata/finalizers").iter().filter_map(Value::as_str).collect();
    let (noun, names) =
        (if finalizers.len() == 1 { "finalizer" } else { "finalizers" }, finalizers.join(", "));
    let keeper = Keeper::of(first, live);
    let mut evidence: Vec<String> =
        finalizers.iter().filter_map(|finalizer| finalizer::set_by(live, finalizer)).collect();
    evidence.extend(keeper.evidence(cluster, object).await);
    let patch = format!(
        "kubectl patch {} {} --type=merge -p '{{\"metadata\":{{\"finalizers\":null}}}}'",
        object.resource(),
        object.location()
    );
    HoldUp {
        evidence,
        hint: Some(format!("{}; as a last resort, when nobody cleans up any more: {patch}", keeper.advice())),
        ..HoldUp::new(object, format!("is held by {noun} {names}, which {} takes off", keeper.who()))
    }
}

/// A pod without finalizers is gone when the kubelet of its node says so.
async fn of_pod(cluster: &Cluster, object: &ObjectRef, live: &Value) -> HoldUp {
    let name = text(live, "/spec/nodeName").to_owned();
    let grace =
        live.pointer("/metadata/deletionGracePeriodSeconds").and_then(Value::as_u64).unwrap_or_default();
    let mut hold_up =
        HoldUp::new(object, format!("its containers end on node {name} (grace period {grace} s)"));
    let node = ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Node".to_owned(),
        plural: "nodes".to_owned(),
        namespace: None,
        name: name.clone(),
    };
    let told = match cluster.get(&node).await {
        Ok(None) => format!("node {name} does not exist any more"),
        Ok(Some(node)) => {
            match list(&node, "/status/conditions").iter().find(|one| text(one, "/type") == "Ready") {
                Some(ready) if text(ready, "/status") != "True" => {
                    format!("node {name} is not ready since {}", text(ready, "/lastTransitionTime"))
                }
                _ => return hold_up,
            }
        }
        Err(_) => return hold_up,
    };
    hold_up.evidence.push(told);
    hold_up.hint = Some(format!(
        "if that machine is gone for ever: kubectl delete pod {} --force --grace-period=0",
        object.location()
    ));
    hold_up
}

async fn of_namespace(cluster: &Cluster, object: &ObjectRef, live: &Value) -> HoldUp {
    if live.pointer("/metadata/deletionTimestamp").is_none() {
        return of_one_that_stands(object, live);
    }
    let mut hold_up = HoldUp::new(object, "waits for what is in it");
    let conditions = list(live, "/status/conditions").iter().filter(|one| text(one, "/status") == "True");
    for condition in conditions {
        hold_up.evidence.push(text(condition, "/message").to_owned());
        if text(condition, "/type") == "NamespaceDeletionDiscoveryFailure" {
            let hint = "an aggregated API does not answer: kubectl get apiservices | grep False";
            hold_up.hint = Some(hint.to_owned());
        }
    }
    let held = namespace::held(cluster, &object.name).await.unwrap_or_default();
    for (held, finalizers) in held.iter().take(10) {
        hold_up.evidence.push(format!("{held}: {}", finalizers.join(", ")));
    }
    if let (None, Some((held, _))) = (&hold_up.hint, held.first()) {
        hold_up.hint = Some(format!(
            "finalizers are taken off by their controllers; as a last resort: kubectl patch {} {} --type=merge \
             -p '{{\"metadata\":{{\"finalizers\":null}}}}'",
            held.resource(),
            held.location()
        ));
    }
    hold_up
}

/// What the last warning about an object says. Events are a help, not a must.
async fn last_warning(cluster: &Cluster, object: &ObjectRef, live: &Value) -> Option<String> {
    let path = collection("v1", "events", object.namespace.as_deref());
    let uid = text(live, "/metadata/uid");
    let parameters =
        kube::api::ListParams::default().fields(&format!("involvedObject.uid={uid},type=Warning"));
    let events = cluster.list_where(&path, &parameters).await.ok()?;
    let last = events.iter().max_by_key(|event| last_seen(event))?;
    Some(format!("{}: {}", text(last, "/reason"), text(last, "/message")))
}

/// The hints of several, each once.
pub(super) fn hints(hold_ups: &[HoldUp]) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    for hint in hold_ups.iter().filter_map(|one| one.hint.clone()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// An object without state, for the tests here and below.
#[cfg(test)]
fn sample() -> Value {
    serde_json::json!({"metadata": {"name": "x", "creationTimestamp": "2026-11-26T20:00:00Z"}})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object() -> ObjectRef {
        ObjectRef::namespaced("v1", "ConfigMap", "configmaps", "demo", "x")
    }

    #[test]
    fn what_stands_waits_for_its_owner_or_was_made_anew() {
        let mut live = sample();
        live["metadata"]["managedFields"] = json!([{"manager": "argocd-controller"}]);
        let again = of_one_that_stands(&object(), &live);
        assert_eq!(
            again.to_string(),
            "ConfigMap/x: is there again\n  made at 2026-11-26T20:00:00Z by argocd-controller"
        );
        live["metadata"]["ownerReferences"] = json!([{"kind": "Gateway", "name": "g"}]);
        let owned = of_one_that_stands(&object(), &live);
        assert_eq!(owned.to_string(), "ConfigMap/x: waits for Gateway/g, its owner, to go");
    }

    #[test]
    fn each_hint_is_given_once() {
        let one = HoldUp { hint: Some("wait".to_owned()), ..HoldUp::new(&object(), "is ending") };
        assert_eq!(hints(&[one.clone(), HoldUp::needed(&object()), one]), ["wait"]);
    }
}
