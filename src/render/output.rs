//! The forms in which a rendered stack is written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::Serialize;
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

/// Objects as one Kubernetes `List`, which kubectl takes.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectList<'a> {
    #[schemars(extend("const" = "v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "List"))]
    kind: &'static str,
    /// Objects of Kubernetes, in the order in which they are to be made.
    #[schemars(schema_with = "objects")]
    items: Vec<Cow<'a, Value>>,
}

impl<'a> ObjectList<'a> {
    pub fn of(objects: impl IntoIterator<Item = Cow<'a, Value>>) -> Self {
        Self { api_version: "v1", kind: "List", items: objects.into_iter().collect() }
    }
}

/// What every object has; the rest is its kind's own.
fn objects(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "items": {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
                "additionalProperties": true,
            },
        },
        "required": ["apiVersion", "kind", "metadata"],
        "additionalProperties": true,
    }})
}

/// All objects of a stack.
pub fn to_list(stack: &Stack) -> ObjectList<'_> {
    ObjectList::of(stack.manifests().map(|manifest| Cow::Borrowed(&manifest.object)))
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
