//! One stage in figures.

use super::metric::Latency;
use super::replica::replicas;
use super::windows::Windows;
use super::{StageReport, Summary};
use crate::plan::{Pacing, Plan};
use crate::run::{Run, StageRun};

/// Seconds that the load generator may be late at the 99th percentile (`bench.md` §7.1).
const LATE: f64 = 0.010;

impl StageReport {
    pub(super) fn of(number: u32, plan: &Plan, run: &Run, stage: &StageRun) -> Self {
        let (offered_rate, concurrency) = match stage.pacing {
            Pacing::Open { rate, .. } => (Some(rate), None),
            Pacing::Closed { concurrency } => (None, Some(concurrency)),
        };
        let summary = Summary::of(&[stage], &plan.scenario);
        Self {
            number,
            warm_up: stage.warm_up,
            offered_rate,
            sent_rate: sent_rate(stage),
            concurrency,
            is_saturated: Windows::of(stage).is_some_and(|windows| windows.is_saturated),
            is_late: summary.latency.get(&Latency::Lag).is_some_and(|lag| lag.p99 > LATE),
            summary,
            replicas: replicas(&run.target, &[stage]),
        }
    }

    /// Requests answered a second: of the steady window, where the stage is long enough to have one. Else until all were
    /// answered, which of a short stage says more of how long answers take than of what the servers bear.
    pub fn achieved_rate(&self) -> f64 {
        self.summary.steady.unwrap_or(self.summary.throughput).requests_per_second
    }
}

/// Over the time that the stage was to send in, or took to: what was sent late lowers the rate. Of conversations an open
/// stage paces the first turns, and only those count.
fn sent_rate(stage: &StageRun) -> f64 {
    let is_open = matches!(stage.pacing, Pacing::Open { .. });
    let paced = || stage.samples.iter().filter(|sample| !is_open || sample.turn == 0);
    let last = paced().map(|sample| sample.times.sent).max().unwrap_or_default();
    let took = last.saturating_sub(stage.started);
    let seconds = match stage.pacing {
        Pacing::Open { window, .. } => window.max(took).as_secs_f64(),
        Pacing::Closed { .. } => took.as_secs_f64(),
    };
    if seconds > 0.0 { paced().count() as f64 / seconds } else { 0.0 }
}
