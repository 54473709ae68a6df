//! The guide's `config.yaml` of `run_only.sh`: an endpoint, and workloads in the harness's own form (`bench.md` §3.1).

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use super::error::ScenarioError;
use super::inference_perf::{self, File};
use super::variable::substitute;
use super::yaml::Source;
use super::{Imported, Target};

type Unread = Option<IgnoredAny>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    endpoint: Endpoint,
    harness: Option<Harness>,
    workload: Workloads,
    #[serde(rename = "description")]
    _description: Unread,
    #[serde(rename = "control")]
    _control: Unread,
    #[serde(rename = "env")]
    _env: Unread,
    #[serde(rename = "hooks")]
    _hooks: Unread,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Endpoint {
    model: Spanned<String>,
    base_url: Spanned<String>,
    #[serde(rename = "stack_name")]
    _stack_name: Unread,
    #[serde(rename = "namespace")]
    _namespace: Unread,
    #[serde(rename = "hf_token_secret")]
    _hf_token_secret: Unread,
}

/// How the guide's script runs the load generator; only its name matters here.
#[derive(Deserialize)]
struct Harness {
    name: Option<Spanned<String>>,
}

/// In the order of the file.
struct Workloads(Vec<(String, File)>);

impl<'de> Deserialize<'de> for Workloads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WorkloadsVisitor;
        impl<'de> Visitor<'de> for WorkloadsVisitor {
            type Value = Workloads;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("workloads by their names")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Workloads, A::Error> {
                let mut workloads = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    workloads.push(entry);
                }
                Ok(Workloads(workloads))
            }
        }
        deserializer.deserialize_map(WorkloadsVisitor)
    }
}

/// The scenarios of a `config.yaml`, one for each workload. `variables` are what the shell puts for `${NAME}`.
///
/// # Errors
/// Names the place, as [`inference_perf::read`] does, and a variable that is needed and has no value.
pub fn read(
    text: &str,
    path: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<Imported>, ScenarioError> {
    let reader = Source::new(path);
    let config: Config = reader.parse(&substitute(text, variables))?;
    if let Some(name) = config.harness.and_then(|harness| harness.name)
        && name.value != "inference-perf"
    {
        let problem =
            format!("workloads of the harness `{}` are not read, only those of inference-perf", name.value);
        return Err(reader.error(name.referenced, problem));
    }
    let endpoint = Target {
        base_url: Some(reader.text(config.endpoint.base_url)?),
        model: Some(reader.text(config.endpoint.model)?),
        ..Target::default()
    };
    let import = |(name, file): (String, File)| {
        let mut source = Source::new(path);
        let (scenario, target) = inference_perf::scenario(file, name, &mut source)?;
        let target = Target {
            base_url: target.base_url.or_else(|| endpoint.base_url.clone()),
            model: target.model.or_else(|| endpoint.model.clone()),
            ..target
        };
        Ok(Imported { scenario, target, warnings: source.into_warnings() })
    };
    config.workload.0.into_iter().map(import).collect()
}
