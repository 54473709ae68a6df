//! `llmd bench scenarios`: the built-in loads.

use llmd_bench::scenario;
use serde::Serialize;

use crate::commands::Output;
use crate::ui::{Printer, Table};
use crate::{Exit, Failure};

/// List the built-in scenarios, or print one as a file to start from
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd bench scenarios
  llmd bench scenarios demo > mine.yaml && llmd bench -c mine.yaml -e local
A trace and prompts of your own: llmd bench --help")]
pub(super) struct Args {
    /// Print this one
    name: Option<String>,
    /// How the list is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// A built-in scenario.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::commands) struct ListedScenario {
    /// As `--scenario` takes it.
    name: &'static str,
    /// What it asks.
    description: &'static str,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Some(name) = &args.name else {
        let rows =
            scenario::BUILTIN.iter().map(|known| vec![known.name.to_owned(), known.description.to_owned()]);
        match args.output {
            Output::Table => ui.table(&Table::of(["scenario", "what it asks"], rows)),
            Output::Json => {
                let listed = scenario::BUILTIN
                    .iter()
                    .map(|known| ListedScenario { name: known.name, description: known.description });
                ui.json(&listed.collect::<Vec<_>>())?;
            }
        }
        return Ok(Exit::Done);
    };
    let scenario = scenario::builtin(name).ok_or_else(|| {
        Failure::usage(format!("there is no scenario `{name}`")).hint("llmd bench scenarios")
    })?;
    let value = serde_json::to_value(&scenario).map_err(|error| Failure::new(Exit::Failed, error))?;
    match args.output {
        Output::Json => ui.json(&scenario)?,
        Output::Table => ui.data(crate::yaml::write(&value).trim_end()),
    }
    Ok(Exit::Done)
}
