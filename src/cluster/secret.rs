//! Secrets that a stack reads and that are no part of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::object::ObjectRef;
use super::{Cluster, Error, namespace};

/// What a Secret has under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There is no such Secret, or it has no such key.
    Nothing,
    /// The same value.
    Same,
    /// Another value.
    Other,
}

/// The bytes under a key of a live Secret.
pub(crate) fn value(secret: &Value, key: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.get("data")?.get(key)?.as_str()?).ok()
}

fn reference(namespace: &str, name: &str) -> ObjectRef {
    ObjectRef::namespaced("v1", "Secret", "secrets", namespace, name)
}

impl Cluster {
    /// Compares a value with what the cluster has.
    pub async fn kept(&self, namespace: &str, name: &str, key: &str, wanted: &str) -> Result<Kept, Error> {
        let live = self.get(&reference(namespace, name)).await?;
        Ok(match live.and_then(|live| value(&live, key)) {
            None => Kept::Nothing,
            Some(there) if there == wanted.as_bytes() => Kept::Same,
            Some(_) => Kept::Other,
        })
    }

    /// Puts a value under a key of a Secret, which is made where it is absent, and its namespace too; other keys stay.
    /// Whether the namespace was made.
    pub async fn keep(&self, namespace: &str, name: &str, key: &str, wanted: &str) -> Result<bool, Error> {
        let is_absent = namespace::is_absent(self, namespace).await?;
        if is_absent {
            namespace::create(self, namespace).await?;
        }
        let manifest = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "data": {key: STANDARD.encode(wanted)},
        });
        // Whoever wrote the value before has been asked about.
        self.patch(&reference(namespace, name), &manifest, true).await?;
        Ok(is_absent)
    }
}
