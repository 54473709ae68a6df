//! What is known of the cluster. Everything is as the API server told it, so that a test can write it down.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rights::Right;

/// Something that was read, or why it is not known: `may not read nodes in all namespaces`.
#[derive(Clone, Debug)]
pub(super) enum Fact<T> {
    Known(T),
    Unknown(String),
}

impl<T> Fact<T> {
    /// What is known.
    ///
    /// # Errors
    /// Why it is not: the reason for which a check is skipped.
    pub(super) fn known(&self) -> Result<&T, String> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Unknown(reason) => Err(reason.clone()),
        }
    }

    /// What is known, if it is: for what only adds to a finding.
    pub(super) fn get(&self) -> Option<&T> {
        self.known().ok()
    }
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::Unknown("not looked at".to_owned())
    }
}

impl<T> From<Result<T, String>> for Fact<T> {
    fn from(read: Result<T, String>) -> Self {
        read.map_or_else(Self::Unknown, Self::Known)
    }
}

/// Lists hold the items that the API server gave.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Of `/version`.
    pub(super) version: Fact<Value>,
    /// How this machine's clock differs from the API server's, where it does.
    pub(super) clock: Option<String>,
    /// Names of API groups.
    pub(super) groups: Fact<Vec<String>>,
    pub(super) namespace: Fact<Option<Value>>,
    /// What we may not do of what was asked for, and who we are.
    pub(super) denied: Fact<Vec<Right>>,
    pub(super) user: Fact<String>,
    /// By name. A definition that may not be read is put together from what is served.
    pub(super) definitions: BTreeMap<String, Fact<Option<Value>>>,
    pub(super) classes: Fact<Vec<Value>>,
    /// Deployments with the label of the Gateway's controller.
    pub(super) controllers: Fact<Vec<Value>>,
    pub(super) token: Fact<Option<Value>>,
    pub(super) nodes: Fact<Vec<Value>>,
    /// The pods of all namespaces that are not over.
    pub(super) pods: Fact<Vec<Value>>,
    pub(super) autoscaler: Fact<Option<Value>>,
    pub(super) device_classes: Fact<Vec<Value>>,
    pub(super) resource_slices: Fact<Vec<Value>>,
    pub(super) quotas: Fact<Vec<Value>>,
    /// By workload: why the API server refuses a pod of it, if it does.
    pub(super) admission: Fact<BTreeMap<String, Option<String>>>,
    pub(super) claims: Fact<Vec<Value>>,
    pub(super) storage_classes: Fact<Vec<Value>>,
    pub(super) pools: Fact<Vec<Value>>,
    pub(super) routes: Fact<Vec<Value>>,
    pub(super) deployments: Fact<Vec<Value>>,
}
