//! Finalizers: who set them, who takes them off, and whether that controller runs.

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::fields::managed;
use crate::cluster::object::{ObjectRef, collection, list, number, text};

/// Who takes a finalizer off.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Keeper {
    /// Kubernetes itself, once this has come to pass.
    Kubernetes { part: &'static str, waits_for: &'static str },
    /// The claims protection: no pod uses the claim.
    ClaimProtection,
    /// A controller that runs where we cannot see it.
    Provider(&'static str),
    /// A controller in the cluster. Its Deployment has this word in its name.
    Controller { name: String, word: String },
}

impl Keeper {
    /// Goes by the finalizer's name, else by who wrote it.
    pub(super) fn of(finalizer: &str, live: &Value) -> Self {
        let kubernetes = |part, waits_for| Self::Kubernetes { part, waits_for };
        match finalizer {
            "foregroundDeletion" | "orphan" => {
                return kubernetes("the garbage collector", "what it owns goes first");
            }
            "kubernetes.io/pvc-protection" => return Self::ClaimProtection,
            "kubernetes.io/pv-protection" => {
                return kubernetes("the volume controller", "a claim is bound to it");
            }
            "batch.kubernetes.io/job-tracking" => {
                return kubernetes("the job controller", "it counts the pod's end");
            }
            "service.kubernetes.io/load-balancer-cleanup" => {
                return Self::Provider("the cloud's load balancer controller");
            }
            _ => {}
        }
        let domain = finalizer.split('/').next().unwrap_or(finalizer);
        let known = [
            ("gke.io", "", ""),
            ("istio.io", "istiod", "istiod"),
            ("kgateway.dev", "kgateway", "kgateway"),
            ("agentgateway.dev", "agentgateway", "agentgateway"),
            ("leaderworkerset.x-k8s.io", "LeaderWorkerSet's controller", "lws"),
            ("monitoring.coreos.com", "the Prometheus operator", "prometheus-operator"),
            ("kueue.x-k8s.io", "Kueue", "kueue"),
        ];
        match known.iter().find(|(suffix, ..)| domain.ends_with(suffix)) {
            Some((_, "", _)) => Self::Provider("GKE's gateway controller"),
            Some((_, name, word)) => Self::Controller { name: (*name).to_owned(), word: (*word).to_owned() },
            None => {
                let manager = writer(live, finalizer).map(|(manager, _)| manager).filter(|it| is_telling(it));
                let (name, word) = match manager {
                    Some(manager) => (manager.to_owned(), manager.to_owned()),
                    None => (format!("the controller of {domain}"), label(domain)),
                };
                Self::Controller { name, word }
            }
        }
    }

    pub(super) fn who(&self) -> &str {
        match self {
            Self::Kubernetes { part, .. } => part,
            Self::ClaimProtection => "the claim protection controller",
            Self::Provider(name) => name,
            Self::Controller { name, .. } => name,
        }
    }

    /// What to do before anybody takes a finalizer off by hand.
    pub(super) fn advice(&self) -> String {
        match self {
            Self::Kubernetes { .. } => "wait for it".to_owned(),
            Self::ClaimProtection => "end the pods that use it".to_owned(),
            Self::Provider(name) => format!("look for what {name} says in the object's events"),
            Self::Controller { name, .. } => format!("see that {name} runs and what its logs say"),
        }
    }

    /// What is seen in the cluster of whoever should act.
    pub(super) async fn evidence(&self, cluster: &Cluster, object: &ObjectRef) -> Vec<String> {
        match self {
            Self::Kubernetes { waits_for, .. } => vec![format!("waits until {waits_for}")],
            Self::Provider(_) => Vec::new(),
            Self::ClaimProtection => {
                let path = collection("v1", "pods", object.namespace.as_deref());
                let pods = cluster.list(&path, "").await.unwrap_or_default();
                users(&pods, &object.name).map(|pod| format!("Pod/{pod} uses it")).collect()
            }
            Self::Controller { word, .. } => {
                let Ok(all) = cluster.list(&collection("apps/v1", "deployments", None), "").await else {
                    return vec!["which Deployments run in other namespaces cannot be seen".to_owned()];
                };
                let mut running: Vec<String> = all
                    .iter()
                    .filter(|one| text(one, "/metadata/name").contains(word.as_str()))
                    .map(told)
                    .collect();
                if running.is_empty() {
                    running.push(format!("no Deployment in the cluster has {word} in its name"));
                }
                running
            }
        }
    }
}

