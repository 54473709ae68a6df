//! Which values are nobody's business, and what stands in their place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::cluster::object::text;

const HIDDEN: &str = "(hidden)";
const CHANGED: &str = "(hidden, changed)";
/// No text of an object starts like this.
const MARK: char = '\0';

/// Words of a name whose value is a secret.
const SECRET_WORDS: [&str; 7] =
    ["token", "secret", "password", "passwd", "credential", "credentials", "apikey"];
/// Words that make a secret of the word `key` after them.
const SECRET_KEYS: [&str; 4] = ["api", "access", "private", "encryption"];
/// How tokens of well-known services begin.
const SECRET_STARTS: [&str; 8] = ["hf_", "sk-", "ghp_", "github_pat_", "glpat-", "nvapi-", "AKIA", "Bearer "];
/// What is shorter than this is a name, not a token.
const TOKEN_LENGTH: usize = 16;

/// Hides the secrets of an object as it is and as it will be: those that are the same in both as `(hidden)`, those
/// that will be others as `(hidden, changed)`.
pub(in crate::cluster) fn hide(kind: &str, before: &mut Value, after: &mut Value) {
    mark(kind, before);
    mark(kind, after);
    let mut known = Vec::new();
    reveal(before, &mut |mark| {
        known.push(mark.to_owned());
        HIDDEN
    });
    reveal(after, &mut |mark| if known.iter().any(|other| other == mark) { HIDDEN } else { CHANGED });
}

/// An object without its secrets; None where it has none.
pub fn hidden(object: &Value) -> Option<Value> {
    let mut hidden = object.clone();
    mark(text(object, "/kind"), &mut hidden);
    if hidden == *object {
        return None;
    }
    reveal(&mut hidden, &mut |_| HIDDEN);
    Some(hidden)
}

/// Puts a digest with a mark in the place of every secret.
fn mark(kind: &str, object: &mut Value) {
    if kind == "Secret" {
        for map in ["data", "stringData"] {
            for (key, value) in object.get_mut(map).and_then(Value::as_object_mut).into_iter().flatten() {
                *value = digest(key, value);
            }
        }
    }
    mark_below(object);
}

fn mark_below(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let name = map.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(value) =
                map.get_mut("value").filter(|value| value.is_string() && is_secret_name(&name))
            {
                *value = digest(&name, value);
            }
            map.values_mut().for_each(mark_below);
        }
        Value::Array(items) => items.iter_mut().for_each(mark_below),
        Value::String(text) if is_secret_text(text) => *value = digest("", value),
        _ => {}
    }
}

fn digest(name: &str, value: &Value) -> Value {
    let digest =
        Sha256::new().chain_update(name).chain_update("=").chain_update(value.to_string()).finalize();
    format!("{MARK}{}", BASE64.encode(digest)).into()
}

fn reveal(value: &mut Value, word: &mut impl FnMut(&str) -> &'static str) {
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| reveal(value, word)),
        Value::Array(items) => items.iter_mut().for_each(|item| reveal(item, word)),
        Value::String(text) if text.starts_with(MARK) => *text = word(text).to_owned(),
        _ => {}
    }
}

/// `HF_TOKEN` and `db-password` are, `MAX_TOKENS` and `KEY` are not.
pub(in crate::cluster) fn is_secret_name(name: &str) -> bool {
    let words: Vec<String> =
        name.split(|character: char| !character.is_ascii_alphanumeric()).map(str::to_lowercase).collect();
    words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()))
        || words.windows(2).any(|pair| pair[1] == "key" && SECRET_KEYS.contains(&pair[0].as_str()))
}

/// A token by its looks, or a flag that gives one: `--api-key=…`.
pub(in crate::cluster) fn is_secret_text(text: &str) -> bool {
    let looks_secret =
        text.len() >= TOKEN_LENGTH && SECRET_STARTS.iter().any(|start| text.starts_with(start));
    let flag = text.strip_prefix("--").and_then(|flag| flag.split_once('='));
    looks_secret || flag.is_some_and(|(name, value)| !value.is_empty() && is_secret_name(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_told_apart_without_being_shown() {
        let mut before = json!({"kind": "Secret", "data": {"a": "MQ==", "b": "Mg=="}});
        let mut after = json!({"kind": "Secret", "data": {"a": "MQ==", "b": "MQ=="}});
        hide("Secret", &mut before, &mut after);
        assert_eq!(before["data"], json!({"a": "(hidden)", "b": "(hidden)"}));
        assert_eq!(after["data"], json!({"a": "(hidden)", "b": "(hidden, changed)"}));
    }

    #[test]
    fn values_that_look_like_tokens_are_hidden_wherever_they_stand() {
        let container = json!({
            "env": [{"name": "HF_TOKEN", "value": "x"}, {"name": "MAX_TOKENS", "value": "9"},
                    {"name": "AUTH", "value": "hf_abcdefghijklmnop"}, {"name": "TOKEN", "valueFrom": {"a": "b"}}],
            "args": ["--api-key=abc", "--max-tokens=5", "--key=1"],
        });
        let mut after = container.clone();
        hide("Deployment", &mut container.clone(), &mut after);
        assert_eq!(
            after,
            json!({
                "env": [{"name": "HF_TOKEN", "value": "(hidden)"}, {"name": "MAX_TOKENS", "value": "9"},
                        {"name": "AUTH", "value": "(hidden)"}, {"name": "TOKEN", "valueFrom": {"a": "b"}}],
                "args": ["(hidden)", "--max-tokens=5", "--key=1"],
            })
        );
        assert_eq!(hidden(&container), Some(after));
        assert_eq!(hidden(&json!({"args": ["a"]})), None);
        assert!(hidden(&json!({"kind": "Secret", "data": {"a": ""}})).is_some());
        assert_eq!(hidden(&json!({"kind": "ConfigMap", "data": {"a": ""}})), None);
    }
}
