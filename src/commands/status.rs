//! `llmd status`: whether what is deployed is ready, and why not.

use super::{Output, TargetArgs, local, nothing_installed, progress, unless_interrupted};
use crate::cluster::readiness::Readiness;
use crate::cluster::{self, Cluster, ConnectArgs, ObjectReport, StatusReport};
use crate::environment::is_local;
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// Show whether what is deployed is ready, and why not
///
/// What is looked at are the objects that the releases' records name. Exit 0 when all are ready, 4 when not.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd status -n llm-d\n  llmd status --postfix blue -o json\n  llmd status -e local"
)]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Output,
}

/// Reports the readiness of every object of the target's releases.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { target, connection, output } = args;
    if is_local(&target.environment)? {
        return local::status(target, *output, ui).await;
    }
    let target = &target.target()?;
    let report = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        match cluster::status(&cluster, &target.namespace, &target.releases).await? {
            Some(report) => Ok(report),
            None => Err(nothing_installed(&cluster, target).await),
        }
    })
    .await?;
    match output {
        Output::Json => ui.json(&report)?,
        Output::Table => print(&report, ui),
    }
    if report.ready {
        return Ok(Exit::Done);
    }
    Err(trouble(&report))
}

/// Everything that keeps a deployment from being ready.
fn trouble(report: &StatusReport) -> Failure {
    let open: Vec<&ObjectReport> =
        report.objects.iter().filter(|object| !object.readiness.is_ready()).collect();
    let mut failure =
        not_ready(&format!("not ready: {} of {} objects", open.len(), report.objects.len()), &open);
    for object in &report.differing {
        failure = failure
            .problems([format!("{object}: differs from what the failed revision wants")])
            .hint("apply again once what was refused is mended");
    }
    let unfinished =
        report.releases.iter().filter(|release| !["deployed", "failed"].contains(&release.status.as_str()));
    for release in unfinished {
        failure =
            failure.problems([format!("release {} is {}", release.name, release.status)]).hint(match release
                .status
                .as_str()
            {
                "uninstalling" => "its destruction was interrupted: llmd destroy goes on with it",
                _ => "another operation is under way, or was killed: apply tells who, or goes on with it",
            });
    }
    for name in &report.missing {
        failure = failure
            .problems([format!("release {name} is not installed")])
            .hint("apply again, or name the environment that was applied with -e");
    }
    failure
}

fn print(report: &StatusReport, ui: &Printer) {
    ui.note(&format!("context {}, namespace {}", report.context, report.namespace));
    for release in &report.releases {
        ui.note(&format!(
            "release {}: {} (revision {}), {}",
            release.name, release.status, release.revision, release.chart
        ));
    }
    let mut table = Table::new(["object", "state", "message"]);
    for object in &report.objects {
        table.row(vec![
            (object.object.to_string(), Mark::Plain),
            (object.readiness.word().to_owned(), progress::mark_of(&object.readiness)),
            (object.readiness.message().to_owned(), Mark::Plain),
        ]);
    }
    ui.table(&table);
}

/// The failure that names each object that is not ready, with its cause and hint.
pub(super) fn not_ready(text: &str, open: &[&ObjectReport]) -> Failure {
    let problems = open.iter().map(|report| format!("{}: {}", report.object, report.readiness.message()));
    let mut failure = Failure::message(Exit::NotReady, text).problems(problems);
    let mut hints: Vec<&str> = Vec::new();
    for hint in open.iter().filter_map(|report| report.readiness.cause()).map(|cause| cause.hint.as_str()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    for hint in hints {
        failure = failure.hint(hint);
    }
    debug_assert!(open.iter().all(|report| !matches!(report.readiness, Readiness::Ready { .. })));
    failure
}
