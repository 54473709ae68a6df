//! The tables of two arms.

use super::super::number::{percent, signed, significant};
use super::{Cell, TextReport, TextTable, Tone};
use crate::report::comparison::{Arm, Comparison, Row, Shown, StageRows, Statistic, Verdict};
use crate::report::metric::Metric;

pub(super) fn text(comparison: &Comparison) -> TextReport {
    let Comparison { scenario, is_simulated, a, b, rows, stages, notes, .. } = comparison;
    let simulated = if *is_simulated { ", simulated servers" } else { "" };
    let runs = |arm: &Arm| match arm.started_at.len() {
        1 => format!("{} (one run)", arm.name),
        repeats => format!("{} ({repeats} runs)", arm.name),
    };
    TextReport {
        headline: vec![format!("{scenario}: {} against {}{simulated}", runs(b), runs(a))],
        tables: vec![overall(a, b, rows), by_stage(a, b, stages)],
        notes: notes.clone(),
    }
}

fn overall(a: &Arm, b: &Arm, rows: &[Row]) -> TextTable {
    let header = ["metric", "statistic", &a.name, &b.name, "Δ", "Δ %", "95 % interval of Δ", "verdict"];
    TextTable::new("Overall", header, rows.iter().map(row).collect())
}

fn row(row: &Row) -> [Cell; 8] {
    let shown = Shown::of(row);
    let tone = match row.verdict {
        Verdict::Better => Tone::Good,
        Verdict::Worse => Tone::Bad,
        Verdict::WithinNoise | Verdict::Untested => Tone::Dim,
    };
    let interval = row.interval.map(|interval| {
        format!("{} to {}", signed(interval.low, |v| shown.text(v)), signed(interval.high, |v| shown.text(v)))
    });
    [
        Cell::plain(format!("{} ({})", row.figure.metric.label(), shown.unit(row.figure.metric))),
        Cell::plain(row.figure.statistic.label()),
        Cell::plain(shown.text(row.a)),
        Cell::plain(shown.text(row.b)),
        Cell::plain(signed(row.delta, |value| shown.text(value))),
        percent_of(row),
        Cell::maybe(interval),
        Cell::plain(verdict(row.verdict)).toned(tone),
    ]
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::WithinNoise => "within noise",
        Verdict::Untested => "untested",
    }
}

fn percent_of(row: &Row) -> Cell {
    Cell::maybe(row.delta_percent.map(|value| signed(value / 100.0, percent)))
}

/// The figures that say most, of each stage.
const BY_STAGE: [(Metric, Statistic); 3] = [
    (Metric::Ttft, Statistic::Median),
    (Metric::Tpot, Statistic::Median),
    (Metric::OutputTokenRate, Statistic::Rate),
];

fn by_stage(a: &Arm, b: &Arm, stages: &[StageRows]) -> TextTable {
    let header = [
        "stage",
        "offered",
        &format!("TTFT {}", a.name),
        &b.name,
        "Δ %",
        &format!("TPOT {}", a.name),
        &b.name,
        "Δ %",
        &format!("tokens/s {}", a.name),
        &b.name,
        "Δ %",
        "sent late",
    ];
    let row = |stage: &StageRows| {
        let offered = stage.offered_rate.map(significant);
        let offered =
            offered.or_else(|| stage.concurrency.map(|concurrency| format!("{concurrency} at once")));
        let [ttft, tpot, tokens] = BY_STAGE.map(|figure| three(stage, figure));
        let ([a1, b1, d1], [a2, b2, d2], [a3, b3, d3]) = (ttft, tpot, tokens);
        let number = Cell::plain(stage.number.to_string());
        let late = (!stage.late.is_empty()).then(|| stage.late.join(", "));
        let late = late.map_or_else(|| Cell::maybe(None), |late| Cell::plain(late).toned(Tone::Bad));
        [number, Cell::maybe(offered), a1, b1, d1, a2, b2, d2, a3, b3, d3, late]
    };
    TextTable::new("By stage (medians; tokens are output)", header, stages.iter().map(row).collect())
}

/// Both arms' values with their unit, and the difference.
fn three(stage: &StageRows, (metric, statistic): (Metric, Statistic)) -> [Cell; 3] {
    let is_it = |row: &&Row| row.figure.metric == metric && row.figure.statistic == statistic;
    let Some(row) = stage.rows.iter().find(is_it) else { return [const { None }; 3].map(Cell::maybe) };
    let shown = Shown::of(row);
    let value = |value: f64| match shown {
        Shown::Time(unit) => format!("{} {}", shown.text(value), unit.symbol()),
        _ => shown.text(value),
    };
    let tone = match row.verdict {
        Verdict::Better => Tone::Good,
        Verdict::Worse => Tone::Bad,
        Verdict::WithinNoise | Verdict::Untested => Tone::Plain,
    };
    [Cell::plain(value(row.a)), Cell::plain(value(row.b)), percent_of(row).toned(tone)]
}
