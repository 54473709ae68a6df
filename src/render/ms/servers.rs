//! The model servers of one role, with what all their objects need to know.

use std::fmt;

use serde_json::{Map, Value, json};

use super::model::Model;
use super::parallelism::Spread;
use super::{service_account_override, service_names};
use crate::environment::fixes;
use crate::environment::values::{Ms, RoleServers};
use crate::render::{Reject, Renderer};

/// What the servers do: everything or decoding, or prefilling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Decode,
    Prefill,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decode => "decode",
            Self::Prefill => "prefill",
        })
    }
}

pub(super) struct Servers<'a> {
    pub(super) renderer: &'a Renderer<'a, Ms>,
    pub(super) role: Role,
    pub(super) values: &'a RoleServers,
    pub(super) spread: Spread,
    pub(super) model: Model<'a>,
    /// Of the Deployment or LeaderWorkerSet.
    pub(super) name: String,
    pub(super) service_account: String,
    /// By which the pods are selected.
    pub(super) pod_labels: Map<String, Value>,
}

impl<'a> Servers<'a> {
    /// The servers of a role; none when there are to be none.
    pub(super) fn of(renderer: &'a Renderer<'a, Ms>, role: Role) -> Result<Option<Self>, Reject> {
        let all = renderer.values();
        let values = match role {
            Role::Decode => &all.decode,
            Role::Prefill => &all.prefill,
        };
        if !values.create {
            return Ok(None);
        }
        let spread = Spread::derive(&values.parallelism)
            .map_err(|fault| renderer.reject(&format!("{role}.parallelism.data"), fault.to_string()))?;
        let names = service_names(renderer);
        Ok(Some(Self {
            renderer,
            role,
            values,
            spread,
            model: Model::read(renderer)?,
            name: match role {
                Role::Decode => names.decode(),
                Role::Prefill => names.prefill(),
            },
            service_account: names.service_account(service_account_override(all)).to_owned(),
            pod_labels: pod_labels(renderer, role),
        }))
    }

    /// The path of one of the role's keys.
    pub(super) fn path(&self, key: &str) -> String {
        format!("{}.{key}", self.role)
    }

    pub(super) fn reject(&self, key: &str, message: impl Into<String>) -> Reject {
        self.renderer.reject(&self.path(key), message)
    }

    /// The value of a templated key of the role.
    pub(super) fn templated(&self, key: &str, value: &Value) -> Result<Value, Reject> {
        self.renderer.templated(&self.path(key), value)
    }

    /// The same for a text, which stays a text.
    pub(super) fn templated_text(&self, key: &str, text: &str) -> Result<String, Reject> {
        self.renderer.templated_text(&self.path(key), text)
    }

    /// Pods, or groups of pods; the chart's own default counts where a null unset the key.
    pub(super) fn replicas(&self) -> i64 {
        self.values.replicas.unwrap_or(1)
    }

    pub(super) fn is_multinode(&self) -> bool {
        self.renderer.values().multinode
    }
}

fn pod_labels(renderer: &Renderer<'_, Ms>, role: Role) -> Map<String, Value> {
    let mut labels = match json!(renderer.values().model_artifacts.labels) {
        Value::Object(labels) => labels,
        _ => Map::new(),
    };
    labels.insert("llm-d.ai/role".to_owned(), role.to_string().into());
    labels.extend(instance_label(renderer));
    labels
}

/// The label that tells the pods of one release from those of another.
pub(super) fn instance_label(renderer: &Renderer<'_, Ms>) -> Option<(String, Value)> {
    let label = || ("app.kubernetes.io/instance".to_owned(), renderer.release().into());
    renderer.mends(fixes::POOL_SELECTOR).then(label)
}
