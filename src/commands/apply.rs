//! `llmd apply`: makes the cluster what the environment says, and waits until it is ready.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::doctor::{self as examination, PreflightArgs};
use super::{
    Interrupts, ReportForm, StackArgs, duration_text, image, local, parse_duration, plan, progress,
    unless_interrupted,
};
use crate::cluster::Verdict;
use crate::cluster::release::Record;
use crate::cluster::{
    self, Action, ApplyReport, Cluster, ConnectArgs, Error, HISTORY_MAX, Lock, ObjectReport, Operation, Plan,
    SavedPlan, Standing, TakeOver,
};
use crate::commands::event_stream::Ended;
use crate::commands::progress::Deeds;
use crate::doctor::{self, Check, DoctorReport, Wanted};
use crate::environment::names::Releases;
use crate::environment::needs::Needs;
use crate::environment::{catalog, is_local};
use crate::render::Stack;
use crate::ui::{Answer, Printer};
use crate::{Exit, Failure};

/// Make the cluster what the environment says, and wait until it is ready
///
/// Objects are applied server-side, as many at once as their dependencies allow; each release is recorded as a Helm
/// release, so `helm list` shows it and `helm uninstall` works on it. In the environment `local` there are processes on
/// this machine instead, and no cluster.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd apply -e istio -n llm-d
  llmd apply -e gke --postfix blue --set ms.decode.replicas=4 --yes
  llmd apply -e kgateway --yes --timeout 45m -o json
  llmd apply -e istio --yes -o jsonl | jq -c .event
  llmd apply -e istio --simulate=registry.example.com/llmd-simulator:v0.1.0   # no GPU, no token
  llmd diff -e istio --save plan.llmd && llmd apply plan.llmd --yes
  llmd apply -e local --replicas 2")]
pub struct Args {
    /// A plan that `llmd diff --save` wrote; refused when the cluster has moved on since
    #[arg(
        value_name = "PLAN",
        conflicts_with_all = [
            "environment", "postfix", "values", "set", "set_string", "set_file", "set_json", "model", "replicas",
            "tensor_parallel", "scheduler_image", "simulate", "as_upstream", "no_fix", "take_ownership", "take_over",
        ]
    )]
    plan: Option<PathBuf>,
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Apply without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Do not wait until everything is ready
    #[arg(long)]
    pub no_wait: bool,
    /// How long to wait until everything is ready [default: what the startup probes allow, and 15m for images]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "no_wait")]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    take_over: TakeOver,
    /// Delete and make anew what cannot be changed in place
    #[arg(long)]
    pub recreate: bool,
    #[command(flatten)]
    preflight: PreflightArgs,
    /// How many revisions of a release are kept; 0 keeps all
    #[arg(long, value_name = "N", default_value_t = HISTORY_MAX)]
    pub history_max: usize,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: ReportForm,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    args.output.close(Box::pin(work(args, ui)).await, ui)
}

async fn work(args: &Args, ui: &Printer) -> Ended<ApplyReport> {
    let Args { stack: wanted, connection, no_wait, timeout, take_over, .. } = args;
    if let Some(path) = &args.plan {
        return saved(path, args, ui).await;
    }
    if is_local(&wanted.target.environment)? {
        let output = args.output.without_events()?;
        return Ok((None, local::apply(wanted, args.yes, *no_wait, *timeout, output, ui).await));
    }
    let stack = wanted.render(None, None, ui)?;
    image::warn_of_unpushed(&stack, ui);
    let flags = wanted.target.flags()?;
    let is_simulated = wanted.request()?.overrides.simulate.is_some();
    let wish = Wish { stack: &stack, flags: &flags, is_simulated, take_over };
    let others = others(wanted.target.postfix()?, &stack);
    let (cluster, lock, plan, left_over) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let lock = Lock::new(&cluster, &stack.namespace, wanted.target.postfix()?, "apply");
        let (read, left_over) = futures::join!(
            Box::pin(wish.read(&cluster, &lock, &args.preflight, ui)),
            cluster.history(&stack.namespace, &others),
        );
        let (plan, report) = read?;
        let plan = wish.cleared(plan, report, ui)?;
        // What stays beside the deployment is only worth a warning; who may not list it goes without.
        Ok((cluster, lock, plan, left_over.unwrap_or_default()))
    })
    .await?;
    let left_over: BTreeSet<&str> = left_over.iter().map(Record::name).collect();
    for release in left_over {
        ui.warn(&format!(
            "release {release} is installed under this postfix and not part of environment {}; it stays: llmd destroy \
             with the environment that it was applied with takes it away",
            stack.environment
        ));
    }
    carry_out(&cluster, plan, &lock, cluster::budget(&stack), &flags, args, ui).await
}

