//! What the user asked for: an environment with the values of its parts, names and fixes.
//!
//! ```text
//!  bare ◄─ bases ◄─ environment ◄─ fixes ◄─ -f files ◄─ shortcuts ◄─ --set        (later wins)
//!    └── the charts' defaults      └──────────── the user's values, as Helm records them ─┘
//! ```

pub mod catalog;
pub mod files;
pub mod fixes;
pub mod names;
pub mod needs;
pub mod overrides;
pub mod part;
pub mod problem;
pub mod schema;
pub mod set;
pub mod simulate;
pub mod values;

use serde_json::{Value, json};

use self::fixes::{Fix, Fixes};
use self::names::{Epp, Releases};
use self::overrides::Overrides;
use self::part::Part;
use self::problem::Problem;
use self::values::{Gaie, Infra, Local, Ms, Route, Values as _};
use crate::error::Failure;
use crate::yaml;
use crate::yaml::tree::{Node, Place};

/// What the command line says about the stack, before it is resolved.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// A built-in name, an alias or a path.
    pub environment: String,
    pub namespace: String,
    /// Ends the release names: `infra-POSTFIX`, `gaie-POSTFIX`, `ms-POSTFIX`.
    pub postfix: String,
    /// Only this part, under this release name if one is given.
    pub only: Option<Part>,
    pub release_name: Option<String>,
    /// Switch every fix off.
    pub as_upstream: bool,
    pub no_fix: Vec<String>,
    pub overrides: Overrides,
}

/// One part with its values.
#[derive(Debug)]
pub struct Section<T> {
    /// Name of its Helm release.
    pub release: String,
    pub values: T,
    /// The same values as plain data, for templated texts (`.Values`).
    pub raw: Value,
    /// The values above the chart's defaults, as Helm records them.
    pub config: Value,
    /// The chart's defaults, as Helm records them beside.
    pub defaults: Value,
    /// The effective values with their places, for faults found later.
    pub tree: Node,
}

impl<T> Section<T> {
    /// A fault at a key of this section; `path` is dotted, without the section's own key.
    pub fn problem(&self, part: Part, path: &str, message: impl Into<String>) -> Problem {
        let steps: Vec<String> =
            path.replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect();
        let mut nearest = &self.tree;
        for step in &steps {
            match nearest.at([step.as_str()]) {
                Some(node) => nearest = node,
                None => break,
            }
        }
        Problem::new(Some(&nearest.place), format!("{part}.{path}"), message)
    }
}

/// Everything that rendering needs to know.
#[derive(Debug)]
pub struct Environment {
    pub name: String,
    pub namespace: String,
    pub postfix: String,
    /// Name of the Gateway, whether or not it is rendered now.
    pub gateway: String,
    /// Release of the model servers, when the environment has them, whether or not they are rendered now.
    pub ms_release: Option<String>,
    pub infra: Option<Section<Infra>>,
    pub gaie: Option<Section<Gaie>>,
    pub ms: Option<Section<Ms>>,
    /// The HTTPRoute; none where the environment has none.
    pub route: Option<Route>,
    pub fixes: Fixes,
    /// The texts of all fixes that this environment knows.
    pub known_fixes: Vec<Fix>,
}

/// The effective values of an environment, before they are typed: what `env show` prints.
#[derive(Debug)]
pub struct Layers {
    definition: catalog::Definition,
    /// All layers above the charts' defaults.
    user: Node,
    fixes: Fixes,
    known_fixes: Vec<Fix>,
    /// Whether any layer is the user's own. The built-in ones are checked by the tests, and not at every start.
    holds_users_values: bool,
}

impl Layers {
    /// Reads and merges the layers; nothing is checked against the schema yet.
    pub fn read(request: &Request) -> Result<Self, Failure> {
        let definition = catalog::find(&request.environment)?;
        let fixes =
            if request.as_upstream { Fixes::none() } else { Fixes::without(request.no_fix.iter().cloned()) };
        let known_fixes = fixes::all(definition.fixes.iter().map(|layer| layer.fix.clone()).collect());
        check_fix_names(&request.no_fix)?;
        let mut user = Node::empty_map(Place::whole(definition.name.clone()));
        for layer in &definition.layers {
            user.merge(layer.clone());
        }
        if let Some(host) = destination_rule_host(&user, request, &fixes) {
            let place = Place::whole("the guide's helmfile");
            let rule = json!({"gaie": {"provider": {"istio": {"destinationRule": {"host": host}}}}});
            user.merge(Node::from_value(rule, &place));
        }
        for layer in &definition.fixes {
            if fixes.mends(&layer.fix.name) {
                user.merge(layer.values.clone());
            }
        }
        request.overrides.lay_over(&mut user, &definition.defaults, definition.is_local())?;
        let holds_users_values = !definition.is_built_in || !request.overrides.is_empty();
        Ok(Self { definition, user, fixes, known_fixes, holds_users_values })
    }

