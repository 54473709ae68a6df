//! One look at one object: fetches it and what explains its state, then asks the readiness rules.

use std::time::Duration;

use kube::api::ListParams;
use kube::core::request::Request as Path;
use serde_json::Value;

use super::object::{ObjectRef, collection, list, meta, selector, text};
use super::readiness::pod::Evidence;
use super::readiness::{self, Accounts, Cause, Readiness, Surroundings};
use super::{Cluster, Error};

/// An object that shall be ready.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) object: ObjectRef,
    /// The Helm release that it belongs to.
    pub(super) release: String,
    pub(super) manifest: Value,
}

/// What a look at an object saw.
#[derive(Debug)]
pub(super) struct Look {
    /// None where it is not there.
    pub(super) live: Option<Value>,
    pub(super) readiness: Readiness,
}

impl Cluster {
    /// Where an object stands, with the reasons that its pods and generated objects give.
    pub(super) async fn look(&self, object: &ObjectRef, surroundings: &Surroundings) -> Result<Look, Error> {
        let Some(live) = self.get(object).await? else {
            let readiness = Readiness::blocked(Cause {
                code: "Missing",
                message: "does not exist".to_owned(),
                hint: "apply again".to_owned(),
                grace: Duration::from_secs(10),
                ..Cause::default()
            });
            return Ok(Look { live: None, readiness });
        };
        let readiness = readiness::of(&live, surroundings);
        let is_silent = |cause: &Cause| matches!(cause.code, "NoController" | "ControllerSilent");
        let readiness = match (readiness, object.kind.as_str()) {
            (ready @ Readiness::Ready { .. }, "Gateway") if object.group() == "gateway.networking.k8s.io" => {
                self.look_behind(object, &live, ready).await?
            }
            (Readiness::Blocked { message, cause }, "Gateway") if is_silent(&cause) => {
                match self.class_trouble(text(&live, "/spec/gatewayClassName"), &message).await {
                    Some(cause) => Readiness::blocked(cause),
                    None => Readiness::Blocked { message, cause },
                }
            }
            (Readiness::Blocked { message, cause }, "Gateway")
                if cause.code == "NoAddress" && readiness::is_istio(&live) =>
            {
                match self.absent_templates().await {
                    Some(cause) => Readiness::blocked(cause),
                    None => Readiness::Blocked { message, cause },
                }
            }
            (Readiness::Blocked { message, cause }, "HTTPRoute") if cause.code == "NoParent" => {
                match self.absent_parent(object, &live).await {
                    Some(cause) => Readiness::blocked(cause),
                    None => Readiness::Blocked { message, cause },
                }
            }
            (unready, kind) if !unready.is_ready() && readiness::is_workload(kind) => {
                self.explain(&live, unready).await?
            }
            (readiness, _) => readiness,
        };
        Ok(Look { live: Some(live), readiness })
    }

    /// The Deployments that a controller made for a Gateway.
    pub(super) async fn made_for(&self, namespace: Option<&str>, gateway: &str) -> Result<Vec<Value>, Error> {
        let path = collection("apps/v1", "deployments", namespace);
        let mut made = self.list(&path, &readiness::gateway_deployments(gateway)).await?;
        for deployment in &mut made {
            // Items of a list come without their kind.
            deployment["apiVersion"] = "apps/v1".into();
            deployment["kind"] = "Deployment".into();
        }
        Ok(made)
    }

