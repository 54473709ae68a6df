//! What is to happen when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::{Dispatch, RequestId};

/// Something that is to happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    Arrival(RequestId),
    Submission(Dispatch),
    StepEnd(usize),
    Gauges,
}

/// What is to happen, by time; at one time in the order of [`push`](Self::push).
#[derive(Debug, Default)]
pub(super) struct Timeline {
    heap: BinaryHeap<Reverse<Entry>>,
    pushed: u64,
}

#[derive(Debug)]
struct Entry {
    at: Duration,
    number: u64,
    due: Due,
}

impl Timeline {
    pub(super) fn push(&mut self, at: Duration, due: Due) {
        self.heap.push(Reverse(Entry { at, number: self.pushed, due }));
        self.pushed += 1;
    }

    pub(super) fn pop(&mut self) -> Option<(Duration, Due)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.due))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl Entry {
    fn key(&self) -> (Duration, u64) {
        (self.at, self.number)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
