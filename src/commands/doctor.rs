//! `llmd doctor`: whether the cluster can take a stack, before anything is applied.

use super::checks::Selection;
use super::{Output, StackArgs, unless_interrupted};
use crate::cluster::{Cluster, ConnectArgs};
use crate::doctor::{self, Check, DoctorReport, Finding, Outcome, Severity, Wanted};
use crate::environment::needs::Needs;
use crate::environment::{self, catalog, is_local};
use crate::render::{self, Stack};
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// Check whether the cluster can take the stack, changing nothing
///
/// What would fail is told with its cause and a command that mends it. Exit 0 when at least one check ran and none found
/// an error, 7 when not; warnings are no errors. `apply` runs a short form of this first.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd doctor -e istio -n llm-d
  llmd doctor -e gke --replicas 4 --only accelerators,quota
  llmd doctor -e kgateway --simulate -o json
  llmd doctor --list")]
pub struct Args {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    #[command(flatten)]
    selection: Selection<Check>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// What a verb that looks first takes.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct PreflightArgs {
    /// Do not look beforehand whether the cluster can take the stack (see `llmd doctor`)
    #[arg(long)]
    pub(super) skip_preflight: bool,
}

/// A stack and what its environment needs, rendered without a word.
pub(super) struct Patient {
    pub(super) stack: Stack,
    needs: Needs,
    flags: String,
    is_simulated: bool,
}

impl Patient {
    pub(super) fn new(args: &StackArgs) -> Result<Self, Failure> {
        if is_local(&args.target.environment)? {
            return Err(Failure::usage(
                "the processes of `local` need no cluster; name a cluster's environment",
            ));
        }
        let request = args.request()?;
        Ok(Self {
            stack: render::render(&environment::resolve(&request)?)?,
            needs: catalog::find(&request.environment)?.needs,
            flags: args.target.flags()?,
            is_simulated: request.overrides.simulate.is_some(),
        })
    }

    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted::new(&self.stack, &self.needs, &self.flags, self.is_simulated)
    }
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { stack, connection, selection, output } = args;
    if selection.list {
        return Selection::<Check>::list(*output, ui);
    }
    let patient = Patient::new(stack)?;
    let checks = selection.checks();
    let report = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        Ok(Box::pin(doctor::run(&cluster, &patient.wanted(), &checks)).await?)
    })
    .await?;
    match output {
        Output::Json => ui.json(&report)?,
        Output::Table => print(&report, ui),
    }
    warn(&report, ui);
    if report.ran() == 0 {
        return Err(Failure::message(Exit::Preflight, "no check ran: nothing is known of the cluster")
            .hint("`llmd doctor --list` names the checks; those that were skipped say why"));
    }
    let text = format!("{} of {} checks failed", report.failed, report.ran());
    if report.failed > 0 { Err(failed(&text, &report)) } else { Ok(Exit::Done) }
}

fn print(report: &DoctorReport, ui: &Printer) {
    let DoctorReport { context, environment, namespace, .. } = report;
    ui.note(&format!("context {context}, environment {environment}, namespace {namespace}"));
    let mut table = Table::new(["check", "result", "evidence"]);
    for row in &report.checks {
        table.row(vec![
            (row.check.to_string(), Mark::Plain),
            (row.outcome.word().to_owned(), mark(&row.outcome)),
            (row.outcome.text(), Mark::Plain),
        ]);
    }
    ui.table(&table);
}

fn mark(outcome: &Outcome) -> Mark {
    match outcome {
        Outcome::Passed { .. } => Mark::Good,
        Outcome::Warned { .. } => Mark::Changed,
        Outcome::Failed { .. } => Mark::Bad,
        Outcome::Skipped { .. } => Mark::Plain,
    }
}

fn warn(report: &DoctorReport, ui: &Printer) {
    report.findings(Severity::Warning).for_each(|(check, finding)| ui.warn(&told(check, finding)));
}

fn failed(text: &str, report: &DoctorReport) -> Failure {
    let problems = report.findings(Severity::Error).map(|(check, finding)| told(check, finding));
    Failure::message(Exit::Preflight, text).problems(problems)
}

fn told(check: Check, finding: &Finding) -> String {
    format!("{check}: {}: {}\n  fix: {}", finding.place, finding.cause, finding.fix)
}

/// What the short form before `apply` found: warns of what may fail.
///
/// # Errors
/// What is certain to fail.
pub(super) fn preflight(report: &DoctorReport, flags: &str, ui: &Printer) -> Result<(), Failure> {
    warn(report, ui);
    if report.failed == 0 {
        return Ok(());
    }
    Err(failed("the cluster is not ready for this stack; nothing was changed", report)
        .hint(format!("all that can be checked: llmd doctor {flags}"))
        .hint("apply all the same with --skip-preflight"))
}
