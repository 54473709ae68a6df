//! The values' schema: checks a tree against it, and explains its keys.
//!
//! The schema is JSON Schema, generated from the structs in [`super::values`]. Checking it here rather than on
//! reading gives every fault at once, each with the place where it was written.

use serde_json::{Map, Value};

use super::problem::{Problem, nearest};
use crate::yaml::tree::{Content, Node};

/// The JSON Schema of a values struct, without references.
pub fn of<T: schemars::JsonSchema>() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Every fault of `node` against `schema`; `path` is the dotted path of `node`.
pub fn check(schema: &Value, node: &Node, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    walk(schema, node, path, &mut problems);
    problems
}

/// The schema below a dotted path such as `ms.decode.containers[].image`; list items are `[]` or `[0]`.
///
/// # Errors
/// The longest known part of the path and the keys known below it.
pub fn lookup<'a>(schema: &'a Value, path: &str) -> Result<&'a Value, (String, Vec<String>)> {
    let mut here = schema;
    let mut seen = String::new();
    let steps = path.replace('[', ".[");
    for step in steps.split('.').filter(|step| !step.is_empty()) {
        let next = if step.starts_with('[') {
            concrete(here).get("items")
        } else {
            let schema = concrete(here);
            schema
                .get("properties")
                .and_then(|properties| properties.get(step))
                .or_else(|| schema.get("additionalProperties").filter(|any| any.is_object()))
        };
        here = next.ok_or_else(|| (seen.clone(), known_keys(here)))?;
        if !seen.is_empty() && !step.starts_with('[') {
            seen.push('.');
        }
        seen.push_str(step);
    }
    Ok(here)
}

