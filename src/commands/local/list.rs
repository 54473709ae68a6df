//! `llmd list`: the stacks on this machine.

use crate::Failure;
use crate::local::{self, ListedStack};
use crate::ui::{Mark, Printer, Table};

/// The stacks on this machine. Those that cannot be read are told of, with what helps.
pub(in crate::commands) fn stacks(ui: &Printer) -> Result<Vec<ListedStack>, Failure> {
    let (stacks, broken) = local::list()?;
    for failure in &broken {
        let hints = failure.hints.iter().map(|hint| format!("; {hint}"));
        ui.warn(&format!("{}{}", failure.error, hints.collect::<String>()));
    }
    Ok(stacks)
}

pub(in crate::commands) fn table(stacks: &[ListedStack]) -> Table {
    let mut table =
        Table::new(["local stack", "revision", "updated", "status", "servers", "model", "front door"]);
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
