//! The typed values of the three parts, with the upstream charts' own keys, of the HTTPRoute, and of `local`.
//!
//! Every field is optional or has an empty default, because a null unsets even a chart's default. What a chart
//! hands on to Kubernetes as it is (probes, volumes, …) stays plain data; the API server checks it.

mod gaie;
mod infra;
mod latency_predictor;
mod local;
mod ms;
mod route;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::schema;

pub use gaie::*;
pub use infra::*;
pub use latency_predictor::*;
pub use local::*;
pub use ms::*;
pub use route::*;

/// Values of one section of a values file.
pub trait Values: DeserializeOwned + schemars::JsonSchema {
    /// The section's key.
    const KEY: &'static str;
}

/// The values without the keys that are null, which every template takes for absent.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        scalar => scalar.clone(),
    }
}

/// The JSON Schema of a values file: all sections.
pub fn schema() -> Value {
    let sections = [
        (Infra::KEY, schema::of::<Infra>()),
        (Gaie::KEY, schema::of::<Gaie>()),
        (Ms::KEY, schema::of::<Ms>()),
        (Route::KEY, schema::of::<Route>()),
        (Local::KEY, schema::of::<Local>()),
    ];
    let properties = sections.into_iter().map(|(key, mut schema)| {
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("$schema");
            map.shift_remove("title");
        }
        (key.to_owned(), schema)
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llmd values",
        "type": "object",
        "additionalProperties": false,
        "properties": properties.collect::<Map<_, _>>(),
    })
}
