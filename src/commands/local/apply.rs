//! `llmd apply -e local`: starts processes, and waits until they work.

use std::time::Duration;

use super::{flags, note_namespace, shown};
use crate::commands::{Output, StackArgs, interrupted};
use crate::environment;
use crate::local::{self, Application, AppliedProcess, ApplyReport, Deed};
use crate::ui::{Answer, Printer, ProgressView};
use crate::{Exit, Failure};

/// How long to wait when nothing is said; processes are up in a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts what is missing and replaces what is different. `timeout`: how long is waited, where it is said.
pub(in crate::commands) async fn apply(
    wanted: &StackArgs,
    yes: bool,
    no_wait: bool,
    timeout: Option<Duration>,
    output: Output,
    ui: &Printer,
) -> Result<Exit, Failure> {
    note_namespace(wanted.target.namespace.as_deref(), ui);
    let values = environment::resolve_local(&wanted.request()?)?;
    let application = Application::plan(&values)?;
    announce(&application, ui);
    let ends = |deed: &Deed| matches!(deed, Deed::Restarted | Deed::Ended);
    let takes_away = application.deeds().iter().any(|deed| ends(&deed.action));
    if takes_away && ui.confirm("Apply?", yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok(Exit::Failed);
    }
    let mut view = ProgressView::new(ui);
    let wait = (!no_wait).then(|| timeout.unwrap_or(PATIENCE));
    let mut tell = |name: &str, health: &_| shown(&mut view, name, health);
    let postfix = &application.stack().postfix;
    let outcome = tokio::select! {
        outcome = application.run(wait, &mut tell) => outcome,
        () = interrupted() => Err(Failure::message(Exit::Interrupted, "interrupted: what was started stays")
            .hint(format!("apply again with the same values to go on, or take it away: {}", local::verb_line("destroy", postfix)))),
    };
    view.finish();
    let report = outcome?;
    if output == Output::Json {
        ui.json(&report)?;
    }
    conclude(&report, &flags(&wanted.target.environment, &report.postfix), ui);
    Ok(Exit::Done)
}

fn announce(application: &Application, ui: &Printer) {
    let stack = application.stack();
    ui.note(&format!("local stack {}, kept in {}", stack.postfix, application.folder().path().display()));
    for (deed, text) in [
        (Deed::Started, "starts"),
        (Deed::Restarted, "is different and restarts"),
        (Deed::Ended, "is no longer wanted and ends"),
    ] {
        let names = named(application.deeds(), deed);
        if !names.is_empty() {
            ui.note(&format!("{text}: {}", names.join(", ")));
        }
    }
}

fn named(processes: &[AppliedProcess], deed: Deed) -> Vec<&str> {
    processes.iter().filter(|process| process.action == deed).map(|process| process.name.as_str()).collect()
}

fn conclude(report: &ApplyReport, flags: &str, ui: &Printer) {
    let count = |deed: Deed| named(&report.processes, deed).len();
    let counts: Vec<String> = [
        (Deed::Started, "started"),
        (Deed::Restarted, "restarted"),
        (Deed::Ended, "ended"),
        (Deed::Unchanged, "unchanged"),
    ]
    .into_iter()
    .filter(|(deed, _)| count(*deed) > 0)
    .map(|(deed, word)| format!("{} {word}", count(deed)))
    .collect();
    let counts = counts.join(", ");
    if report.ready.is_some() {
        ui.note(&format!("ready in {:.1} s: {counts}", report.seconds));
    } else {
        ui.note(&format!("{counts}; not waited for: llmd status {flags}"));
    }
    ui.note(&format!("{} is served at {}", report.model, report.front_door));
}