    /// "Programmed" does not say that the gateway's pods run: looks at the Deployments made for it.
    async fn look_behind(
        &self,
        object: &ObjectRef,
        gateway: &Value,
        readiness: Readiness,
    ) -> Result<Readiness, Error> {
        let deployments = self.made_for(object.namespace.as_deref(), &object.name).await?;
        if deployments.is_empty() && readiness::is_istio(gateway) {
            return Ok(Readiness::progressing("waits for its Deployment"));
        }
        for deployment in deployments {
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

    /// Why nobody looks at a Gateway of this class, which waits for that with these words, as far as the classes of the
    /// cluster tell.
    async fn class_trouble(&self, class: &str, waits: &str) -> Option<Cause> {
        let path = collection("gateway.networking.k8s.io/v1", "gatewayclasses", None);
        let classes = self.list_where(&path, &ListParams::default()).await.ok()?;
        let Some(found) = classes.iter().find(|one| text(one, "/metadata/name") == class) else {
            let known: Vec<&str> = classes.iter().map(|one| text(one, "/metadata/name")).collect();
            let known =
                if known.is_empty() { "has none".to_owned() } else { format!("has {}", known.join(", ")) };
            return Some(Cause {
                code: "NoGatewayClass",
                message: format!("there is no GatewayClass {class}: the cluster {known}"),
                hint: "install the controller of this class, or name another class in the values \
                       (infra gateway.gatewayClassName)"
                    .to_owned(),
                grace: Duration::from_secs(15),
                ..Cause::default()
            });
        };
        let accepted = list(found, "/status/conditions")
            .iter()
            .find(|condition| text(condition, "/type") == "Accepted")?;
        let controller = text(found, "/spec/controllerName");
        let message = if text(accepted, "/status") == "True" {
            format!("{waits} ({controller} has accepted it before)")
        } else {
            format!("GatewayClass {class} is not accepted: {}", text(accepted, "/message"))
        };
        Some(Cause {
            code: "NoController",
            message,
            hint: format!(
                "check that its controller {controller} still runs (Istio: kubectl get deployment -n istio-system istiod)"
            ),
            grace: Duration::from_secs(30),
            ..Cause::default()
        })
    }

    /// Istio makes a Gateway's Deployment and Service of templates that it reads from a `ConfigMap` of its own. Told only
    /// where it is certain: the mesh's own configuration is there, and the templates are not.
    async fn absent_templates(&self) -> Option<Cause> {
        const NAMESPACE: &str = "istio-system";
        const TEMPLATES: &str = "istio-sidecar-injector";
        let path = collection("v1", "configmaps", Some(NAMESPACE));
        let request = Path::new(path).list_metadata(&ListParams::default());
        let answer = self.send(request).await.ok()?;
        let has = |prefix: &str| {
            list(&answer, "/items").iter().any(|one| text(one, "/metadata/name").starts_with(prefix))
        };
        // Revisions of the mesh have names that begin so.
        (has("istio") && !has(TEMPLATES)).then(|| Cause {
            code: "NoTemplates",
            message: format!(
                "istiod has no templates for the Gateway's Deployment and Service: there is no ConfigMap {TEMPLATES} in \
                 {NAMESPACE}"
            ),
            hint: "install istiod's chart again, which brings it, then: kubectl rollout restart -n istio-system \
                   deployment/istiod"
                .to_owned(),
            grace: Duration::from_secs(15),
            ..Cause::default()
        })
    }

    /// The Gateway that a route names and that is not there.
    async fn absent_parent(&self, route: &ObjectRef, live: &Value) -> Option<Cause> {
        for parent in list(live, "/spec/parentRefs") {
            let (name, namespace) = (text(parent, "/name"), text(parent, "/namespace"));
            let namespace = if namespace.is_empty() { route.namespace.as_deref()? } else { namespace };
            let version = "gateway.networking.k8s.io/v1";
            let gateway = ObjectRef::namespaced(version, "Gateway", "gateways", namespace, name);
            if matches!(self.get(&gateway).await, Ok(None)) {
                return Some(Cause {
                    code: "NoGateway",
                    message: format!("leads from {gateway}, which does not exist in namespace {namespace}"),
                    hint: format!(
                        "apply again, or correct the route's parent; --as-upstream names the guide's own {gateway} \
                         whatever the postfix"
                    ),
                    grace: Duration::from_secs(15),
                    ..Cause::default()
                });
            }
        }
        None
    }

    /// Adds what the pods of a workload tell.
    async fn explain(&self, live: &Value, readiness: Readiness) -> Result<Readiness, Error> {
        let namespace = text(live, "/metadata/namespace");
        let kind = text(live, "/kind");
        let own_events = async {
            // A Deployment says in its conditions what keeps its pods from being created.
            if kind == "Deployment" { Vec::new() } else { self.events_about(namespace, kind).await }
        };
        let (pods, events, own_events) =
            futures::join!(self.pods_of(live), self.events_about(namespace, "Pod"), own_events);
        let pods = pods?;
        let accounts = Accounts {
            pods: &pods,
            own_events: &own_events,
            evidence: Evidence { events: &events, now: self.now() },
        };
        let (mut readiness, crashed) = readiness::with_pods(live, readiness, &accounts);
        if let (Readiness::Blocked { cause, .. }, Some((pod, container))) = (&mut readiness, crashed) {
            cause.evidence = self.last_words(pod, &container).await;
        }
        Ok(readiness)
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
