//! Values of `local`: processes on this machine instead of pods.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Values;

/// A stack of processes on this machine. What is null is left to the program.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Local {
    /// Simulated model servers.
    #[schemars(range(min = 1, max = 64))]
    pub replicas: Option<u16>,
    /// The model that they say they serve.
    #[schemars(length(min = 1))]
    pub model: Option<String>,
    /// The hardware that they simulate; `simulator/README.md` lists it.
    pub profile: Option<Profile>,
    /// Wall-clock seconds of a simulated second: 2 is half as fast.
    #[schemars(schema_with = "number_or_text")]
    #[serde(deserialize_with = "number")]
    pub time_scale: Option<f64>,
    /// Blocks of each server's KV cache.
    #[schemars(range(min = 1, max = 4_294_967_295_u64))]
    pub kv_cache_size: Option<u32>,
    /// Requests in a server's batch.
    #[schemars(range(min = 1, max = 4_294_967_295_u64))]
    pub max_num_seqs: Option<u32>,
    /// More flags of the servers, as `simulator --help` has them; files by absolute paths.
    pub simulator_args: Vec<String>,
    /// The front door: the scheduler's own proxy, or an Envoy that is installed.
    pub proxy: Proxy,
    /// Port of the front door; null takes a free one and keeps it.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// How the scheduler decides: `default`, `upstream-default`, the path of an EndpointPickerConfig, or its text.
    pub plugins_config: Option<String>,
}

/// The simulator's profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Profile {
    #[serde(rename = "h100-tp2-qwen3-32b")]
    H100,
    #[serde(rename = "digitalocean-qwen3-0.6b")]
    DigitalOcean,
    #[serde(rename = "cpu")]
    Cpu,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Self::H100 => "h100-tp2-qwen3-32b",
            Self::DigitalOcean => "digitalocean-qwen3-0.6b",
            Self::Cpu => "cpu",
        }
    }
}

/// What stands before the model servers: the scheduler's own proxy, or Envoy, which asks the scheduler for each request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Proxy {
    #[default]
    Builtin,
    Envoy,
}

impl Values for Local {
    const KEY: &'static str = "local";
}

fn number_or_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["number", "string"]})
}

/// Reads a number that may be a text: `--set` knows whole numbers only, as Helm's does.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let Some(value) = Option::<Value>::deserialize(deserializer)? else { return Ok(None) };
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    number.map(Some).ok_or_else(|| D::Error::custom(format!("timeScale: {value} is no number")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_scale_may_be_a_text() {
        let read = |value: Value| serde_json::from_value::<Local>(json!({"timeScale": value}));
        for (value, scale) in [(json!("0.1"), Some(0.1)), (json!(2), Some(2.0)), (Value::Null, None)] {
            assert_eq!(read(value).unwrap().time_scale, scale);
        }
        assert!(read(json!("fast")).unwrap_err().to_string().contains("is no number"));
    }
}
