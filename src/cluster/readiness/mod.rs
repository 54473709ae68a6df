//! When is an object ready, and why not: pure functions from objects to [`Readiness`].
//!
//! Rules that hold for every kind: an object that is being deleted is not ready; a status about an older generation
//! says nothing; an empty status is "not yet", never "done".

mod basics;
pub mod pod;
mod routing;
mod workload;

use std::collections::HashSet;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::object::{list, number, text};

pub(super) use routing::{gateway_deployments, is_istio};
pub(super) use workload::{Accounts, is_workload, with_pods};

/// Where an object stands.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Readiness {
    Ready {
        /// What shows it, in a few words.
        message: String,
    },
    Progressing {
        /// What it waits for, in a few words.
        message: String,
    },
    /// It will not become ready by itself, once its cause has lasted for the cause's grace.
    Blocked {
        /// Where it stands, in a few words.
        message: String,
        /// Why.
        cause: Cause,
    },
}

/// Why an object is blocked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Cause {
    /// A short name of the class of failure, for example `ImagePull`.
    pub code: &'static str,
    /// Names the object that is the trouble, and what is wrong with it.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// What shows it: the last lines of a log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// How long this may last before it counts as final.
    #[serde(skip)]
    pub grace: Duration,
}

impl Readiness {
    pub fn ready(message: impl Into<String>) -> Self {
        Self::Ready { message: message.into() }
    }

    pub fn progressing(message: impl Into<String>) -> Self {
        Self::Progressing { message: message.into() }
    }

    pub fn blocked(cause: Cause) -> Self {
        Self::Blocked { message: cause.message.clone(), cause }
    }

    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready { .. })
    }

    pub fn message(&self) -> &str {
        match self {
            Self::Ready { message } | Self::Progressing { message } | Self::Blocked { message, .. } => {
                message
            }
        }
    }

    /// The message, and what the cause adds to it.
    pub fn explanation(&self) -> String {
        match self {
            Self::Blocked { message, cause } if !message.contains(&cause.message) => {
                format!("{message}: {}", cause.message)
            }
            _ => self.message().to_owned(),
        }
    }

    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Blocked { cause, .. } => Some(cause),
            _ => None,
        }
    }

    pub fn word(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready",
            Self::Progressing { .. } => "progressing",
            Self::Blocked { .. } => "blocked",
        }
    }
}

/// What the other objects of the deployment tell about one of them.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Names of the Gateways that the deployment has or that its routes name as parents.
    pub gateways: HashSet<String>,
    /// Names of each InferencePool that its routes lead to. No other pool ever gets a status.
    pub routed_pools: HashSet<String>,
}

impl Surroundings {
    pub fn of<'a>(objects: impl Iterator<Item = &'a Value>) -> Self {
        let mut surroundings = Self::default();
        for object in objects {
            match text(object, "/kind") {
                "Gateway" => {
                    surroundings.gateways.insert(text(object, "/metadata/name").to_owned());
                }
                "HTTPRoute" => {
                    let parents = list(object, "/spec/parentRefs").iter();
                    surroundings.gateways.extend(parents.map(|parent| text(parent, "/name").to_owned()));
                    let backends =
                        list(object, "/spec/rules").iter().flat_map(|rule| list(rule, "/backendRefs"));
                    surroundings.routed_pools.extend(
                        backends
                            .filter(|backend| text(backend, "/kind") == "InferencePool")
                            .map(|backend| text(backend, "/name").to_owned()),
                    );
                }
                _ => {}
            }
        }
        surroundings
    }
}

/// Where one live object stands, by the rule of its kind. Kinds without a rule are ready when they exist.
pub fn of(live: &Value, surroundings: &Surroundings) -> Readiness {
    if live.pointer("/metadata/deletionTimestamp").is_some() {
        return Readiness::progressing("is being deleted");
    }
    if let Some(observed) = number(live, "/status/observedGeneration")
        && number(live, "/metadata/generation").is_some_and(|generation| observed < generation)
    {
        return Readiness::progressing("waits for its controller");
    }
    match (text(live, "/kind"), text(live, "/apiVersion").split('/').next().unwrap_or_default()) {
        ("Deployment", _) => workload::deployment(live),
        ("StatefulSet" | "LeaderWorkerSet", _) => workload::stateful(live),
        ("DaemonSet", _) => workload::daemon_set(live),
        ("Job", _) => workload::job(live),
        ("Gateway", "gateway.networking.k8s.io") => routing::gateway(live),
        ("HTTPRoute", _) => routing::http_route(live),
        ("InferencePool", _) => routing::inference_pool(live, surroundings),
        ("HealthCheckPolicy" | "GCPBackendPolicy", _) => routing::policy(live),
        ("Secret", _) => basics::secret(live),
        ("Service", _) => basics::service(live),
        ("PersistentVolumeClaim", _) => basics::claim(live),
        ("Namespace", _) => basics::namespace(live),
        ("CustomResourceDefinition", _) => basics::definition(live),
        _ => Readiness::ready("applied"),
    }
}

/// Whether an object of this kind can be there and not be ready.
pub(super) fn has_rule(kind: &str) -> bool {
    !matches!(
        kind,
        "ConfigMap"
            | "ServiceAccount"
            | "Role"
            | "RoleBinding"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "DestinationRule"
            | "PodMonitor"
            | "ServiceMonitor"
    )
}

/// A condition of a list of conditions.
fn condition<'a>(conditions: &'a [Value], kind: &str) -> Option<&'a Value> {
    conditions.iter().find(|condition| text(condition, "/type") == kind)
}

fn is_true(conditions: &[Value], kind: &str) -> bool {
    condition(conditions, kind).is_some_and(|condition| text(condition, "/status") == "True")
}
