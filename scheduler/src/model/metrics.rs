//! What a model server's `/metrics` page says, as numbers that many readers take without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use arc_swap::ArcSwap;

/// The `LoRA` adapters of one endpoint.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Loras {
    pub active: Vec<Box<str>>,
    pub waiting: Vec<Box<str>>,
    /// How many adapters it can hold at once.
    pub max: u32,
}

/// What one scrape found; what it did not find stays as it was.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct MetricsSample {
    pub waiting: Option<u32>,
    pub running: Option<u32>,
    /// Share of the KV cache in use, 0 to 1.
    pub kv_cache_usage: Option<f32>,
    /// Tokens in a KV block.
    pub block_size: Option<u32>,
    /// KV blocks in all.
    pub blocks: Option<u32>,
    pub loras: Option<Loras>,
}

/// The latest known numbers of an endpoint. Written by the data layer, read by every decision.
#[derive(Debug, Default)]
pub struct EndpointMetrics {
    waiting: AtomicU32,
    running: AtomicU32,
    kv_cache_usage: AtomicU32,
    block_size: AtomicU32,
    blocks: AtomicU32,
    /// Microseconds since the start of the process; 0 before the first scrape.
    updated_at: AtomicU64,
    loras: ArcSwap<Loras>,
}

impl EndpointMetrics {
    /// Takes over what a scrape found. `now` is the time since the start of the process.
    pub(super) fn update(&self, sample: MetricsSample, now: Duration) {
        let set = |cell: &AtomicU32, value: Option<u32>| {
            if let Some(value) = value {
                cell.store(value, Relaxed);
            }
        };
        set(&self.waiting, sample.waiting);
        set(&self.running, sample.running);
        set(&self.kv_cache_usage, sample.kv_cache_usage.map(f32::to_bits));
        set(&self.block_size, sample.block_size);
        set(&self.blocks, sample.blocks);
        if let Some(loras) = sample.loras
            && *self.loras.load_full() != loras
        {
            self.loras.store(Arc::new(loras));
        }
        self.updated_at.store(micros(now).max(1), Relaxed);
    }

    /// Requests that wait in the engine's queue.
    pub fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    /// Requests that the engine runs.
    pub fn running(&self) -> u32 {
        self.running.load(Relaxed)
    }

    /// Share of the KV cache in use, 0 to 1.
    pub fn kv_cache_usage(&self) -> f32 {
        f32::from_bits(self.kv_cache_usage.load(Relaxed))
    }

    /// Tokens in a KV block; 0 while unknown.
    pub fn block_size(&self) -> u32 {
        self.block_size.load(Relaxed)
    }

    /// KV blocks in all; 0 while unknown.
    pub fn blocks(&self) -> u32 {
        self.blocks.load(Relaxed)
    }

    pub fn loras(&self) -> arc_swap::Guard<Arc<Loras>> {
        self.loras.load()
    }

    /// The time of the last scrape that succeeded, since the start of the process; none before the first.
    pub fn updated_at(&self) -> Option<Duration> {
        match self.updated_at.load(Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    /// Whether the numbers are younger than `limit`.
    #[inline]
    pub fn is_fresh(&self, now: Duration, limit: Duration) -> bool {
        // Of the same `now` and `limit` the oldest time is computed once for all endpoints.
        let oldest = micros(now.saturating_sub(limit)).max(1);
        self.updated_at.load(Relaxed) >= oldest
    }
}

#[inline]
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
