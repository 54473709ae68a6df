//! The last decisions with all their scores, for those who ask why.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// How many decisions are kept.
const KEPT: usize = 64;

/// One profile of one decision. The vectors are kept and filled again, so a full log allocates nothing.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Record {
    pub request_id: String,
    pub model: String,
    pub target_model: String,
    /// Milliseconds since the start of the process.
    pub at_ms: u64,
    pub profile: String,
    /// `ip:port`, best first.
    pub picked: Vec<String>,
    /// Names and weights of the scorers.
    pub scorers: Vec<(String, f64)>,
    /// `ip:port` of each candidate.
    pub candidates: Vec<String>,
    /// Weighted sums, parallel to `candidates`.
    pub totals: Vec<f64>,
    /// By scorer, then by candidate; before weights.
    pub scores: Vec<f64>,
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

/// Makes `texts` hold these, in the memory it has.
pub fn refill<'a>(texts: &mut Vec<String>, from: impl Iterator<Item = &'a str>) {
    let mut count = 0;
    for text in from {
        match texts.get_mut(count) {
            Some(kept) => {
                kept.clear();
                kept.push_str(text);
            }
            None => texts.push(text.to_owned()),
        }
        count += 1;
    }
    texts.truncate(count);
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

    #[test]
    fn refilling_keeps_the_memory() {
        let mut texts = vec!["a long text that stays".to_owned(), "b".to_owned(), "c".to_owned()];
        let before = texts[0].as_ptr();
        refill(&mut texts, ["x", "y"].into_iter());
        assert_eq!(texts, ["x", "y"]);
        assert_eq!(texts[0].as_ptr(), before);
    }
}
