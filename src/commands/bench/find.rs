//! `llmd bench --virtual --find`: how much load so many replicas bear, or how many replicas a load needs.

use llmd_bench::report::tables::{percent, seconds, significant};

use super::load::Load;
use super::virtual_run::{self, VirtualArgs};
use crate::commands::Output;
use crate::ui::{Mark, Printer, ProgressView, Table};
use crate::virtual_clock::find::{Arriving, FindReport, MOST_REPLICAS, Question, Target, Trial, find};
use crate::{Exit, Failure};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Wanted {
    /// The highest rate that --replicas bear
    Rate,
    /// The fewest replicas that bear --rate
    Replicas,
}

/// The share of requests that must meet the bounds where `share=` is not given.
const SHARE: f64 = 0.95;

pub(super) fn run(
    wanted: Wanted,
    rate: Option<f64>,
    load: &Load,
    clock: &VirtualArgs,
    output: Output,
    ui: &Printer,
) -> Result<Exit, Failure> {
    let target = match (wanted, rate) {
        (Wanted::Rate, None) => Target::Rate,
        (Wanted::Rate, Some(_)) => {
            return Err(Failure::usage("--rate is what --find rate looks for: leave it out"));
        }
        (Wanted::Replicas, Some(rate)) if rate.is_finite() && rate > 0.0 => Target::Replicas { rate },
        (Wanted::Replicas, _) => {
            return Err(Failure::usage(format!(
                "--find replicas needs the load: --rate 20, in {}",
                Arriving::of(&load.scenario.workload).unit()
            )));
        }
    };
    let slo = load.scenario.slo.ok_or_else(|| Failure::usage("--find needs --slo"))?;
    let (fleet, policies) = (clock.fleet(load)?, clock.policies(&["default"])?);
    let share = load.share.unwrap_or(SHARE);
    let unit = Arriving::of(&load.scenario.workload).unit();
    let mut reports = Vec::new();
    for policy in &policies {
        let (scenario, fleet, stop) = (&load.scenario, &fleet, &load.stop);
        let question = Question { target, scenario, fleet, policy, slo, share, stop };
        let mut view = ProgressView::new(ui);
        let told = |trial: &Trial| view.state(policy.name(), &told(trial, unit), Mark::Busy);
        reports.push(find(&question, told).map_err(virtual_run::failed)?);
        view.finish();
    }
    match output {
        Output::Json => ui.json(&reports)?,
        Output::Table => reports.iter().for_each(|report| print(report, ui)),
    }
    let unanswered: Vec<String> =
        reports.iter().filter(|report| report.answer.is_none()).map(unanswered).collect();
    if unanswered.is_empty() {
        return Ok(Exit::Done);
    }
    Err(Failure::message(Exit::CheckFailed, "no load that was tried is borne within the bounds")
        .problems(unanswered))
}

/// What was tried in vain.
fn unanswered(report: &FindReport) -> String {
    let unit = report.arriving.unit();
    let listed = |of: fn(&Trial) -> String| report.tried.iter().map(of).collect::<Vec<_>>().join(", ");
    match report.target {
        Target::Rate => {
            let replicas = report.tried.first().map_or(0, |trial| trial.replicas);
            let rates = listed(|trial| significant(trial.rate));
            format!("{}: {replicas} replicas were tried with {rates} {unit}", report.policy)
        }
        Target::Replicas { rate } => format!(
            "{}: {} {unit} were tried on {} replicas; the search ends at {MOST_REPLICAS}",
            report.policy,
            significant(rate),
            listed(|trial| trial.replicas.to_string()),
        ),
    }
}

fn told(trial: &Trial, unit: &str) -> String {
    let what = if trial.is_borne { "borne" } else { "too much" };
    format!(
        "{} {unit} on {}: {} good, {what}",
        significant(trial.rate),
        trial.replicas,
        percent(trial.good_share)
    )
}

fn print(report: &FindReport, ui: &Printer) {
    let unit = report.arriving.unit();
    if let Some(answer) = &report.answer {
        ui.data(&format!(
            "{}: {} replicas bear {} {unit} ({} of requests within the bounds, {} asked)",
            report.policy,
            answer.replicas,
            significant(answer.rate),
            percent(answer.good_share),
            percent(report.share)
        ));
    }
    let mut table = Table::new(["replicas", unit, "good", "ttft mean", "tpot mean", "backlog", "verdict"]);
    let mut tried = report.tried.clone();
    tried.sort_by(|a, b| a.replicas.cmp(&b.replicas).then(a.rate.total_cmp(&b.rate)));
    for trial in &tried {
        let verdict = if trial.is_borne { ("borne", Mark::Good) } else { ("too much", Mark::Bad) };
        table.row(vec![
            (trial.replicas.to_string(), Mark::Plain),
            (significant(trial.rate), Mark::Plain),
            (percent(trial.good_share), Mark::Plain),
            (seconds(trial.measured.ttft), Mark::Plain),
            (seconds(trial.measured.tpot), Mark::Plain),
            (percent(trial.backlog), Mark::Plain),
            (verdict.0.to_owned(), verdict.1),
        ]);
    }
    ui.table(&table);
}

#[cfg(test)]
mod tests {
    use llmd_bench::scenario::Slo;

    use super::*;
    use crate::virtual_clock::Measured;

    fn in_vain(target: Target, arriving: Arriving, tried: &[(u32, f64)]) -> String {
        let trial = |&(replicas, rate): &(u32, f64)| Trial {
            replicas,
            rate,
            good_share: 0.5,
            backlog: 0.2,
            backlog_bound: 0.05,
            measured: Measured::default(),
            is_borne: false,
        };
        unanswered(&FindReport {
            target,
            arriving,
            policy: "default".to_owned(),
            slo: Slo::default(),
            share: SHARE,
            answer: None,
            beyond: None,
            tried: tried.iter().map(trial).collect(),
        })
    }

    #[test]
    fn what_was_tried_in_vain_is_told() {
        assert_eq!(
            in_vain(Target::Rate, Arriving::Conversations, &[(8, 8.0), (8, 4.0)]),
            "default: 8 replicas were tried with 8.00, 4.00 conversations/s"
        );
        assert_eq!(
            in_vain(Target::Replicas { rate: 20.0 }, Arriving::Requests, &[(1, 20.0), (256, 20.0)]),
            "default: 20.0 req/s were tried on 1, 256 replicas; the search ends at 256"
        );
    }
}
