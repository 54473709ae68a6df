//! The guide's `config.yaml` of `run_only.sh`: an endpoint, and workloads in the harness's own form (`bench.md` §3.1).

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use super::error::ScenarioError;
use super::inference_perf::{self, File};
use super::variable::substitute;
use super::yaml::{Source, Unread};
use super::{Imported, Target};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    endpoint: Endpoint,
    harness: Option<Harness>,
    workload: Workloads,
    #[serde(rename = "description")]
    _description: Unread,
    control: Unread,
    env: Unread,
    hooks: Unread,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Endpoint {
    model: Spanned<String>,
    base_url: Spanned<String>,
    #[serde(rename = "stack_name")]
    _stack_name: Unread,
    namespace: Unread,
    hf_token_secret: Unread,
}

/// How the guide's script runs the load generator; only its name matters here.
#[derive(Default, Deserialize)]
struct Harness {
    name: Option<Spanned<String>>,
    parallelism: Unread,
    wait_timeout: Unread,
    results_pvc: Unread,
    namespace: Unread,
    image: Unread,
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
    let harness = config.harness.unwrap_or_default();
    if let Some(name) = harness.name
        && name.value != "inference-perf"
    {
        let problem =
            format!("workloads of the harness `{}` are not read, only those of inference-perf", name.value);
        return Err(reader.error(name.referenced, problem));
    }
    let for_the_script = [
        ("control", config.control),
        ("env", config.env),
        ("hooks", config.hooks),
        ("endpoint.namespace", config.endpoint.namespace),
        ("endpoint.hf_token_secret", config.endpoint.hf_token_secret),
        ("harness.parallelism", harness.parallelism),
        ("harness.wait_timeout", harness.wait_timeout),
        ("harness.results_pvc", harness.results_pvc),
        ("harness.namespace", harness.namespace),
        ("harness.image", harness.image),
    ];
    let endpoint = Target {
        base_url: Some(reader.text(config.endpoint.base_url)?),
        model: Some(reader.text(config.endpoint.model)?),
        ..Target::default()
    };
    let import = |(name, file): (String, File)| {
        let mut source = Source::new(path);
        for (key, section) in &for_the_script {
            source.ignore(key, section);
        }
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
