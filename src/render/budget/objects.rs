//! The names that an object spells out: its own, its labels and selectors, its containers and ports.

use serde_json::Value;

use super::{Row, Verdict, syntax};
use crate::environment::names::LONGEST_LABEL;
use crate::render::manifest::Manifest;

/// Object names without a tighter rule, and label prefixes.
const LONGEST_NAME: usize = 253;
/// A `StatefulSet`'s pods carry its name with a hash of up to 10 characters in a label.
pub(super) const LONGEST_STATEFUL_SET: usize = 52;
/// Names of container ports.
const LONGEST_PORT: usize = 15;

pub(super) fn rows(manifest: &Manifest) -> Vec<Row> {
    let object = manifest.to_string();
    let mut rows = vec![name(&object, manifest)];
    let mut wrong = Vec::new();
    walk(&object, &manifest.object, &mut wrong);
    let ports = if manifest.kind() == "Service" { list(&manifest.object, "/spec/ports") } else { &[] };
    for port in ports {
        let name = text(port, "/name");
        wrong.extend(
            name.map(|name| Row::sized(&object, "port name", name, LONGEST_LABEL).checked(syntax::dns_label)),
        );
    }
    rows.extend(wrong.into_iter().filter(|row| row.verdict != Verdict::Ok));
    rows
}

fn name(object: &str, manifest: &Manifest) -> Row {
    let sized = |limit| Row::sized(object, "name", manifest.name(), limit);
    match manifest.kind() {
        "Service" => sized(LONGEST_LABEL).checked(syntax::service_name),
        "Namespace" => sized(LONGEST_LABEL).checked(syntax::dns_label),
        "StatefulSet" => sized(LONGEST_STATEFUL_SET).checked(syntax::dns_label),
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => {
            sized(LONGEST_NAME).checked(syntax::path_segment)
        }
        _ => sized(LONGEST_NAME).checked(syntax::dns_subdomain),
    }
}

/// Labels, selectors, containers and their ports, wherever in the object they are: pod templates sit in
/// `spec.template`, and deeper in a LeaderWorkerSet.
fn walk(object: &str, value: &Value, rows: &mut Vec<Row>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("labels" | "matchLabels", Value::Object(labels)) => {
                        rows.extend(labels.iter().flat_map(|(key, value)| label(object, key, value)));
                    }
                    ("selector", Value::Object(labels)) if labels.values().all(Value::is_string) => {
                        rows.extend(labels.iter().flat_map(|(key, value)| label(object, key, value)));
                    }
                    ("containers" | "initContainers", Value::Array(items)) => {
                        for item in items {
                            container(object, item, rows);
                        }
                    }
                    // User data: nothing in it is a label.
                    ("data" | "stringData" | "binaryData" | "annotations", _) => {}
                    _ => walk(object, inner, rows),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(object, item, rows)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn label(object: &str, key: &str, value: &Value) -> Vec<Row> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let mut rows = vec![Row::sized(object, "label key", name, LONGEST_LABEL).checked(syntax::label_name)];
    rows.extend(prefix.map(|prefix| {
        Row::sized(object, "label prefix", prefix, LONGEST_NAME).checked(syntax::dns_subdomain)
    }));
    rows.extend(value.as_str().map(|value| {
        Row::sized(object, format!("label value of {key}"), value, LONGEST_LABEL).checked(syntax::label_value)
    }));
    rows
}

fn container(object: &str, container: &Value, rows: &mut Vec<Row>) {
    rows.extend(
        text(container, "/name")
            .map(|name| Row::sized(object, "container name", name, LONGEST_LABEL).checked(syntax::dns_label)),
    );
    for port in list(container, "/ports") {
        rows.extend(
            text(port, "/name")
                .map(|name| Row::sized(object, "port name", name, LONGEST_PORT).checked(syntax::port_name)),
        );
    }
}

pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

pub(super) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
