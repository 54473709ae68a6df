//! `llmd destroy`: takes away what was applied, and nothing else.

use std::time::Duration;

use super::{
    Interrupts, ReportForm, TargetArgs, duration_text, local, nothing_installed, parse_duration, progress,
    unless_interrupted,
};
use crate::cluster::{self, Cluster, ConnectArgs, DestroyReport, Destruction, Extent, Lock};
use crate::commands::event_stream::Ended;
use crate::commands::progress::Deeds;
use crate::environment::is_local;
use crate::ui::{Answer, Printer};
use crate::{Exit, Failure};

/// How long to wait when nothing is said.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Take away what was applied, and nothing else
///
/// Deletes the objects that the releases' records name, the HTTPRoute included, in reverse order, and waits until
/// they are gone. The namespace goes too if `llmd apply` made it and nothing else is in it. What the deployment uses and
/// did not make stays: Secrets, claims, definitions. What cannot be deleted is named with what holds it, and stays in the
/// records: destroying again goes on.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd destroy -n llm-d\n  llmd destroy --postfix blue --yes\n  llmd destroy -n llm-d --with-pvc\n  llmd destroy -e local"
)]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    extent: Extent,
    /// Do not wait until its pods, and what has finalizers, are gone; processes of `local` are waited for all the same
    #[arg(long)]
    pub no_wait: bool,
    /// How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "no_wait")]
    pub timeout: Option<Duration>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: ReportForm,
}

/// Deletes the target's releases by their records.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    args.output.close(Box::pin(work(args, ui)).await, ui)
}

async fn work(args: &Args, ui: &Printer) -> Ended<DestroyReport> {
    let Args { target, connection, yes, extent, no_wait, timeout, output } = args;
    if is_local(&target.environment)? {
        let output = output.without_events()?;
        return Ok((None, local::destroy(target, *yes, *timeout, output, ui).await));
    }
    let wait = (!no_wait).then(|| timeout.unwrap_or(PATIENCE));
    let postfix = target.postfix()?;
    let target = &target.target()?;
    let (cluster, lock, destruction) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let lock = Lock::new(&cluster, &target.namespace, postfix, "destroy");
        let (destruction, standing) = futures::join!(
            Destruction::read(&cluster, &target.namespace, &target.releases, *extent),
            lock.look()
        );
        let Some(destruction) = destruction? else { return Err(nothing_installed(&cluster, target).await) };
        standing?;
        Ok((cluster, lock, destruction))
    })
    .await?;
    announce(&cluster, &destruction, ui);
    if ui.confirm("Destroy?", *yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok((None, Ok(Exit::Failed)));
    }
    let (deeds, mut interrupts) = (Deeds::default(), Interrupts::listen());
    let work = progress::shown(ui, *output, &deeds, |sender| {
        let (cluster, lock, destruction) = (&cluster, &lock, &destruction);
        async move { destruction.run(cluster, lock, wait, &sender).await }
    });
    let outcome = tokio::select! {
        outcome = work => Some(outcome),
        () = interrupts.next() => None,
    };
    tokio::select! {
        () = lock.release() => {}
        () = interrupts.next() => {}
    }
    let Some(outcome) = outcome else {
        let said = "interrupted: what is not gone yet is going or still there";
        let (gone, all) = (deeds.gone(&destruction.objects), destruction.objects.len());
        return Err(Failure::message(Exit::Interrupted, said)
            .problems([
                format!("{gone} of {all} objects were seen to be gone"),
                format!("releases {} are marked as being taken away", destruction.releases.join(", ")),
            ])
            .hint("destroy again to go on; when the records are gone too, only the namespace may be left"));
    };
    let report = outcome?;
    let exit = conclude(&report, wait, ui);
    Ok((Some(report), exit))
}

fn announce(cluster: &Cluster, destruction: &Destruction, ui: &Printer) {
    ui.note(&format!("context {}, namespace {}", cluster.context(), destruction.namespace));
    if !destruction.releases.is_empty() {
        ui.note(&format!("releases {}", destruction.releases.join(", ")));
    }
    ui.note("goes:");
    for object in &destruction.objects {
        ui.note(&format!("  {object}"));
    }
    if destruction.removes_namespace {
        ui.note(&format!("  Namespace/{}", destruction.namespace));
    }
    if !destruction.along.is_empty() {
        ui.warn("with the namespace goes what is not of this deployment:");
        for what in &destruction.along {
            ui.note(&format!("  {what}"));
        }
    }
    ui.note("stays:");
    for left in destruction.stays.iter().filter(|left| !left.is_definition()) {
        ui.note(&format!("  {left}"));
    }
    ui.note("  CustomResourceDefinitions and the gateway's controller");
}

fn conclude(report: &DestroyReport, wait: Option<Duration>, ui: &Printer) -> Result<Exit, Failure> {
    let count = report.remaining.len();
    if count == 0 || (wait.is_none() && report.errors.is_empty()) {
        let deed = if count == 0 { "destroyed" } else { "all deletions were accepted" };
        ui.note(&format!("{deed} in {:.1} s: {} objects removed", report.seconds, report.removed.len()));
        let left: Vec<&str> =
            report.stays.iter().filter(|left| !left.is_definition()).map(|left| left.what.as_str()).collect();
        if !left.is_empty() {
            ui.note(&format!("left in the cluster: {}", left.join(", ")));
        }
        for held in &report.remaining {
            ui.note(&format!("not gone yet: {held}"));
        }
        if count > 0 {
            ui.note("destroy again to go on and to see what is left");
        }
        return Ok(Exit::Done);
    }
    let objects = if count == 1 { "1 object is" } else { &format!("{count} objects are") };
    let refusal = report.errors.iter().map(cluster::Error::exit).max_by_key(|exit| exit.code());
    let patience = duration_text(wait.unwrap_or_default());
    let (exit, text) = match refusal {
        Some(exit) => (exit, format!("{objects} still there: not every deletion was accepted")),
        None => (Exit::NotReady, format!("deleted, but {objects} still there after {patience}")),
    };
    let failure = Failure::message(exit, text).problems(report.remaining.iter().map(ToString::to_string));
    let failure = report.hints().into_iter().fold(failure, Failure::hint);
    Err(failure.hint("the records keep what is left: destroy again to go on"))
}
