//! `llmd render -e local`: the processes as text.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use crate::commands::StackArgs;
use crate::environment;
use crate::local::{self, Process};
use crate::ui::Printer;
use crate::yaml;
use crate::{Exit, Failure};

/// A process that would be started.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::commands) struct ProcessDocument<'a> {
    /// Its name: `server-0`.
    name: &'a str,
    /// The program and its arguments.
    command: Vec<String>,
    /// Where it listens on the loopback address, by what the port is for; 0 is chosen by apply.
    ports: &'a BTreeMap<String, u16>,
    /// Environment variables that it gets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    environment: &'a BTreeMap<String, String>,
    /// Texts that it reads at its start, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    files: &'a BTreeMap<PathBuf, String>,
}

/// One document for each process, in the order in which they are started.
pub(in crate::commands) fn render(stack: &StackArgs, as_json: bool, ui: &Printer) -> Result<Exit, Failure> {
    let values = environment::resolve_local(&stack.request()?)?;
    let preview = local::preview(&values)?;
    let documents: Vec<ProcessDocument<'_>> = preview.processes.iter().map(document).collect();
    if as_json {
        ui.json(&documents)?;
    } else {
        let values = documents.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
        let values = values.map_err(|error| Failure::new(Exit::Failed, error))?;
        let texts: Vec<String> = values.iter().map(yaml::write).collect();
        ui.data(texts.join("---\n").trim_end());
    }
    ui.note("a port that is 0 is chosen by apply");
    Ok(Exit::Done)
}

fn document(process: &Process) -> ProcessDocument<'_> {
    let Process { name, ports, environment, files, .. } = process;
    ProcessDocument { name, command: local::command(process), ports, environment, files }
}
