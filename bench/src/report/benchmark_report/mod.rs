//! llm-d's benchmark report, which its tools read: one for the whole run and one for each stage (`bench.md` §2).

mod load;
pub mod v0_1;
pub mod v0_2_1;

use serde::{Deserialize, Serialize};

use super::{BenchReport, ReplicaReport, StageReport, Stat, Summary};

/// A file and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
}

/// Why a report could not be written as YAML; reads after "failed to".
#[derive(Debug, thiserror::Error)]
#[error("write the benchmark report {name}")]
pub struct WriteError {
    name: String,
    source: serde_saphyr::ser::Error,
}

/// Both versions of the whole run and of each stage, named as llm-d's converter of inference-perf's results names them
/// (the comma is part of it).
pub fn files(report: &BenchReport) -> Result<Vec<File>, WriteError> {
    let mut files = Vec::new();
    for part in Part::all(report) {
        let of = part.file_part();
        files.push(file(format!("benchmark_report,_{of}.yaml"), &v0_1::Report::of(report, part))?);
        files.push(file(format!("benchmark_report_v0.2.1,_{of}.yaml"), &v0_2_1::Report::of(report, part))?);
    }
    Ok(files)
}

fn file(name: String, report: &impl Serialize) -> Result<File, WriteError> {
    match serde_saphyr::to_string(report) {
        Ok(text) => Ok(File { name, text }),
        Err(source) => Err(WriteError { name, source }),
    }
}

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    Whole(&'a Summary),
    Stage(&'a StageReport),
}

impl<'a> Part<'a> {
    /// The whole, then each stage.
    pub fn all(report: &'a BenchReport) -> impl Iterator<Item = Self> {
        [Self::Whole(&report.overall)].into_iter().chain(report.stages.iter().map(Self::Stage))
    }

    fn summary(self) -> &'a Summary {
        match self {
            Self::Whole(summary) => summary,
            Self::Stage(stage) => &stage.summary,
        }
    }

    /// The converter gives the whole run the number 0 too.
    fn number(self) -> u32 {
        match self {
            Self::Whole(_) => 0,
            Self::Stage(stage) => stage.number,
        }
    }

    fn file_part(self) -> String {
        match self {
            Self::Whole(_) => "summary_lifecycle_metrics.json".into(),
            Self::Stage(stage) => format!("stage_{}_lifecycle_metrics.json", stage.number),
        }
    }

    fn replicas(self, report: &'a BenchReport) -> &'a [ReplicaReport] {
        match self {
            Self::Whole(_) => &report.replicas,
            Self::Stage(stage) => &stage.replicas,
        }
    }
}

/// In what a quantity of a benchmark report is counted; those that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Units {
    #[serde(rename = "count")]
    Count,
    #[serde(rename = "fraction")]
    Fraction,
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "s/token")]
    SecondsPerToken,
    #[serde(rename = "tokens/s")]
    TokensPerSecond,
    #[serde(rename = "queries/s")]
    QueriesPerSecond,
}

/// How a quantity is spread. The keys of both versions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    pub mean: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p0p1: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p1: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p10: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p25: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p5: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p75: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99p9: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stddev: Option<f64>,
    pub units: Units,
}

impl Statistics {
    fn of(stat: &Stat, units: Units) -> Self {
        Self {
            max: Some(stat.max),
            mean: stat.mean,
            min: Some(stat.min),
            p0p1: Some(stat.p0_1),
            p1: Some(stat.p1),
            p10: Some(stat.p10),
            p25: Some(stat.p25),
            p5: Some(stat.p5),
            p50: Some(stat.p50),
            p75: Some(stat.p75),
            p90: Some(stat.p90),
            p95: Some(stat.p95),
            p99: Some(stat.p99),
            p99p9: Some(stat.p99_9),
            stddev: Some(stat.std_dev),
            units,
        }
    }

    fn of_one(mean: f64, units: Units) -> Self {
        Self {
            max: None,
            mean,
            min: None,
            p0p1: None,
            p1: None,
            p10: None,
            p25: None,
            p5: None,
            p50: None,
            p75: None,
            p90: None,
            p95: None,
            p99: None,
            p99p9: None,
            stddev: None,
            units,
        }
    }
}

/// Which run it was, in a line.
fn description(report: &BenchReport) -> String {
    format!("{}, {}{}", report.scenario.name, report.arm, report.remarks())
}

/// When it was: from the first sending, in seconds since 1970. Throughputs are over this span.
fn span(report: &BenchReport, summary: &Summary) -> Option<(f64, f64)> {
    let started: jiff::Timestamp = report.started_at.parse().ok()?;
    let start = started.as_microsecond() as f64 / 1e6 + summary.first_sent_seconds;
    Some((start, start + summary.whole_seconds))
}

#[cfg(test)]
mod tests;
