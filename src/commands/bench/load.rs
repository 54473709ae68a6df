//! Which load: the flags that make a scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use llmd_bench::plan::{Outline, Plan};
use llmd_bench::report::tables::{count, significant};
use llmd_bench::scenario::{self, Arrivals, Imported, Scenario};
use llmd_bench::workload;
use serde_json::Value;
use simulator::profile::H100_TP2_QWEN3_32B;
use simulator::tokenizer::Tokenizer;

use super::stages::{Goal, Stages, arrivals};
use super::virtual_run;
use crate::ui::Printer;
use crate::virtual_clock::Stop;
use crate::{Exit, Failure};

/// The flags that say what is asked, and when.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadArgs {
    /// A built-in scenario (`llmd bench scenarios`), or a file: a scenario of ours, inference-perf's configuration, or
    /// the guide's config.yaml
    #[arg(short = 'c', long, visible_alias = "config", value_name = "NAME|FILE", default_value = "demo")]
    scenario: String,
    /// Which workload of a config.yaml that has several
    #[arg(long, value_name = "NAME")]
    workload: Option<String>,
    /// Other stages: 10x30s (requests a second x time), 5..20x60s (a ramp), c16x400 (at once x requests); `warm:` before
    /// one leaves it out of the overall figures
    #[arg(long, value_name = "STAGE,…")]
    stages: Option<Stages>,
    /// When requests come: poisson, poisson-exact, constant, gamma:SHAPE
    #[arg(long, value_name = "PROCESS", value_parser = arrivals)]
    arrivals: Option<Arrivals>,
    /// Any key of the scenario, as `--set workload.groups=20`; repeatable
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Multiply all token counts by this, for servers with as much less KV cache; those of --virtual follow
    #[arg(long, value_name = "FACTOR")]
    scale: Option<f64>,
    /// Another seed: other prompts, lengths and arrivals
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What a good request meets: ttft=2s,tpot=100ms,e2e=30s; with share=95% a run that misses it ends with exit 5
    #[arg(long, value_name = "BOUNDS")]
    slo: Option<Goal>,
    /// The model's tokenizer.json, for prompts of exactly so many of its tokens [default: about 4 characters a token]
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
}

/// A load that was asked for, with what its file says beside it.
pub(super) struct Load {
    pub(super) scenario: Scenario,
    /// The share of requests that must meet the scenario's SLO for the run to succeed.
    pub(super) share: Option<f64>,
    /// Whom the file asks.
    pub(super) target: scenario::Target,
    /// What its numbers of tokens were multiplied by.
    pub(super) scale: f64,
    /// Ends what is played of it on the virtual clock.
    pub(super) stop: Stop,
    tokenizer: Tokenizer,
}

impl LoadArgs {
    /// The scenario with all that the flags change in it; tells what is odd about its file. `is_virtual`: on the virtual
    /// clock, whose servers follow its scale.
    pub(super) fn load(&self, is_virtual: bool, ui: &Printer) -> Result<Load, Failure> {
        let stop = if is_virtual { virtual_run::stop_when_asked() } else { Stop::default() };
        let Imported { scenario, target, warnings } = imported(&self.scenario, self.workload.as_deref())?;
        for warning in warnings {
            ui.warn(&warning.to_string());
        }
        let mut scenario = self.with_keys_set(scenario)?;
        if let Some(Stages(stages)) = &self.stages {
            scenario.stages.clone_from(stages);
        }
        scenario.arrivals = self.arrivals.unwrap_or(scenario.arrivals);
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.slo = self.slo.map(|goal| goal.slo).or(scenario.slo);
        if let Some(factor) = self.scale {
            scenario = scenario.scaled(factor).map_err(Failure::usage)?;
            if !is_virtual {
                ui.note(&needed_of_servers(factor));
            }
        }
        let tokenizer = match &self.tokenizer {
            Some(path) => Tokenizer::from_file(path).map_err(|error| Failure::new(Exit::Usage, error))?,
            None => Tokenizer::default(),
        };
        let share = self.slo.and_then(|goal| goal.share);
        Ok(Load { scenario, share, target, scale: self.scale.unwrap_or(1.0), stop, tokenizer })
    }

