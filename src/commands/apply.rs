//! `llmd apply`: makes the cluster what the environment says, and waits until it is ready.

use std::time::Duration;

use super::{
    Output, StackArgs, duration_text, image, interrupted, local, parse_duration, progress, unless_interrupted,
};
use crate::cluster::Verdict;
use crate::cluster::release::Record;
use crate::cluster::{
    self, Action, ApplyReport, Change, Cluster, ConnectArgs, Error, ObjectReport, Operation, Plan,
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
  llmd apply -e local --replicas 2")]
pub struct Args {
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
    /// Take over objects and fields that belong to somebody else
    #[arg(long)]
    pub take_ownership: bool,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Output,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { stack: wanted, connection, yes, no_wait, timeout, take_ownership, output } = args;
    if is_local(&wanted.target.environment)? {
        return local::apply(wanted, *yes, *no_wait, *timeout, *output, ui).await;
    }
    let stack = wanted.render(None, None, ui)?;
    image::warn_of_unpushed(&stack, ui);
    let (cluster, plan, installed) = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let (plan, installed) = futures::join!(
            Plan::read(&cluster, &stack, *take_ownership),
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
    announce(&cluster, &plan, ui);
    if !plan.is_settled() && ui.confirm("Apply?", *yes)? == Answer::No {
        ui.note("nothing was changed");
        return Ok(Exit::Failed);
    }
    let wait = (!no_wait).then(|| timeout.unwrap_or_else(|| cluster::budget(&stack)));
    let report = operate(&cluster, plan, wait, ui).await?;
    if *output == Output::Json {
        ui.json(&report)?;
    }
    conclude(&report, wait, &wanted.target.flags()?, ui)
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

fn announce(cluster: &Cluster, plan: &Plan, ui: &Printer) {
    ui.note(&format!("context {}, namespace {}", cluster.context(), plan.namespace));
    if plan.creates_namespace {
        ui.note(&format!("namespace {} does not exist and will be created", plan.namespace));
    }
    for release in &plan.releases {
        let what = match release.change {
            Change::Install => "install".to_owned(),
            Change::Upgrade => format!("upgrade to revision {}", release.revision()),
            Change::Unchanged => format!("unchanged (revision {})", release.revision()),
        };
        ui.note(&format!("release {}: {what}", release.name()));
    }
    ui.note(&format!("{} objects, {} of them new", plan.size(), plan.created()));
    for stale in plan.stale() {
        ui.note(&format!("{stale} is no longer wanted and will be removed"));
    }
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