/// What shall be in the cluster.
struct Wish<'a> {
    stack: &'a Stack,
    /// The flags that name the deployment, for hints.
    flags: &'a str,
    is_simulated: bool,
    take_over: &'a TakeOver,
}

impl Wish<'_> {
    /// What applying would do, and what the cluster lacks.
    async fn read(
        &self,
        cluster: &Cluster,
        lock: &Lock,
        preflight: &PreflightArgs,
        ui: &Printer,
    ) -> Result<(Plan, Result<DoctorReport, Error>), Failure> {
        // A saved plan may be of an environment's file that is gone.
        let needs =
            catalog::find(&self.stack.environment).map_or_else(|_| Needs::default(), |found| found.needs);
        let examined = Wanted::new(self.stack, &needs, self.flags, self.is_simulated);
        let checks = if preflight.skip_preflight { &[][..] } else { &Check::SHORT };
        let (plan, standing, report) = futures::join!(
            Box::pin(Plan::read(cluster, self.stack, self.take_over)),
            lock.look(),
            Box::pin(doctor::run(cluster, &examined, checks))
        );
        Ok((checked(plan, standing, ui)?, report))
    }

    /// The plan, if the cluster can take it. What stands as it shall needs nothing of the cluster.
    fn cleared(
        &self,
        plan: Plan,
        report: Result<DoctorReport, Error>,
        ui: &Printer,
    ) -> Result<Plan, Failure> {
        if !plan.is_settled() {
            examination::preflight(&report?, self.flags, ui)?;
        }
        Ok(plan)
    }
}

/// Applies a plan from a file, if the cluster still is what it was.
async fn saved(path: &Path, args: &Args, ui: &Printer) -> Ended<ApplyReport> {
    let saved = SavedPlan::read(path)?;
    let (wanted, planned) = (args.stack.target.namespace()?, &saved.stack.namespace);
    if args.stack.target.namespace.is_some() && wanted != planned {
        return Err(Failure::usage(format!("the plan is for namespace {planned}, not for {wanted}")));
    }
    image::warn_of_unpushed(&saved.stack, ui);
    let SavedPlan { stack, flags, is_simulated, take_over, .. } = &saved;
    let wish = Wish { stack, flags, is_simulated: *is_simulated, take_over };
    let (cluster, lock, plan) = unless_interrupted(async {
        let cluster = Cluster::connect(&args.connection).await?;
        if let Some(elsewhere) = saved.elsewhere(&cluster) {
            return Err(Failure::usage(elsewhere).hint(format!("say --context {}", saved.context)));
        }
        let lock = Lock::new(&cluster, planned, saved.stack.postfix(), "apply");
        let (plan, report) = Box::pin(wish.read(&cluster, &lock, &args.preflight, ui)).await?;
        let moved = saved.moved(&plan);
        if !moved.is_empty() {
            return Err(Failure::message(
                Exit::Preflight,
                format!("the cluster has moved on since the plan was saved at {:.0}", saved.created),
            )
            .problems(moved)
            .hint(format!(
                "look again, with the values of then: llmd diff {} --save {}",
                saved.flags,
                path.display()
            )));
        }
        let plan = wish.cleared(plan, report, ui)?;
        Ok((cluster, lock, plan))
    })
    .await?;
    carry_out(&cluster, plan, &lock, cluster::budget(&saved.stack), &saved.flags, args, ui).await
}

/// Shows the plan, asks, applies and waits.
async fn carry_out(
    cluster: &Cluster,
    plan: Plan,
    lock: &Lock,
    budget: Duration,
    flags: &str,
    args: &Args,
    ui: &Printer,
) -> Ended<ApplyReport> {
    show(cluster, &plan, ui);
    args.output.plan(cluster.context(), &plan, ui);
    refuse_recreation(&plan, args.recreate)?;
    if !plan.is_settled() && ui.confirm("Apply?", args.yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok((None, Ok(Exit::Failed)));
    }
    let wait = (!args.no_wait).then(|| args.timeout.unwrap_or(budget));
    let operation = Operation::new(cluster, plan, lock, args.history_max);
    let report = operate(operation, lock, wait, args.output, ui).await?;
    let exit = conclude(&report, wait, flags, ui);
    Ok((Some(report), exit))
}

/// Releases of this postfix that the environment does not have, such as the Gateway's after a change to `standalone`.
fn others(postfix: &str, stack: &Stack) -> Vec<String> {
    let all = Releases::from_postfix(postfix);
    let is_wanted = |name: &String| stack.releases.iter().any(|release| release.name == *name);
    [all.infra, all.gaie, all.ms].into_iter().filter(|name| !is_wanted(name)).collect()
}