    fn with_keys_set(&self, scenario: Scenario) -> Result<Scenario, Failure> {
        if self.set.is_empty() {
            return Ok(scenario);
        }
        let mut value = serde_json::to_value(&scenario).map_err(|error| Failure::new(Exit::Failed, error))?;
        for assignment in &self.set {
            let (key, text) = assignment
                .split_once('=')
                .ok_or_else(|| Failure::usage(format!("--set {assignment}: write KEY=VALUE")))?;
            let new = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            *place(&mut value, key).ok_or_else(|| {
                Failure::usage(format!("--set {key}: the scenario has no such place"))
                    .hint(format!("llmd bench scenarios {} shows its keys", self.scenario))
            })? = new;
        }
        serde_json::from_value(value)
            .map_err(|error| Failure::usage(format!("--set {}: {error}", self.set.join(" --set "))))
    }
}

/// What servers must be for a load of another scale: they are not known here, so that it is said of the guide's.
fn needed_of_servers(factor: f64) -> String {
    let [whole, scaled] =
        [1.0, factor].map(|factor| count(H100_TP2_QWEN3_32B.at_length(factor).kv_tokens().into()));
    format!(
        "numbers of tokens are × {factor}: each server's KV cache must hold as many fewer (for the guide's two H100 \
         {scaled} tokens, not {whole}), and each token take × {} as long",
        significant(1.0 / factor)
    )
}

/// A built-in scenario, or that of a file; `workload` says which where it has several.
pub(super) fn imported(name: &str, workload: Option<&str>) -> Result<Imported, Failure> {
    if let Some(scenario) = scenario::builtin(name) {
        return Ok(Imported { scenario, target: scenario::Target::default(), warnings: Vec::new() });
    }
    let path = Path::new(name);
    if !path.exists() && !name.contains(['/', '.']) {
        let failure = Failure::usage(format!("there is no scenario and no file `{name}`"));
        return Err(failure.hint("llmd bench scenarios"));
    }
    let read = scenario::read(path, &variables()).map_err(|error| Failure::new(Exit::Usage, error))?;
    let names = || read.iter().map(|found| found.scenario.name.as_str()).collect::<Vec<_>>().join(", ");
    match (workload, read.len()) {
        (Some(wanted), _) => {
            let names = names();
            let found = read.into_iter().find(|found| found.scenario.name == wanted);
            found.ok_or_else(|| Failure::usage(format!("{name}: no workload `{wanted}`; it has {names}")))
        }
        (None, 1) => read.into_iter().next().ok_or_else(|| Failure::usage("nothing was read")),
        (None, 0) => Err(Failure::usage(format!("{name}: it has no workload"))),
        (None, _) => Err(Failure::usage(format!("{name}: it has several workloads: {}", names()))
            .hint("say which with --workload NAME")),
    }
}

/// The environment, for `${NAME}` in the guide's files.
fn variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The place of a dotted key; list items are numbers. The last step of a mapping may be new.
fn place<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    key.split('.').try_fold(value, |inside, step| match inside {
        Value::Object(map) => Some(map.entry(step).or_insert(Value::Null)),
        Value::Array(list) => step.parse().ok().and_then(|index: usize| list.get_mut(index)),
        Value::Null => {
            *inside = Value::Object(serde_json::Map::new());
            inside.as_object_mut().map(|map| map.entry(step).or_insert(Value::Null))
        }
        _ => None,
    })
}

impl Load {
    /// Every request of it.
    pub(super) fn plan(&self) -> Result<Plan, Failure> {
        workload::plan(&self.scenario, &self.tokenizer).map_err(|error| Failure::new(Exit::Usage, error))
    }

    /// What the plan comes to.
    pub(super) fn outline(&self, plan: &Plan) -> Result<Outline, Failure> {
        plan.describe(&self.tokenizer).map_err(|error| Failure::new(Exit::Failed, error))
    }

    pub(super) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_lead_to_places() {
        let mut value = json!({"workload": {"groups": 3}, "stages": [{"load": {"rate": 1}}], "slo": null});
        *place(&mut value, "workload.groups").unwrap() = json!(5);
        *place(&mut value, "stages.0.load.rate").unwrap() = json!(7);
        *place(&mut value, "slo.ttft").unwrap() = json!(2);
        assert_eq!(
            value,
            json!({"workload": {"groups": 5}, "stages": [{"load": {"rate": 7}}], "slo": {"ttft": 2}})
        );
        assert_eq!(place(&mut value, "stages.1.load"), None);
        assert_eq!(place(&mut value, "workload.groups.more"), None);
    }
}
