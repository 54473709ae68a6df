//! Version 0.2.1, which forbids unknown keys; what is not known is left out.

pub mod results;
pub mod scenario;

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Part, description, span};
use crate::report::BenchReport;

pub use results::Results;
pub use scenario::Scenario;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub results: Results,
    pub run: Run,
    pub scenario: Scenario,
    /// `0.2.1`
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The same for all reports of runs that were asked the same.
    pub eid: String,
    /// What the schema has no key for: `partial` when it was stopped before its end, `simulated` when the servers were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// Of this report alone.
    pub uid: String,
}

/// ISO 8601.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Time {
    pub duration: String,
    pub end: String,
    pub start: String,
}

impl Report {
    pub fn of(report: &BenchReport, part: Part<'_>) -> Self {
        Self {
            results: Results::of(report, part),
            run: Run {
                description: Some(description(report)),
                eid: identity(&[&report.prompts_hash]),
                keywords: keywords(report),
                time: time(report, part),
                uid: identity(&[&report.prompts_hash, &report.arm, &report.started_at, &part.file_part()]),
            },
            scenario: Scenario::of(report, part),
            version: "0.2.1".into(),
        }
    }
}

fn keywords(report: &BenchReport) -> Vec<&'static str> {
    let keywords = [(report.is_partial, "partial"), (report.is_simulated, "simulated")];
    keywords.into_iter().filter_map(|(is_so, keyword)| is_so.then_some(keyword)).collect()
}

fn time(report: &BenchReport, part: Part<'_>) -> Option<Time> {
    let (start, stop) = span(report, part.summary())?;
    Some(Time {
        duration: format!("PT{:.3}S", stop - start),
        end: timestamp(stop)?,
        start: timestamp(start)?,
    })
}

fn timestamp(seconds: f64) -> Option<String> {
    let since_1970 = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
    Some(jiff::Timestamp::from_duration(since_1970).ok()?.to_string())
}

/// A name that follows from the parts, in the shape of a UUID (version 8: no other meaning).
fn identity(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = hash.finalize().to_vec();
    bytes.truncate(16);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        let dash = if [4, 6, 8, 10].contains(&position) { "-" } else { "" };
        // Writing to a string does not fail.
        let _ = write!(text, "{dash}{byte:02x}");
    }
    text
}
