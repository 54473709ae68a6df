//! Two arms that were asked the same, side by side.
//!
//! A [`Row`] is about one [`Figure`]: a metric and a statistic of it, which give the unit. Both arms' values and their
//! difference are taken by that one figure, so a mean never stands beside a median, nor seconds beside milliseconds.

mod confidence;
mod figure;
mod sameness;
mod shown;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metric::{Direction, Metric, Unit};
use super::{BenchReport, StageReport, Summary};

pub use confidence::{Basis, Interval};
pub use figure::{FIGURES, Figure, Statistic};
pub use sameness::NotComparable;
pub(super) use shown::Shown;

/// What a saved comparison says it is.
pub const SCHEMA: &str = "llmd.comparison/v1";

/// Arm B against arm A.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// `llmd.comparison/v1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Whether servers of either only simulated a model.
    #[serde(default)]
    pub is_simulated: bool,
    /// What is compared with.
    pub a: Arm,
    /// What is compared.
    pub b: Arm,
    /// Overall.
    pub rows: Vec<Row>,
    /// The same figures by stage.
    pub stages: Vec<StageRows>,
    /// What the reader should know before believing it.
    pub notes: Vec<String>,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Arm {
    /// What it is called.
    pub name: String,
    /// What was asked; of several, the first.
    pub url: String,
    /// The name that requests gave.
    pub model: String,
    /// When each repeat began, RFC 3339.
    pub started_at: Vec<String>,
    /// Sent, in all repeats.
    pub requests: u64,
    /// Of these, those that failed.
    pub failures: u64,
}

/// Gives arms of one name two, in their reports, so that a comparison and a page of these tell them apart.
pub fn tell_apart(a: &mut [BenchReport], b: &mut [BenchReport]) {
    if a.first().map(|report| &report.arm) == b.first().map(|report| &report.arm) {
        for (arm, letter) in [(a, " (A)"), (b, " (B)")] {
            for report in arm {
                report.arm += letter;
            }
        }
    }
}

/// The rows of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageRows {
    /// Counted from 0.
    pub number: u32,
    /// Whether it is left out of the overall figures.
    pub warm_up: bool,
    /// Requests a second that were asked for; none in a closed loop.
    pub offered_rate: Option<f64>,
    /// Requests in flight in a closed loop; null in an open one.
    pub concurrency: Option<u32>,
    /// The arms, by name, that in a repeat were not sent their requests in time: where those differ, only TTFT* and E2E*
    /// compare like with like.
    #[serde(default)]
    pub late: Vec<String>,
    /// Of this stage.
    pub rows: Vec<Row>,
}

/// One figure of both arms. All values are in `unit`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    #[serde(flatten)]
    pub figure: Figure,
    /// What `a`, `b` and `delta` are in.
    pub unit: Unit,
    /// Averaged over repeats.
    pub a: f64,
    /// Averaged over repeats.
    pub b: f64,
    /// b − a.
    pub delta: f64,
    /// Of a; none where that is 0.
    pub delta_percent: Option<f64>,
    /// Where the difference is, with 95 % confidence; none where nothing says how far the figure strays.
    pub interval: Option<Interval>,
    /// Whether B is better than A.
    pub verdict: Verdict,
}

/// Whether B is better than A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Better,
    Worse,
    /// The interval holds 0.
    WithinNoise,
    /// There is no interval.
    Untested,
}

impl Comparison {
    /// Of one or more repeats each.
    ///
    /// # Errors
    /// Where an arm has no run, or the runs were not all asked the same.
    pub fn of(a: &[BenchReport], b: &[BenchReport]) -> Result<Self, NotComparable> {
        sameness::check(a, b)?;
        Self::of_any(a, b, None)
    }

    /// The same, of runs that may have been asked different things; a note says what differs.
    ///
    /// # Errors
    /// Where an arm has no run.
    pub fn of_different(a: &[BenchReport], b: &[BenchReport]) -> Result<Self, NotComparable> {
        match sameness::check(a, b) {
            Err(different @ NotComparable::Different(_)) => Self::of_any(a, b, Some(&different)),
            other => other.and_then(|()| Self::of_any(a, b, None)),
        }
    }

