//! `llmd destroy -e local`: ends the processes and removes their folder.

use std::time::Duration;

use super::{note_namespace, shown};
use crate::commands::{Output, TargetArgs, interrupted};
use crate::local::{DestroyReport, Destruction};
use crate::ui::{Answer, Printer, ProgressView};
use crate::{Exit, Failure};

/// How long processes may take for requests under way when nothing is said.
const PATIENCE: Duration = Duration::from_secs(15);

pub(in crate::commands) async fn destroy(
    target: &TargetArgs,
    yes: bool,
    timeout: Option<Duration>,
    output: Output,
    ui: &Printer,
) -> Result<Exit, Failure> {
    note_namespace(target.namespace.as_deref(), ui);
    let postfix = target.postfix()?;
    let Some(destruction) = Destruction::plan(postfix)? else {
        ui.note(&format!("there is no local stack {postfix}: nothing to do"));
        if output == Output::Json {
            ui.json(&DestroyReport::nothing(postfix))?;
        }
        return Ok(Exit::Done);
    };
    ui.note(&format!("local stack {postfix}"));
    ui.note("goes:");
    for name in destruction.alive() {
        ui.note(&format!("  process {name}"));
    }
    ui.note(&format!("  {}", destruction.folder().path().display()));
    if ui.confirm("Destroy?", yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok(Exit::Failed);
    }
    let mut view = ProgressView::new(ui);
    let mut tell = |name: &str, health: &_| shown(&mut view, name, health);
    let outcome = tokio::select! {
        outcome = destruction.run(timeout.unwrap_or(PATIENCE), &mut tell) => outcome,
        () = interrupted() => Err(Failure::message(Exit::Interrupted, "interrupted: some of it may still run")
            .hint("destroy again to go on")),
    };
    view.finish();
    let report = outcome?;
    if output == Output::Json {
        ui.json(&report)?;
    }
    let killed: Vec<&str> = report
        .processes
        .iter()
        .filter(|process| process.killed)
        .map(|process| process.name.as_str())
        .collect();
    if !killed.is_empty() {
        ui.warn(&format!("killed, as they did not end by themselves: {}", killed.join(", ")));
    }
    ui.note(&format!("destroyed in {:.1} s: {} processes ended", report.seconds, report.processes.len()));
    Ok(Exit::Done)
}
