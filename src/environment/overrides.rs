//! What the command line lays over an environment: values files, shortcuts, `--set` and its kin.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::files;
use super::part::Part;
use super::set::{self, Assignment, SetKind};
use super::simulate;
use crate::error::Failure;
use crate::yaml;
use crate::yaml::tree::{Content, Entry, Node, Place};

/// Overrides as they were typed, in the order in which they apply: files, shortcuts, `--set-json`, `--set`,
/// `--set-string`, `--set-file` (Helm's order).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `FILE`, keyed by part, or `PART=FILE`, a chart's own values file.
    pub files: Vec<String>,
    pub model: Option<String>,
    pub replicas: Option<u32>,
    pub tensor_parallel: Option<u32>,
    pub scheduler_image: Option<String>,
    /// The image of the simulators in the place of the model servers.
    pub simulate: Option<String>,
    pub set_json: Vec<String>,
    pub set: Vec<String>,
    pub set_string: Vec<String>,
    pub set_file: Vec<String>,
}

impl Overrides {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Lays everything over the merged layers of the environment; shortcuts mean other keys where there are no pods, and
    /// the model servers are simulators already.
    pub fn lay_over(&self, user: &mut Node, defaults: &Node, is_local: bool) -> Result<(), Failure> {
        for file in &self.files {
            user.merge(read_file(file)?);
        }
        if is_local {
            self.local_shortcuts(user)?;
        } else {
            self.shortcuts(user)?;
            if let Some(image) = &self.simulate {
                let layer = simulate::layer(user, defaults, image);
                user.merge(Node::from_value(layer, &Place::whole("--simulate")));
            }
        }
        for (flag, texts, kind) in [
            ("--set-json", &self.set_json, SetKind::Json),
            ("--set", &self.set, SetKind::Typed),
            ("--set-string", &self.set_string, SetKind::String),
            ("--set-file", &self.set_file, SetKind::File),
        ] {
            for text in texts {
                let place = Place::whole(format!("{flag} {text}"));
                for assignment in parse(text, kind)? {
                    let assignment = file_content(assignment, kind)?;
                    set::apply(user, &assignment, &place)
                        .map_err(|error| Failure::usage(format!("{place}: {error}")))?;
                }
            }
        }
        Ok(())
    }

    fn local_shortcuts(&self, user: &mut Node) -> Result<(), Failure> {
        let meaningless = [
            ("--tensor-parallel", self.tensor_parallel.is_some()),
            ("--scheduler-image", self.scheduler_image.is_some()),
        ];
        if let Some((flag, _)) = meaningless.iter().find(|(_, is_given)| *is_given) {
            return Err(Failure::usage(format!("{flag} means nothing for processes on this machine"))
                .hint("`llmd values explain local` tells what can be set"));
        }
        let mut put = |flag: String, values: Value| user.merge(Node::from_value(values, &Place::whole(flag)));
        if let Some(replicas) = self.replicas {
            put(format!("--replicas {replicas}"), json!({"local": {"replicas": replicas}}));
        }
        if let Some(model) = &self.model {
            put(format!("--model {model}"), json!({"local": {"model": model}}));
        }
        Ok(())
    }

    fn shortcuts(&self, user: &mut Node) -> Result<(), Failure> {
        let mut put = |flag: String, values: Value| user.merge(Node::from_value(values, &Place::whole(flag)));
        if let Some(replicas) = self.replicas {
            put(format!("--replicas {replicas}"), json!({"ms": {"decode": {"replicas": replicas}}}));
        }
        if let Some(size) = self.tensor_parallel {
            let values = json!({"ms": {"decode": {"parallelism": {"tensor": size}}}});
            put(format!("--tensor-parallel {size}"), values);
        }
        if let Some(image) = &self.scheduler_image {
            let flag = format!("--scheduler-image {image}");
            let (hub, name, tag) = split_image(image).ok_or_else(|| {
                Failure::usage(format!("{flag}: an image is needed in the form REGISTRY/NAME:TAG"))
                    .hint("for example `--scheduler-image ghcr.io/llm-d/llm-d-inference-scheduler:v0.4.0`")
            })?;
            let image = json!({"hub": hub, "name": name, "tag": tag});
            put(flag, json!({"gaie": {"inferenceExtension": {"image": image}}}));
        }
        if let Some(model) = &self.model {
            let current = user.at(["ms", "modelArtifacts", "uri"]).map(Node::to_value);
            let uri = model_uri(model, current.as_ref().and_then(Value::as_str).unwrap_or_default());
            let values = json!({"ms": {"modelArtifacts": {"name": model, "uri": uri}}});
            user.merge(Node::from_value(values, &Place::whole(format!("--model {model}"))));
        }
        Ok(())
    }
}

/// The URI of another model, from where the environment takes its own: a claim stays the claim.
fn model_uri(model: &str, current: &str) -> String {
    if let Some(path) = current.strip_prefix("pvc+hf://") {
        let parts: Vec<&str> = path.split('/').collect();
        if parts.len() >= 3 {
            return format!("pvc+hf://{}/{model}", parts[..parts.len() - 2].join("/"));
        }
    }
    format!("hf://{model}")
}

/// Splits `hub/name:tag`; a digest is taken so that `hub/name:tag` gives it back.
fn split_image(image: &str) -> Option<(&str, &str, &str)> {
    let (path, tag) = image.rsplit_once(':')?;
    let (hub, name) = path.rsplit_once('/')?;
    (!hub.is_empty() && !name.is_empty() && !tag.is_empty() && !tag.contains('/')).then_some((hub, name, tag))
}

/// Reads one `-f`: `FILE`, or `PART=FILE`.
fn read_file(argument: &str) -> Result<Node, Failure> {
    let part = argument.split_once('=').and_then(|(key, path)| {
        let part = Part::ALL.into_iter().find(|part| part.key() == key)?;
        Some((part, path))
    });
    let path = part.map_or(argument, |(_, path)| path);
    let bytes = files::read(path, "values file")?;
    let source = if path == "-" { "standard input" } else { path };
    let mut node = yaml::read_values(source, files::text(source, &bytes)?).map_err(Failure::usage)?;
    let Some((part, _)) = part else {
        node.drop_empty();
        return Ok(node);
    };
    let place = node.place.clone();
    let mut map = IndexMap::new();
    map.insert(part.key().to_owned(), Entry { key: place.clone(), node });
    Ok(Node { content: Content::Map(map), place })
}

fn parse(text: &str, kind: SetKind) -> Result<Vec<Assignment>, Failure> {
    set::parse(text, kind).map_err(|error| {
        let form = match kind {
            SetKind::Typed => "ms.decode.replicas=4",
            SetKind::String => "ms.decode.podAnnotations.build=42",
            SetKind::Json => "ms.decode.parallelism={\"tensor\": 4}",
            SetKind::File => "gaie.inferenceExtension.pluginsCustomConfig.mine\\.yaml=FILE",
        };
        Failure::usage(error).hint(format!("the form is `{} {form}`", kind.flag()))
    })
}

fn file_content(mut assignment: Assignment, kind: SetKind) -> Result<Assignment, Failure> {
    if let (SetKind::File, Value::String(path)) = (kind, &assignment.value) {
        let bytes = files::read(path, "file")?;
        assignment.value = files::text(path, &bytes)?.into();
    }
    Ok(assignment)
}
