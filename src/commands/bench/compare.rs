//! `llmd bench compare`: two arms, the same prompts and arrivals, in turn.

use std::path::{Path, PathBuf};

use llmd_bench::driver::Settings;
use llmd_bench::plan::Plan;
use llmd_bench::report::comparison::{Comparison, tell_apart};
use llmd_bench::report::{BenchReport, tables};
use llmd_bench::run::Run;

use super::execute::execute;
use super::load::{Load, LoadArgs};
use super::save::Folder;
use super::target::{self, Arm};
use super::virtual_run::{self, VirtualArgs};
use super::{show, verdict};
use crate::commands::front_door::FrontDoorArgs;
use crate::commands::{Interrupts, Output};
use crate::ui::Printer;
use crate::virtual_clock::Policy;
use crate::{Exit, Failure};

/// Compare two ways to the same servers: by default plain round robin and the scheduler
///
/// Both arms are asked the same at the same times, one after the other, from empty caches; the order turns round with each
/// repeat. With --virtual two policies are compared on the virtual clock.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd bench compare -e local -c demo --save results
  llmd bench compare --url http://gateway --arm plain=http://service --arm scheduler=http://gateway
  llmd bench compare --virtual -c inference-scheduling --policy upstream-default --policy default")]
pub(super) struct Args {
    #[command(flatten)]
    front_door: FrontDoorArgs,
    #[command(flatten)]
    load: LoadArgs,
    /// An arm: its name, and the URLs that are asked in turn; twice [default: round robin, and scheduler]
    #[arg(long = "arm", value_name = "NAME=URL,…", conflicts_with = "is_virtual")]
    arms: Vec<Arm>,
    /// How often each arm is asked
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Run and report")]
    repeats: u32,
    #[command(flatten)]
    clock: VirtualArgs,
    /// Leave the servers' caches as they are
    #[arg(long, help_heading = "Run and report")]
    warm: bool,
    /// Folder for the comparison and for each run's report, in every format
    #[arg(long, value_name = "FOLDER", help_heading = "Run and report")]
    save: Option<PathBuf>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t, help_heading = "Run and report")]
    output: Output,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let load = args.load.load(args.clock.is_virtual, ui)?;
    let plan = load.plan()?;
    let save = args.save.as_deref();
    if args.clock.is_virtual {
        let two = args.clock.policies(&["round-robin", "default"])?;
        return policies(&two, &load, &plan, &args.clock, args.repeats, save, args.output, ui);
    }
    super::in_real_time(async {
        let reached = target::reach(&args.front_door, &load).await?;
        let serving = &reached.serving;
        let arms = match args.arms.as_slice() {
            [] if serving.replicas.is_empty() => {
                return Err(Failure::usage("nothing is known of the servers behind this front door")
                    .hint("name both arms: --arm plain=URL --arm scheduler=URL"));
            }
            [] => [Arm::round_robin(serving), Arm::front_door(serving)],
            [a, b] => [a.clone(), b.clone()],
            _ => return Err(Failure::usage("a comparison has two arms: give --arm twice, or not at all")),
        };
        let mut rounds = Rounds::new(args.repeats, save, load.share)?;
        let mut interrupts = Interrupts::listen();
        while let Some((repeat, which)) = rounds.next() {
            if interrupts.came() {
                rounds.is_interrupted = true;
                break;
            }
            let arm = &arms[which];
            ui.note(&format!(
                "{}: {} requests, run {} of {}",
                arm.name,
                plan.requests(),
                repeat + 1,
                args.repeats
            ));
            let folder = rounds.folder(&arm.name, which)?;
            let journal = folder.as_ref().map(Folder::journal).transpose()?;
            let settings = Settings { journal, ..arm.settings(serving, &load, !args.warm)? };
            let run = execute(&plan, &settings, &mut interrupts, ui).await?;
            if rounds.took(&plan, &run, which)? {
                break;
            }
        }
        rounds.conclude(args.output, ui)
    })
}

