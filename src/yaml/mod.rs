//! The only user of the YAML crate.
//!
//! Values files are read into a [`Node`] tree that knows the place of every key and value. What Helm reads by
//! the rules of YAML 1.1 and everybody else by those of YAML 1.2 (`on`, `yes`, `n` …) is refused, not guessed.

pub mod tree;

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::Spanned;

use self::tree::{Content, Entry, Node, Place};

/// A text that is no valid YAML, or holds what we refuse to guess at.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct YamlError {
    pub place: Place,
    pub message: String,
}

/// From this on Helm, which reads every number of a values file as a 64-bit float, prints integers as `1e+06`.
const FLOAT_FROM: u64 = 1_000_000;

/// Writes one value as a YAML document (no `---`), keys in the order they have.
///
/// Strings that YAML 1.1 readers such as kubectl take for booleans (`yes`, `n`) are quoted.
pub fn write(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: 1 << 20, compact_list_indent: true };
    serde_saphyr::to_string_with_options(value, options).unwrap_or_default()
}

/// A whole float as an integer, as Helm's JSON writes it.
pub fn whole_number(number: Number) -> Number {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
            Number::from(float as i64)
        }
        _ => number,
    }
}

/// [`whole_number`] for every number in a value.
pub fn whole_numbers(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, whole_numbers(value))).collect(),
        Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Value::Number(number) => Value::Number(whole_number(number)),
        other => other,
    }
}

/// Reads one document as plain data; for text that we made ourselves, such as a rendered template.
pub fn read(text: &str) -> Result<Value, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options(text, options())
}

/// Reads a stream of YAML documents; empty ones are left out.
pub fn read_documents(text: &str) -> Result<Vec<Value>, serde_saphyr::Error> {
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options())?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

/// Reads a values file: one YAML (or JSON) document that is a mapping. `source` names it in messages.
///
/// # Errors
/// Names the place: no YAML, a duplicate key, a second document, nothing in it, no mapping, a YAML 1.1 boolean.
pub fn read_values(source: &str, text: &str) -> Result<Node, YamlError> {
    let source: Arc<str> = Arc::from(source);
    let at = |line, column, message: String| YamlError {
        place: Place { source: Arc::clone(&source), line, column },
        message,
    };
    let documents: Vec<Spanned<Raw>> =
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| {
            let error = error.without_snippet();
            let location = error.location().unwrap_or(serde_saphyr::Location::UNKNOWN);
            at(location.line(), location.column(), reason(error))
        })?;
    let mut documents = documents.into_iter();
    let Some(document) = documents.next() else {
        return Err(at(0, 0, "holds no values".to_owned()));
    };
    if let Some(second) = documents.next() {
        let location = second.referenced;
        return Err(at(location.line(), location.column(), "holds more than one document".to_owned()));
    }
    let node = Reader { source: Arc::clone(&source), text }.node(document)?;
    if !matches!(node.content, Content::Map(_)) {
        let message = format!("a mapping of keys to values is needed, this is {}", node.content.described());
        return Err(YamlError { place: node.place, message });
    }
    Ok(node)
}

fn options() -> serde_saphyr::Options {
    // Keeping comments for whoever wants them costs a tenth of the reading.
    serde_saphyr::options! { legacy_octal_numbers: true, strict_booleans: true, emit_comments: false }
}

/// The parser's words without the position that it appends, as we print our own.
fn reason(error: &serde_saphyr::Error) -> String {
    if let serde_saphyr::Error::DuplicateMappingKey { key, .. } = error {
        let key = key.as_ref().map(|key| format!(" `{key}`")).unwrap_or_default();
        return format!("the key{key} stands twice in one mapping");
    }
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = text.find(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// A tree as the parser gives it, each part with its place.
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
        Ok(Raw::Scalar(Value::Bool(value)))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(if value.unsigned_abs() < FLOAT_FROM {
            Value::from(value)
        } else {
            Value::from(value as f64)
        }))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(if value < FLOAT_FROM { Value::from(value) } else { Value::from(value as f64) }))
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

