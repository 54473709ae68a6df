//! How a page's figures came about, for those who want to repeat it.

use serde::Serialize;

use super::super::number::seconds;
use super::arms::Arm;
use crate::report::BenchReport;
use crate::report::comparison::Comparison;

/// Enough to run it again.
#[derive(Debug, Serialize)]
pub(super) struct Made<'a> {
    pub command: &'a str,
    pub seed: Option<u64>,
    /// Different ones mean that the runs were not asked the same.
    pub hashes: Vec<&'a str>,
    /// As JSON.
    pub scenario: Option<String>,
    pub runs: Vec<RunFacts<'a>>,
}

/// One run.
#[derive(Debug, Serialize)]
pub(super) struct RunFacts<'a> {
    pub arm: &'a str,
    pub started_at: &'a str,
    pub url: &'a str,
    pub took: String,
    pub cpu: String,
}

/// Something to know, and the arms it is about.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Note<'a> {
    pub text: &'a str,
    pub arms: Vec<&'a str>,
}

pub(super) fn made<'a>(reports: &'a [BenchReport], command: &'a str) -> Made<'a> {
    let first = reports.first();
    let mut hashes: Vec<&str> = Vec::new();
    for report in reports {
        if !hashes.contains(&report.prompts_hash.as_str()) {
            hashes.push(&report.prompts_hash);
        }
    }
    Made {
        command,
        seed: first.map(|report| report.scenario.seed),
        hashes,
        scenario: first.and_then(|report| serde_json::to_string_pretty(&report.scenario).ok()),
        runs: reports.iter().map(facts).collect(),
    }
}

fn facts(report: &BenchReport) -> RunFacts<'_> {
    RunFacts {
        arm: &report.arm,
        started_at: &report.started_at,
        url: &report.url,
        took: seconds(report.overall.whole_seconds),
        cpu: report.client_cpu_seconds.map_or_else(|| "–".to_owned(), seconds),
    }
}

/// Each note once. A comparison has gathered those of its two arms, and has its own.
pub(super) fn notes<'a>(arms: &[Arm<'a>], comparison: Option<&'a Comparison>) -> Vec<Note<'a>> {
    let mut notes: Vec<Note<'a>> = Vec::new();
    for text in comparison.iter().flat_map(|comparison| &comparison.notes) {
        notes.push(Note { text, arms: Vec::new() });
    }
    let is_compared = |name: &str| {
        comparison.is_some_and(|both| [&both.a.name, &both.b.name].iter().any(|arm| *arm == name))
    };
    for arm in arms.iter().filter(|arm| !is_compared(arm.name)) {
        for text in arm.runs.iter().flat_map(|run| &run.notes) {
            match notes.iter_mut().find(|note| note.text == text) {
                Some(known) if known.arms.contains(&arm.name) => {}
                Some(known) => known.arms.push(arm.name),
                None => notes.push(Note { text, arms: vec![arm.name] }),
            }
        }
    }
    notes
}
