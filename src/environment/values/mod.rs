//! The typed values of the three parts, with the upstream charts' own keys, and of the HTTPRoute.
//!
//! Every field is optional or has an empty default, because a null unsets even a chart's default. What a chart
//! hands on to Kubernetes as it is (probes, volumes, …) stays plain data; the API server checks it.

mod gaie;
mod infra;
mod latency_predictor;
mod ms;
mod route;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use gaie::*;
pub use infra::*;
pub use latency_predictor::*;
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