/// The keys that a map of this schema may have.
pub fn known_keys(schema: &Value) -> Vec<String> {
    properties(concrete(schema)).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// What the values are for, from the doc comment of the field or else of its type.
pub fn description(schema: &Value) -> Option<&str> {
    let own = schema.get("description").or_else(|| concrete(schema).get("description"));
    own.and_then(Value::as_str)
}

/// The types that a schema takes, in words: "integer", "text or null".
pub fn type_words(schema: &Value) -> String {
    let schema = concrete(schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<_> =
            values.iter().filter(|value| !value.is_null()).map(|value| format!("{value}")).collect();
        return format!("one of {}", words.join(", "));
    }
    let words: Vec<_> = types(schema).filter(|name| *name != "null").map(in_words).collect();
    if words.is_empty() { "anything".to_owned() } else { words.join(" or ") }
}

fn walk(schema: &Value, node: &Node, path: &str, problems: &mut Vec<Problem>) {
    let schema = concrete(schema);
    let Some(rules) = schema.as_object() else { return };
    if node.is_null() {
        return;
    }
    let mut report = |message: String| {
        problems.push(Problem::new(Some(&node.place), path, message));
    };
    if let Some(values) = rules.get("enum").and_then(Value::as_array) {
        let given = node.to_value();
        if !values.contains(&given) {
            let known: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            let near = given.as_str().and_then(|given| nearest(given, known.iter().copied()));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            report(format!("{} is none of {}{near}", node.content.described(), known.join(", ")));
        }
        return;
    }
    let wanted: Vec<&str> = types(schema).collect();
    if !wanted.is_empty() && !wanted.iter().any(|name| is_type(&node.content, name)) {
        let words: Vec<_> =
            wanted.iter().filter(|name| **name != "null").map(|name| in_words(name)).collect();
        let hint = hint_for(&node.content, &wanted);
        report(format!("{} is needed, this is {}{hint}", words.join(" or "), node.content.described()));
        return;
    }
    match &node.content {
        Content::Scalar(value) => check_scalar(rules, value, &mut report),
        Content::List(items) => {
            let least = rules.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            if (items.len() as u64) < least {
                report(format!("at least {least} is needed"));
            }
            if let Some(item_schema) = rules.get("items") {
                for (index, item) in items.iter().enumerate() {
                    if item.is_null() && !takes_null(item_schema) {
                        let message = format!("nothing is set here; the list has {} items", items.len());
                        problems.push(Problem::new(Some(&item.place), format!("{path}[{index}]"), message));
                    }
                    walk(item_schema, item, &format!("{path}[{index}]"), problems);
                }
            }
        }
        Content::Map(_) => walk_map(rules, node, path, problems),
    }
}

fn walk_map(rules: &Map<String, Value>, node: &Node, path: &str, problems: &mut Vec<Problem>) {
    let known = rules.get("properties").and_then(Value::as_object);
    let others = rules.get("additionalProperties");
    for required in rules.get("required").and_then(Value::as_array).into_iter().flatten() {
        if let Some(key) = required.as_str().filter(|key| node.get(key).is_none_or(Node::is_null)) {
            problems.push(Problem::new(Some(&node.place), path, format!("the key `{key}` is missing")));
        }
    }
    for (key, entry) in node.map().into_iter().flatten() {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let own = known.and_then(|known| known.get(key));
        match own.or(others) {
            Some(Value::Bool(false)) => {
                let names = known.into_iter().flat_map(Map::keys).map(String::as_str);
                let message = match nearest(key, names.clone()) {
                    Some(near) => format!("unknown key; did you mean `{near}`?"),
                    None => format!("unknown key; known here: {}", names.collect::<Vec<_>>().join(", ")),
                };
                problems.push(Problem::new(Some(&entry.key), below, message));
            }
            Some(schema) => walk(schema, &entry.node, &below, problems),
            None => {}
        }
    }
}

fn check_scalar(rules: &Map<String, Value>, value: &Value, report: &mut dyn FnMut(String)) {
    let number = value.as_f64();
    let limit = |key: &str| rules.get(key).and_then(Value::as_f64);
    if let (Some(number), Some(least)) = (number, limit("minimum"))
        && number < least
    {
        report(format!("{value} is below {least}, the least allowed"));
    }
    if let (Some(number), Some(most)) = (number, limit("maximum"))
        && number > most
    {
        report(format!("{value} is above {most}, the most allowed"));
    }
    if let (Some(text), Some(least)) = (value.as_str(), rules.get("minLength").and_then(Value::as_u64))
        && (text.len() as u64) < least
    {
        report("an empty text is not allowed".to_owned());
    }
}

/// A schema without the `anyOf [T, null]` that optional values are wrapped in.
fn concrete(schema: &Value) -> &Value {
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    branches
        .and_then(|branches| branches.iter().find(|branch| branch.get("type") != Some(&Value::from("null"))))
        .unwrap_or(schema)
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let list = match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    list.into_iter()
}

/// From here on floats, which is what Helm reads, do not hold every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn takes_null(schema: &Value) -> bool {
    types(concrete(schema)).all(|name| name == "null") || schema.get("anyOf").is_some()
}

fn is_type(content: &Content, name: &str) -> bool {
    match (content, name) {
        (Content::Map(_), "object") | (Content::List(_), "array") => true,
        (Content::Scalar(Value::Number(number)), "integer") => {
            number.as_f64().is_some_and(|value| value.fract() == 0.0 && value.abs() < EXACT)
        }
        (Content::Scalar(value), _) => match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "string" => value.is_string(),
            "number" => value.is_number(),
            _ => false,
        },
        _ => false,
    }
}

fn in_words(name: &str) -> &'static str {
    match name {
        "object" => "a mapping",
        "array" => "a list",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a text",
        "boolean" => "true or false",
        _ => "null",
    }
}

/// What to write instead, when the given scalar only has the wrong type.
fn hint_for(content: &Content, wanted: &[&str]) -> String {
    match content {
        Content::Scalar(value @ (Value::Bool(_) | Value::Number(_))) if wanted.contains(&"string") => {
            format!(": write \"{value}\"")
        }
        Content::Scalar(Value::String(text))
            if (wanted.contains(&"integer") && text.parse::<i64>().is_ok())
                || (wanted.contains(&"boolean") && (text == "true" || text == "false")) =>
        {
            format!(": write {text} without quotes")
        }
        _ => String::new(),
    }
}
