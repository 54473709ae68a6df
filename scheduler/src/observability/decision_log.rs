//! The last decisions with all their scores, for those who ask why.

use std::sync::{Arc, Mutex, PoisonError};

use crate::datastore::Snapshot;

/// How many decisions are kept.
const KEPT: usize = 64;

/// One profile of one decision. The vectors are kept and filled again, so a full log allocates nothing; candidates are
/// numbers until somebody asks.
#[derive(Debug, Default, Clone)]
pub struct Record {
    pub request_id: String,
    pub model: String,
    pub target_model: String,
    /// Milliseconds since the start of the process.
    pub at_ms: u64,
    pub profile: String,
    /// The pool that the numbers below count in.
    pub snapshot: Arc<Snapshot>,
    /// `ip:port`, best first.
    pub picked: Vec<Arc<str>>,
    /// Names and weights of the scorers.
    pub scorers: Vec<(String, f64)>,
    pub candidates: Vec<u32>,
    /// Weighted sums, parallel to `candidates`.
    pub totals: Vec<f64>,
    /// By scorer, then by candidate; before weights.
    pub scores: Vec<f64>,
}

impl Record {
    /// `ip:port` of each candidate.
    pub fn addresses(&self) -> impl Iterator<Item = &Arc<str>> {
        let endpoints = &self.snapshot.endpoints;
        self.candidates.iter().map(|&index| &endpoints[index as usize].address)
    }
}

#[derive(Debug, Default)]
struct Ring {
    records: Vec<Record>,
    next: usize,
}

/// Keeps the last decisions. Writing never waits: what comes while another writes or reads is left out.
#[derive(Debug, Default)]
pub struct DecisionLog(Mutex<Ring>);

impl DecisionLog {
    /// Lets `fill` write a decision into the record of the oldest.
    pub fn record(&self, fill: impl FnOnce(&mut Record)) {
        let Ok(mut ring) = self.0.try_lock() else { return };
        let next = ring.next;
        ring.next = (next + 1) % KEPT;
        if ring.records.len() < KEPT {
            ring.records.push(Record::default());
        }
        if let Some(record) = ring.records.get_mut(next) {
            fill(record);
        }
    }

    /// The decisions, newest first.
    pub fn newest(&self) -> Vec<Record> {
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (newer, older) = ring.records.split_at(ring.next.min(ring.records.len()));
        newer.iter().rev().chain(older.iter().rev()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let log = DecisionLog::default();
        for number in 0..100 {
            log.record(|record| record.at_ms = number);
        }
        let kept: Vec<u64> = log.newest().iter().map(|record| record.at_ms).collect();
        assert_eq!(kept, (36..100).rev().collect::<Vec<_>>());
    }
}
