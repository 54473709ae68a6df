//! `llmd verify`: whether a stack does what it is for.

use std::time::Duration;

use super::checks::Selection;
use super::{FrontDoorArgs, Output, interrupted, parse_duration, unless_interrupted};
use crate::ui::{Mark, Printer, ProgressView, Table};
use crate::verify::{self, Check, Outcome, Progress, Settings, VerifyReport};
use crate::{Exit, Failure};

/// Check by requests that a stack serves, that the picker decides, and that it routes as it should
///
/// Exit 0 when at least one check ran and all that ran passed, 5 when not.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd verify -e local\n  llmd verify -e local --only streaming,same-prefix\n  \
                  llmd verify -e istio -n llm-d\n  llmd verify --url http://localhost:8000 --max-ttft 500ms -o json"
)]
pub struct Args {
    #[command(flatten)]
    front_door: FrontDoorArgs,
    #[command(flatten)]
    selection: Selection<Check>,
    /// What the first token of an answer may take, such as 500ms; not checked without
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    max_ttft: Option<Duration>,
    /// What each request may take
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30s")]
    timeout: Duration,
    /// From which the prompts are made, to ask the same again [default: another each time]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { front_door, selection, max_ttft, timeout, seed, output } = args;
    if selection.list {
        return Selection::<Check>::list(*output, ui);
    }
    let reached = unless_interrupted(front_door.stack()).await?;
    let checks = selection.checks();
    let settings =
        Settings { seed: seed.unwrap_or_else(rand::random), timeout: *timeout, max_ttft: *max_ttft };
    let mut report = VerifyReport::new(&reached.serving, settings.seed);
    let mut view = ProgressView::new(ui);
    let told = |progress: Progress<'_>| show(&mut view, ui, &progress);
    tokio::select! {
        ran = verify::run(reached.subject(), &checks, &settings, &mut report, told) => {
            ran.map_err(|error| Failure::new(Exit::Usage, error))?;
        }
        () = interrupted() => {}
    }
    view.clear();
    for trouble in reached.troubles() {
        ui.warn(&trouble);
    }
    print(&report, &reached.name, *output, ui)?;
    ended(&report, checks.len())
}

/// On a terminal, what is under way; it makes room for the table.
fn show(view: &mut ProgressView<'_>, ui: &Printer, progress: &Progress<'_>) {
    if !ui.is_interactive() {
        return;
    }
    match progress {
        Progress::Began(check) => view.state(&check.to_string(), check.title(), Mark::Busy),
        Progress::Ended(report) => {
            view.state(&report.check.to_string(), report.outcome.word(), mark(&report.outcome));
        }
    }
}

fn print(report: &VerifyReport, name: &str, output: Output, ui: &Printer) -> Result<(), Failure> {
    if output == Output::Json {
        return ui.json(report);
    }
    ui.note(&format!("front door {name}, model {}", report.model));
    let mut table = Table::new(["check", "result", "ms", "evidence"]);
    for row in &report.checks {
        table.row(vec![
            (row.check.to_string(), Mark::Plain),
            (row.outcome.word().to_owned(), mark(&row.outcome)),
            (row.milliseconds.to_string(), Mark::Plain),
            (row.outcome.text().to_owned(), Mark::Plain),
        ]);
    }
    ui.table(&table);
    Ok(())
}

fn mark(outcome: &Outcome) -> Mark {
    match outcome {
        Outcome::Passed { .. } => Mark::Good,
        Outcome::Failed(_) => Mark::Bad,
        Outcome::Skipped { .. } => Mark::Plain,
    }
}

/// How the verb ends; whatever failed is said with its cause and what to do.
fn ended(report: &VerifyReport, wanted: usize) -> Result<Exit, Failure> {
    if report.is_partial {
        let text = format!("interrupted after {} of {wanted} checks", report.checks.len());
        return Err(Failure::message(Exit::Interrupted, text));
    }
    if report.holds() {
        return Ok(Exit::Done);
    }
    if report.failed == 0 {
        return Err(Failure::message(Exit::CheckFailed, "no check ran: nothing is known of the stack")
            .hint("`llmd verify --list` names the checks; those that were skipped say why"));
    }
    let ran = report.failed + report.passed;
    let mut failure =
        Failure::message(Exit::CheckFailed, format!("{} of {ran} checks failed", report.failed));
    for (check, finding) in report.findings() {
        let cause = finding.cause.as_ref().map(|cause| format!("\n  {cause}")).unwrap_or_default();
        failure = failure.problems([format!("{check}: {}{cause}", finding.what)]);
    }
    let mut hints: Vec<&str> = report.findings().filter_map(|(_, finding)| finding.hint.as_deref()).collect();
    hints.sort_unstable();
    hints.dedup();
    Err(hints.into_iter().fold(failure, Failure::hint))
}
