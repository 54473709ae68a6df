//! Schemas that take no keys but those that they name.
//!
//! What is derived from a type lets any other key pass. A key that is not in the schema would then be seen by nobody, least
//! of all by a test. Where one object is described in several places at once (a flattened field, the tag of an enum), the
//! rule stands at the outermost: the parts cannot know of each other's keys.
//!
//! And a key that may be left out is left out where there is nothing: then null is no value of it.

use serde_json::{Map, Value};

/// Keywords whose schemas describe the same value as the schema that they stand in.
const PARTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// A schema without definitions, and those that it refers to.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) schema: Map<String, Value>,
    pub(super) definitions: Map<String, Value>,
}

impl Closed {
    pub(super) fn new(mut schema: Value, open: Map<String, Value>) -> Self {
        let mut definitions = open.clone();
        close(&mut schema, &open);
        definitions.values_mut().for_each(|definition| close(definition, &open));
        let all = definitions.values().chain([&schema]).map(Value::to_string).collect::<String>();
        definitions.retain(|name, _| all.contains(&format!("\"$ref\":\"{}\"", reference(name))));
        let schema = match schema {
            Value::Object(schema) => schema,
            // `true` and `false`, which no report is.
            _ => Map::new(),
        };
        Self { schema, definitions }
    }
}

fn reference(name: &str) -> String {
    format!("#/$defs/{name}")
}

/// Closes the schema of a whole value, and all below it.
fn close(schema: &mut Value, definitions: &Map<String, Value>) {
    let Some(rules) = schema.as_object_mut() else { return };
    close_below(rules, definitions);
    let has_parts = rules.contains_key("$ref") || PARTS.iter().any(|key| rules.contains_key(*key));
    let is_object = rules.contains_key("properties");
    if rules.contains_key("additionalProperties") {
        return;
    }
    if has_parts && (is_object || rules.contains_key("allOf")) {
        open_parts(rules, definitions);
        rules.insert("unevaluatedProperties".to_owned(), false.into());
    } else if is_object {
        rules.insert("additionalProperties".to_owned(), false.into());
    } else {
        parts(rules).for_each(|part| close(part, definitions));
    }
}

/// Closes what is below a part of an object. The part itself stays open, and so do the definitions that it takes up.
fn open(schema: &mut Value, definitions: &Map<String, Value>) {
    let Some(rules) = schema.as_object_mut() else { return };
    close_below(rules, definitions);
    open_parts(rules, definitions);
}

fn open_parts(rules: &mut Map<String, Value>, definitions: &Map<String, Value>) {
    if let Some(Value::String(target)) = rules.get("$ref")
        && let Some(definition) = definitions.iter().find(|(name, _)| reference(name) == *target)
    {
        let definition = definition.1.clone();
        rules.remove("$ref");
        if let Value::Array(all) = rules.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
            all.push(definition);
        }
    }
    parts(rules).for_each(|part| open(part, definitions));
}

fn parts(rules: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    let parts = rules.iter_mut().filter(|(key, _)| PARTS.contains(&key.as_str()));
    parts.filter_map(|(_, parts)| parts.as_array_mut()).flatten()
}

/// Closes the values of an object's keys and the items of an array.
fn close_below(rules: &mut Map<String, Value>, definitions: &Map<String, Value>) {
    let required = rules.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    for (key, below) in rules {
        match (key.as_str(), below) {
            ("properties", Value::Object(properties)) => {
                let optional = properties.iter_mut().filter(|(name, _)| !is_required(name));
                optional.for_each(|(_, value)| refuse_null(value));
                properties.values_mut().for_each(|value| close(value, definitions));
            }
            ("prefixItems", Value::Array(items)) => {
                items.iter_mut().for_each(|item| close(item, definitions))
            }
            ("items" | "additionalProperties", value) => close(value, definitions),
            _ => {}
        }
    }
}

fn refuse_null(schema: &mut Value) {
    let Some(rules) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = rules.get_mut("type") {
        types.retain(|name| name != "null");
    }
    if let Some(Value::Array(values)) = rules.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(parts)) = rules.get_mut("anyOf") {
        parts.retain(|part| part.get("type").is_none_or(|name| name != "null"));
        // What is left alone needs no choice. What the field says of itself goes before what its type says.
        if let [Value::Object(only)] = parts.as_slice() {
            let only = only.clone();
            rules.remove("anyOf");
            for (key, value) in only {
                rules.entry(key).or_insert(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use schemars::generate::SchemaSettings;
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    /// The whole.
    #[derive(Serialize, JsonSchema)]
    struct Whole {
        name: String,
        #[serde(flatten)]
        end: End,
        inner: Option<Inner>,
        list: Vec<Inner>,
        any: Value,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "end", rename_all = "lowercase")]
    enum End {
        Good { evidence: String },
        Bad(Inner),
        None,
    }

    #[derive(Clone, Serialize, JsonSchema)]
    struct Inner {
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<u32>,
    }

    fn validator() -> jsonschema::Validator {
        let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let schema = Whole::json_schema(&mut generator).to_value();
        let Closed { mut schema, definitions } = Closed::new(schema, generator.take_definitions(false));
        schema.insert("$defs".to_owned(), definitions.into());
        jsonschema::draft202012::new(&schema.into()).unwrap()
    }

    fn whole(end: End) -> Value {
        let inner = Inner { hint: Some(1) };
        let whole = Whole {
            name: "x".into(),
            end,
            inner: Some(inner.clone()),
            list: vec![inner],
            any: json!({"a": 1}),
        };
        serde_json::to_value(whole).unwrap()
    }

    #[test]
    fn what_a_type_writes_is_taken() {
        let validator = validator();
        for end in [End::Good { evidence: "y".into() }, End::Bad(Inner { hint: Some(2) }), End::None] {
            let value = whole(end);
            assert!(validator.is_valid(&value), "{value:#}: {:?}", validator.validate(&value));
        }
    }

    #[test]
    fn another_key_is_refused_wherever_it_is() {
        let validator = validator();
        for at in ["", "/inner", "/list/0"] {
            for end in [End::Good { evidence: "y".into() }, End::Bad(Inner { hint: None }), End::None] {
                let mut value = whole(end);
                value.pointer_mut(at).unwrap()["more"] = json!(1);
                assert!(!validator.is_valid(&value), "{value:#}");
            }
        }
        // One branch's key in another one.
        let mut value = whole(End::None);
        value["evidence"] = json!("y");
        assert!(!validator.is_valid(&value), "{value:#}");
    }

    #[test]
    fn what_must_be_there_and_of_which_type_stays() {
        let validator = validator();
        for (at, key) in [("", "name"), ("", "end"), ("", "inner"), ("", "list")] {
            let mut value = whole(End::None);
            value.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(key);
            assert!(!validator.is_valid(&value), "without {key}");
        }
        for (key, wrong) in [("name", json!(1)), ("end", json!("worse")), ("inner", json!([]))] {
            let mut value = whole(End::None);
            value[key] = wrong;
            assert!(!validator.is_valid(&value), "{value:#}");
        }
        let mut value = whole(End::None);
        value["inner"] = Value::Null;
        assert!(validator.is_valid(&value));
        value["list"][0]["hint"] = Value::Null;
        assert!(!validator.is_valid(&value), "it is left out, never null");
    }
}
