//! Equality of objects as the goldens define it: nulls in maps are absent, key order is nothing, all else counts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Every difference between two sets of objects, one a line; empty when they are equal.
pub(crate) fn differences(ours: &[Value], theirs: &[Value]) -> Vec<String> {
    let (ours, theirs) = (by_name(ours), by_name(theirs));
    let mut lines = Vec::new();
    for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
        lines.push(format!("{name}: only ours"));
    }
    for (name, theirs) in &theirs {
        match ours.get(name) {
            None => lines.push(format!("{name}: only theirs")),
            Some(ours) => walk(name, ours, theirs, &mut lines),
        }
    }
    lines
}

fn by_name(objects: &[Value]) -> BTreeMap<String, &Value> {
    let named = objects.iter().map(|object| {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        (format!("{} {} {}", text("/apiVersion"), text("/kind"), text("/metadata/name")), object)
    });
    let map: BTreeMap<_, _> = named.collect();
    assert_eq!(map.len(), objects.len(), "an object stands twice");
    map
}

fn walk(path: &str, ours: &Value, theirs: &Value, lines: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, theirs) in b.iter().filter(|(_, value)| !value.is_null()) {
                match a.get(key).filter(|value| !value.is_null()) {
                    Some(ours) => walk(&format!("{path}/{key}"), ours, theirs, lines),
                    None => lines.push(format!("{path}/{key}: absent, theirs {theirs}")),
                }
            }
            for (key, ours) in a.iter().filter(|(_, value)| !value.is_null()) {
                if b.get(key).is_none_or(Value::is_null) {
                    lines.push(format!("{path}/{key}: ours {ours}, theirs absent"));
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (ours, theirs)) in a.iter().zip(b).enumerate() {
                walk(&format!("{path}[{index}]"), ours, theirs, lines);
            }
        }
        _ if ours == theirs => {}
        _ => lines.push(format!("{path}: ours {ours}, theirs {theirs}")),
    }
}

#[test]
fn every_kind_of_difference_is_seen() {
    let object = |spec: Value| vec![json!({"kind": "K", "metadata": {"name": "n"}, "spec": spec})];
    let differ = |a, b| !differences(&object(a), &object(b)).is_empty();
    assert!(differ(json!({"a": 1}), json!({"a": "1"})));
    assert!(differ(json!({"a": {}}), json!({})));
    assert!(differ(json!({"a": [1, 2]}), json!({"a": [2, 1]})));
    assert!(differ(json!({}), json!({"a": 1})));
    assert!(!differ(json!({"a": null, "b": 1}), json!({"b": 1, "c": null})));
    assert!(!differences(&object(json!({})), &[]).is_empty());
}
