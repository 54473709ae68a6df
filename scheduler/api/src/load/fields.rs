//! A mapping that is read key by key and then tells which of its keys nobody read.

use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;

use super::report::{Report, list};
use crate::duration::parse_duration;
use crate::finding::{Place, Severity, did_you_mean};
use crate::tree::{Content, Entry, Node};

/// A mapping under way. A key with a null counts as absent.
pub(super) struct Fields<'a> {
    report: &'a Report,
    /// None when the mapping was not written: every key is absent.
    node: Option<&'a Node>,
    place: Place,
    /// Path of the mapping.
    pub(super) key: String,
    /// Whose keys these are, as it reads in a message.
    owner: &'a str,
    /// What an unknown key is.
    unknown: Severity,
    known: Vec<&'static str>,
    /// Those of the known keys that do nothing.
    useless: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Reads `node`, which must be a mapping; none reads as an empty one, and `place` stands for it.
    pub(super) fn of(
        report: &'a Report,
        node: Option<&'a Node>,
        (place, key): (&Place, String),
        owner: &'a str,
        unknown: Severity,
    ) -> Self {
        let node = node.filter(|node| !node.is_null());
        if let Some(node) = node
            && !matches!(node.content, Content::Map(_))
        {
            let message = format!("a mapping of keys to values is needed, this is {}", node.described());
            report.error(&node.place, &key, message, None);
        }
        let place = node.map_or(place, |node| &node.place).clone();
        Self { report, node, place, key, owner, unknown, known: Vec::new(), useless: Vec::new() }
    }

    pub(super) fn report(&self) -> &'a Report {
        self.report
    }

    /// Where the mapping begins.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn path(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }

    pub(super) fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.known.push(key);
        self.node?.entry(key)
    }

    /// Where a key's value is, or the mapping when it is absent.
    pub(super) fn place_of(&self, key: &str) -> Place {
        let entry = self.node.and_then(|node| node.entry(key));
        entry.map_or_else(|| self.place.clone(), |entry| entry.node.place.clone())
    }

    /// An error at the value of a key.
    pub(super) fn refuse(&self, key: &str, message: impl Into<String>) {
        self.report.error(&self.place_of(key), &self.path(key), message, None);
    }

    /// A warning at the value of a key.
    pub(super) fn warn(&self, key: &str, message: impl Into<String>, hint: Option<String>) {
        self.report.warning(&self.place_of(key), &self.path(key), message, hint);
    }

    /// Like [`Fields::warn`], about what only this project's picker does not do.
    pub(super) fn ours(&self, key: &str, message: impl Into<String>) {
        self.report.ours(&self.place_of(key), &self.path(key), message);
    }

    /// An error at the value of a key: a name that is none of the known ones.
    pub(super) fn unknown<'n>(
        &self,
        key: &str,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        self.report.unknown((&self.place_of(key), &self.path(key)), what, name, known);
    }

    fn wrong(&self, key: &str, node: &Node, needed: &str) {
        let message = format!("{needed} is needed, this is {}", node.described());
        self.report.error(&node.place, &self.path(key), message, None);
    }

    fn read<T>(
        &mut self,
        key: &'static str,
        needed: &str,
        read: impl FnOnce(&'a Node) -> Option<T>,
    ) -> Option<T> {
        let entry = self.entry(key)?;
        let value = read(&entry.node);
        if value.is_none() {
            self.wrong(key, &entry.node, needed);
        }
        value
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<&'a str> {
        self.read(key, "a text", Node::text)
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, "true or false", |node| scalar(node)?.as_bool())
    }

    /// A finite number.
    pub(super) fn number(&mut self, key: &'static str) -> Option<f64> {
        self.read(key, "a number", number)
    }

    /// A whole number; `3.0` is one, as YAML goes through JSON upstream.
    pub(super) fn integer(&mut self, key: &'static str) -> Option<i64> {
        self.read(key, "a whole number", |node| {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            number(node).filter(|number| number.fract() == 0.0 && number.abs() <= EXACT).map(|n| n as i64)
        })
    }

    /// A whole number that is not negative.
    pub(super) fn count(&mut self, key: &'static str) -> Option<u64> {
        self.read(key, "a whole number from 0", count)
    }

    /// A whole number above 0; otherwise the default counts, with a warning, as upstream does it.
    pub(super) fn positive(&mut self, key: &'static str, default: u64) -> u64 {
        match self.integer(key).map(u64::try_from) {
            None => default,
            Some(Ok(value)) if value > 0 => value,
            Some(_) => {
                self.warn(key, format!("must be above 0: the default {default} counts"), None);
                default
            }
        }
    }

    /// A number within bounds; otherwise the default counts, with a warning.
    pub(super) fn within(
        &mut self,
        key: &'static str,
        is_good: impl FnOnce(f64) -> bool,
        bounds: &str,
        default: f64,
    ) -> f64 {
        match self.number(key) {
            Some(value) if !is_good(value) => {
                self.warn(key, format!("must be {bounds}: the default {default} counts"), None);
                default
            }
            value => value.unwrap_or(default),
        }
    }

    pub(super) fn port(&mut self, key: &'static str) -> Option<u16> {
        let port =
            |node| count(node).and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0).map(Some);
        // A 0 is how upstream writes "none".
        self.read(
            key,
            "a port, 1 to 65535,",
            |node| if count(node) == Some(0) { Some(None) } else { port(node) },
        )
        .flatten()
    }

    pub(super) fn duration(&mut self, key: &'static str) -> Option<Duration> {
        self.read(key, "a duration such as `200ms`", |node| parse_duration(node.text()?))
    }

    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        let text = self.text(key).filter(|text| !text.is_empty())?;
        text.parse().map_err(|error: T::Err| self.refuse(key, error.to_string())).ok()
    }

    /// One of some names.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            self.unknown(key, "unknown value", text, choices.iter().map(|(name, _)| *name));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn list(&mut self, key: &'static str) -> &'a [Node] {
        self.read(key, "a list", |node| match &node.content {
            Content::List(items) => Some(items.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// The texts of a list, each with its place.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<(&'a str, &'a Node)> {
        let items = self.list(key);
        let texts = items.iter().filter_map(|item| {
            let text = item.text();
            if text.is_none() {
                self.wrong(key, item, "a text");
            }
            Some((text?, item))
        });
        texts.collect()
    }

    /// Keys and texts of a mapping whose keys are free.
    pub(super) fn text_map(&mut self, key: &'static str) -> Vec<(&'a str, &'a str)> {
        let map = self.read(key, "a mapping", |node| match &node.content {
            Content::Map(entries) => Some(entries.as_slice()),
            _ => None,
        });
        let entries = map.unwrap_or_default().iter();
        let texts = entries.filter_map(|entry| {
            let text = entry.node.text();
            if text.is_none() {
                self.wrong(&format!("{key}.{}", entry.key), &entry.node, "a text");
            }
            Some((entry.key.as_str(), text?))
        });
        texts.collect()
    }

    /// A mapping below a key, and whether it was written.
    pub(super) fn section(&mut self, key: &'static str) -> (Self, bool) {
        let entry = self.entry(key);
        let place = entry.map_or_else(|| self.place.clone(), |entry| entry.place.clone());
        let node = entry.map(|entry| &entry.node);
        let at = (&place, self.path(key));
        (Self::of(self.report, node, at, self.owner, self.unknown), entry.is_some())
    }

    /// The mappings of a list below a key.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Self> {
        let path = self.path(key);
        let items = self.list(key).iter().enumerate();
        items
            .map(|(index, item)| {
                let at = (&item.place, format!("{path}[{index}]"));
                Self::of(self.report, Some(item), at, self.owner, self.unknown)
            })
            .collect()
    }

    /// Keys that are known and do nothing here: like unknown ones, but the reader is told why.
    pub(super) fn without_effect(&mut self, keys: &[&'static str], hint: &str) {
        let unread = keys.iter().copied().filter(|key| !self.known.contains(key));
        for key in unread.collect::<Vec<_>>() {
            self.useless.push(key);
            if let Some(entry) = self.entry(key) {
                let message = format!("{} does not read it", self.owner);
                self.note(entry, message, Some(hint.to_owned()));
            }
        }
    }

    /// Keys that are known and whose values mean nothing here.
    pub(super) fn silently(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// What a slip may have meant.
    fn suggested(&self) -> impl Iterator<Item = &'static str> {
        self.known.iter().copied().filter(|key| !self.useless.contains(key))
    }

    /// Keys that are known, and have no effect yet.
    pub(super) fn later(&mut self, keys: &[&'static str]) {
        for key in keys {
            if let Some(entry) = self.entry(key) {
                self.report.ours(&entry.place, &self.path(key), "has no effect yet");
            }
        }
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(mut self) {
        self.known.sort_unstable();
        self.known.dedup();
        for entry in self.node.map(Node::entries).unwrap_or_default() {
            if self.known.iter().any(|known| *known == entry.key) {
                continue;
            }
            let known: Vec<&str> = self.suggested().collect();
            let hint = did_you_mean(&entry.key, known.iter().copied());
            let hint = hint.or_else(|| match known.len() {
                0 => Some(format!("{} takes no parameters", self.owner)),
                1..=8 => Some(format!("it takes {}", list(&known))),
                _ => None,
            });
            self.note(entry, format!("unknown key of {}", self.owner), hint);
        }
    }

    fn note(&self, entry: &Entry, message: String, hint: Option<String>) {
        let path = self.path(&entry.key);
        match self.unknown {
            Severity::Error => self.report.error(&entry.place, &path, message, hint),
            Severity::Warning => {
                self.report.warning(&entry.place, &path, format!("{message}: ignored"), hint);
            }
        }
    }
}

/// From here on floats do not hold every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn scalar(node: &Node) -> Option<&Value> {
    match &node.content {
        Content::Scalar(value) => Some(value),
        _ => None,
    }
}

fn number(node: &Node) -> Option<f64> {
    scalar(node)?.as_f64().filter(|number| number.is_finite())
}

fn count(node: &Node) -> Option<u64> {
    let whole = |number: &f64| number.fract() == 0.0 && (0.0..=EXACT).contains(number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 2^53")]
    scalar(node)?.as_u64().or_else(|| number(node).filter(whole).map(|number| number as u64))
}
