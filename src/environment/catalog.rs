//! The environments: the files in `environments/`, embedded, and the user's own.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rust_embed::Embed;
use serde_json::Value;

use super::fixes::LayerFix;
use super::needs::Needs;
use super::part::Part;
use super::problem::{Problem, nearest};
use super::values::{Local, Route, Values as _};
use crate::error::Failure;
use crate::yaml;
use crate::yaml::tree::{Node, Place};

#[derive(Embed)]
#[folder = "environments/"]
struct Files;

/// The environment that holds the charts' own defaults: the lowest layer of every other.
pub const BARE: &str = "bare";

/// One environment with its bases, lowest first.
#[derive(Debug)]
pub struct Definition {
    /// Its name, or the path of the user's file.
    pub name: String,
    pub description: String,
    /// Whether all of its files are embedded in the binary.
    pub is_built_in: bool,
    /// The parts that it deploys.
    pub parts: Vec<Part>,
    /// The charts' defaults: the sections of `bare`.
    pub defaults: Node,
    /// The files above `bare`, lowest first, reduced to their sections (infra, gaie, ms, route, local).
    pub layers: Vec<Node>,
    /// The fixes that these files bring, as value layers.
    pub fixes: Vec<LayerFix>,
    /// What it needs of a cluster.
    pub needs: Needs,
}

impl Definition {
    /// Whether it is processes on this machine, not parts in a cluster: one of its files has the section `local`.
    pub fn is_local(&self) -> bool {
        self.layers.iter().any(|layer| layer.get(Local::KEY).is_some())
    }

    /// The keys of its sections.
    pub fn sections(&self) -> Vec<&'static str> {
        if self.is_local() {
            return vec![Local::KEY];
        }
        self.parts.iter().map(|part| part.key()).chain([Route::KEY]).collect()
    }
}

/// One line of `llmd env list`.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
pub struct Listed {
    /// As `-e` takes it.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// What it is for, in a line.
    pub description: String,
    /// The environment that it is based on; null where there is none.
    pub extends: Option<String>,
}

/// The built-in environments, in alphabetical order, the default one first.
pub fn list() -> Result<Vec<Listed>, Failure> {
    let mut found = Vec::new();
    for file in Files::iter() {
        let file = EnvironmentFile::built_in(file.trim_end_matches(".yaml"))?;
        if file.flag("abstract") {
            continue;
        }
        found.push(Listed {
            name: file.name.clone(),
            aliases: file.texts("aliases"),
            description: file.text("description").unwrap_or_default(),
            extends: file.text("extends"),
        });
    }
    found.sort_by_key(|listed| (!listed.aliases.iter().any(|alias| alias == "default"), listed.name.clone()));
    Ok(found)
}

/// Finds an environment by name, alias or path (anything with a `/` or the ending `.yaml`), with its bases.
pub fn find(name: &str) -> Result<Definition, Failure> {
    let mut chain = vec![EnvironmentFile::named(name)?];
    while let Some((base, place)) = chain.last().and_then(EnvironmentFile::base) {
        let base = beside(&chain[chain.len() - 1], &base);
        if chain.iter().any(|file| Path::new(&file.name).components().eq(Path::new(&base).components())) {
            let problem = Problem::new(place.as_ref(), "extends", format!("`{base}` extends itself"));
            return Err(Failure::usage("the environments extend each other in a circle")
                .problems([problem.to_string()]));
        }
        let file = EnvironmentFile::named(&base).map_err(|failure| match &place {
            Some(place) => failure.hint(format!("it is named by `extends` at {place}")),
            None => failure,
        })?;
        chain.push(file);
    }
    let is_built_in = chain.iter().all(|file| file.is_built_in);
    let (top_name, description) = (chain[0].name.clone(), chain[0].text("description").unwrap_or_default());
    let parts = chain.iter().find_map(EnvironmentFile::parts).unwrap_or_else(|| Part::ALL.to_vec());
    let mut files = chain.into_iter().rev();
    let defaults = match files.next() {
        Some(bare) => bare.node,
        None => Node::empty_map(Place::whole(BARE)),
    };
    let mut definition = Definition {
        name: top_name,
        description,
        is_built_in,
        parts,
        defaults,
        layers: Vec::new(),
        fixes: Vec::new(),
        needs: Needs::default(),
    };
    let mut needs = Node::empty_map(Place::whole("needs"));
    for mut file in files {
        if let Some(entry) = file.node.take("fixes") {
            definition.fixes.extend(LayerFix::read(&entry.node));
        }
        if let Some(entry) = file.node.take("needs") {
            needs.merge(entry.node);
        }
        definition.layers.push(file.node);
    }
    definition.needs = serde_json::from_value(needs.to_value()).map_err(|error| {
        Failure::usage(format!("the section `needs` of environment {name} is not valid: {error}"))
    })?;
    strip_header(&mut definition.defaults);
    definition.layers.iter_mut().for_each(strip_header);
    Ok(definition)
}

/// A base given by a relative path is looked for beside the file that names it.
fn beside(file: &EnvironmentFile, base: &str) -> String {
    match Path::new(&file.name).parent() {
        Some(folder) if is_path(base) && !file.is_built_in => {
            let path: PathBuf =
                folder.join(base).components().filter(|part| *part != Component::CurDir).collect();
            path.display().to_string()
        }
        _ => base.to_owned(),
    }
}

