//! What a stage has brought so far.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hdrhistogram::Histogram;
use tokio_util::sync::CancellationToken;

use crate::plan::Plan;
use crate::sample::Sample;

/// A stage that is under way, shared by its requests.
#[derive(Debug)]
pub(super) struct StageLog {
    pub(super) stage: u32,
    /// Cancels what is in flight.
    pub(super) cut: CancellationToken,
    records: Mutex<Records>,
}

/// Samples, and microseconds between events.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) samples: Vec<Sample>,
    pub(super) gaps: Histogram<u64>,
    /// When the last request was sent.
    pub(super) last_sent: Option<Instant>,
}

impl StageLog {
    pub(super) fn new(stage: u32, requests: usize) -> Self {
        let records = Records { samples: Vec::with_capacity(requests), gaps: Plan::gaps(), last_sent: None };
        Self { stage, cut: CancellationToken::new(), records: Mutex::new(records) }
    }

    pub(super) fn sent(&self, now: Instant) {
        let mut records = self.records();
        records.last_sent = records.last_sent.max(Some(now));
    }

    pub(super) fn last_sent(&self) -> Option<Instant> {
        self.records().last_sent
    }

    /// Adds gaps to the histogram.
    pub(super) fn take_gaps(&self, gaps: &[u32]) {
        let mut records = self.records();
        for gap in gaps {
            records.gaps.saturating_record((*gap).into());
        }
    }

    pub(super) fn end(&self, sample: Sample) {
        self.records().samples.push(sample);
    }

    /// All that was recorded; nothing is left.
    pub(super) fn take(&self) -> Records {
        let empty = Records { samples: Vec::new(), gaps: Plan::gaps(), last_sent: None };
        std::mem::replace(&mut self.records(), empty)
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
