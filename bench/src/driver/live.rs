//! What a run looks like while it goes on.

mod lately;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::plan::{Pacing, PlannedStage};
use lately::Lately;

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
    /// Each replica that is known with the requests that it has in flight and has answered, as far as headers of answers
    /// tell.
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

/// Where a driver says what goes on. Clones show the same run.
///
/// One lock, taken three times a request and once a snapshot, for well below a microsecond.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    stage: usize,
    stages: usize,
    began: Option<Instant>,
    window: Option<Duration>,
    offered_rate: Option<f64>,
    planned: u64,
    sent: u64,
    answered: u64,
    failed: u64,
    in_flight: u64,
    replicas: BTreeMap<Arc<str>, (u64, u64)>,
    lately: Lately,
    /// The last moments of stages that nobody has asked for yet.
    ended: Vec<LiveSnapshot>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ended {
    /// With the seconds of its TTFT and TPOT.
    Answered {
        ttft: Option<f64>,
        tpot: Option<f64>,
    },
    Failed,
    Cancelled,
}

impl Live {
    pub fn snapshot(&self) -> LiveSnapshot {
        self.snapshot_at(Instant::now())
    }

    /// The last moment of each stage that has ended since this was asked before.
    pub fn take_ended(&self) -> Vec<LiveSnapshot> {
        std::mem::take(&mut self.lock().ended)
    }

    /// These replicas are shown although they have answered nothing yet.
    pub(super) fn know<'a>(&self, replicas: impl IntoIterator<Item = &'a str>) {
        let mut state = self.lock();
        for name in replicas {
            state.replicas.entry(name.into()).or_default();
        }
    }

    pub(super) fn begin_stage(&self, stage: usize, stages: usize, planned: &PlannedStage) {
        let (window, offered_rate) = match planned.pacing {
            Pacing::Open { rate, window } => (Some(window), Some(rate)),
            Pacing::Closed { .. } => (None, None),
        };
        let mut current = self.lock();
        let of_before = std::mem::take(&mut *current);
        *current = State {
            stage,
            stages,
            began: Some(Instant::now()),
            window,
            offered_rate,
            planned: planned.requests.iter().map(|request| 1 + request.follow_ups.len() as u64).sum(),
            replicas: of_before.replicas,
            lately: of_before.lately,
            ended: of_before.ended,
            ..State::default()
        };
    }

    pub(super) fn end_stage(&self) {
        let last = self.snapshot();
        self.lock().ended.push(last);
    }

    pub(super) fn sent(&self, now: Instant) {
        let mut state = self.lock();
        state.sent += 1;
        state.in_flight += 1;
        state.lately.sent(now);
    }

    /// A replica has begun to answer.
    pub(super) fn began(&self, replica: &Arc<str>) {
        let mut state = self.lock();
        match state.replicas.get_mut(replica) {
            Some((in_flight, _)) => *in_flight += 1,
            None => {
                state.replicas.insert(Arc::clone(replica), (1, 0));
            }
        }
    }

    /// A request is over; `replica` when it was told by [`began`](Self::began).
    pub(super) fn ended(&self, now: Instant, replica: Option<&Arc<str>>, ended: Ended) {
        let mut state = self.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
        let is_answered = matches!(ended, Ended::Answered { .. });
        if let Some((in_flight, answered)) = replica.and_then(|name| state.replicas.get_mut(name)) {
            *in_flight = in_flight.saturating_sub(1);
            *answered += u64::from(is_answered);
        }
        match ended {
            Ended::Answered { ttft, tpot } => {
                state.answered += 1;
                state.lately.answered(now, ttft, tpot);
            }
            Ended::Failed => state.failed += 1,
            Ended::Cancelled => {}
        }
    }

    fn snapshot_at(&self, now: Instant) -> LiveSnapshot {
        let mut state = self.lock();
        state.lately.move_to(now);
        let State { stage, stages, window: stage_window, offered_rate, planned, .. } = *state;
        let State { sent, answered, failed, in_flight, .. } = *state;
        let replica = |(name, counts): (&Arc<str>, &(u64, u64))| LiveReplica {
            name: Arc::clone(name),
            in_flight: counts.0,
            answered: counts.1,
        };
        let replicas = state.replicas.iter().map(replica).collect();
        let stage_elapsed = state.began.map(|began| now.saturating_duration_since(began)).unwrap_or_default();
        let lately = state.lately.clone();
        // What follows sorts: not while requests wait for the lock.
        drop(state);
        let (sent_rate, answered_rate) = lately.rates(now);
        let (ttft, tpot) = lately.recent();
        LiveSnapshot {
            stage,
            stages,
            stage_elapsed,
            stage_window,
            offered_rate,
            sent_rate,
            answered_rate,
            planned,
            sent,
            answered,
            failed,
            in_flight,
            ttft,
            tpot,
            replicas,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