struct Reader<'a> {
    source: Arc<str>,
    text: &'a str,
}

impl Reader<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Result<Node, YamlError> {
        let place = self.place(raw.referenced);
        let content = match raw.value {
            Raw::Scalar(value) => {
                if let Value::String(text) = &value {
                    self.refuse_old_boolean(text, raw.defined, &place)?;
                }
                Content::Scalar(value)
            }
            Raw::List(items) => {
                Content::List(items.into_iter().map(|item| self.node(item)).collect::<Result<_, _>>()?)
            }
            Raw::Map(entries) => {
                let mut map = IndexMap::with_capacity(entries.len());
                for (key, value) in entries {
                    let entry = Entry { key: self.place(key.referenced), node: self.node(value)? };
                    map.insert(key.value, entry);
                }
                Content::Map(map)
            }
        };
        Ok(Node { content, place })
    }

    fn place(&self, location: serde_saphyr::Location) -> Place {
        Place { source: Arc::clone(&self.source), line: location.line(), column: location.column() }
    }

    /// `on` without quotes is a boolean for Helm (YAML 1.1) and a text for YAML 1.2.
    fn refuse_old_boolean(
        &self,
        text: &str,
        location: serde_saphyr::Location,
        place: &Place,
    ) -> Result<(), YamlError> {
        let meant = match text.to_ascii_lowercase().as_str() {
            "y" | "yes" | "on" => "true",
            "n" | "no" | "off" => "false",
            _ => return Ok(()),
        };
        let start = location.span().byte_offset().and_then(|offset| usize::try_from(offset).ok());
        let is_plain =
            start.and_then(|start| self.text.get(start..)).is_some_and(|rest| rest.starts_with(text));
        if !is_plain {
            return Ok(());
        }
        Err(YamlError {
            place: place.clone(),
            message: format!(
                "`{text}` is a boolean in YAML 1.1 and a text in YAML 1.2: write `\"{text}\"` or `{meant}`"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read_values("v.yaml", text).map_or_else(|error| error.to_string(), |node| node.to_value().to_string())
    }

    #[test]
    fn what_is_refused_is_placed() {
        assert_eq!(
            message("a:\n  b: on\n"),
            "v.yaml:2:6: `on` is a boolean in YAML 1.1 and a text in YAML 1.2: write `\"on\"` or `true`"
        );
        assert_eq!(message("a: 1\na: 2\n"), "v.yaml:2:1: the key `a` stands twice in one mapping");
        assert_eq!(message(""), "v.yaml: holds no values");
        assert_eq!(message("# nothing\n"), "v.yaml: holds no values");
        assert_eq!(message("- a\n"), "v.yaml:1:1: a mapping of keys to values is needed, this is a list");
        assert_eq!(message("a: 1\n---\nb: 2\n"), "v.yaml:3:1: holds more than one document");
    }

    #[test]
    fn numbers_and_quotes_are_read_as_helm_reads_them() {
        assert_eq!(
            message(
                "{i: 7, big: 1000000, octal: 0644, t: \"on\", y: 1, float: 1.5, s: 'no', v: v0.4.0, n: null}"
            ),
            r#"{"i":7,"big":1000000.0,"octal":420,"t":"on","y":1,"float":1.5,"s":"no","v":"v0.4.0","n":null}"#
        );
    }

    #[test]
    fn strings_that_kubectl_takes_for_booleans_are_quoted() {
        let value =
            serde_json::json!({"a": "yes", "n": "8", "list": ["on", {"x": [], "m": {}}], "text": "a\nb\n"});
        assert_eq!(
            write(&value),
            "a: \"yes\"\n\"n\": \"8\"\nlist:\n- \"on\"\n- x: []\n  m: {}\ntext: |\n  a\n  b\n"
        );
    }
}
