//! One look at one object: fetches it and what explains its state, then asks the readiness rules.

use std::time::Duration;

use kube::api::ListParams;
use serde_json::Value;

use super::object::{ObjectRef, collection, list, meta, selector, text};
use super::readiness::{self, Cause, Readiness, Surroundings};
use super::{Cluster, Error};

/// An object that shall be ready.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) object: ObjectRef,
    /// The Helm release that it belongs to.
    pub(super) release: String,
    pub(super) manifest: Value,
}

impl Cluster {
    /// Where an object stands, with the reasons that its pods and generated objects give.
    pub(super) async fn look(
        &self,
        object: &ObjectRef,
        surroundings: &Surroundings,
    ) -> Result<Readiness, Error> {
        let Some(live) = self.get(object).await? else {
            return Ok(Readiness::blocked(Cause {
                code: "Missing",
                message: "does not exist".to_owned(),
                hint: "apply again".to_owned(),
                grace: Duration::from_secs(10),
            }));
        };
        let readiness = readiness::of(&live, surroundings);
        match (&readiness, object.kind.as_str()) {
            (Readiness::Ready { .. }, "Gateway") if object.group() == "gateway.networking.k8s.io" => {
                self.look_behind(object, &live, readiness).await
            }
            (Readiness::Progressing { .. }, kind) if readiness::is_workload(kind) => {
                self.explain(&live, readiness).await
            }
            _ => Ok(readiness),
        }
    }

    /// "Programmed" does not say that the gateway's pods run: looks at the Deployments made for it.
    async fn look_behind(
        &self,
        object: &ObjectRef,
        gateway: &Value,
        readiness: Readiness,
    ) -> Result<Readiness, Error> {
        let path = collection("apps/v1", "deployments", object.namespace.as_deref());
        let deployments = self.list(&path, &readiness::gateway_deployments(&object.name)).await?;
        if deployments.is_empty() && readiness::is_istio(gateway) {
            return Ok(Readiness::progressing("waits for its Deployment"));
        }
        for mut deployment in deployments {
            // Items of a list come without their kind.
            deployment["apiVersion"] = "apps/v1".into();
            deployment["kind"] = "Deployment".into();
            let own = readiness::of(&deployment, &Surroundings::default());
            if own.is_ready() {
                continue;
            }
            let name = text(&deployment, "/metadata/name");
            return Ok(match self.explain(&deployment, own).await? {
                Readiness::Blocked { message, cause } => {
                    Readiness::Blocked { message: format!("Deployment/{name}: {message}"), cause }
                }
                other => Readiness::progressing(format!("Deployment/{name}: {}", other.message())),
            });
        }
        Ok(readiness)
    }

    /// Adds what the pods of a workload tell.
    async fn explain(&self, live: &Value, readiness: Readiness) -> Result<Readiness, Error> {
        let pods = self.pods_of(live).await?;
        let is_pending = |pod: &&Value| text(pod, "/status/phase") == "Pending";
        let events = if pods.iter().any(|pod| is_pending(&pod)) {
            let path = collection("v1", "events", Some(text(live, "/metadata/namespace")));
            let of_pods = ListParams::default().fields("involvedObject.kind=Pod").limit(500);
            // Events only explain: who may not read them gets shorter messages.
            self.list_where(&path, &of_pods).await.unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(readiness::with_pods(readiness, &pods.iter().collect::<Vec<_>>(), &events))
    }

    /// The pods of a workload's current revision.
    pub(super) async fn pods_of(&self, live: &Value) -> Result<Vec<Value>, Error> {
        let namespace = text(live, "/metadata/namespace");
        let is_leader_worker_set = text(live, "/kind") == "LeaderWorkerSet";
        let labels = if is_leader_worker_set {
            Some(format!("leaderworkerset.sigs.k8s.io/name={}", text(live, "/metadata/name")))
        } else {
            selector(live.pointer("/spec/selector/matchLabels"))
        };
        let Some(labels) = labels else { return Ok(Vec::new()) };
        let pods = collection("v1", "pods", Some(namespace));
        if text(live, "/kind") != "Deployment" {
            let uid = text(live, "/metadata/uid");
            let mut pods = self.list(&pods, &labels).await?;
            pods.retain(|pod| is_leader_worker_set || is_owned_by(pod, uid));
            return Ok(pods);
        }
        let sets = collection("apps/v1", "replicasets", Some(namespace));
        let (mut pods, sets) = futures::try_join!(self.list(&pods, &labels), self.list(&sets, &labels))?;
        let current = current_set(live, &sets).to_owned();
        pods.retain(|pod| is_owned_by(pod, &current));
        Ok(pods)
    }
}

/// The uid of a Deployment's newest `ReplicaSet`.
fn current_set<'a>(deployment: &Value, sets: &'a [Value]) -> &'a str {
    const REVISION: &str = "deployment.kubernetes.io/revision";
    let uid = text(deployment, "/metadata/uid");
    let revision = |set: &&Value| meta(set, "annotations", REVISION).parse::<u64>().unwrap_or_default();
    let newest = sets.iter().filter(|set| is_owned_by(set, uid)).max_by_key(revision);
    newest.map_or("", |set| text(set, "/metadata/uid"))
}

pub(super) fn is_owned_by(object: &Value, uid: &str) -> bool {
    list(object, "/metadata/ownerReferences").iter().any(|owner| text(owner, "/uid") == uid)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_set_of_this_deployment_counts() {
        let set = |uid: &str, owner: &str, revision: &str| {
            json!({"metadata": {"uid": uid, "ownerReferences": [{"uid": owner}],
                   "annotations": {"deployment.kubernetes.io/revision": revision}}})
        };
        let sets = [set("old", "d", "9"), set("new", "d", "10"), set("foreign", "e", "11")];
        assert_eq!(current_set(&json!({"metadata": {"uid": "d"}}), &sets), "new");
        assert_eq!(current_set(&json!({"metadata": {"uid": "x"}}), &sets), "");
    }
}
