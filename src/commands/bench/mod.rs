//! `llmd bench`: how fast it serves, and who serves it faster.

mod compare;
mod execute;
mod explain;
mod find;
mod in_cluster;
mod journal;
mod load;
mod part;
mod policies;
mod report;
mod run;
mod save;
mod scenarios;
mod show;
mod stages;
mod target;
mod verdict;
mod virtual_run;

pub(super) use scenarios::ListedScenario;

use std::path::Path;

use crate::ui::Printer;
use crate::{Exit, Failure};

const EXAMPLES: &str = "Examples:
  llmd bench -e local                                   # a short shared-prefix load
  llmd bench -e istio -n llm-d                          # a stack on a cluster, through the API server's port-forward
  llmd bench -e istio -n llm-d --in-cluster=8           # the same from 8 pods beside its gateway
  llmd bench -c inference-scheduling --scale 0.1        # the guide's ladder, a tenth of its tokens
  llmd bench --url http://10.0.0.7 --stages 5x30s,10x30s --slo ttft=2s,tpot=100ms
  llmd bench -c config.yaml --save results              # inference-perf's configuration, or a run_only config.yaml
  llmd bench --virtual --replicas 16 --policy upstream-default -c inference-scheduling
  llmd bench --virtual --find rate --slo ttft=2s,tpot=100ms,share=95%
  llmd bench compare -e local                           # round robin beside the scheduler

A recorded trace, played as it was (`format: mooncake` reads Mooncake's JSON lines):
  echo 'TIMESTAMP,ContextTokens,GeneratedTokens' > trace.csv
  echo '2026-01-26 09:00:00.00,900,20' >> trace.csv
  echo '2026-01-26 09:00:00.25,1400,20' >> trace.csv
  echo 'name: replay' > replay.yaml
  echo 'workload: {type: trace, path: trace.csv, format: azure}' >> replay.yaml
  echo 'arrivals: {type: trace, speed: 1}' >> replay.yaml
  llmd bench -c replay.yaml -e local

Prompts of your own, a line each (or JSON lines with `prompt` or `messages`):
  echo 'What is a token?' > prompts.txt
  echo 'What does a scheduler do?' >> prompts.txt
  echo 'name: mine' > mine.yaml
  echo 'workload: {type: prompts, path: prompts.txt, output: 20}' >> mine.yaml
  echo 'arrivals: {type: poisson, exact_count: true}' >> mine.yaml
  echo 'stages: [{load: {rate: 2, seconds: 5}}]' >> mine.yaml
  llmd bench -c mine.yaml -e local";

/// Put load on a stack and report what came of it
///
/// Without a subcommand: one run of one scenario against one stack, or with --virtual on a virtual clock, where an hour of
/// a cluster takes seconds.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunArgs,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    Compare(Box<compare::Args>),
    Report(report::Args),
    Policies(policies::Args),
    Scenarios(scenarios::Args),
    Explain(explain::Args),
    Part(part::Args),
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        None => run::run(&args.run, ui),
        Some(Command::Compare(args)) => compare::run(args, ui),
        Some(Command::Report(args)) => report::run(args, ui),
        Some(Command::Policies(args)) => policies::run(args, ui),
        Some(Command::Scenarios(args)) => scenarios::run(args, ui),
        Some(Command::Explain(args)) => explain::run(args, ui),
        Some(Command::Part(args)) => part::run(args, ui),
    }
}

/// Whether there is such a scenario.
pub(super) fn check_scenario(name: &str) -> Result<(), Failure> {
    load::imported(name, None).map(drop)
}

/// Makes the folder that reports are to be in.
pub(super) fn make_folder(path: &Path) -> Result<(), Failure> {
    save::Folder::new(path).map(drop)
}

/// Runs what sends requests on all processors: the load generator must not be what is slow.
fn in_real_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Exit::Failed, error))?.block_on(work)
}