/// The plan, if nobody is at work on the deployment and what others left pending can be gone over.
pub(super) fn checked(
    plan: Result<Plan, Vec<Error>>,
    standing: Result<Standing, Error>,
    ui: &Printer,
) -> Result<Plan, Failure> {
    const REFUSED: &str = "the cluster cannot take this as it is";
    // While another operation is under way, what the plan saw is half done.
    if let Err(held @ Error::Lock(_)) = standing {
        return Err(held.into());
    }
    let plan = plan.map_err(|errors| cluster::failure(REFUSED, errors))?;
    let unfinished = plan.unfinished(standing?).map_err(|errors| cluster::failure(REFUSED, errors))?;
    for told in unfinished {
        ui.note(&told);
    }
    Ok(plan)
}

pub(super) async fn operate(
    mut operation: Operation<'_>,
    lock: &Lock,
    wait: Option<Duration>,
    form: ReportForm,
    ui: &Printer,
) -> Result<ApplyReport, Failure> {
    let namespace = operation.namespace().to_owned();
    let (deeds, mut interrupts) = (Deeds::default(), Interrupts::listen());
    let outcome = {
        let work = progress::shown(ui, form, &deeds, |sender| {
            let operation = &mut operation;
            async move { operation.run(wait, &sender).await }
        });
        tokio::select! {
            outcome = work => Some(outcome),
            () = interrupts.next() => None,
        }
    };
    let is_done = outcome.is_some();
    let stands = operation.stands(deeds.applied());
    if !is_done {
        ui.note("interrupted: writing down what stands; interrupt once more to leave at once");
    }
    let is_closed = tokio::select! {
        () = async {
            if !is_done {
                operation.abandon().await;
            }
            lock.release().await;
        } => true,
        () = interrupts.next() => false,
    };
    match outcome {
        Some(Ok(report)) => {
            form.verdict(&report, ui);
            Ok(report)
        }
        Some(Err(errors)) => Err(failed(errors, &namespace)),
        None => {
            Err(Failure::message(Exit::Interrupted, "interrupted: what was applied stays in the cluster")
                .problems(stands.problems(is_closed))
                .hint(format!("{} again to go on, or take it away with llmd destroy", lock.verb())))
        }
    }
}

fn failed(errors: Vec<Error>, namespace: &str) -> Failure {
    let count = errors.len();
    let failure = cluster::failure(&format!("failed to apply {count} objects"), errors);
    if failure.exit == Exit::Failed {
        failure
            .hint(format!("what was applied stays in namespace {namespace}; apply again once this is mended"))
    } else {
        failure
    }
}

/// Refuses to delete and make anew what cannot be changed in place, unless that was asked for.
pub(super) fn refuse_recreation(plan: &Plan, recreate: bool) -> Result<(), Failure> {
    let immutable = plan.recreations();
    if recreate || immutable.is_empty() {
        return Ok(());
    }
    Err(cluster::failure("some objects cannot be changed in place", immutable))
}

pub(super) fn show(cluster: &Cluster, plan: &Plan, ui: &Printer) {
    plan::announce(cluster, plan, ui);
    for line in plan::lines(plan) {
        ui.note(&line.text);
    }
    ui.note(&plan::summary(plan));
}

pub(super) fn conclude(
    report: &ApplyReport,
    wait: Option<Duration>,
    flags: &str,
    ui: &Printer,
) -> Result<Exit, Failure> {
    let seconds = report.seconds;
    let counts: Vec<String> = [Action::Created, Action::Configured, Action::Unchanged, Action::Removed]
        .into_iter()
        .filter(|action| report.count(*action) > 0)
        .map(|action| format!("{} {}", report.count(action), action.word()))
        .collect();
    let counts = counts.join(", ");
    match (report.verdict, report.rollout.as_deref()) {
        (Some(Verdict::Ready), _) => ui.note(&format!("ready in {seconds:.1} s: {counts}")),
        (None, _) | (_, None) => ui.note(&format!("applied in {seconds:.1} s: {counts}; not waited for")),
        (Some(verdict), Some(objects)) => {
            return Err(unready(verdict, objects, wait.unwrap_or_default(), flags));
        }
    }
    Ok(Exit::Done)
}

/// Names each object that is not ready, why, and what to do.
fn unready(verdict: Verdict, objects: &[ObjectReport], timeout: Duration, flags: &str) -> Failure {
    let open: Vec<&ObjectReport> = objects.iter().filter(|report| !report.readiness.is_ready()).collect();
    let count = format!("{} of {} objects", open.len(), objects.len());
    let text = match verdict {
        Verdict::TimedOut => format!("applied, but not ready after {}: {count}", duration_text(timeout)),
        _ => format!("applied, but not ready: {count}"),
    };
    super::status::not_ready(&text, &open).hint(format!("look again: llmd status {flags}"))
}
