//! What `apply`, `status` and `destroy` do, as rights.

use std::collections::BTreeSet;

use crate::render::{Stack, kinds};

/// What is done with every kind of object.
pub(super) const VERBS: [&str; 6] = ["get", "list", "watch", "create", "patch", "delete"];

/// The right to do something with a kind of objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Right {
    /// Empty for the core group.
    pub(super) group: String,
    pub(super) plural: String,
    /// None for what lives outside of namespaces.
    pub(super) namespace: Option<String>,
    pub(super) verbs: Vec<&'static str>,
}

impl Right {
    /// The resource as kubectl takes it: `deployments.apps`.
    pub(super) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Without these `apply` fails; without the others something is not seen, stays behind, or is not locked.
    pub(super) fn is_needed(&self) -> bool {
        let is_record = self.plural == "secrets";
        self.plural != "leases"
            && self.verbs.iter().any(|verb| matches!(*verb, "get" | "create" | "patch") || is_record)
    }
}

/// Everything that is done with a stack: its objects, the releases' records, the lock, and what explains a rollout.
pub(super) fn wanted(stack: &Stack) -> BTreeSet<Right> {
    let right = |group: &str, plural: &str, namespace: Option<&str>, verbs: &[&'static str]| Right {
        group: group.to_owned(),
        plural: plural.to_owned(),
        namespace: namespace.map(str::to_owned),
        verbs: verbs.to_vec(),
    };
    let here = Some(stack.namespace.as_str());
    let mut rights: BTreeSet<Right> = stack
        .manifests()
        .filter_map(|manifest| {
            let (plural, is_namespaced) = kinds::known(manifest.kind())?;
            let group = manifest.api_version().split_once('/').map_or("", |(group, _)| group);
            let namespace = manifest.namespace().or(here).filter(|_| is_namespaced);
            Some(right(group, plural, namespace, &VERBS))
        })
        .collect();
    rights.insert(right("", "secrets", here, &VERBS));
    rights.insert(right("coordination.k8s.io", "leases", here, &["get", "create", "update", "delete"]));
    for (group, plural) in [("", "pods"), ("", "events"), ("apps", "replicasets"), ("apps", "deployments")] {
        let is_ours = rights.iter().any(|right| right.group == group && right.plural == plural);
        if !is_ours {
            rights.insert(right(group, plural, here, &["list"]));
        }
    }
    rights.insert(right("", "namespaces", None, &["create"]));
    rights
}
