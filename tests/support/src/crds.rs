//! Which `CustomResourceDefinitions` a control plane is given.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::tools::{Tool, Tools};

/// Kinds whose definitions no package registry has: plural, kind, group, version.
/// They come from the folder `crds` of the files shared between the project's sessions, where that is at hand.
const UNPUBLISHED: &[(&str, &str, &str, &str)] = &[
    ("gatewayparameters", "GatewayParameters", "gateway.kgateway.dev", "v1alpha1"),
    ("agentgatewayparameters", "AgentgatewayParameters", "agentgateway.dev", "v1alpha1"),
    ("healthcheckpolicies", "HealthCheckPolicy", "networking.gke.io", "v1"),
    ("gcpbackendpolicies", "GCPBackendPolicy", "networking.gke.io", "v1"),
    ("podmonitorings", "PodMonitoring", "monitoring.googleapis.com", "v1"),
    // kwok's own: where the ports of a pod lead, and what its containers log.
    ("portforwards", "PortForward", "kwok.x-k8s.io", "v1alpha1"),
    ("logs", "Logs", "kwok.x-k8s.io", "v1alpha1"),
];

/// What to create: files of definitions, and those that there is no file for.
pub(crate) struct Definitions {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) objects: Value,
}

pub(crate) fn definitions(tools: &Tools) -> Definitions {
    let shared = shared();
    let folder = fs::read_dir(tools.path(Tool::Crds)).expect("the suite needs the definitions");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    let mut objects = Vec::new();
    for &(plural, kind, group, version) in UNPUBLISHED {
        let file = shared.join(format!("crds/{group}_{plural}.yaml"));
        if file.exists() {
            files.push(file);
        } else {
            objects.push(stand_in(plural, kind, group, version));
        }
    }
    Definitions { files, objects: json!({"apiVersion": "v1", "kind": "List", "items": objects}) }
}

fn shared() -> PathBuf {
    let beside_the_repository = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    env::var_os("LLMD_SHARED").map_or_else(beside_the_repository, PathBuf::from)
}

/// A definition that takes whatever fields an object has: enough to apply it and to write its status.
fn stand_in(plural: &str, kind: &str, group: &str, version: &str) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")},
            "versions": [{
                "name": version,
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            }],
        },
    })
}
