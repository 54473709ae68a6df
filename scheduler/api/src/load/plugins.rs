//! The list of plugins: names and types first, then parameters, as some refer to others.

use super::fields::Fields;
use super::prefix;
use super::report::Report;
use super::types::{self, Read, Type};
use crate::config::{
    ApproxPrefixCacheProducer, BlockScheme, Dialect, Plugin, PluginKind, PrefillDecider, Role,
};
use crate::finding::{Place, Severity};
use crate::tree::Node;

/// A plugin under way.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) name: String,
    /// None when the type is unknown, which was reported.
    pub(super) of: Option<&'static Type>,
    pub(super) place: Place,
    parameters: Option<&'a Node>,
    pub(super) kind: Option<PluginKind>,
    is_implied: bool,
    pub(super) is_referenced: bool,
}

impl Draft<'_> {
    pub(super) fn role(&self) -> Option<Role> {
        self.of.map(|of| of.role)
    }

    fn is_producer(&self) -> bool {
        self.of.is_some_and(|of| matches!(of.name, types::APPROX_PRODUCER | types::PRECISE_PRODUCER))
    }
}

/// All plugins, and what their parameters may refer to.
pub(super) struct Plugins<'a> {
    pub(super) report: &'a Report,
    pub(super) dialect: Dialect,
    /// Names of the profiles, in their order.
    pub(super) profiles: Vec<String>,
    pub(super) drafts: Vec<Draft<'a>>,
    source: Place,
}

/// A plugin's parameters, and what surrounds them.
pub(super) struct Reader<'p, 'a> {
    pub(super) plugins: &'p mut Plugins<'a>,
    pub(super) fields: Fields<'a>,
    /// Index of the plugin.
    pub(super) index: usize,
}

impl<'a> Plugins<'a> {
    /// Reads names and types.
    pub(super) fn declared(root: &mut Fields<'a>, dialect: Dialect, profiles: Vec<String>) -> Self {
        let mut plugins = Self {
            report: root.report(),
            dialect,
            profiles,
            drafts: Vec::new(),
            source: Place::whole(root.place().source.clone()),
        };
        for mut item in root.sections("plugins") {
            let place = item.place().clone();
            let type_name = item.text("type");
            let name = item.text("name").filter(|name| !name.is_empty()).or(type_name).unwrap_or_default();
            let parameters = item.entry("parameters").map(|entry| &entry.node);
            let of = type_name.and_then(types::find);
            match type_name {
                None => item.refuse("type", "a plugin needs a type"),
                Some(given) if of.is_none() => {
                    item.unknown("type", "unknown plugin type", given, types::names());
                }
                Some(_) => {}
            }
            if let Some(first) = plugins.drafts.iter().find(|draft| draft.name == name && !name.is_empty()) {
                let message = format!("a second plugin is named `{name}`, the first is at {}", first.place);
                item.refuse("name", message);
            }
            let kind = None;
            let name = name.to_owned();
            let draft = Draft { name, of, place, parameters, kind, is_implied: false, is_referenced: false };
            plugins.drafts.push(draft);
            item.finish();
        }
        plugins
    }

