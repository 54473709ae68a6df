//! What a run looks like while it goes on.

use std::sync::Arc;
use std::time::Duration;

/// A moment of a run, for people who watch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveSnapshot {
    /// Counted from 0.
    pub stage: usize,
    pub stages: usize,
    /// Since the stage began.
    pub stage_elapsed: Duration,
    /// How long the stage sends; none in a closed loop.
    pub stage_window: Option<Duration>,
    /// Requests a second that the stage is to send; none in a closed loop.
    pub offered_rate: Option<f64>,
    /// Requests a second that were sent in the last 5 s.
    pub sent_rate: f64,
    /// Requests a second that were answered in the last 5 s.
    pub answered_rate: f64,
    /// Of the stage.
    pub planned: u64,
    pub sent: u64,
    pub answered: u64,
    pub failed: u64,
    pub in_flight: u64,
    /// Seconds; over the answers that ended in the last 10 s.
    pub ttft: Recent,
    pub tpot: Recent,
    /// Each replica with the requests that it has in flight and has answered, as far as headers of answers tell.
    pub replicas: Vec<LiveReplica>,
}

/// A quantity lately.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent {
    pub p50: Option<f64>,
    pub p99: Option<f64>,
    /// Median of each of the last seconds, oldest first, at most 60; none where nothing ended.
    pub by_second: Vec<Option<f64>>,
}

/// A replica lately.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveReplica {
    pub name: Arc<str>,
    pub in_flight: u64,
    pub answered: u64,
}
