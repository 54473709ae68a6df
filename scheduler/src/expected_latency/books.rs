//! What this process knows of one endpoint because it sent the work there itself.
//!
//! Scraped gauges are old when many requests arrive at once; these books are not. Scoring reads one cache line an
//! endpoint and takes no lock. The lock around [`Footprint`] is taken at a request's start and end only.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::atomic_f32::AtomicF32;
use super::footprint::Footprint;

/// The bounds of [`Load::slowness`].
const SLOWNESS: (f32, f32) = (0.25, 4.0);
/// The share of a new observation in the slowness: the last twenty count.
const SLOWNESS_STEP: f32 = 0.05;
/// The bounds of the tokens that a unit of prompt has, and the share of a new observation.
const UNIT: std::ops::RangeInclusive<f32> = 0.25..=4.0;
const UNIT_STEP: f32 = 0.1;

/// The books of one endpoint. Make new ones when the endpoint comes back from the dead: its cache is empty then.
#[derive(Debug, Default)]
pub struct EndpointBooks {
    pub(super) hot: Hot,
    /// Counts what begins or ends a prefill, so that two equal readings mean that none ran between them.
    pub(super) prefill_events: AtomicU32,
    /// The end, in nanoseconds, of the last stretch of steps that was learned from.
    pub(super) learned_until: AtomicU64,
    is_calibrated: AtomicBool,
    has_queue: AtomicBool,
    footprint: Mutex<Footprint>,
}

/// All that scoring reads. Sums of tokens are `u64`: each request adds at most `u32::MAX`, so none can overflow. (That of
/// output in flight would wrap, and back.)
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Hot {
    pub(super) in_flight: AtomicU32,
    capacity: AtomicF32,
    slowness: AtomicF32,
    written: AtomicF32,
    /// Tokens of a unit of `prompts`.
    unit: AtomicF32,
    /// Output tokens of the requests in flight.
    pub(super) generated: AtomicU32,
    pub(super) context: AtomicU64,
    pub(super) pending: AtomicU64,
    pub(super) remaining: AtomicU64,
    /// Distinct prompt that requests in flight need, in units of as many bytes whatever is known of tokens: so what is
    /// learned of them counts at once for all that is booked.
    pub(super) prompts: AtomicU64,
    /// Prefill whose end nobody will tell: tokens in the upper half, the millisecond of that count in the lower.
    unseen: AtomicU64,
}

const _: () = assert!(size_of::<Hot>() == 64, "one cache line");

impl Default for Hot {
    fn default() -> Self {
        Self {
            in_flight: AtomicU32::default(),
            capacity: AtomicF32::new(0.0),
            slowness: AtomicF32::new(1.0),
            written: AtomicF32::new(0.0),
            unit: AtomicF32::new(1.0),
            generated: AtomicU32::default(),
            context: AtomicU64::default(),
            pending: AtomicU64::default(),
            remaining: AtomicU64::default(),
            prompts: AtomicU64::default(),
            unseen: AtomicU64::default(),
        }
    }
}

/// One reading of an endpoint's books.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Requests sent and not ended.
    pub in_flight: f32,
    /// Tokens of their prompts and of what they generated so far.
    pub context_tokens: f32,
    /// Prefill not known to be done, in the unit of [`Constants::prefill_tokens`](super::Constants::prefill_tokens).
    pub pending_tokens: f32,
    /// The same of requests that are not streamed, as of `unseen_age`.
    pub unseen_tokens: f32,
    /// Seconds since `unseen_tokens` was counted; the engine works it off meanwhile.
    pub unseen_age: f32,
    /// Output tokens still expected.
    pub remaining_tokens: f32,
    /// Distinct tokens in the KV cache that requests in flight need.
    pub active_tokens: f32,
    /// Tokens written into the KV cache, all told, since its capacity is known and up to it.
    pub written_tokens: f32,
    /// Tokens that the KV cache holds; 0 if unknown.
    pub capacity_tokens: f32,
    /// How long this endpoint's steps take, as a multiple of the pool's average.
    pub slowness: f32,
}

impl Load {
    /// Seconds until the prefill already sent is done, where one token takes `prefill_per_token`.
    #[inline]
    pub fn pending_time(&self, prefill_per_token: f32) -> f32 {
        let rate = self.slowness * prefill_per_token;
        let unseen = rate * self.unseen_tokens - self.unseen_age;
        rate * self.pending_tokens + if unseen > 0.0 { unseen } else { 0.0 }
    }

    /// Whether the KV cache has room for so many tokens beside those in use.
    #[inline]
    pub fn has_room(&self, tokens: f32) -> bool {
        self.capacity_tokens == 0.0 || self.active_tokens + tokens <= self.capacity_tokens
    }

    /// Seconds until enough requests have ended to make that room, where a step takes `step`. Those in flight are
    /// taken to be spread evenly over their lengths, so that n² / (2 × remaining) of them end in a step.
    #[inline]
    pub fn room_time(&self, tokens: f32, step: f32) -> f32 {
        if self.in_flight == 0.0 || self.has_room(tokens) {
            return 0.0;
        }
        let missing = self.active_tokens + tokens - self.capacity_tokens;
        2.0 * missing * self.remaining_tokens * step / (self.active_tokens.max(1.0) * self.in_flight)
    }
}

impl EndpointBooks {
    /// Sets how many tokens the endpoint's KV cache holds: blocks times block size; 0 means unknown.
    pub fn set_capacity(&self, tokens: u32) {
        self.hot.capacity.store(tokens as f32);
    }

