//! `llmd bench policies`: what the scheduler's policy promises against others, measured on the virtual clock.

use llmd_bench::report::tables::{percent, seconds, significant};

use super::virtual_run;
use crate::commands::Output;
use crate::ui::{Mark, Printer, ProgressView, Table};
use crate::virtual_clock::gates::{Bound, Case, Gate, GateProgress, GateRow, GatesReport, gates};
use crate::{Exit, Failure};

/// Measure the scheduler's policy against upstream's and round robin on the virtual clock, and judge its promises
///
/// Loads, servers and bounds are fixed; it takes a few minutes. Exit 5 when a promise is not kept.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd bench policies
  llmd bench policies --case zipf --case no-prefix --seeds 1")]
pub(super) struct Args {
    /// Only this load: ladder, slow-replica, 64-replicas, zipf, no-prefix; repeatable
    #[arg(long = "case", value_name = "CASE", value_parser = case)]
    cases: Vec<Case>,
    /// Seeds 1 to N
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

fn case(name: &str) -> Result<Case, String> {
    let names = Case::ALL.map(Case::name).join(", ");
    Case::named(name).ok_or_else(|| format!("there are {names}"))
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let cases = if args.cases.is_empty() { Case::ALL.to_vec() } else { args.cases.clone() };
    let seeds: Vec<u64> = (1..=args.seeds).collect();
    let view = std::sync::Mutex::new(ProgressView::new(ui));
    let told = |progress: GateProgress| {
        let GateProgress { done, total, case, policy, seed } = progress;
        if let Ok(mut view) = view.lock() {
            let mark = if done == total { Mark::Good } else { Mark::Busy };
            view.state("runs", &format!("{done} of {total}: {policy} on {}, seed {seed}", case.name()), mark);
        }
    };
    let report = gates(&seeds, &cases, &virtual_run::stop_when_asked(), told).map_err(virtual_run::failed)?;
    match args.output {
        Output::Json => ui.json(&report)?,
        Output::Table => print(&report, ui),
    }
    let missed: Vec<&Gate> = report.gates.iter().filter(|gate| !gate.is_met).collect();
    if missed.is_empty() {
        return Ok(Exit::Done);
    }
    let told = missed.iter().map(|gate| {
        format!(
            "{}: {}: {}, asked {}",
            gate.case,
            gate.quantity,
            significant(gate.measured),
            asked(gate.asked)
        )
    });
    let text = format!("{} of {} promises are not kept", missed.len(), report.gates.len());
    Err(Failure::message(Exit::CheckFailed, text).problems(told))
}

fn print(report: &GatesReport, ui: &Printer) {
    let mut table = Table::new(["case", "policy", "req/s", "ttft", "latency", "tpot", "hits"]);
    for GateRow { case, policy, mean, std_dev, .. } in &report.rows {
        let spread = |mean: f64, std_dev: f64| format!("{mean:.2} ± {std_dev:.2}");
        table.row(
            [
                case.clone(),
                policy.clone(),
                spread(mean.requests_per_second, std_dev.requests_per_second),
                format!("{} ± {}", seconds(mean.ttft), seconds(std_dev.ttft)),
                seconds(mean.latency),
                seconds(mean.tpot),
                percent(mean.hit_share),
            ]
            .map(|text| (text, Mark::Plain))
            .to_vec(),
        );
    }
    ui.table(&table);
    ui.data("");
    let mut table = Table::new(["case", "promise", "asked", "measured", ""]);
    for gate in &report.gates {
        let verdict = if gate.is_met { ("kept", Mark::Good) } else { ("missed", Mark::Bad) };
        let cells = [gate.case.clone(), gate.quantity.clone(), asked(gate.asked), significant(gate.measured)];
        let mut row: Vec<(String, Mark)> = cells.map(|text| (text, Mark::Plain)).to_vec();
        row.push((verdict.0.to_owned(), verdict.1));
        table.row(row);
    }
    ui.table(&table);
}

fn asked(bound: Bound) -> String {
    match bound {
        Bound::AtLeast(bound) => format!("≥ {}", significant(bound)),
        Bound::AtMost(bound) => format!("≤ {}", significant(bound)),
        Bound::Within { from, to } => format!("{} to {}", significant(from), significant(to)),
    }
}
