//! One arm against another, figure by figure.

use serde::Serialize;

use super::super::number::{percent, signed};
use crate::report::comparison::{Basis, Comparison, Figure, Row, Shown, Verdict, within_runs};

/// The table of a comparison.
#[derive(Debug, Serialize)]
pub(super) struct Compared<'a> {
    pub a: &'a str,
    pub b: &'a str,
    pub rows: Vec<ComparedRow>,
    /// What the intervals are made of.
    pub basis: Option<&'static str>,
}

/// A figure of both arms, in one unit.
#[derive(Debug, Serialize)]
pub(super) struct ComparedRow {
    pub metric: &'static str,
    pub statistic: &'static str,
    pub unit: &'static str,
    pub a: String,
    pub b: String,
    pub delta: String,
    pub percent: String,
    pub interval: String,
    /// A class of the style sheet.
    pub class: &'static str,
    pub verdict: &'static str,
}

pub(super) fn compared(comparison: &Comparison) -> Compared<'_> {
    let has_repeats = comparison
        .rows
        .iter()
        .any(|row| row.interval.is_some_and(|interval| interval.basis == Basis::Repeats));
    // The notes of the comparison say which are not.
    let basis = if has_repeats {
        Some("from how the figure strays from run to run")
    } else {
        within_runs(&comparison.rows).map(|_| "from how requests stray within the runs, which is too narrow")
    };
    Compared {
        a: &comparison.a.name,
        b: &comparison.b.name,
        rows: comparison.rows.iter().map(row).collect(),
        basis,
    }
}

/// Whether a figure's difference is more than chance, as far as that is known.
pub(super) fn verdict(comparison: &Comparison, figure: Figure) -> Option<Verdict> {
    comparison.rows.iter().find(|row| row.figure == figure).map(|row| row.verdict)
}

fn row(row: &Row) -> ComparedRow {
    let shown = Shown::of(row);
    let text = |value: f64| shown.text(value);
    let (class, verdict) = match row.verdict {
        Verdict::Better => ("better", "better"),
        Verdict::Worse => ("worse", "worse"),
        Verdict::WithinNoise => ("same", "within the noise"),
        Verdict::Untested => ("same", "not tested"),
    };
    ComparedRow {
        metric: row.figure.metric.label(),
        statistic: row.figure.statistic.label(),
        unit: shown.unit(row.figure.metric),
        a: text(row.a),
        b: text(row.b),
        delta: signed(row.delta, text),
        percent: row.delta_percent.map_or_else(|| "–".to_owned(), |change| signed(change / 100.0, percent)),
        interval: row.interval.map_or_else(
            || "–".to_owned(),
            |interval| format!("{} to {}", signed(interval.low, text), signed(interval.high, text)),
        ),
        class,
        verdict,
    }
}
