//! What rendering gives: releases of manifests, in the order in which Helm would create them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kinds;
pub use crate::environment::part::{Chart, Part};

/// Everything that one environment renders to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Name of the environment (`istio`) or path of the user's file.
    pub environment: String,
    pub namespace: String,
    /// In order of installation: infra, gaie, ms (those that the environment has).
    pub releases: Vec<Release>,
}

impl Stack {
    /// What the names of all its releases end in.
    pub fn postfix(&self) -> &str {
        let postfix = |release: &Release| release.name.len().min(release.part.key().len() + 1);
        self.releases.first().map_or("", |release| &release.name[postfix(release)..])
    }

    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.releases.iter().flat_map(|release| &release.manifests)
    }

    /// The images that containers of the stack run, each once, in order.
    pub fn images(&self) -> BTreeSet<&str> {
        let mut images = BTreeSet::new();
        self.manifests().for_each(|manifest| images_in(&manifest.object, &mut images));
        images
    }
}

/// Containers stand in lists under these keys, however deep in an object.
fn images_in<'a>(value: &'a Value, images: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if matches!(key.as_str(), "containers" | "initContainers") {
                    let containers = value.as_array().into_iter().flatten();
                    images.extend(containers.filter_map(|container| container["image"].as_str()));
                }
                images_in(value, images);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| images_in(item, images)),
        _ => {}
    }
}

/// One Helm release: its name, the values given over the chart's defaults, its objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    pub part: Part,
    pub name: String,
    /// The values of all layers without the chart's own defaults (Helm's `config`).
    pub config: Value,
    /// The chart's own defaults (`values` of the chart in Helm's record).
    pub defaults: Value,
    /// In Helm's install order ([`install_rank`]).
    pub manifests: Vec<Manifest>,
}

impl Release {
    /// The release's manifest text as Helm stores it: each document after `---` and a `# Source:` line.
    pub fn manifest_text(&self) -> String {
        let chart = self.part.chart().name;
        self.manifests.iter().fold(String::new(), |mut text, manifest| {
            text.push_str("---\n# Source: ");
            text.push_str(chart);
            text.push_str("/templates/");
            text.push_str(&manifest.template);
            text.push('\n');
            text.push_str(&manifest.to_yaml());
            text
        })
    }
}

/// One Kubernetes object and the template that it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Path below `templates/`, for example `scheduler/service.yaml.j2`.
    pub template: Cow<'static, str>,
    /// The object; maps in it hold no nulls.
    pub object: Value,
}

impl Manifest {
    pub fn api_version(&self) -> &str {
        self.text("/apiVersion")
    }

    pub fn kind(&self) -> &str {
        self.text("/kind")
    }

    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// `metadata.namespace`, which most of the charts' objects leave to the release's namespace.
    pub fn namespace(&self) -> Option<&str> {
        self.object.pointer("/metadata/namespace").and_then(Value::as_str)
    }

    /// Whether the object lives in a namespace; kinds that we do not know count as cluster-wide, so that nothing
    /// is added to them.
    pub fn is_namespaced(&self) -> bool {
        kinds::known(self.kind()).is_some_and(|(_, namespaced)| namespaced)
    }

    pub fn set_namespace(&mut self, namespace: &str) {
        if let Some(metadata) = self.object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
    }

    pub fn to_yaml(&self) -> String {
        crate::yaml::write(&self.object)
    }

    fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

/// `Kind/name`, the way objects are named in messages.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind(), self.name())
    }
}

/// Kinds that Helm knows, in the order in which it creates them (`charts.md` §9; Helm's `InstallOrder`).
/// All other kinds come after these, alphabetically.
const INSTALL_ORDER: [&str; 35] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
];

/// Sort key of a kind in Helm's install order.
pub fn install_rank(kind: &str) -> usize {
    INSTALL_ORDER.iter().position(|known| *known == kind).unwrap_or(INSTALL_ORDER.len())
}
