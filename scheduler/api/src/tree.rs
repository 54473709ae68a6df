//! YAML as a tree in which every key and value knows where it was written.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use crate::finding::{Finding, Place, Severity};

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub place: Place,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Null, a boolean, a number or a text.
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub key: String,
    /// Where the key is; the value's own place is the node's.
    pub place: Place,
    pub node: Node,
}

impl Node {
    /// The entry of a key, when this is a map that has it with a value.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key && !entry.node.is_null())
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar(Value::Null))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The kind of value, as it reads in a message: "a list", "the text \"x\"".
    pub(crate) fn described(&self) -> String {
        match &self.content {
            Content::Scalar(Value::Null) => "null".to_owned(),
            Content::Scalar(Value::String(text)) => format!("the text {text:?}"),
            Content::Scalar(Value::Bool(value)) => format!("the boolean {value}"),
            Content::Scalar(value) => format!("the number {value}"),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a mapping".to_owned(),
        }
    }
}

/// Reads one YAML (or JSON) document that is a mapping.
///
/// # Errors
/// Names the place: no YAML, a duplicate key, a second document, nothing in it, no mapping.
pub(crate) fn read(text: &str, source: &Arc<str>) -> Result<Node, Finding> {
    let at = |location: Location, message: String| Finding {
        severity: Severity::Error,
        place: place(source, location),
        key: String::new(),
        message,
        hint: None,
        is_ours: false,
    };
    let options = serde_saphyr::options! {
        strict_booleans: true,
        emit_comments: false,
        // The parser recurses, with large frames; no configuration is half as deep.
        budget: serde_saphyr::budget! { max_depth: 32, flow_nesting_limit: 32 },
        // A few lines of aliases can stand for millions of values.
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 10_000 },
    };
    let documents: Vec<Spanned<Raw>> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
            let error = error.without_snippet();
            at(error.location().unwrap_or(Location::UNKNOWN), reason(error))
        })?;
    let mut documents = documents.into_iter();
    let Some(document) = documents.next() else {
        return Err(at(Location::UNKNOWN, "holds no configuration".to_owned()));
    };
    if let Some(second) = documents.next() {
        return Err(at(second.referenced, "holds more than one document".to_owned()));
    }
    let node = node(document, source);
    if matches!(node.content, Content::Map(_)) {
        return Ok(node);
    }
    let message = format!("a mapping of keys to values is needed, this is {}", node.described());
    Err(Finding { place: node.place, ..at(Location::UNKNOWN, message) })
}

/// The parser's words without the position that it appends.
fn reason(error: &serde_saphyr::Error) -> String {
    if let serde_saphyr::Error::DuplicateMappingKey { key, .. } = error {
        let key = key.as_ref().map(|key| format!(" `{key}`")).unwrap_or_default();
        return format!("the key{key} stands twice in one mapping");
    }
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.strip_prefix("error: ").unwrap_or(text);
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

fn place(source: &Arc<str>, location: Location) -> Place {
    Place { source: Arc::clone(source), line: location.line(), column: location.column() }
}

fn node(raw: Spanned<Raw>, source: &Arc<str>) -> Node {
    let content = match raw.value {
        Raw::Scalar(value) => Content::Scalar(value),
        Raw::List(items) => Content::List(items.into_iter().map(|item| node(item, source)).collect()),
        Raw::Map(entries) => Content::Map(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    place: place(source, key.referenced),
                    key: key.value,
                    node: node(value, source),
                })
                .collect(),
        ),
    };
    Node { place: place(source, raw.referenced), content }
}

/// A tree as the parser gives it.
enum Raw {
    Scalar(Value),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::from(value)))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::from(value)))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::from(value)))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::from(value)))
    }
    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::from(value)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
