//! The last batches, for those who missed some.

use std::collections::VecDeque;

use bytes::Bytes;

/// Payloads by sequence number; bounded.
#[derive(Debug)]
pub(super) struct Journal {
    payloads: VecDeque<Bytes>,
    capacity: usize,
    /// The sequence number of the next payload.
    next: u64,
}

impl Journal {
    pub(super) fn new(capacity: usize) -> Self {
        Self { payloads: VecDeque::new(), capacity, next: 0 }
    }

    /// Keeps a payload, gives it its number and forgets the oldest when there are too many.
    pub(super) fn push(&mut self, payload: Bytes) -> u64 {
        self.payloads.push_back(payload);
        if self.payloads.len() > self.capacity {
            self.payloads.pop_front();
        }
        let sequence = self.next;
        self.next += 1;
        sequence
    }

    /// What is kept from a number on.
    pub(super) fn since(&self, start: u64) -> impl Iterator<Item = (u64, Bytes)> {
        let oldest = self.next - self.payloads.len() as u64;
        let numbered = (oldest..).zip(self.payloads.iter().cloned());
        numbered.skip_while(move |&(sequence, _)| sequence < start)
    }
}
