//! `llmd status -e local`: every process and how it fares.

use super::{flags, none_there, note_namespace};
use crate::commands::status::StatusForm;
use crate::commands::{TargetArgs, duration_text, unless_interrupted};
use crate::local::{self, StatusReport};
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

pub(in crate::commands) async fn status(
    target: &TargetArgs,
    output: StatusForm,
    ui: &Printer,
) -> Result<Exit, Failure> {
    note_namespace(target.namespace.as_deref(), ui);
    let postfix = target.postfix()?;
    let report = unless_interrupted(local::status(postfix)).await?;
    let Some(report) = report else { return Err(none_there(postfix, &target.environment)) };
    match output {
        StatusForm::Json => ui.json(&report)?,
        StatusForm::Yaml => ui.yaml(&report)?,
        StatusForm::Table | StatusForm::Wide => print(&report, ui),
    }
    if report.ready { Ok(Exit::Done) } else { Err(trouble(&report, &target.environment)) }
}

fn print(report: &StatusReport, ui: &Printer) {
    ui.note(&format!("local stack {} (revision {})", report.postfix, report.revision));
    ui.note(&format!("{} is served at {}", report.model, report.front_door));
    let mut table = Table::new(["process", "state", "pid", "port", "age", "message"]);
    for process in &report.processes {
        let mark = match process.state {
            "up" => Mark::Good,
            "down" => Mark::Bad,
            _ => Mark::Busy,
        };
        let dash = || "-".to_owned();
        table.row(vec![
            (process.name.clone(), Mark::Plain),
            (process.state.to_owned(), mark),
            (process.pid.map_or_else(dash, |pid| pid.to_string()), Mark::Plain),
            (process.port.to_string(), Mark::Plain),
            (process.since.map_or_else(dash, age), Mark::Plain),
            (process.message.clone(), Mark::Plain),
        ]);
    }
    ui.table(&table);
}

fn age(since: jiff::Timestamp) -> String {
    let age = jiff::Timestamp::now().duration_since(since);
    duration_text(age.try_into().unwrap_or_default())
}

fn trouble(report: &StatusReport, environment: &str) -> Failure {
    let open: Vec<_> = report.processes.iter().filter(|process| process.state != "up").collect();
    let text = format!("not ready: {} of {} processes", open.len(), report.processes.len());
    let problems = open.iter().map(|process| format!("{}: {}", process.name, process.message));
    let mut failure = Failure::message(Exit::NotReady, text).problems(problems);
    if open.iter().any(|process| process.state == "down") {
        let is_server = |process: &&local::ProcessReport| process.kind == local::Kind::Simulator;
        failure = failure.hint(format!(
            "start what is down, with the same values as before: llmd apply {} --replicas {}",
            flags(environment, &report.postfix),
            report.processes.iter().filter(is_server).count()
        ));
    }
    failure.hint(format!("logs: {}", report.folder.join("logs").display()))
}
