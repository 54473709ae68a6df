//! What rendering gives: releases of manifests, in the order in which Helm would create them.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// One of the three parts of a deployment, each recorded as a Helm release of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The Gateway (chart llm-d-infra).
    Infra,
    /// The InferencePool and its endpoint picker (chart inferencepool), and the HTTPRoute.
    Gaie,
    /// The model servers (chart llm-d-modelservice).
    Ms,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Infra, Self::Gaie, Self::Ms];

    /// The key of this part in values files and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Infra => "infra",
            Self::Gaie => "gaie",
            Self::Ms => "ms",
        }
    }

    /// The upstream chart whose objects this part renders.
    pub fn chart(self) -> Chart {
        match self {
            Self::Infra => Chart {
                name: "llm-d-infra",
                version: "v1.3.6",
                app_version: "v0.3.0",
                kube_version: ">= 1.28.0-0",
                description: "Gateway infrastructure for llm-d",
            },
            Self::Gaie => Chart {
                name: "inferencepool",
                version: "v1.3.0",
                app_version: "v1.3.0",
                kube_version: "",
                description: "An InferencePool and its endpoint picker",
            },
            Self::Ms => Chart {
                name: "llm-d-modelservice",
                version: "v0.3.17",
                app_version: "v0.3.0",
                kube_version: "",
                description: "Model servers of llm-d",
            },
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The chart metadata that labels, templates (`.Chart`) and release records show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    pub name: &'static str,
    pub version: &'static str,
    pub app_version: &'static str,
    /// Constraint on the cluster's version; empty for none.
    pub kube_version: &'static str,
    pub description: &'static str,
}

/// Everything that one environment renders to.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Name of the environment (`istio`) or path of the user's file.
    pub environment: String,
    pub namespace: String,
    /// In order of installation: infra, gaie, ms (those that the environment has).
    pub releases: Vec<Release>,
}

impl Stack {
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.releases.iter().flat_map(|release| &release.manifests)
    }
}

/// One Helm release: its name, the values given over the chart's defaults, its objects.
#[derive(Clone, Debug)]
pub struct Release {
    pub part: Part,
    pub name: String,
    /// The values of all layers without the chart's own defaults (Helm's `config`).
    pub config: Value,
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
            text.push_str(manifest.template);
            text.push('\n');
            text.push_str(&manifest.to_yaml());
            text
        })
    }
}

/// One Kubernetes object and the template that it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Path below `templates/`, for example `scheduler/service.yaml.j2`.
    pub template: &'static str,
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