    /// Reads all parameters: producers and those that lend them first, handlers last.
    pub(super) fn read_parameters(&mut self) {
        let order = |draft: &Draft<'_>| match draft.of {
            Some(of) if of.role == Role::Producer => 0,
            Some(of) if of.lends_producer() => 1,
            Some(of) if of.role == Role::ProfileHandler => 3,
            _ => 2,
        };
        let mut indices: Vec<usize> = (0..self.drafts.len()).collect();
        indices.sort_by_key(|index| order(&self.drafts[*index]));
        for index in indices {
            self.read(index);
        }
    }

    fn read(&mut self, index: usize) {
        let draft = &self.drafts[index];
        let Some(of) = draft.of else { return };
        let unknown = match self.dialect {
            Dialect::Gaie => Severity::Warning,
            Dialect::Router => Severity::Error,
        };
        let at = (&draft.place, format!("plugins[{index}].parameters"));
        let (parameters, place) = (draft.parameters, draft.place.clone());
        let fields = Fields::of(self.report, parameters, at, of.name, unknown);
        let kind = match &of.read {
            Read::Later(why) => {
                let message = format!("{} has no effect yet: {why}", of.name);
                self.report.ours(&place, &format!("plugins[{index}]"), message);
                PluginKind::Later { why }
            }
            Read::Plain(kind) => {
                let mut fields = fields;
                prefix::report_strays(&mut fields);
                fields.finish();
                kind.clone()
            }
            Read::With(read) => {
                let mut reader = Reader { plugins: self, fields, index };
                let kind = read(&mut reader);
                reader.fields.finish();
                kind
            }
        };
        self.drafts[index].kind = Some(kind);
    }

    /// Adds a plugin that nobody wrote; its index.
    pub(super) fn imply(&mut self, name: &str, type_name: &str, kind: PluginKind) -> usize {
        let place = self.source.clone();
        self.drafts.push(Draft {
            name: name.to_owned(),
            of: types::find(type_name),
            place,
            parameters: None,
            kind: Some(kind),
            is_implied: true,
            is_referenced: true,
        });
        self.drafts.len() - 1
    }

    /// The index of the plugin that was written with this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.drafts.iter().position(|draft| draft.name == name && !draft.is_implied)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.drafts.iter().filter(|draft| !draft.is_implied).map(|draft| draft.name.as_str())
    }

    /// Follows a reference; reports one that leads nowhere.
    pub(super) fn refer(&mut self, name: &str, place: &Place, key: &str) -> Option<usize> {
        let found = self.find(name);
        match found {
            Some(index) => self.drafts[index].is_referenced = true,
            None => self.report.unknown((place, key), "no plugin is named", name, self.names()),
        }
        found
    }

    /// The index of a prefix producer by its own name or by the name of a scorer that has one.
    pub(super) fn producer(&mut self, name: &str) -> Option<usize> {
        let index = self.find(name).or_else(|| self.drafts.iter().position(|draft| draft.name == name))?;
        let found = match &self.drafts[index].kind {
            Some(PluginKind::PrefixCacheScorer(scorer)) => scorer.producer,
            _ if self.drafts[index].is_producer() => index,
            _ => return None,
        };
        self.drafts[found].is_referenced = true;
        Some(found)
    }

    pub(super) fn producer_names(&self) -> impl Iterator<Item = &str> {
        self.drafts.iter().filter(|draft| draft.is_producer()).map(|draft| draft.name.as_str())
    }

    /// The producer of the default name, added when it is missing.
    pub(super) fn default_producer(&mut self) -> usize {
        self.producer(types::APPROX_PRODUCER).unwrap_or_else(|| {
            let producer = ApproxPrefixCacheProducer::with_defaults(self.scheme());
            self.imply(
                types::APPROX_PRODUCER,
                types::APPROX_PRODUCER,
                PluginKind::ApproxPrefixCacheProducer(producer),
            )
        })
    }

    pub(super) fn scheme(&self) -> BlockScheme {
        match self.dialect {
            Dialect::Gaie => BlockScheme::Bytes,
            Dialect::Router => BlockScheme::Tokens,
        }
    }

    /// The finished plugins. Those of unknown type, which were reported, are left as they are.
    pub(super) fn finish(self) -> Vec<Plugin> {
        let finished = self.drafts.into_iter().map(|draft| Plugin {
            name: draft.name,
            type_name: draft.of.map_or("", |of| of.name),
            role: draft.of.map_or(Role::Hook, |of| of.role),
            kind: draft.kind.unwrap_or(PluginKind::Later { why: "its type is unknown" }),
            place: draft.place,
            is_implied: draft.is_implied,
            is_referenced: draft.is_referenced,
        });
        finished.collect()
    }
}

impl Reader<'_, '_> {
    /// The profile that a key names. A default that does not exist is none; a written name must exist.
    pub(super) fn profile(&mut self, key: &'static str, default: &str) -> Option<usize> {
        let written = self.fields.text(key);
        self.profile_named(key, written, default)
    }

    pub(super) fn profile_named(&self, key: &str, written: Option<&str>, default: &str) -> Option<usize> {
        let name = written.unwrap_or(default);
        let profiles = &self.plugins.profiles;
        let found = profiles.iter().position(|profile| profile == name);
        if found.is_none() && written.is_some() {
            self.fields.unknown(key, "no profile is named", name, profiles.iter().map(String::as_str));
        }
        found
    }

    /// The decider that a plugin name means.
    pub(super) fn decider(&mut self, name: &str, place: &Place, key: &str) -> PrefillDecider {
        let Some(index) = self.plugins.refer(name, place, key) else { return PrefillDecider::Never };
        match &self.plugins.drafts[index].kind {
            Some(PluginKind::AlwaysDisaggPdDecider) => PrefillDecider::Always,
            Some(PluginKind::PrefixBasedPdDecider(decider)) => {
                PrefillDecider::UncachedTokens(decider.clone())
            }
            _ => {
                self.plugins.report.error(
                    place,
                    key,
                    format!("`{name}` is no decider of the prefill stage"),
                    None,
                );
                PrefillDecider::Never
            }
        }
    }
}
