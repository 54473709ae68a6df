//! `llmd destroy`: takes away what was applied, and nothing else.

use std::time::Duration;

use super::{
    Interrupts, ReportForm, TargetArgs, duration_text, local, nothing_installed, parse_duration, progress,
    unless_interrupted,
};
use crate::cluster::{self, Cluster, ConnectArgs, DestroyReport, Destruction, Lock};
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
/// they are gone. The namespace goes too if `llmd apply` made it and nothing else is in it.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd destroy -n llm-d\n  llmd destroy --postfix blue --yes\n  llmd destroy -e local"
)]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
    /// How long to wait until everything is gone [default: 5m; processes of `local` are killed after 15s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
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
    let Args { target, connection, yes, timeout, output } = args;
    if is_local(&target.environment)? {
        let output = output.without_events()?;
        return Ok((None, local::destroy(target, *yes, *timeout, output, ui).await));
    }
    let timeout = timeout.unwrap_or(PATIENCE);
    let postfix = target.postfix()?;
    let target = &target.target()?;
    let (cluster, lock, destruction) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let lock = Lock::new(&cluster, &target.namespace, postfix, "destroy");
        let (destruction, standing) =
            futures::join!(Destruction::read(&cluster, &target.namespace, &target.releases), lock.look());
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
        async move { destruction.run(cluster, lock, timeout, &sender).await }
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
    let report = outcome.map_err(|errors| cluster::failure("failed to delete some objects", errors))?;
    let exit = conclude(&report, timeout, ui);
    Ok((Some(report), exit))
}

fn announce(cluster: &Cluster, destruction: &Destruction, ui: &Printer) {
    ui.note(&format!("context {}, namespace {}", cluster.context(), destruction.namespace));
    ui.note(&format!("releases {}", destruction.releases.join(", ")));
    ui.note("goes:");
    for object in &destruction.objects {
        ui.note(&format!("  {object}"));
    }
    if destruction.removes_namespace {
        ui.note(&format!("  Namespace/{}", destruction.namespace));
    }
    ui.note("stays:");
    for object in &destruction.stays {
        ui.note(&format!("  {object}"));
    }
    ui.note("  CustomResourceDefinitions and the gateway's controller");
}

fn conclude(report: &DestroyReport, timeout: Duration, ui: &Printer) -> Result<Exit, Failure> {
    if report.remaining.is_empty() {
        ui.note(&format!("destroyed in {:.1} s: {} objects removed", report.seconds, report.removed.len()));
        return Ok(Exit::Done);
    }
    let text = format!(
        "deleted, but {} objects are still there after {}",
        report.remaining.len(),
        duration_text(timeout)
    );
    Err(Failure::message(Exit::NotReady, text)
        .problems(report.remaining.iter().cloned())
        .hint("destroy again to wait on; what finalizers hold is released by their controllers"))
}
