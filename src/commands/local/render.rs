//! `llmd render -e local`: the processes as text.

use serde_json::{Value, json};

use crate::commands::StackArgs;
use crate::environment;
use crate::local::{self, Process};
use crate::ui::Printer;
use crate::yaml;
use crate::{Exit, Failure};

/// One document for each process, in the order in which they are started.
pub(in crate::commands) fn render(stack: &StackArgs, as_json: bool, ui: &Printer) -> Result<Exit, Failure> {
    let values = environment::resolve_local(&stack.request()?)?;
    let preview = local::preview(&values)?;
    let documents: Vec<Value> = preview.processes.iter().map(document).collect();
    if as_json {
        ui.json(&documents)?;
    } else {
        let texts: Vec<String> = documents.iter().map(yaml::write).collect();
        ui.data(texts.join("---\n").trim_end());
    }
    ui.note("a port that is 0 is chosen by apply");
    Ok(Exit::Done)
}

fn document(process: &Process) -> Value {
    let mut document = json!({
        "name": process.name,
        "command": local::command(process),
        "ports": process.ports,
    });
    if !process.environment.is_empty() {
        document["environment"] = json!(process.environment);
    }
    if !process.files.is_empty() {
        document["files"] = json!(process.files);
    }
    document
}
