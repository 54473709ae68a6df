//! The forms in which a rendered stack is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Stack;
use crate::yaml;

/// A file to be written, relative to the folder that the user named.
#[derive(Debug, PartialEq, Eq)]
pub struct OutputFile {
    pub path: PathBuf,
    pub text: String,
}

/// All objects as one YAML stream, each document below `---` and the template it came from.
pub fn to_yaml(stack: &Stack) -> String {
    stack.releases.iter().map(super::Release::manifest_text).collect()
}

/// All objects as one Kubernetes `List` in JSON.
pub fn to_json(stack: &Stack) -> String {
    let items: Vec<&Value> = stack.manifests().map(|manifest| &manifest.object).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let mut text = serde_json::to_string_pretty(&list).unwrap_or_default();
    text.push('\n');
    text
}

/// One file per object, below a folder for each release: `infra-PF/gateway-NAME.yaml`.
pub fn to_files(stack: &Stack) -> Vec<OutputFile> {
    let mut taken = BTreeSet::new();
    let mut files = Vec::new();
    for release in &stack.releases {
        for manifest in &release.manifests {
            let base = format!("{}-{}", manifest.kind().to_lowercase(), file_name(manifest.name()));
            let mut path = Path::new(&release.name).join(format!("{base}.yaml"));
            let mut number = 2;
            while !taken.insert(path.clone()) {
                path = Path::new(&release.name).join(format!("{base}-{number}.yaml"));
                number += 1;
            }
            files.push(OutputFile { path, text: manifest.to_yaml() });
        }
    }
    files
}

/// The same files and a `kustomization.yaml` that lists them in install order.
pub fn to_kustomization(stack: &Stack) -> Vec<OutputFile> {
    let mut files = to_files(stack);
    let resources: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
    let kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": stack.namespace,
        "sortOptions": {"order": "fifo"},
        "resources": resources,
    });
    files.push(OutputFile { path: "kustomization.yaml".into(), text: yaml::write(&kustomization) });
    files
}

/// Names of RBAC objects may hold `:`, which not every file system takes.
fn file_name(name: &str) -> String {
    name.replace(':', "_")
}
