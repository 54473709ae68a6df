//! `--in-cluster`: the load comes from pods beside the gateway, so that no uplink of this machine limits it.

use std::time::Duration;

use jiff::Timestamp;
use llmd_bench::plan::{Pacing, Plan};
use llmd_bench::run::{Run, merge};
use llmd_bench::scenario::Workload;

use super::load::Load;
use super::part;
use crate::cluster::{Cluster, LoadError, LoadJob, SCENARIO};
use crate::commands::front_door::{FrontDoorArgs, Inside};
use crate::commands::{Interrupts, parse_duration, unless_interrupted};
use crate::image::Program;
use crate::ui::Printer;
use crate::{Exit, Failure};

/// What pods may take beside the plan itself.
const MARGIN: Duration = Duration::from_secs(300);

/// Who sends.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "In the cluster")]
pub(super) struct InClusterArgs {
    /// Send the load from so many pods of a Job in the cluster, merged exactly [default: 4]; caches stay as they are
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "4",
        conflicts_with_all = ["is_virtual", "tokenizer"],
        value_parser = clap::value_parser!(u32).range(1..=256)
    )]
    pub(super) in_cluster: Option<u32>,
    /// The image of llmd that the pods run [default: the one that `llmd image push llmd` pushes where none is named]
    #[arg(long, value_name = "IMAGE", requires = "in_cluster")]
    image: Option<String>,
    /// What pods may take to start: all of them begin that much later
    #[arg(long, value_name = "TIME", requires = "in_cluster", value_parser = parse_duration, default_value = "30s")]
    start_in: Duration,
}

impl InClusterArgs {
    /// Sends the plan from `parts` pods; the run of the whole.
    pub(super) async fn run(
        &self,
        parts: u32,
        front_door: &FrontDoorArgs,
        load: &Load,
        plan: &Plan,
        ui: &Printer,
    ) -> Result<Run, Failure> {
        if load.target.api_key.is_some() || !load.scenario.request.headers.is_empty() {
            return Err(Failure::usage(
                "headers and keys of a scenario are not sent from within the cluster",
            )
            .hint("its pods read the scenario from a ConfigMap, where others could read them"));
        }
        if matches!(load.scenario.workload, Workload::Trace { .. } | Workload::Prompts { .. }) {
            return Err(Failure::usage("a workload that reads a file is not sent from within the cluster")
                .hint("its pods do not have the file"));
        }
        let Inside { cluster, namespace, url, model, name } = unless_interrupted(front_door.inside()).await?;
        let job = self.job(parts, namespace, &url, &model, plan)?;
        ui.note(&format!(
            "{} requests to {name}, model {model}, from {parts} pods of Job/{} in {} s",
            plan.requests(),
            job.name,
            self.start_in.as_secs()
        ));
        let mut interrupts = Interrupts::listen();
        let gathered = tokio::select! {
            gathered = gather(&job, &cluster, ui) => Some(gathered),
            () = interrupts.next() => None,
        };
        // Whatever came: nothing of it stays.
        let removed = job.remove(&cluster).await.map_err(failure);
        let Some(gathered) = gathered else {
            removed?;
            let text =
                format!("interrupted: Job/{} and its pods were taken away, nothing is reported", job.name);
            return Err(Failure::message(Exit::Interrupted, text));
        };
        let gathered = gathered.map_err(failure)?;
        removed?;
        merge(plan, gathered).map_err(|error| Failure::new(Exit::Failed, error))
    }

    fn job(
        &self,
        parts: u32,
        namespace: String,
        url: &str,
        model: &str,
        plan: &Plan,
    ) -> Result<LoadJob, Failure> {
        let scenario =
            serde_json::to_string(&plan.scenario).map_err(|error| Failure::new(Exit::Failed, error))?;
        let now = Timestamp::now();
        let start_at = now.checked_add(self.start_in).map_err(|error| Failure::new(Exit::Usage, error))?;
        let arguments = [
            "bench".to_owned(),
            "part".to_owned(),
            format!("--scenario={SCENARIO}"),
            format!("--url={url}"),
            format!("--model={model}"),
            format!("--of={parts}"),
            format!("--start-at={start_at}"),
        ];
        Ok(LoadJob {
            namespace,
            name: format!("llmd-bench-{:x}", now.as_millisecond()),
            image: self.image.clone().unwrap_or_else(|| Program::Llmd.default_reference()),
            parts,
            arguments: arguments.into(),
            scenario,
            deadline: longest(plan).saturating_add(self.start_in).saturating_add(MARGIN),
        })
    }
}

async fn gather(
    job: &LoadJob,
    cluster: &Cluster,
    ui: &Printer,
) -> Result<Vec<llmd_bench::run::Part>, LoadError> {
    job.start(cluster).await?;
    let told = |done: usize| ui.note(&format!("{done} of {} pods are done", job.parts));
    job.gather(cluster, part::read, told).await
}

/// What a plan takes at most. Closed loops say nothing about it: a second for each request of each place.
fn longest(plan: &Plan) -> Duration {
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let drain = seconds(plan.scenario.drain_timeout).min(Duration::from_secs(3600));
    plan.stages.iter().fold(Duration::ZERO, |sum, stage| {
        let sending = match stage.pacing {
            Pacing::Open { window, .. } => window,
            Pacing::Closed { concurrency } => {
                let rounds = stage.requests.len() / (concurrency.max(1) as usize) + 1;
                Duration::from_secs(60).saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
            }
        };
        sum.saturating_add(sending).saturating_add(drain).saturating_add(seconds(plan.scenario.pause))
    })
}

fn failure(error: LoadError) -> Failure {
    match error {
        LoadError::Api(error) => (*error).into(),
        LoadError::Pod { ref hint, .. } => {
            let hint = hint.clone();
            let failure = Failure::new(Exit::Failed, error);
            match hint {
                Some(hint) => failure.hint(hint),
                None => failure.hint("--image names the image, `llmd image push llmd` makes it; --start-in gives pods more time"),
            }
        }
        LoadError::Late(_) => Failure::new(Exit::Failed, error),
    }
}
