//! `llmd list`: the stacks on this machine.

use crate::commands::Output;
use crate::local::{self, ListedStack};
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// Lists the stacks on this machine, and nothing else.
pub(in crate::commands) fn list(output: Output, ui: &Printer) -> Result<Exit, Failure> {
    let (stacks, broken) = local::list()?;
    warn(&broken, ui);
    match output {
        Output::Json => ui.json(&stacks)?,
        Output::Table if stacks.is_empty() && !broken.is_empty() => {}
        Output::Table if stacks.is_empty() => ui.note("no local stack"),
        Output::Table => ui.table(&table(&stacks)),
    }
    Ok(Exit::Done)
}

/// Tells of the stacks on this machine beside what a cluster has; whether there are any.
pub(in crate::commands) fn note_stacks(ui: &Printer) -> bool {
    let (stacks, broken) = local::list().unwrap_or_else(|failure| (Vec::new(), vec![failure]));
    warn(&broken, ui);
    for stack in &stacks {
        ui.note(&format!("local stack {}: {}, at {}", stack.postfix, stack.status, stack.front_door));
    }
    !stacks.is_empty()
}

/// Tells of stacks that cannot be read, and what helps.
fn warn(broken: &[Failure], ui: &Printer) {
    for failure in broken {
        let hints = failure.hints.iter().map(|hint| format!("; {hint}"));
        ui.warn(&format!("{}{}", failure.error, hints.collect::<String>()));
    }
}

fn table(stacks: &[ListedStack]) -> Table {
    let mut table = Table::new(["stack", "revision", "updated", "status", "servers", "model", "front door"]);
    for stack in stacks {
        let mark = if stack.status == "up" { Mark::Good } else { Mark::Bad };
        table.row(vec![
            (stack.postfix.clone(), Mark::Plain),
            (stack.revision.to_string(), Mark::Plain),
            (stack.updated.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(), Mark::Plain),
            (stack.status.to_owned(), mark),
            (stack.servers.to_string(), Mark::Plain),
            (stack.model.clone(), Mark::Plain),
            (stack.front_door.clone(), Mark::Plain),
        ]);
    }
    table
}
