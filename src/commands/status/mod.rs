//! `llmd status`: whether what is deployed is ready, and why not.

mod screen;
mod watch;

use super::{Target, TargetArgs, local, nothing_installed, unless_interrupted};
use crate::cluster::readiness::Readiness;
use crate::cluster::{self, Cluster, ConnectArgs, Lock, ObjectReport, StatusReport};
use crate::environment::is_local;
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Show whether what is deployed is ready, and why not
///
/// What is looked at are the objects that the releases' records name, their pods, and what the objects say about each
/// other. Exit 0 when all are ready, 4 when not. With --watch it goes on until it is interrupted: exit 0 when all was
/// ready then, 130 when not.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd status -n llm-d
  llmd status --postfix blue -o json
  llmd status -n llm-d --watch
  llmd status -e local")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Look again every two seconds: redrawn on a terminal, a line for each change elsewhere
    #[arg(short, long)]
    pub watch: bool,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: StatusForm,
}

/// How a status is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum StatusForm {
    /// One screen
    #[default]
    Table,
    /// With every condition, every warning, the pods' images and addresses
    Wide,
    Json,
    Yaml,
}

/// Where to look, again and again.
struct Site<'a> {
    cluster: Cluster,
    target: &'a Target,
    postfix: &'a str,
}

impl Site<'_> {
    /// None where nothing is installed.
    async fn look(&self) -> Result<Option<StatusReport>, cluster::Error> {
        let Target { namespace, releases } = self.target;
        let lock = Lock::new(&self.cluster, namespace, self.postfix, "status");
        let (report, holder) =
            futures::join!(cluster::status(&self.cluster, namespace, releases), lock.holder_now());
        Ok(report?.map(|report| StatusReport { lock: holder, ..report }))
    }
}

/// Reports the readiness of every object of the target's releases.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { target, connection, watch, output } = args;
    if *watch && matches!(output, StatusForm::Json | StatusForm::Yaml) {
        return Err(Failure::usage("--watch prints no reports")
            .hint("take -o table or wide, or look without --watch"));
    }
    if is_local(&target.environment)? {
        if *watch {
            return Err(Failure::usage(
                "--watch looks at a cluster; the processes of `local` do not change by themselves",
            ));
        }
        return local::status(target, *output, ui).await;
    }
    let postfix = target.postfix()?;
    let target = &target.target()?;
    let (site, report) = unless_interrupted(async {
        let site = Site { cluster: Cluster::connect(connection).await?, target, postfix };
        match site.look().await? {
            Some(report) => Ok((site, report)),
            None => Err(nothing_installed(&site.cluster, target).await),
        }
    })
    .await?;
    if let Some(difference) = site.cluster.clock_difference() {
        ui.warn(&format!("{difference}; ages are told by the server's"));
    }
    if *watch {
        return watch::watch(&site, report, *output, ui).await;
    }
    match output {
        StatusForm::Json => ui.json(&report)?,
        StatusForm::Yaml => ui.yaml(&report)?,
        StatusForm::Table | StatusForm::Wide => {
            for line in screen::head(&report) {
                ui.note(&line);
            }
            ui.data(&screen::body(&report, *output == StatusForm::Wide, ui.colors_data()));
        }
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
    if let Some(holder) = &report.lock {
        failure = failure.hint(holder);
    }
    for name in &report.missing {
        failure = failure
            .problems([format!("release {name} is not installed")])
            .hint("apply again, or name the environment that was applied with -e");
    }
    failure
}

/// The failure that names each object that is not ready, with its cause and hint.
pub(super) fn not_ready(text: &str, open: &[&ObjectReport]) -> Failure {
    let problems = open.iter().map(|report| problem(report));
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

/// An object that is not ready: where it stands, why, and what shows it.
fn problem(report: &ObjectReport) -> String {
    let ObjectReport { object, readiness, .. } = report;
    let mut lines = vec![format!("{object}: {}", readiness.message())];
    if let Some(cause) = readiness.cause() {
        if !readiness.message().contains(&cause.message) {
            lines.push(format!("  {}", cause.message));
        }
        lines.extend(cause.evidence.iter().map(|line| format!("  | {line}")));
    }
    lines.join("\n")
}