fn is_path(name: &str) -> bool {
    name.contains('/') || Path::new(name).extension().is_some_and(|end| end == "yaml" || end == "yml")
}

/// Keys of an environment file beside the sections.
const HEADER: [&str; 7] = ["description", "extends", "abstract", "aliases", "parts", "fixes", "needs"];
const SECTIONS: [&str; 5] = ["infra", "gaie", "ms", "route", "local"];

fn strip_header(node: &mut Node) {
    for key in HEADER {
        node.take(key);
    }
}

struct EnvironmentFile {
    name: String,
    is_built_in: bool,
    node: Node,
}

impl EnvironmentFile {
    fn named(name: &str) -> Result<Self, Failure> {
        if is_path(name) { Self::of_user(name) } else { Self::built_in(name) }
    }

    fn built_in(name: &str) -> Result<Self, Failure> {
        if let Some(file) = Files::get(&format!("{name}.yaml")) {
            let file = Self::read(name, &format!("environments/{name}.yaml"), &file.data)?;
            return Ok(Self { is_built_in: true, ..file });
        }
        let mut known = Vec::new();
        for path in Files::iter() {
            let candidate = path.trim_end_matches(".yaml");
            let file = Self::built_in(candidate)?;
            let aliases = file.texts("aliases");
            if aliases.iter().any(|alias| alias == name) {
                return Ok(file);
            }
            if !file.flag("abstract") {
                known.push(candidate.to_owned());
            }
            known.extend(aliases);
        }
        known.sort();
        let mut failure = Failure::usage(format!("there is no environment `{name}`"));
        if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
            failure = failure.hint(format!("did you mean `{near}`?"));
        }
        Err(failure
            .hint(format!("known: {}", known.join(", ")))
            .hint("a file of your own is given by its path: `-e ./mine.yaml`"))
    }

    fn of_user(path: &str) -> Result<Self, Failure> {
        let bytes = super::files::read(path, "environment file")?;
        Self::read(path, path, &bytes)
    }

    fn read(name: &str, source: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let text = super::files::text(source, bytes)?;
        let mut node = yaml::read_values(source, text).map_err(Failure::usage)?;
        node.drop_empty();
        let problems = unknown_keys(&node);
        if !problems.is_empty() {
            return Err(Failure::usage(format!("{source} is no valid environment"))
                .problems(problems.iter().map(ToString::to_string))
                .hint("`llmd env show istio` shows a complete one"));
        }
        Ok(Self { name: name.to_owned(), is_built_in: false, node })
    }

    /// The environment below this one, and where it is named. Only `bare` has none.
    fn base(&self) -> Option<(String, Option<Place>)> {
        match (self.node.entry("extends"), self.name.as_str()) {
            (Some(entry), _) => Some((self.text("extends")?, Some(entry.key.clone()))),
            (None, BARE) => None,
            (None, _) => Some((BARE.to_owned(), None)),
        }
    }

    fn parts(&self) -> Option<Vec<Part>> {
        self.node.get("parts")?;
        let named = self.texts("parts");
        Some(Part::ALL.into_iter().filter(|part| named.iter().any(|name| name == part.key())).collect())
    }

    fn text(&self, key: &str) -> Option<String> {
        self.node.get(key)?.to_value().as_str().map(str::to_owned)
    }

    fn texts(&self, key: &str) -> Vec<String> {
        match self.node.get(key).map(Node::to_value) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    fn flag(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|node| node.to_value() == Value::Bool(true))
    }
}

/// Faults in the head of an environment file; the sections are checked with the values they become part of.
fn unknown_keys(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, entry) in node.map().into_iter().flatten() {
        let value = entry.node.to_value();
        let wanted = match key.as_str() {
            "description" | "extends" if !value.is_string() => "a text is needed",
            "abstract" if !value.is_boolean() => "true or false is needed",
            "aliases" if !is_texts(&value, &|_| true) => "a list of names is needed",
            "parts" if !is_texts(&value, &|part| Part::ALL.iter().any(|known| known.key() == part)) => {
                "a list of `infra`, `gaie` and `ms` is needed"
            }
            known if HEADER.contains(&known) || SECTIONS.contains(&known) => continue,
            unknown => {
                let near = nearest(unknown, HEADER.into_iter().chain(SECTIONS));
                let message = match near {
                    Some(near) => format!("unknown key; did you mean `{near}`?"),
                    None => {
                        format!("unknown key; known here: {}, {}", HEADER.join(", "), SECTIONS.join(", "))
                    }
                };
                problems.push(Problem::new(Some(&entry.key), key, message));
                continue;
            }
        };
        problems.push(Problem::new(Some(&entry.node.place), key, wanted));
    }
    problems
}

fn is_texts(value: &Value, accept: &dyn Fn(&str) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(accept)))
}

/// The text of an embedded environment, for `env show --source` and tests.
pub fn source(name: &str) -> Option<Arc<str>> {
    let file = Files::get(&format!("{name}.yaml"))?;
    Some(Arc::from(String::from_utf8_lossy(&file.data)))
}
