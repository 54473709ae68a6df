use std::slice::from_ref;

use super::super::tests::{is_read_back, plan, report, run};
use super::*;
use crate::run::Run;
use crate::scenario::Length;

/// The small run with every answer taking that many times as long.
fn slowed(arm: &str, factor: u32) -> BenchReport {
    let mut run: Run = run();
    run.target.arm = arm.into();
    for sample in run.stages.iter_mut().flat_map(|stage| &mut stage.samples) {
        let times = &mut sample.times;
        let later = |time: std::time::Duration| times.sent + time.saturating_sub(times.sent) * factor;
        times.first_token = times.first_token.map(later);
        times.last_token = times.last_token.map(later);
        times.closed = later(times.closed);
    }
    BenchReport::of(&plan(), &run)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn a_row_has_one_figure_of_both_arms() {
    let comparison = Comparison::of(&[slowed("plain", 2)], &[slowed("scheduler", 1)]).unwrap();
    let row = comparison.row(Metric::E2e, Statistic::Mean).unwrap();
    assert!(near(row.a, 2.5) && near(row.b, 1.25) && near(row.delta, -1.25));
    assert!(near(row.delta_percent.unwrap(), -50.0));
    assert_eq!(row.unit, Unit::Seconds);
    let row = comparison.row(Metric::E2e, Statistic::Median).unwrap();
    assert!(near(row.a, 2.0) && near(row.b, 1.0));
    // Six were sent, one given up, one refused.
    let failures = comparison.row(Metric::Failures, Statistic::Share).unwrap();
    assert!(near(failures.a, 0.2) && near(failures.delta, 0.0));
    assert_eq!(failures.verdict, Verdict::WithinNoise);
    let rate = comparison.row(Metric::RequestRate, Statistic::Rate).unwrap();
    assert_eq!(
        (rate.interval, rate.verdict),
        (None, Verdict::Untested),
        "one run says nothing of how a rate strays"
    );
    assert_eq!((comparison.a.name.as_str(), comparison.a.requests, comparison.b.failures), ("plain", 6, 1));
}

#[test]
fn stages_stand_side_by_side() {
    let comparison = Comparison::of(&[slowed("plain", 2)], &[slowed("scheduler", 1)]).unwrap();
    let offered: Vec<Option<f64>> = comparison.stages.iter().map(|stage| stage.offered_rate).collect();
    assert_eq!(offered, [Some(1.0), Some(2.0)]);
    assert!(comparison.stages[0].warm_up);
    let warm_up = &comparison.stages[0].rows;
    let e2e = warm_up.iter().find(|row| row.figure.metric == Metric::E2e).unwrap();
    assert!(near(e2e.a, 2.0) && near(e2e.b, 1.0));
}

#[test]
fn what_was_sent_late_is_told_by_stage_and_compared_from_the_intended_start() {
    let mut run = run();
    run.target.arm = "plain".into();
    for sample in &mut run.stages[1].samples {
        sample.times.intended = sample.times.intended.saturating_sub(std::time::Duration::from_secs(2));
    }
    let comparison = Comparison::of(&[BenchReport::of(&plan(), &run)], &[report()]).unwrap();
    assert_eq!(comparison.stages[0].late, [""; 0]);
    assert_eq!(comparison.stages[1].late, ["plain"]);
    assert!(
        comparison.notes.iter().any(|note| note.starts_with("plain: The load generator was late in stage 1"))
    );
    // As sent both arms were equally fast.
    assert!(near(comparison.row(Metric::Ttft, Statistic::Mean).unwrap().delta, 0.0));
    for metric in [Metric::TtftIntended, Metric::E2eIntended] {
        let deltas = [Statistic::Mean, Statistic::Median, Statistic::P99];
        for delta in deltas.map(|statistic| comparison.row(metric, statistic).unwrap().delta) {
            assert!(near(delta, -2.0), "{metric:?}: {delta}");
        }
    }
    assert!(is_read_back(&comparison));
}

#[test]
fn repeats_are_averaged_and_give_intervals() {
    let a = [slowed("plain", 4), slowed("plain", 5)];
    let b = [slowed("scheduler", 1), slowed("scheduler", 1)];
    let comparison = Comparison::of(&a, &b).unwrap();
    let row = comparison.row(Metric::E2e, Statistic::Mean).unwrap();
    assert!(near(row.a, 4.5 * 1.25) && near(row.b, 1.25));
    let interval = row.interval.unwrap();
    assert_eq!(interval.basis, Basis::Repeats);
    // Means 5 and 6.25 of plain: an error of 0.625 with one degree of freedom.
    let half = 12.706_2 * 0.625;
    assert!((interval.high - (row.delta + half)).abs() < 1e-6);
    assert_eq!(row.verdict, Verdict::WithinNoise, "two repeats that differ show little");
    assert_eq!(comparison.a.started_at.len(), 2);
}

#[test]
fn what_is_better_depends_on_the_metric() {
    let basis = Basis::Repeats;
    let of = |direction, low, high| Verdict::of(direction, Some(Interval { low, high, basis }));
    assert_eq!(of(Direction::MoreIsBetter, 0.1, 0.3), Verdict::Better);
    assert_eq!(of(Direction::MoreIsBetter, -0.3, -0.1), Verdict::Worse);
    assert_eq!(of(Direction::LessIsBetter, -0.3, -0.1), Verdict::Better);
    assert_eq!(of(Direction::LessIsBetter, 0.1, 0.3), Verdict::Worse);
    assert_eq!(of(Direction::LessIsBetter, -0.1, 0.3), Verdict::WithinNoise);
    assert_eq!(Verdict::of(Direction::LessIsBetter, None), Verdict::Untested);
}

#[test]
fn runs_that_were_asked_different_things_are_refused() {
    let (a, mut b) = (report(), report());
    b.prompts_hash = "def".into();
    let refused = Comparison::of(from_ref(&a), from_ref(&b)).unwrap_err();
    assert!(
        refused.to_string().starts_with("compare runs that were not asked the same: their prompts differ")
    );
    b.scenario.seed = 8;
    b.scenario.workload =
        crate::scenario::Workload::Random { input: Length::Fixed(1), output: Length::Fixed(2) };
    let refused = Comparison::of(from_ref(&a), from_ref(&b)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "compare runs that were not asked the same: their scenarios differ in workload, seed"
    );
    assert_eq!(Comparison::of(&[], from_ref(&b)), Err(NotComparable::NoRuns));
    let told = Comparison::of_different(from_ref(&a), &[b]).unwrap();
    assert_eq!(told.notes[0], "Read with care: their scenarios differ in workload, seed.");
    let mut renamed = a.clone();
    renamed.scenario.name = "other".into();
    assert!(Comparison::of(&[a], &[renamed]).is_ok(), "a name changes no request");
}

#[test]
fn a_run_that_was_stopped_or_has_other_stages_is_different() {
    let refused = |change: fn(&mut BenchReport)| {
        let mut b = report();
        change(&mut b);
        Comparison::of(&[report()], &[b]).unwrap_err().what_differs()
    };
    assert_eq!(refused(|report| report.is_partial = true), "a run was stopped before its end");
    assert_eq!(refused(|report| report.stages.truncate(1)), "they have other numbers of stages");
}

#[test]
fn arms_of_one_name_are_told_apart() {
    let (mut a, mut b) = ([report()], [report()]);
    tell_apart(&mut a, &mut b);
    let comparison = Comparison::of(&a, &b).unwrap();
    assert_eq!([comparison.a.name.as_str(), &comparison.b.name], ["scheduler (A)", "scheduler (B)"]);
    assert!(comparison.notes.iter().any(|note| note.starts_with("With one run of an arm")));
    assert!(comparison.notes.iter().any(|note| note.starts_with("scheduler (B): 1 of 8 requests failed")));
}

#[test]
fn it_is_read_back_as_it_was_written() {
    let comparison = Comparison::of(&[slowed("plain", 2)], &[slowed("scheduler", 1)]).unwrap();
    let json = serde_json::to_string(&comparison).unwrap();
    assert!(json.contains(r#""metric":"ttft","statistic":"median","unit":"s""#), "{json}");
    assert!(is_read_back(&comparison));
    let schema = schemars::schema_for!(Comparison);
    assert!(schema.as_value()["properties"]["rows"].is_object());
}