    /// The effective tree of one section (`infra`, `gaie`, `ms`, `route` or `local`).
    pub fn effective(&self, key: &str) -> Node {
        let empty = || Node::empty_map(Place::whole(key));
        let mut effective = self.definition.defaults.get(key).cloned().unwrap_or_else(empty);
        if let Some(user) = self.user.get(key) {
            effective.coalesce(user);
        }
        effective
    }

    pub fn parts(&self) -> &[Part] {
        &self.definition.parts
    }

    pub fn definition(&self) -> &catalog::Definition {
        &self.definition
    }

    /// Checks every section of the environment against its schema.
    pub fn check(&self) -> Result<(), Failure> {
        let mut problems = unknown_sections(&self.user, &self.definition);
        let schema = values::schema();
        for key in self.definition.sections() {
            if let Ok(schema) = schema::lookup(&schema, key) {
                problems.extend(schema::check(schema, &self.effective(key), key));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(invalid(&problems)) }
    }

    /// The Gateway's name, by the effective values of `infra`.
    fn gateway(&self, release: &str) -> String {
        let infra = self.effective("infra").to_value();
        let text = |pointer: &str| infra.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        names::gateway(release, text("/gateway/fullnameOverride"), text("/gateway/nameOverride"))
    }

    fn section<T: values::Values>(&self, release: String, problems: &mut Vec<Problem>) -> Option<Section<T>> {
        let key = T::KEY;
        let tree = self.effective(key);
        if self.holds_users_values {
            let faults = schema::check(&schema::of::<T>(), &tree, key);
            if !faults.is_empty() {
                problems.extend(faults);
                return None;
            }
        }
        let raw = tree.to_value();
        let recorded = |layer: &Node| layer.get(key).map_or_else(|| json!({}), Node::to_value);
        let config = yaml::whole_numbers(recorded(&self.user));
        let defaults = yaml::whole_numbers(recorded(&self.definition.defaults));
        match serde_json::from_value(values::without_nulls(&raw)) {
            Ok(values) => Some(Section { release, values, raw, config, defaults, tree }),
            Err(error) => {
                problems.push(Problem::new(None, key, error.to_string()));
                None
            }
        }
    }
}

/// Reads, merges, checks and types everything that the user asked for.
///
/// # Errors
/// Every fault found, each with its place, as one failure with exit code 2.
pub fn resolve(request: &Request) -> Result<Environment, Failure> {
    let layers = Layers::read(request)?;
    if layers.definition.is_local() {
        let name = &layers.definition.name;
        return Err(Failure::usage(format!(
            "environment {name} runs processes on this machine: it has no objects"
        ))
        .hint(format!("llmd render -e {name} shows the processes")));
    }
    let mut problems = unknown_sections(&layers.user, &layers.definition);
    let parts: Vec<Part> = match request.only {
        Some(only) => vec![only],
        None => layers.parts().to_vec(),
    };
    let release = |part: Part| release_name(part, request);
    let wanted = |part: Part| parts.contains(&part);
    let infra = wanted(Part::Infra).then(|| layers.section(release(Part::Infra), &mut problems)).flatten();
    let gaie = wanted(Part::Gaie).then(|| layers.section(release(Part::Gaie), &mut problems)).flatten();
    let ms = wanted(Part::Ms).then(|| layers.section(release(Part::Ms), &mut problems)).flatten();
    let route: Option<Section<Route>> = layers.section(String::new(), &mut problems);
    if !problems.is_empty() {
        return Err(invalid(&problems));
    }
    let gateway = layers.gateway(&release(Part::Infra));
    Ok(Environment {
        gateway,
        ms_release: layers.parts().contains(&Part::Ms).then(|| release_name(Part::Ms, request)),
        name: layers.definition.name.clone(),
        namespace: request.namespace.clone(),
        postfix: request.postfix.clone(),
        infra,
        gaie,
        ms,
        route: route.map(|section| section.values).filter(|route| route.enabled),
        fixes: layers.fixes,
        known_fixes: layers.known_fixes,
    })
}

/// Whether an environment is processes on this machine.
pub fn is_local(name: &str) -> Result<bool, Failure> {
    Ok(catalog::find(name)?.is_local())
}

/// Reads, merges, checks and types the values of an environment of this machine.
///
/// # Errors
/// Every fault found, each with its place, as one failure with exit code 2.
pub fn resolve_local(request: &Request) -> Result<Section<Local>, Failure> {
    let layers = Layers::read(request)?;
    let mut problems = unknown_sections(&layers.user, &layers.definition);
    let section = layers.section(request.postfix.clone(), &mut problems);
    section.filter(|_| problems.is_empty()).ok_or_else(|| invalid(&problems))
}

/// `--release-name` where it is given for this part, else the part's key and the postfix.
fn release_name(part: Part, request: &Request) -> String {
    match &request.release_name {
        Some(name) if request.only == Some(part) => name.clone(),
        _ => Releases::from_postfix(&request.postfix).of(part).to_owned(),
    }
}

/// The failure that reports faults in values.
pub fn invalid(problems: &[Problem]) -> Failure {
    let what = match problems.len() {
        1 => "a value is not valid".to_owned(),
        many => format!("{many} values are not valid"),
    };
    Failure::usage(what)
        .problems(problems.iter().map(ToString::to_string))
        .hint("`llmd values explain KEY` tells what a key takes")
}

/// The host that the guide's helmfile adds where an environment has a DestinationRule for the endpoint picker. It
/// differs from the chart's own default, which is the Service's name, once that is cut.
fn destination_rule_host(environment: &Node, request: &Request, fixes: &Fixes) -> Option<String> {
    environment.at(["gaie", "provider", "istio", "destinationRule"])?;
    let release = release_name(Part::Gaie, request);
    let host = names::epp_host_as_upstream(&release, &request.namespace);
    let is_right = host == Epp::new(&release).host(&request.namespace);
    (!is_right && !fixes.mends(fixes::DESTINATION_RULE_HOST)).then_some(host)
}

fn unknown_sections(user: &Node, definition: &catalog::Definition) -> Vec<Problem> {
    const OF_CLUSTERS: [&str; 4] = ["infra", "gaie", "ms", "route"];
    let is_local = definition.is_local();
    let known: &[&str] = if is_local { &[Local::KEY] } else { &OF_CLUSTERS };
    let entries = user.map().into_iter().flatten();
    entries
        .filter(|(key, _)| !known.contains(&key.as_str()))
        .map(|(key, entry)| {
            let message = match problem::nearest(key, known.iter().copied()) {
                _ if key == Local::KEY => {
                    "only the environment `local`, and those that extend it, have this".to_owned()
                }
                _ if is_local && OF_CLUSTERS.contains(&key.as_str()) => {
                    format!("environment {} runs no pods: its values are under `local`", definition.name)
                }
                Some(near) => format!("unknown key; did you mean `{near}`?"),
                None if is_local => "unknown key: the values are under `local`".to_owned(),
                None => "unknown key: values are keyed by part (infra, gaie, ms) or `route`; \
                         a chart's own file is given as `-f ms=FILE`"
                    .to_owned(),
            };
            Problem::new(Some(&entry.key), key, message)
        })
        .collect()
}

/// All fixes: those in code and those of every built-in environment.
pub fn all_fixes() -> Result<Vec<Fix>, Failure> {
    let mut fixes = Vec::new();
    for listed in catalog::list()? {
        fixes.extend(catalog::find(&listed.name)?.fixes.into_iter().map(|layer| layer.fix));
    }
    Ok(fixes::all(fixes))
}

fn check_fix_names(names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    let known = all_fixes()?;
    for name in names {
        if !known.iter().any(|fix| fix.name == *name) {
            let mut failure = Failure::usage(format!("there is no fix `{name}`"));
            if let Some(near) = problem::nearest(name, known.iter().map(|fix| fix.name.as_str())) {
                failure = failure.hint(format!("did you mean `{near}`?"));
            }
            return Err(failure.hint("`llmd fixes` lists them"));
        }
    }
    Ok(())
}
