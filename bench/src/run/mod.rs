//! What came of a plan: everything that reports are made of.

mod part;

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::plan::{Pacing, Plan};
use crate::sample::Sample;

pub use part::{MergeError, Part, PartStage, merge};

/// A run of a plan against one target.
#[derive(Clone, Debug)]
pub struct Run {
    pub target: Target,
    /// On the wall clock.
    pub started_at: jiff::Timestamp,
    pub stages: Vec<StageRun>,
    /// Whether it was stopped before its end.
    pub is_partial: bool,
    pub client: ClientCost,
}

/// Who was asked.
#[derive(Clone, Debug)]
pub struct Target {
    /// How reports call this arm: `scheduler`, `round robin`, …
    pub arm: String,
    /// Where requests went; `virtual clock` where there is no HTTP.
    pub url: String,
    pub model: String,
    /// Who served, in the order of their names; empty where that is not known.
    pub replicas: Vec<String>,
    /// Whether caches were empty at the start.
    pub is_cold: bool,
    /// Whether an answer said that its server only simulates a model.
    pub is_simulated: bool,
}

/// What came of a stage. Times are since the start of the run.
#[derive(Clone, Debug)]
pub struct StageRun {
    pub pacing: Pacing,
    pub warm_up: bool,
    pub started: Duration,
    /// When the last request was sent.
    pub sent: Duration,
    /// When the last answer had ended.
    pub drained: Duration,
    /// In the order in which they ended.
    pub samples: Vec<Sample>,
    /// Microseconds between events that carried text, pooled over the stage's good answers; 3 significant digits.
    pub gaps: Histogram<u64>,
    /// By replica of the target; empty where nobody looked.
    pub replicas: Vec<ReplicaRun>,
}

/// What a replica said of itself in a stage.
#[derive(Clone, Debug, Default)]
pub struct ReplicaRun {
    /// Differences of counters over the stage.
    pub prompt_tokens: u64,
    pub cached_tokens: u64,
    pub preemptions: u64,
    /// Whether the counters could not be read: their differences are not known then.
    pub is_unread: bool,
    /// Gauges, at most a few hundred points a stage.
    pub points: Vec<GaugePoint>,
}

/// Gauges of a replica at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GaugePoint {
    pub at: Duration,
    pub running: u32,
    pub waiting: u32,
    /// 0 to 1.
    pub kv_usage: f32,
}

/// What the load generator itself cost: whether it can be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClientCost {
    /// User and system time of this process over the run; none on a virtual clock.
    pub cpu: Option<Duration>,
}

impl Plan {
    /// An empty histogram for the gaps of a stage: 1 µs to 1 h.
    pub fn gaps() -> Histogram<u64> {
        Histogram::new_with_bounds(1, 3_600_000_000, 3).unwrap_or_else(|_| unreachable!("constant bounds"))
    }
}
