//! Who manages which fields: the sets of `metadata.managedFields`.
//!
//! A set (`FieldsV1`) is a tree. Its keys are `f:NAME` for a field, `k:{…}` for the list item with these key fields,
//! `v:VALUE` for an item of a list that is a set, and `.` for the thing itself; `{}` stands for a whole value.

use serde_json::{Map, Value, json};

use crate::cluster::object::{list, text};

/// How a manager came to its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cluster) enum Operation {
    Apply,
    Any,
}

/// The fields of a manager, its subresources left out, as one set.
pub(in crate::cluster) fn owned(object: &Value, manager: &str, operation: Operation) -> Value {
    let mut set = json!({});
    let entries = entries(object).filter(|entry| {
        text(entry, "/manager") == manager
            && text(entry, "/subresource").is_empty()
            && (operation == Operation::Any || text(entry, "/operation") == "Apply")
    });
    for fields in entries.filter_map(|entry| entry.get("fieldsV1")) {
        merge(&mut set, fields);
    }
    set
}

pub(in crate::cluster) fn entries(object: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    list(object, "/metadata/managedFields").iter()
}

/// Adds one set to another.
pub(in crate::cluster) fn merge(into: &mut Value, from: &Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        for (key, from) in from {
            merge(into.entry(key.as_str()).or_insert_with(|| json!({})), from);
        }
    }
}

/// What an object has of the fields in a set.
pub(in crate::cluster) fn project(value: &Value, set: &Value) -> Value {
    let Some(set) = set.as_object().filter(|set| !set.is_empty()) else { return value.clone() };
    match value {
        Value::Object(map) => map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), project(value, set.get(&format!("f:{key}"))?))))
            .collect(),
        Value::Array(items) => items.iter().filter_map(|item| item_of(item, set)).collect(),
        scalar => scalar.clone(),
    }
}

/// What a set has of a list's item, which keeps its key fields.
fn item_of(item: &Value, set: &Map<String, Value>) -> Option<Value> {
    set.iter().find_map(|(step, fields)| match step.split_once(':') {
        Some(("k", key)) => {
            let key: Map<String, Value> = serde_json::from_str(key).ok()?;
            let is_meant = key.iter().all(|(name, value)| item.get(name) == Some(value));
            let mut projected = is_meant.then(|| project(item, fields))?;
            if let Value::Object(projected) = &mut projected {
                for (name, value) in key {
                    projected.entry(name).or_insert(value);
                }
            }
            Some(projected)
        }
        Some(("v", value)) => {
            let value: Value = serde_json::from_str(value).ok()?;
            (value == *item).then_some(value)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Value {
        json!({
            "metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x", "y"], "managedFields": [
                {"manager": "helm", "operation": "Apply", "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:a": {}}, "f:finalizers": {".": {}, "v:\"y\"": {}}},
                    "f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {".": {}, "f:image": {}}}}}},
                {"manager": "helm", "operation": "Update", "fieldsV1": {
                    "f:spec": {"f:replicas": {}, "f:args": {}}}},
                {"manager": "helm", "operation": "Update", "subresource": "status",
                    "fieldsV1": {"f:spec": {"f:tty": {}}}},
                {"manager": "other", "operation": "Update", "fieldsV1": {"f:spec": {"f:paused": {}}}},
            ]},
            "spec": {"replicas": 2, "paused": true, "tty": true, "args": ["-a"],
                "containers": [{"name": "main", "image": "x", "tty": true}, {"name": "side"}]},
        })
    }

    #[test]
    fn only_the_fields_of_a_set_are_left() {
        let object = object();
        let applied = owned(&object, "helm", Operation::Apply);
        assert_eq!(
            project(&object, &applied),
            json!({"metadata": {"labels": {"a": "1"}, "finalizers": ["y"]},
                   "spec": {"containers": [{"image": "x", "name": "main"}]}})
        );
        let mut all = owned(&object, "helm", Operation::Any);
        assert_eq!(project(&object, &all)["spec"]["args"], json!(["-a"]));
        assert_eq!(project(&object, &all)["spec"].get("tty"), None);
        merge(&mut all, &owned(&object, "other", Operation::Any));
        assert_eq!(project(&object, &all)["spec"]["paused"], true);
    }

    #[test]
    fn somebody_without_fields_has_nothing() {
        assert_eq!(owned(&object(), "nobody", Operation::Any), json!({}));
    }
}
