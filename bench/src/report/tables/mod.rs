//! The report for people, as plain data: who prints it aligns and colours it.

mod of_comparison;
mod of_report;

pub use super::number::{count, percent, seconds, significant};
pub use of_report::VERDICTS;

use super::BenchReport;
use super::comparison::Comparison;

/// Sentences, tables, and what should be known before believing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextReport {
    pub headline: Vec<String>,
    pub tables: Vec<TextTable>,
    pub notes: Vec<String>,
}

/// Every row has as many cells as the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTable {
    pub title: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// How a cell is to be taken; the text says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Bad,
    /// Of less weight.
    Dim,
}

/// Of one run.
pub fn of(report: &BenchReport) -> TextReport {
    of_report::text(report)
}

/// Of two arms.
pub fn of_comparison(comparison: &Comparison) -> TextReport {
    of_comparison::text(comparison)
}

impl Cell {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }

    /// What is not known is a dash.
    fn maybe(text: Option<String>) -> Self {
        text.map_or_else(|| Self { text: "–".into(), tone: Tone::Dim }, Self::plain)
    }

    fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

impl TextTable {
    fn new<const N: usize>(title: &str, header: [&str; N], rows: Vec<[Cell; N]>) -> Self {
        Self {
            title: title.into(),
            header: header.map(str::to_owned).into(),
            rows: rows.into_iter().map(Vec::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
