//! Objects field by field: what we manage of them, how two of them differ, and which of their values stay hidden.
//!
//! Pure: nothing here talks to the API server. Paths are written as the API server writes them in a conflict:
//! `spec.template.spec.containers[name="vllm"].image`.

pub(super) mod managed;
pub(super) mod path;
pub(super) mod secrecy;

use serde::Serialize;
use serde_json::{Map, Value};

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FieldChange {
    /// Where it is: `spec.replicas`.
    pub path: String,
    /// Absent where the field is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where the field goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What may tell the items of a list apart, the surest first.
const IDENTITIES: [&str; 6] = ["name", "mountPath", "containerPort", "port", "key", "ip"];

/// The fields in which two objects differ. A field that is new, or goes, is one change with all that is in it.
pub(super) fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", Some(before), Some(after), &mut changes);
    changes
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<FieldChange>) {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => maps(path, before, after, changes),
        (Some(Value::Array(before)), Some(Value::Array(after))) => lists(path, before, after, changes),
        (before, after) if before == after => {}
        (before, after) => changes.push(FieldChange {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn maps(path: &str, before: &Map<String, Value>, after: &Map<String, Value>, changes: &mut Vec<FieldChange>) {
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for key in before.keys().chain(added) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        compare(&path, before.get(key), after.get(key), changes);
    }
}

fn lists(path: &str, before: &[Value], after: &[Value], changes: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    if let Some(key) = identity(before, after) {
        let find = |items: &[Value], wanted: &Value| items.iter().find(|item| item[key] == *wanted).cloned();
        let added = after.iter().filter(|item| find(before, &item[key]).is_none());
        for item in before.iter().chain(added) {
            let id = &item[key];
            let path = format!("{path}[{key}={id}]");
            compare(&path, find(before, id).as_ref(), find(after, id).as_ref(), changes);
        }
        // Nothing but the order of the items differs.
        if before.len() == after.len() && before.iter().all(|item| after.contains(item)) {
            whole(path, before, after, changes);
        }
    } else if before.len() == after.len() {
        for (index, (before, after)) in before.iter().zip(after).enumerate() {
            compare(&format!("{path}[{index}]"), Some(before), Some(after), changes);
        }
    } else if is_reordered(before, after) || before.iter().chain(after).any(|item| !is_scalar(item)) {
        whole(path, before, after, changes);
    } else {
        let path = format!("{path}[]");
        for item in before.iter().filter(|item| !after.contains(item)) {
            compare(&path, Some(item), None, changes);
        }
        for item in after.iter().filter(|item| !before.contains(item)) {
            compare(&path, None, Some(item), changes);
        }
    }
}

fn whole(path: &str, before: &[Value], after: &[Value], changes: &mut Vec<FieldChange>) {
    changes.push(FieldChange {
        path: path.to_owned(),
        before: Some(before.into()),
        after: Some(after.into()),
    });
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Whether two lists hold the same items, each as another number of times or at another place.
fn is_reordered(before: &[Value], after: &[Value]) -> bool {
    before.iter().all(|item| after.contains(item)) && after.iter().all(|item| before.contains(item))
}

/// The key whose values tell all items of both lists apart.
fn identity(before: &[Value], after: &[Value]) -> Option<&'static str> {
    let is_distinct = |items: &[Value], key: &str| {
        items.iter().enumerate().all(|(index, item)| {
            item.get(key).is_some_and(|id| {
                is_scalar(id) && items[..index].iter().all(|other| other.get(key) != Some(id))
            })
        })
    };
    IDENTITIES.into_iter().find(|key| is_distinct(before, key) && is_distinct(after, key))
}

/// What an object has of the fields that a manifest names, in the manifest's shape; lists whole.
pub(super) fn restricted(live: &Value, manifest: &Value) -> Value {
    match (live, manifest) {
        (Value::Object(live), Value::Object(manifest)) => manifest
            .iter()
            .filter_map(|(key, manifest)| Some((key.clone(), restricted(live.get(key)?, manifest))))
            .collect(),
        (Value::Array(live), Value::Array(manifest)) if live.len() == manifest.len() => {
            live.iter().zip(manifest).map(|(live, manifest)| restricted(live, manifest)).collect()
        }
        // The server turns quantities into texts.
        (Value::String(live), Value::Number(manifest)) if *live == manifest.to_string() => {
            Value::Number(manifest.clone())
        }
        (live, _) => live.clone(),
    }
}

/// Whether an object has every field that is wanted, whatever the server and the controllers added. Lists have to be
/// of one length.
pub(super) fn holds(live: &Value, wanted: &Value) -> bool {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| live.get(key).map_or_else(|| is_empty(wanted), |live| holds(live, wanted))),
        (Value::Array(live), Value::Array(wanted)) => {
            live.len() == wanted.len() && live.iter().zip(wanted).all(|(live, wanted)| holds(live, wanted))
        }
        // The server turns quantities into texts.
        (Value::String(live), Value::Number(wanted)) => *live == wanted.to_string(),
        (live, wanted) => live == wanted,
    }
}

/// What the server drops: an empty map or list.
fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Object(map) if map.is_empty())
        || matches!(value, Value::Array(list) if list.is_empty())
}

/// An object without what the server and the controllers write.
pub(super) fn essence(object: &Value) -> Value {
    let mut essence = object.clone();
    if let Some(fields) = essence.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = essence.pointer_mut("/metadata").and_then(Value::as_object_mut) {
        for key in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(key);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("deployment.kubernetes.io/revision");
        }
        if metadata.get("annotations").is_some_and(is_empty) {
            metadata.remove("annotations");
        }
    }
    essence
}

#[cfg(test)]
mod tests;
