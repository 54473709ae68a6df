//! The guide's comparison table from its own figures, and where it says something else than they do.

use llmd_bench::report::comparison::{Comparison, Row, Statistic, Verdict};
use llmd_bench::report::metric::{Metric, Unit};
use llmd_bench::report::tables::{self, TextTable};

use crate::figures::{SCHEDULED, SERVICE, report};

fn comparison() -> Comparison {
    Comparison::of(&[report(&SERVICE)], &[report(&SCHEDULED)]).unwrap()
}

fn row(metric: Metric, statistic: Statistic) -> Row {
    comparison().row(metric, statistic).unwrap().clone()
}

/// To as many digits as are printed.
fn rounds_to(value: f64, printed: &str) -> bool {
    let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    format!("{value:+.decimals$}").trim_start_matches('+') == printed
}

/// Metric and statistic with the Δ and Δ % that the guide prints for them.
type PrintedRow = (Metric, Statistic, &'static str, &'static str);

const PRINTED: [PrintedRow; 4] = [
    (Metric::RequestRate, Statistic::Rate, "1.9868", "38.9"),
    (Metric::OutputTokenRate, Statistic::Rate, "1857.25", "38.8"),
    (Metric::E2e, Statistic::Median, "-26.06", "-24.2"),
    (Metric::Ttft, Statistic::Median, "-55.61", "-99.4"),
];

#[test]
fn the_table_follows_from_its_figures() {
    for (metric, statistic, delta, percent) in PRINTED {
        let row = row(metric, statistic);
        assert!(rounds_to(row.delta, delta), "{metric:?}: {} is not {delta}", row.delta);
        assert!(rounds_to(row.delta_percent.unwrap(), percent), "{metric:?}: {:?}", row.delta_percent);
    }
    // One cent off: the guide takes its differences before it rounds.
    assert!(rounds_to(row(Metric::InputTokenRate, Statistic::Rate).delta, "15062.93"));
    assert!(rounds_to(row(Metric::TotalTokenRate, Statistic::Rate).delta, "16920.18"));
}

#[test]
fn its_rows_of_milliseconds_have_differences_in_seconds() {
    let printed = [(Metric::Tpot, "52.91", "79.24", "0.02633"), (Metric::Itl, "32.01", "51.32", "0.01930")];
    for (metric, a, b, delta) in printed {
        let row = row(metric, Statistic::Median);
        assert_eq!(row.unit, Unit::Seconds);
        let milliseconds = [row.a, row.b, row.delta].map(|seconds| seconds * 1e3);
        assert!(rounds_to(milliseconds[0], a) && (milliseconds[1] - b.parse::<f64>().unwrap()).abs() < 0.01);
        let printed: f64 = delta.parse().unwrap();
        assert!((row.delta - printed).abs() < 1e-5, "the number is in seconds");
        assert!(milliseconds[2] > 900.0 * printed, "and a thousandth of what its heading says");
    }
    let table = overall();
    assert_eq!(
        cells(&table, "TPOT (ms)", "median"),
        ["TPOT (ms)", "median", "52.9", "79.2", "+26.3", "+49.8 %", "–", "untested"]
    );
    assert_eq!(cells(&table, "ITL (ms)", "median")[2..6], ["32.0", "51.3", "+19.3", "+60.3 %"]);
}

#[test]
fn its_bullets_are_means_and_its_rows_medians() {
    let percent = |metric, statistic| row(metric, statistic).delta_percent.unwrap();
    let bullets = [(Metric::Ttft, "-97.1"), (Metric::E2e, "-31.2"), (Metric::Tpot, "63.8")];
    let rows = [(Metric::Ttft, "-99.4"), (Metric::E2e, "-24.2"), (Metric::Tpot, "49.8")];
    for ((metric, bullet), (_, row)) in bullets.into_iter().zip(rows) {
        let (mean, median) = (percent(metric, Statistic::Mean), percent(metric, Statistic::Median));
        assert!(rounds_to(mean, bullet) && rounds_to(median, row), "{metric:?}: {mean} {median}");
        assert!(!rounds_to(mean, row) && !rounds_to(median, bullet));
    }
}

#[test]
fn its_generation_speed_is_of_the_mean_among_medians() {
    let of_mean = |tpot: f64| 1.0 / tpot;
    assert!((of_mean(SERVICE.tpot.mean) - 19.778).abs() < 1e-3);
    assert!((of_mean(SCHEDULED.tpot.mean) - 12.072).abs() < 1e-3);
    // The median speed, which its neighbours' statistic asks for, is another and falls by less.
    let median = row(Metric::GenerationSpeed, Statistic::Median);
    assert!(rounds_to(median.a, "18.90") && rounds_to(median.b, "12.62"), "{median:?}");
    assert!(rounds_to(median.delta_percent.unwrap(), "-33.2"));
}

#[test]
fn what_has_no_spread_is_not_judged() {
    let comparison = comparison();
    for row in comparison.rows.iter().filter(|row| row.figure.metric != Metric::Failures) {
        assert_eq!((row.interval, row.verdict), (None, Verdict::Untested), "{:?}", row.figure);
    }
}

fn overall() -> TextTable {
    tables::of_comparison(&comparison()).tables.swap_remove(0)
}

fn cells(table: &TextTable, metric: &str, statistic: &str) -> Vec<String> {
    let is_it = |row: &&Vec<tables::Cell>| row[0].text == metric && row[1].text == statistic;
    table.rows.iter().find(is_it).unwrap().iter().map(|cell| cell.text.clone()).collect()
}

#[test]
fn the_table_as_we_print_it() {
    let table = overall();
    assert_eq!(table.header[2..5], ["k8s", "llmd", "Δ"]);
    assert_eq!(cells(&table, "TTFT (s)", "median")[2..6], ["56.0", "0.357", "−55.6", "−99.4 %"]);
    assert_eq!(cells(&table, "TTFT (s)", "mean")[2..6], ["72.9", "2.13", "−70.8", "−97.1 %"]);
    assert_eq!(cells(&table, "Requests (requests/s)", "rate")[2..6], ["5.10", "7.09", "+1.99", "+38.9 %"]);
    assert_eq!(
        cells(&table, "Input tokens (tokens/s)", "rate")[2..6],
        ["38,688", "53,751", "+15,063", "+38.9 %"]
    );
}
