//! Files that hold a load, whichever tool's they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_saphyr::Location;

use super::error::{ScenarioError, Warning};
use super::yaml::Source;
use super::{Scenario, Workload, inference_perf, run_config};

/// A scenario of a file, and what else the file says.
#[derive(Clone, Debug)]
pub struct Imported {
    pub scenario: Scenario,
    /// Who is asked.
    pub target: Target,
    pub warnings: Vec<Warning>,
}

/// Who is asked, as far as a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub base_url: Option<String>,
    pub model: Option<String>,
    /// Sent as a bearer token.
    pub api_key: Option<String>,
    /// The name of a model, or a path.
    pub tokenizer: Option<String>,
}

/// Reads a [`Scenario`] in YAML or JSON, a configuration file of inference-perf, or a `config.yaml` of the guide, which may
/// have several; which of them it is follows from its keys. `variables` are what the shell puts for `${NAME}` in the last.
///
/// # Errors
/// When the file cannot be read, is none of these, or has something in it that is wrong; with its place.
pub fn read(path: &Path, variables: &BTreeMap<String, String>) -> Result<Vec<Imported>, ScenarioError> {
    let text =
        fs::read_to_string(path).map_err(|source| ScenarioError::Read { path: path.to_owned(), source })?;
    let source = Source::new(path);
    let keys: serde_json::Map<String, serde_json::Value> = source.parse(&text)?;
    let has = |key: &str| keys.get(key).is_some_and(|value| !value.is_null());
    if has("endpoint") || has("harness") {
        return run_config::read(&text, path, variables);
    }
    if has("data") || has("load") {
        let (scenario, target, warnings) = inference_perf::read(&text, path)?;
        return Ok(vec![Imported { scenario, target, warnings }]);
    }
    if !has("workload") && !has("arrivals") {
        let problem = "this is no scenario (`workload`, `arrivals`, `stages`), no configuration of inference-perf \
            (`data`, `load`) and no `config.yaml` of the guide (`endpoint`, `workload`)";
        return Err(source.error(Location::UNKNOWN, problem));
    }
    let mut scenario: Scenario = source.parse(&text)?;
    if let (Workload::Trace { path: file, .. } | Workload::Prompts { path: file, .. }, Some(folder)) =
        (&mut scenario.workload, path.parent())
    {
        *file = folder.join(&*file);
    }
    Ok(vec![Imported { scenario, target: Target::default(), warnings: Vec::new() }])
}