/// `finalizer example.com/hold was set by kubectl at 2026-11-26T20:00:00Z`, where the object knows.
pub(super) fn set_by(live: &Value, finalizer: &str) -> Option<String> {
    let (manager, time) = writer(live, finalizer)?;
    Some(format!("{finalizer} was set by {manager} at {time}"))
}

/// The field manager that has this finalizer, and when it wrote last.
fn writer<'a>(live: &'a Value, finalizer: &str) -> Option<(&'a str, &'a str)> {
    let key = format!("v:{}", Value::from(finalizer));
    let has = |entry: &&Value| {
        entry.pointer("/fieldsV1/f:metadata/f:finalizers").is_some_and(|set| set.get(&key).is_some())
    };
    managed::entries(live).rfind(has).map(|entry| (text(entry, "/manager"), text(entry, "/time")))
}

/// Whether a field manager's name says which program it is, and not only what kind, or that a hand wrote it.
fn is_telling(manager: &str) -> bool {
    const DUMB: [&str; 6] = ["manager", "controller", "controller-manager", "operator", "helm", "unknown"];
    !DUMB.contains(&manager) && !manager.starts_with("kubectl")
}

/// The names of the pods that use a claim and have not ended.
pub(in crate::cluster::destroy) fn users<'a>(
    pods: &'a [Value],
    claim: &'a str,
) -> impl Iterator<Item = &'a str> {
    let uses = move |pod: &&Value| {
        let has_ended = matches!(text(pod, "/status/phase"), "Succeeded" | "Failed");
        let mut volumes = list(pod, "/spec/volumes").iter();
        !has_ended && volumes.any(|volume| text(volume, "/persistentVolumeClaim/claimName") == claim)
    };
    pods.iter().filter(uses).map(|pod| text(pod, "/metadata/name"))
}

fn told(deployment: &Value) -> String {
    let count = |pointer| number(deployment, pointer).unwrap_or_default();
    format!(
        "Deployment {}/{}: {}/{} ready",
        text(deployment, "/metadata/namespace"),
        text(deployment, "/metadata/name"),
        count("/status/readyReplicas"),
        count("/spec/replicas")
    )
}

/// The word of a domain that names its owner: `example` of `guard.example.com`.
fn label(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').collect();
    let owner = labels.len().checked_sub(2).and_then(|index| labels.get(index)).or_else(|| labels.first());
    owner.map(|word| (*word).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample;
    use super::*;

    #[test]
    fn a_finalizer_belongs_to_a_controller() {
        let live = sample();
        let word = |finalizer: &str| match Keeper::of(finalizer, &live) {
            Keeper::Controller { word, .. } => word,
            other => other.who().to_owned(),
        };
        assert_eq!(word("kubernetes.io/pvc-protection"), "the claim protection controller");
        assert_eq!(word("gateway.networking.gke.io/finalizer"), "GKE's gateway controller");
        assert_eq!(word("networking.istio.io/guard"), "istiod");
        assert_eq!(word("guard.example.com/hold"), "example");
        assert_eq!(word("hold"), "hold");
    }

    #[test]
    fn who_set_it_is_read_from_the_fields() {
        let mut live = sample();
        live["metadata"]["managedFields"] = json!([
            {"manager": "guardian", "time": "2026-11-26T20:00:00Z",
             "fieldsV1": {"f:metadata": {"f:finalizers": {".": {}, "v:\"example.com/hold\"": {}}}}},
        ]);
        assert_eq!(
            set_by(&live, "example.com/hold").unwrap(),
            "example.com/hold was set by guardian at 2026-11-26T20:00:00Z"
        );
        assert_eq!(set_by(&live, "example.com/other"), None);
        assert!(is_telling("guardian") && !is_telling("kubectl-patch") && !is_telling("manager"));
        let keeper = Keeper::of("example.com/hold", &live);
        assert_eq!(
            (keeper.who(), keeper.advice().as_str()),
            ("guardian", "see that guardian runs and what its logs say")
        );
    }

    #[test]
    fn a_claim_is_used_by_pods_that_run() {
        let pod = |name: &str, phase: &str, claim: &str| {
            json!({"metadata": {"name": name}, "status": {"phase": phase},
                   "spec": {"volumes": [{"persistentVolumeClaim": {"claimName": claim}}]}})
        };
        let pods =
            [pod("a", "Running", "model"), pod("b", "Succeeded", "model"), pod("c", "Pending", "other")];
        assert_eq!(users(&pods, "model").collect::<Vec<_>>(), ["a"]);
    }
}
