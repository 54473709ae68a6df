//! One run of one scenario, in real time or on the virtual clock.

use std::path::PathBuf;

use llmd_bench::driver::Settings;
use llmd_bench::plan::Plan;
use llmd_bench::report::{BenchReport, tables};
use llmd_bench::run::Run;

use super::execute::execute;
use super::find::{self, Wanted};
use super::in_cluster::InClusterArgs;
use super::load::{Load, LoadArgs};
use super::save::Folder;
use super::target::{self, Arm};
use super::virtual_run::{self, VirtualArgs};
use super::{compare, show, verdict};
use crate::commands::front_door::FrontDoorArgs;
use crate::commands::{Interrupts, Output};
use crate::ui::Printer;
use crate::{Exit, Failure};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    front_door: FrontDoorArgs,
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    clock: VirtualArgs,
    #[command(flatten)]
    in_cluster: InClusterArgs,
    /// Search on the virtual clock: how high a rate so many replicas bear, or how many replicas --rate needs
    #[arg(
        long,
        value_name = "WHAT",
        requires = "is_virtual",
        requires = "slo",
        conflicts_with_all = ["dry_run", "save"],
        help_heading = "Virtual clock"
    )]
    find: Option<Wanted>,
    /// Requests or conversations a second, for --find replicas
    #[arg(long, value_name = "RATE", requires = "find", help_heading = "Virtual clock")]
    rate: Option<f64>,
    /// Leave the servers' caches as they are
    #[arg(long, help_heading = "Run and report")]
    warm: bool,
    /// Folder for the report in every format: page, JSON, CSV, requests, benchmark report
    #[arg(long, value_name = "FOLDER", help_heading = "Run and report")]
    save: Option<PathBuf>,
    /// Tell what would be sent, and send nothing
    #[arg(long, help_heading = "Run and report")]
    dry_run: bool,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t, help_heading = "Run and report")]
    output: Output,
}

pub(super) fn run(args: &RunArgs, ui: &Printer) -> Result<Exit, Failure> {
    let load = args.load.load(args.clock.is_virtual, ui)?;
    if let Some(wanted) = args.find {
        return find::run(wanted, args.rate, &load, &args.clock, args.output, ui);
    }
    let plan = load.plan()?;
    if args.dry_run {
        let outline = load.outline(&plan)?;
        match args.output {
            Output::Json => ui.json(&outline)?,
            Output::Table => show::outline(&outline, &plan.hash, ui),
        }
        return Ok(Exit::Done);
    }
    let run = if args.clock.is_virtual {
        let policies = args.clock.policies(&["default"])?;
        let [policy] = policies.as_slice() else {
            return compare::policies(
                &policies,
                &load,
                &plan,
                &args.clock,
                1,
                args.save.as_deref(),
                args.output,
                ui,
            );
        };
        virtual_run::play(&load, &plan, &args.clock.fleet(&load)?, policy, plan.scenario.seed, ui)?
    } else {
        super::in_real_time(sent(args, &load, &plan, ui))?
    };
    let report = BenchReport::of(&plan, &run);
    if let Some(folder) = &args.save {
        let folder = Folder::new(folder)?;
        folder.run(&report, &run)?;
        let page = folder.page(std::slice::from_ref(&report), None)?;
        ui.note(&format!("report: file://{}", page.display()));
    }
    match args.output {
        Output::Json => ui.json(&report)?,
        Output::Table => show::text(&tables::of(&report), ui),
    }
    verdict::conclude(&report, load.share)
}

async fn sent(args: &RunArgs, load: &Load, plan: &Plan, ui: &Printer) -> Result<Run, Failure> {
    if let Some(parts) = args.in_cluster.in_cluster {
        return args.in_cluster.run(parts, &args.front_door, load, plan, ui).await;
    }
    let reached = target::reach(&args.front_door, load).await?;
    let serving = &reached.serving;
    let arm = Arm::front_door(serving);
    let journal = args.save.as_deref().map(|folder| Folder::new(folder)?.journal()).transpose()?;
    let settings = Settings { journal, ..arm.settings(serving, load, !args.warm)? };
    ui.note(&format!("{} requests to {}, model {}", plan.requests(), reached.name, serving.model));
    if reached.is_forwarded() {
        ui.note("the load goes through the API server: --in-cluster, or the gateway's own --url, has no such limit");
    }
    let run = execute(plan, &settings, &mut Interrupts::listen(), ui).await;
    for trouble in reached.troubles() {
        ui.warn(&trouble);
    }
    run
}
