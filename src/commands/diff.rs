//! `llmd diff`: what `apply` would change, changing nothing.

use std::path::PathBuf;

use serde::Serialize;

use super::plan::{self, unified};
use super::{StackArgs, unless_interrupted};
use crate::cluster::{self, Change, Cluster, ConnectArgs, ObjectChange, Plan, SavedPlan, Step, TakeOver};
use crate::environment::is_local;
use crate::ui::{Mark, Printer};
use crate::{Exit, Failure, yaml};

/// Lines of context in a patch.
const CONTEXT: usize = 3;

/// Show what `apply` would change, changing nothing
///
/// Every object that is there goes through a dry run of the API server; what differs is told field by field, as far as
/// the fields are ours. Where a dry run is not allowed, the manifests are compared with the cluster instead, and that is
/// said. Values of Secrets and what looks like a token are hidden.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd diff -e istio -n llm-d
  llmd diff -e gke --set ms.decode.replicas=4 --exit-code
  llmd diff -e istio -o patch | less
  llmd diff -e istio --save plan.llmd && llmd apply plan.llmd --yes")]
pub struct Args {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    #[command(flatten)]
    take_over: TakeOver,
    /// Save the plan, so that `llmd apply FILE` does this and nothing else
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Exit with 3 when there are differences
    #[arg(long)]
    pub exit_code: bool,
    /// How the differences are printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Output,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// A line per object and per field
    #[default]
    Text,
    Json,
    /// A unified diff of the fields that are ours, as YAML
    Patch,
}

/// What applying would change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DiffReport<'a> {
    context: &'a str,
    namespace: &'a str,
    namespace_created: bool,
    /// Whether there is nothing to do.
    settled: bool,
    releases: Vec<ReleaseDiff<'a>>,
    objects: Vec<ObjectChange<'a>>,
}

#[derive(Debug, Serialize)]
struct ReleaseDiff<'a> {
    name: &'a str,
    change: Change,
    revision: u64,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { stack: wanted, connection, take_over, save, exit_code, output } = args;
    if is_local(&wanted.target.environment)? {
        return Err(Failure::usage("the environment local has no cluster to compare with")
            .hint("what would run: llmd render -e local"));
    }
    let stack = wanted.render(None, None, ui)?;
    let (cluster, plan) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let plan = Box::pin(Plan::read(&cluster, &stack, take_over)).await;
        Ok((
            cluster,
            plan.map_err(|errors| cluster::failure("the cluster cannot take this as it is", errors))?,
        ))
    })
    .await?;
    plan::announce(&cluster, &plan, ui);
    match output {
        Output::Text => {
            for line in plan::lines(&plan) {
                ui.painted(&line.text, line.mark);
            }
        }
        Output::Json => ui.json(&report(&cluster, &plan))?,
        Output::Patch => {
            for change in plan.changes().filter(|change| change.step != Step::Unchanged) {
                patch(&change, ui);
            }
        }
    }
    ui.note(&plan::summary(&plan));
    if let Some(path) = save {
        let is_simulated = wanted.request()?.overrides.simulate.is_some();
        let saved = SavedPlan::new(&cluster, &plan, stack, wanted.target.flags()?, is_simulated);
        saved.write(path)?;
        ui.note(&format!("saved: llmd apply {}", path.display()));
        if saved.has_secrets() {
            ui.warn(&format!("{} holds secrets of this stack; only you can read it", path.display()));
        }
    }
    Ok(if *exit_code && !plan.is_settled() { Exit::Differences } else { Exit::Done })
}

fn report<'a>(cluster: &'a Cluster, plan: &'a Plan) -> DiffReport<'a> {
    let releases = plan.releases.iter().map(|release| ReleaseDiff {
        name: release.name(),
        change: release.change,
        revision: release.revision(),
    });
    DiffReport {
        context: cluster.context(),
        namespace: &plan.namespace,
        namespace_created: plan.creates_namespace,
        settled: plan.is_settled(),
        releases: releases.collect(),
        objects: plan.changes().collect(),
    }
}

/// One object as a unified diff.
fn patch(change: &ObjectChange<'_>, ui: &Printer) {
    let text = |value: &serde_json::Value| if value.is_null() { String::new() } else { yaml::write(value) };
    let hunks = unified::hunks(&text(change.before), &text(change.after), CONTEXT);
    if hunks.is_empty() {
        return;
    }
    let side = |name: &str, value: &serde_json::Value| {
        if value.is_null() { "/dev/null".to_owned() } else { format!("{name}/{}", change.object) }
    };
    ui.painted(&format!("--- {}", side("live", change.before)), Mark::Plain);
    ui.painted(&format!("+++ {}", side("wanted", change.after)), Mark::Plain);
    for line in hunks {
        let mark = match line.as_bytes().first() {
            Some(b'+') => Mark::Good,
            Some(b'-') => Mark::Bad,
            Some(b'@') => Mark::Busy,
            _ => Mark::Plain,
        };
        ui.painted(&line, mark);
    }
}