    fn of_any(
        a: &[BenchReport],
        b: &[BenchReport],
        different: Option<&NotComparable>,
    ) -> Result<Self, NotComparable> {
        let (Some(first), Some(other)) = (a.first(), b.first()) else { return Err(NotComparable::NoRuns) };
        let overall = |arm| summaries(arm, |report| Some(&report.overall)).unwrap_or_default();
        let stages = first.stages.iter().filter_map(|stage| {
            let same = |arm| summaries(arm, |report| Some(&stage_of(report, stage.number)?.summary));
            let late = [(first, a), (other, b)].into_iter().filter(|(_, arm)| is_late(arm, stage.number));
            Some(StageRows {
                number: stage.number,
                warm_up: stage.warm_up,
                offered_rate: stage.offered_rate,
                concurrency: stage.concurrency,
                late: late.map(|(report, _)| report.arm.clone()).collect(),
                rows: rows(&same(a)?, &same(b)?),
            })
        });
        let (arm_a, arm_b) = (Arm::of(first, a), Arm::of(other, b));
        let rows = rows(&overall(a), &overall(b));
        Ok(Self {
            schema: SCHEMA.into(),
            scenario: first.scenario.name.clone(),
            is_simulated: a.iter().chain(b).any(|report| report.is_simulated),
            stages: stages.collect(),
            notes: notes(different, &rows, &[(&arm_a.name, a), (&arm_b.name, b)]),
            rows,
            a: arm_a,
            b: arm_b,
        })
    }

    /// The overall row about a figure.
    pub fn row(&self, metric: Metric, statistic: Statistic) -> Option<&Row> {
        self.rows.iter().find(|row| row.figure == Figure { metric, statistic })
    }
}

impl Arm {
    fn of(first: &BenchReport, repeats: &[BenchReport]) -> Self {
        Self {
            name: first.arm.clone(),
            url: first.url.clone(),
            model: first.model.clone(),
            started_at: repeats.iter().map(|report| report.started_at.clone()).collect(),
            requests: repeats.iter().map(|report| report.overall.requests).sum(),
            failures: repeats.iter().flat_map(|report| report.overall.failures.values()).sum(),
        }
    }
}

impl Row {
    /// None where an arm does not have the figure in every repeat.
    pub fn of(figure: Figure, a: &[&Summary], b: &[&Summary]) -> Option<Self> {
        let (a, b) = (figure.measure_all(a)?, figure.measure_all(b)?);
        let (value_a, value_b) = (confidence::average(&a)?, confidence::average(&b)?);
        let delta = value_b - value_a;
        let interval = confidence::of_difference(&a, &b);
        Some(Self {
            figure,
            unit: figure.metric.unit(),
            a: value_a,
            b: value_b,
            delta,
            delta_percent: (value_a != 0.0).then(|| delta / value_a.abs() * 100.0),
            interval,
            verdict: Verdict::of(figure.metric.direction(), interval),
        })
    }
}

impl Verdict {
    fn of(direction: Direction, interval: Option<Interval>) -> Self {
        let Some(Interval { low, high, .. }) = interval else { return Self::Untested };
        match (low > 0.0, high < 0.0, direction) {
            (false, false, _) => Self::WithinNoise,
            (true, _, Direction::MoreIsBetter) | (_, true, Direction::LessIsBetter) => Self::Better,
            _ => Self::Worse,
        }
    }
}

fn rows(a: &[&Summary], b: &[&Summary]) -> Vec<Row> {
    FIGURES.iter().filter_map(|figure| Row::of(*figure, a, b)).collect()
}

fn summaries(arm: &[BenchReport], of: impl Fn(&BenchReport) -> Option<&Summary>) -> Option<Vec<&Summary>> {
    arm.iter().map(of).collect()
}

fn stage_of(report: &BenchReport, number: u32) -> Option<&StageReport> {
    report.stages.iter().find(|stage| stage.number == number)
}

/// Whether a repeat was.
fn is_late(arm: &[BenchReport], number: u32) -> bool {
    arm.iter().filter_map(|report| stage_of(report, number)).any(|stage| stage.is_late)
}

fn notes(different: Option<&NotComparable>, rows: &[Row], arms: &[(&String, &[BenchReport])]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(different.map(|different| format!("Read with care: {}.", different.what_differs())));
    if arms.iter().any(|(_, repeats)| repeats.len() < 2) {
        notes.push("With one run of an arm, rates and hit shares have no intervals.".into());
    }
    if let Some(whose) = within_runs(rows) {
        notes.push(format!(
            "{whose} come from the requests within a run. Those wait for one another, so the intervals are too narrow."
        ));
    }
    for (name, repeats) in arms {
        for note in repeats.iter().flat_map(|report| &report.notes) {
            let note = format!("{name}: {note}");
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

/// Whose intervals are made of the requests within runs, as repeats do not tell: `The intervals of Failures`.
pub(super) fn within_runs(rows: &[Row]) -> Option<String> {
    let has = |basis: Basis| move |row: &&Row| row.interval.is_some_and(|interval| interval.basis == basis);
    let mut labels: Vec<&str> =
        rows.iter().filter(has(Basis::Requests)).map(|row| row.figure.metric.label()).collect();
    labels.dedup();
    let is_all = !rows.iter().any(|row| has(Basis::Repeats)(&row));
    match labels.as_slice() {
        [] => None,
        _ if is_all => Some("The intervals".to_owned()),
        labels => Some(format!("The intervals of {}", labels.join(", "))),
    }
}

#[cfg(test)]
mod tests;
