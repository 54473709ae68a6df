//! The CRDs that a stack needs, against those that the cluster has.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::facts::Fact;
use super::version::{Fit, Version, fit, words};
use crate::cluster::object::{list, meta, text};
use crate::environment::needs::{Group, Needs};
use crate::render::{Stack, kinds};

/// The pools of before they were stable, which gateways of today do not look at.
const EARLY_POOLS: &str = "inferencepools.inference.networking.x-k8s.io";
const POOLS: &str = "inferencepools.inference.networking.k8s.io";

/// Groups that Kubernetes itself serves although their names have dots.
const BUILT_IN: [&str; 8] = [
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "coordination.k8s.io",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// A definition that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// `PLURAL.GROUP`.
    pub(super) name: String,
    pub(super) group: String,
    pub(super) plural: String,
    /// The version that has to be served.
    pub(super) version: String,
    /// Who needs it: an object of the stack, or the environment.
    pub(super) by: String,
}

/// One definition, as it is needed and as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// `PLURAL.GROUP`.
    pub name: String,
    /// The version that has to be served: `v1`.
    pub version: String,
    /// The releases that are known to work, in words.
    pub wanted: Option<String>,
    /// The release that the definition came with.
    pub bundle: Option<String>,
    /// The versions that the API server serves.
    pub served: Vec<String>,
    /// In which versions objects are stored.
    pub stored: Vec<String>,
    /// Whether it is as it is needed.
    pub state: State,
    /// What of the stack needs it.
    pub needed_by: String,
    /// Why it is not right, in words.
    pub cause: Option<String>,
    /// The command that mends it.
    pub fix: Option<String>,
}

/// How a definition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Ok,
    Missing,
    /// It is there, and the version that is needed is not served.
    NotServed,
    /// It is there, and the API server does not use it, or not any more.
    NotEstablished,
    TooOld,
    /// A release that is not known to work.
    TooNew,
    /// It may not be read.
    Unknown,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::NotServed => "not served",
            Self::NotEstablished => "not established",
            Self::TooOld => "too old",
            Self::TooNew => "too new",
            Self::Unknown => "unknown",
        }
    }

    /// Whether something is to be mended.
    pub fn is_wrong(self) -> bool {
        !matches!(self, Self::Ok | Self::Unknown)
    }
}

/// The definitions that a stack needs, by name.
pub(super) fn needed(stack: &Stack, needs: &Needs) -> Vec<Needed> {
    let mut found: BTreeMap<String, Needed> = BTreeMap::new();
    let mut add = |group: &str, plural: &str, version: &str, by: String| {
        let name = format!("{plural}.{group}");
        found.entry(name.clone()).or_insert_with(|| Needed {
            name,
            group: group.to_owned(),
            plural: plural.to_owned(),
            version: version.to_owned(),
            by,
        });
    };
    for manifest in stack.manifests() {
        let Some((group, version)) = manifest.api_version().split_once('/') else { continue };
        let is_custom = group.contains('.') && !BUILT_IN.contains(&group);
        if let Some((plural, _)) = kinds::known(manifest.kind()).filter(|_| is_custom) {
            add(group, plural, version, manifest.to_string());
        }
    }
    for (group, entry) in &needs.groups {
        for (plural, version) in &entry.definitions {
            add(group, plural, version, format!("environment {}", stack.environment));
        }
    }
    found.into_values().collect()
}

/// The names of the definitions to read: those that are needed, and the pools' earlier one, which explains.
pub(super) fn names(needed: &[Needed]) -> impl Iterator<Item = &str> {
    let early = needed.iter().any(|one| one.name == POOLS).then_some(EARLY_POOLS);
    needed.iter().map(|one| one.name.as_str()).chain(early)
}

/// How each definition that is needed stands.
pub(super) fn standing(
    needed: &[Needed],
    needs: &Needs,
    found: &BTreeMap<String, Fact<Option<Value>>>,
) -> Vec<Definition> {
    let stands = |one: &Needed| {
        let group = needs.groups.get(&one.group);
        let read = found.get(&one.name).cloned().unwrap_or_default();
        let mut definition = match read {
            Fact::Unknown(reason) => Definition { cause: Some(reason), ..blank(one, group, State::Unknown) },
            Fact::Known(None) => {
                Definition { cause: Some(missing(one, found)), ..blank(one, group, State::Missing) }
            }
            Fact::Known(Some(live)) => judged(one, group, &live),
        };
        if definition.state.is_wrong() {
            definition.fix = Some(fix(one, group, definition.state));
        }
        definition
    };
    needed.iter().map(stands).collect()
}

fn blank(one: &Needed, group: Option<&Group>, state: State) -> Definition {
    Definition {
        name: one.name.clone(),
        version: one.version.clone(),
        wanted: group.and_then(|group| words(&group.versions)),
        bundle: None,
        served: Vec::new(),
        stored: Vec::new(),
        state,
        needed_by: one.by.clone(),
        cause: None,
        fix: None,
    }
}

fn missing(one: &Needed, found: &BTreeMap<String, Fact<Option<Value>>>) -> String {
    let early = found.get(EARLY_POOLS).and_then(Fact::get);
    if one.name == POOLS && matches!(early, Some(Some(_))) {
        return "only inference.networking.x-k8s.io is there (inference extension 0.x), which gateways no longer read"
            .to_owned();
    }
    format!("{} needs it, and the cluster does not have it", one.by)
}

/// A definition that is there.
fn judged(one: &Needed, group: Option<&Group>, live: &Value) -> Definition {
    let versions = list(live, "/spec/versions");
    let served: Vec<String> = versions
        .iter()
        .filter(|version| version["served"] == true)
        .map(|version| text(version, "/name").to_owned())
        .collect();
    let stored = list(live, "/status/storedVersions").iter().filter_map(Value::as_str).map(str::to_owned);
    let bundle = group
        .and_then(|group| group.annotation.as_deref())
        .map(|annotation| meta(live, "annotations", annotation))
        .filter(|bundle| !bundle.is_empty());
    let fits = bundle.and_then(Version::parse).zip(group).map(|(bundle, group)| fit(bundle, &group.versions));
    let unmet = list(live, "/status/conditions").iter().find(|condition| {
        matches!(text(condition, "/type"), "Established" | "NamesAccepted")
            && text(condition, "/status") == "False"
    });
    let leaving = live.pointer("/metadata/deletionTimestamp").is_some();
    let wanted = group.and_then(|group| words(&group.versions)).unwrap_or_default();
    let (state, cause) = if leaving {
        (State::NotEstablished, Some("it is being deleted".to_owned()))
    } else if let Some(condition) = unmet {
        (State::NotEstablished, Some(text(condition, "/message").to_owned()))
    } else if !served.contains(&one.version) {
        let cause = format!("{} needs {}; served: {}", one.by, one.version, served.join(", "));
        (State::NotServed, Some(cause))
    } else {
        let cause = |word| {
            Some(format!("it is {word}: of release {}, and {wanted} is needed", bundle.unwrap_or_default()))
        };
        match fits {
            Some(Fit::Older) => (State::TooOld, cause("too old")),
            Some(Fit::Newer) => (State::TooNew, cause("newer than what is known to work")),
            _ => (State::Ok, None),
        }
    };
    let bundle = bundle.map(str::to_owned);
    Definition { bundle, served, stored: stored.collect(), cause, ..blank(one, group, state) }
}

fn fix(one: &Needed, group: Option<&Group>, state: State) -> String {
    match (state, group) {
        (State::NotEstablished, _) | (_, None) => format!("kubectl describe crd {}", one.name),
        (_, Some(group)) => group.install.clone(),
    }
}
