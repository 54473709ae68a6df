//! `llmd rollback`: back to what was deployed before.

use std::time::Duration;

use super::apply::{checked, conclude, operate, refuse_recreation, show};
use super::event_stream::Ended;
use super::{
    ReportForm, TargetArgs, nothing_installed, only_on_a_cluster, parse_duration, unless_interrupted,
};
use crate::cluster::{
    self, ApplyReport, Cluster, ConnectArgs, HISTORY_MAX, Lock, Operation, Rollback, TakeOver, Wanted,
};
use crate::ui::{Answer, Printer};
use crate::{Exit, Failure};

/// Go back to what was deployed before, and wait until it is ready
///
/// Without a revision, every release that the last operation changed goes to its last revision before that was deployed
/// and differs; the others stay. A rollback that was cut off goes on. Going back is an apply of what that revision
/// recorded: it makes a new revision, and what the old one does not have is removed.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd rollback -e istio -n llm-d
  llmd rollback --release gaie --yes
  llmd rollback 3 --release ms -e gke")]
pub struct Args {
    /// The revision to go back to; each release counts its own (see `llmd history`)
    #[arg(value_name = "REVISION", value_parser = clap::value_parser!(u64).range(1..), requires = "release")]
    revision: Option<u64>,
    /// Only this release, by its name or part
    #[arg(long, value_name = "infra|gaie|ms|NAME")]
    release: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Go back without asking
    #[arg(short, long)]
    yes: bool,
    /// Do not wait until everything is ready
    #[arg(long)]
    no_wait: bool,
    /// How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "no_wait")]
    timeout: Option<Duration>,
    #[command(flatten)]
    take_over: TakeOver,
    /// Delete and make anew what cannot be changed in place
    #[arg(long)]
    recreate: bool,
    /// How many revisions of a release are kept; 0 keeps all
    #[arg(long, value_name = "N", default_value_t = HISTORY_MAX)]
    history_max: usize,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: ReportForm,
}

/// Applies what earlier records of the target's releases hold.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    args.output.close(Box::pin(work(args, ui)).await, ui)
}

async fn work(args: &Args, ui: &Printer) -> Ended<ApplyReport> {
    only_on_a_cluster(&args.target.environment, "history")?;
    let target = args.target.target()?;
    let wanted = match &args.release {
        Some(name) => Wanted::Release { name: target.release(name)?.to_owned(), revision: args.revision },
        None => Wanted::LastOperation,
    };
    let (cluster, lock, rollback, plan) = unless_interrupted(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let lock = Lock::new(&cluster, &target.namespace, args.target.postfix()?, "rollback");
        let read =
            Rollback::read(&cluster, &args.target.environment, &target.namespace, &target.releases, &wanted);
        let (rollback, standing) = futures::join!(read, lock.look());
        let Some(rollback) = rollback? else { return Err(nothing_installed(&cluster, &target).await) };
        let plan = checked(Box::pin(rollback.plan(&cluster, &args.take_over)).await, standing, ui)?;
        Ok((cluster, lock, rollback, plan))
    })
    .await?;
    if rollback.undoes_rollback {
        ui.warn("the last operation was a rollback: this takes it back");
    }
    show(&cluster, &plan, ui);
    args.output.plan(cluster.context(), &plan, ui);
    for stays in &rollback.stays {
        ui.note(&format!("stays: {stays}"));
    }
    refuse_recreation(&plan, args.recreate)?;
    if !plan.is_settled() && ui.confirm("Roll back?", args.yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok((None, Ok(Exit::Failed)));
    }
    let wait = (!args.no_wait).then(|| args.timeout.unwrap_or_else(|| cluster::budget(&rollback.stack)));
    let operation = Operation::new(&cluster, plan, &lock, args.history_max);
    let report = operate(operation, &lock, wait, args.output, ui).await?;
    let exit = conclude(&report, wait, &args.target.flags()?, ui);
    Ok((Some(report), exit))
}