/// Compares two policies on the virtual clock.
#[expect(clippy::too_many_arguments, reason = "what both verbs hand on")]
pub(super) fn policies(
    policies: &[Policy],
    load: &Load,
    plan: &Plan,
    clock: &VirtualArgs,
    repeats: u32,
    save: Option<&Path>,
    output: Output,
    ui: &Printer,
) -> Result<Exit, Failure> {
    let [_, _] = policies else {
        return Err(Failure::usage("a comparison has two arms: give --policy twice, or not at all"));
    };
    let fleet = clock.fleet(load)?;
    let mut rounds = Rounds::new(repeats, save, load.share)?;
    while let Some((repeat, which)) = rounds.next() {
        let seed = plan.scenario.seed.wrapping_add(u64::from(repeat));
        match virtual_run::play(load, plan, &fleet, &policies[which], seed, ui) {
            // What was played before is told.
            Err(failure) if failure.exit == Exit::Interrupted => {
                rounds.is_interrupted = true;
                break;
            }
            run => rounds.took(plan, &run?, which)?,
        };
    }
    rounds.conclude(output, ui)
}

/// The runs of two arms: A B, B A, A B, …
struct Rounds {
    order: std::vec::IntoIter<(u32, usize)>,
    arms: [Vec<BenchReport>; 2],
    folder: Option<Folder>,
    /// Of the second arm's requests, how many must meet the bounds.
    share: Option<f64>,
    is_interrupted: bool,
}

impl Rounds {
    fn new(repeats: u32, save: Option<&Path>, share: Option<f64>) -> Result<Self, Failure> {
        let round = |repeat: u32| {
            if repeat.is_multiple_of(2) { [(repeat, 0), (repeat, 1)] } else { [(repeat, 1), (repeat, 0)] }
        };
        let order: Vec<(u32, usize)> = (0..repeats).flat_map(round).collect();
        Ok(Self {
            order: order.into_iter(),
            arms: [Vec::new(), Vec::new()],
            folder: save.map(Folder::new).transpose()?,
            share,
            is_interrupted: false,
        })
    }

    /// Which repeat of which arm comes next.
    fn next(&mut self) -> Option<(u32, usize)> {
        self.order.next()
    }

    /// For the files of an arm's next run.
    fn folder(&self, arm: &str, which: usize) -> Result<Option<Folder>, Failure> {
        let name = format!("{}-{}", arm.replace([' ', '/'], "-"), self.arms[which].len() + 1);
        self.folder.as_ref().map(|folder| folder.inner(&name)).transpose()
    }

    /// Keeps what came of a run; says whether it was interrupted.
    fn took(&mut self, plan: &Plan, run: &Run, which: usize) -> Result<bool, Failure> {
        let report = BenchReport::of(plan, run);
        if let Some(folder) = self.folder(&report.arm, which)? {
            folder.run(&report, run)?;
        }
        self.is_interrupted |= report.is_partial;
        self.arms[which].push(report);
        Ok(self.is_interrupted)
    }

    fn conclude(self, output: Output, ui: &Printer) -> Result<Exit, Failure> {
        let Self { arms: [mut a, mut b], folder, share, is_interrupted, .. } = self;
        tell_apart(&mut a, &mut b);
        // After an interrupt there may be nothing to compare with: then the one run is told.
        let comparison = (!a.is_empty() && !b.is_empty()).then(|| Comparison::of_different(&a, &b));
        let comparison = comparison.transpose().map_err(|error| Failure::new(Exit::Failed, error))?;
        let firsts = a.len();
        let reports = [a, b].concat();
        let Some(first) = reports.first() else {
            let text = "interrupted before the first run had ended: there is nothing to report";
            return Err(Failure::message(Exit::Interrupted, text));
        };
        match (&comparison, output) {
            (Some(comparison), Output::Json) => ui.json(comparison)?,
            (Some(comparison), Output::Table) => show::text(&tables::of_comparison(comparison), ui),
            (None, Output::Json) => ui.json(first)?,
            (None, Output::Table) => show::text(&tables::of(first), ui),
        }
        if let Some(folder) = folder {
            if let Some(comparison) = &comparison {
                folder.json("comparison.json", comparison)?;
            }
            let page = folder.page(&reports, comparison.as_ref())?;
            ui.note(&format!("report: file://{}", page.display()));
        }
        if is_interrupted {
            return Err(Failure::message(
                Exit::Interrupted,
                "interrupted: the report is of what came until then",
            ));
        }
        reports.iter().enumerate().try_fold(Exit::Done, |_, (index, report)| {
            verdict::conclude(report, share.filter(|_| index >= firsts))
        })
    }
}
