//! The last batches, for those who missed some.

use std::collections::VecDeque;

use bytes::Bytes;

/// Payloads by sequence number; bounded in number and in bytes.
#[derive(Debug)]
pub(super) struct Journal {
    payloads: VecDeque<Bytes>,
    /// Of all payloads.
    bytes: usize,
    most_payloads: usize,
    most_bytes: usize,
    /// The sequence number of the next payload.
    next: u64,
}

impl Journal {
    pub(super) fn new(most_payloads: usize, most_bytes: usize) -> Self {
        Self { payloads: VecDeque::new(), bytes: 0, most_payloads, most_bytes, next: 0 }
    }

    /// Keeps a payload, gives it its number and forgets the oldest ones when there is too much.
    pub(super) fn push(&mut self, payload: Bytes) -> u64 {
        self.bytes += payload.len();
        self.payloads.push_back(payload);
        while (self.payloads.len() > self.most_payloads || self.bytes > self.most_bytes)
            && let Some(forgotten) = self.payloads.pop_front()
        {
            self.bytes -= forgotten.len();
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
