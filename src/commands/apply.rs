//! `llmd apply`: makes the cluster what the environment says, and waits until it is ready.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{
    Output, StackArgs, duration_text, image, interrupted, local, parse_duration, plan, progress,
    unless_interrupted,
};
use crate::cluster::Verdict;
use crate::cluster::release::Record;
use crate::cluster::{
    self, Action, ApplyReport, Cluster, ConnectArgs, Error, ObjectReport, Operation, Plan, SavedPlan,
    TakeOver,
};
use crate::environment::is_local;
use crate::environment::names::Releases;
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
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Output,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { stack: wanted, connection, no_wait, timeout, take_over, .. } = args;
    if let Some(path) = &args.plan {
        return saved(path, args, ui).await;
    }
    if is_local(&wanted.target.environment)? {
        return local::apply(wanted, args.yes, *no_wait, *timeout, args.output, ui).await;
    }
    let stack = wanted.render(None, None, ui)?;
    image::warn_of_unpushed(&stack, ui);
    let (cluster, plan, installed) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let (plan, installed) = futures::join!(
            Box::pin(Plan::read(&cluster, &stack, take_over)),
            cluster.releases(Some(&stack.namespace))
        );
        let plan =
            plan.map_err(|errors| cluster::failure("the cluster cannot take this as it is", errors))?;
        // What stays beside the deployment is only worth a warning; who may not list it goes without.
        Ok((cluster, plan, installed.unwrap_or_default()))
    })
    .await?;
    for release in left_over(wanted, &stack, &installed)? {
        ui.warn(&format!(
            "release {release} is installed under this postfix and not part of environment {}; it stays: llmd destroy \
             with the environment that it was applied with takes it away",
            stack.environment
        ));
    }
    carry_out(&cluster, plan, cluster::budget(&stack), &wanted.target.flags()?, args, ui).await
}

/// Applies a plan from a file, if the cluster still is what it was.
async fn saved(path: &Path, args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let saved = SavedPlan::read(path)?;
    let (wanted, planned) = (args.stack.target.namespace()?, &saved.stack.namespace);
    if args.stack.target.namespace.is_some() && wanted != planned {
        return Err(Failure::usage(format!("the plan is for namespace {planned}, not for {wanted}")));
    }
    let (cluster, plan) = unless_interrupted(async {
        let cluster = Cluster::connect(&args.connection).await?;
        if let Some(elsewhere) = saved.elsewhere(&cluster) {
            return Err(Failure::usage(elsewhere).hint(format!("say --context {}", saved.context)));
        }
        let plan = Box::pin(Plan::read(&cluster, &saved.stack, &saved.take_over))
            .await
            .map_err(|errors| cluster::failure("the cluster cannot take this as it is", errors))?;
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
        Ok((cluster, plan))
    })
    .await?;
    carry_out(&cluster, plan, cluster::budget(&saved.stack), &saved.flags, args, ui).await
}

/// Shows the plan, asks, applies and waits.
async fn carry_out(
    cluster: &Cluster,
    plan: Plan,
    budget: Duration,
    flags: &str,
    args: &Args,
    ui: &Printer,
) -> Result<Exit, Failure> {
    show(cluster, &plan, ui);
    let immutable = plan.recreations();
    if !args.recreate && !immutable.is_empty() {
        return Err(cluster::failure("some objects cannot be changed in place", immutable));
    }
    if !plan.is_settled() && ui.confirm("Apply?", args.yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok(Exit::Failed);
    }
    let wait = (!args.no_wait).then(|| args.timeout.unwrap_or(budget));
    let report = operate(cluster, plan, wait, ui).await?;
    if args.output == Output::Json {
        ui.json(&report)?;
    }
    conclude(&report, wait, flags, ui)
}

/// Releases of this postfix that the environment does not have, such as the Gateway after a change to `standalone`.
fn left_over(wanted: &StackArgs, stack: &Stack, installed: &[Record]) -> Result<Vec<String>, Failure> {
    let all = Releases::from_postfix(wanted.target.postfix()?);
    let is_installed = |name: &String| installed.iter().any(|record| record.name() == name);
    let is_wanted = |name: &String| stack.releases.iter().any(|release| release.name == *name);
    Ok([all.infra, all.gaie, all.ms]
        .into_iter()
        .filter(|name| is_installed(name) && !is_wanted(name))
        .collect())
}

async fn operate(
    cluster: &Cluster,
    plan: Plan,
    wait: Option<Duration>,
    ui: &Printer,
) -> Result<ApplyReport, Failure> {
    let namespace = plan.namespace.clone();
    let mut operation = Operation::new(cluster, plan);
    let outcome = {
        let work = progress::shown(ui, |sender| {
            let operation = &mut operation;
            async move { operation.run(wait, &sender).await }
        });
        tokio::select! {
            outcome = work => Some(outcome),
            () = interrupted() => None,
        }
    };
    match outcome {
        Some(Ok(report)) => Ok(report),
        Some(Err(errors)) => Err(failed(errors, &namespace)),
        None => {
            tokio::select! {
                () = operation.abandon() => {}
                () = interrupted() => {}
            }
            Err(Failure::message(Exit::Interrupted, "interrupted: what was applied stays in the cluster")
                .hint("apply again to go on, or take it away with llmd destroy"))
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

fn show(cluster: &Cluster, plan: &Plan, ui: &Printer) {
    plan::announce(cluster, plan, ui);
    for line in plan::lines(plan) {
        ui.note(&line.text);
    }
    ui.note(&plan::summary(plan));
}

fn conclude(
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