    /// Requests sent and not ended.
    pub fn in_flight(&self) -> u32 {
        self.hot.in_flight.load(Relaxed)
    }

    /// Tokens of their prompts and of what they generated so far.
    pub fn context_tokens(&self) -> u64 {
        self.hot.context.load(Relaxed)
    }

    /// Reads the books at the time `now`.
    pub fn load(&self, now: Duration) -> Load {
        self.load_at(milliseconds(now))
    }

    #[inline]
    pub(super) fn load_at(&self, now: u32) -> Load {
        let hot = &self.hot;
        let (unseen_tokens, since) = halves(hot.unseen.load(Relaxed));
        let age = if unseen_tokens == 0 { 0 } else { elapsed(since, now) };
        // Signed integers become floats in one instruction, unsigned ones of 64 bits do not.
        let tokens = |sum: &AtomicU64| sum.load(Relaxed).cast_signed() as f32;
        Load {
            in_flight: hot.in_flight.load(Relaxed) as f32,
            context_tokens: tokens(&hot.context),
            pending_tokens: tokens(&hot.pending),
            unseen_tokens: unseen_tokens as f32,
            unseen_age: age as f32 * 1e-3,
            remaining_tokens: tokens(&hot.remaining),
            active_tokens: hot.unit.load() * tokens(&hot.prompts) + hot.generated.load(Relaxed) as f32,
            written_tokens: hot.written.load(),
            capacity_tokens: hot.capacity.load(),
            slowness: hot.slowness.load(),
        }
    }

    /// Says how many tokens a unit of prompt has, as far as answers have told. What the endpoint itself says counts more.
    pub(super) fn set_unit(&self, tokens: f32) {
        if !self.is_calibrated.load(Relaxed) {
            self.hot.unit.store(tokens);
        }
    }

    /// Takes in what the endpoint says of itself: how many requests wait there, how many it runs, and how many tokens of
    /// its KV cache these use.
    ///
    /// Where it runs what is in flight, and all of that decodes, the difference to the books is an error in what is
    /// believed of prompts: how long they are, and what they share.
    pub fn told(&self, waiting: u32, running: u32, used_tokens: f32) {
        let hot = &self.hot;
        self.has_queue.store(waiting > 0, Relaxed);
        let is_ours = waiting == 0 && running == hot.in_flight.load(Relaxed);
        let prompts = hot.prompts.load(Relaxed) as f32;
        let unit = (used_tokens - hot.generated.load(Relaxed) as f32) / prompts;
        if !is_ours || hot.pending.load(Relaxed) > 0 || !UNIT.contains(&unit) {
            return;
        }
        let old = if self.is_calibrated.swap(true, Relaxed) { hot.unit.load() } else { unit };
        hot.unit.store(old + UNIT_STEP * (unit - old));
    }

    /// Whether requests wait at the endpoint, as far as it has told: its steps have fewer requests than are in flight.
    pub(super) fn has_queue(&self) -> bool {
        self.has_queue.load(Relaxed)
    }

    pub(super) fn footprint(&self) -> MutexGuard<'_, Footprint> {
        self.footprint.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts tokens written into the cache. Past the capacity more of them say nothing new. An estimate: of two
    /// writers at once, one may be lost.
    pub(super) fn write(&self, tokens: u32) {
        let (written, capacity) = (self.hot.written.load(), self.hot.capacity.load());
        if written < capacity {
            self.hot.written.store((written + tokens as f32).min(capacity));
        }
    }

    /// Adds prefill whose end will not be seen; the engine works off a token in `prefill_per_token` seconds.
    pub(super) fn add_unseen(&self, now: Duration, tokens: u32, prefill_per_token: f32) {
        let now = milliseconds(now);
        let rate = prefill_per_token * self.hot.slowness.load();
        let _ = self.hot.unseen.fetch_update(Relaxed, Relaxed, |unseen| {
            let (left, since) = halves(unseen);
            let done = whole(elapsed(since, now) as f32 * 1e-3 / rate);
            let sum = left.saturating_sub(done).saturating_add(tokens);
            Some(u64::from(sum) << 32 | u64::from(now))
        });
    }

    /// Learns from a step that took `ratio` times what the pool's constants say. One odd step moves little.
    pub(super) fn observe_pace(&self, ratio: f32) {
        let slowness = self.hot.slowness.load();
        let ratio = ratio.clamp(0.5 * slowness, 2.0 * slowness);
        let next = slowness + SLOWNESS_STEP * (ratio - slowness);
        self.hot.slowness.store(next.clamp(SLOWNESS.0, SLOWNESS.1));
    }
}

/// The nearest whole number of tokens not above `value`; what is no number is 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, as wanted")]
pub(super) fn whole(value: f32) -> u32 {
    value as u32
}

/// Milliseconds since the start; they wrap after 49 days, which only their differences can notice.
#[expect(clippy::cast_possible_truncation, reason = "wraps on purpose")]
pub(super) fn milliseconds(now: Duration) -> u32 {
    now.as_millis() as u32
}

/// Milliseconds from `since` to `now`; none if the clock went back.
fn elapsed(since: u32, now: u32) -> u32 {
    let elapsed = now.wrapping_sub(since);
    if elapsed > u32::MAX / 2 { 0 } else { elapsed }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn halves(packed: u64) -> (u32, u32) {
    ((packed >> 32) as u32, packed as u32)
}
