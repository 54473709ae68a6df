//! One dispatched request.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::books::{EndpointBooks, whole};
use super::footprint::Anchors;
use super::learner::Learner;
use super::work::{Prefix, Usage, Work};

/// Output tokens from one entry in the books to the next.
const STRIDE: u32 = 8;

/// A request on its way through an endpoint. Dropping it takes back all that it booked, however it ended.
#[derive(Debug)]
pub struct Flight {
    books: Arc<EndpointBooks>,
    learner: Arc<Learner>,
    work: Work,
    expected_output: u32,
    /// Output tokens seen.
    generated: u32,
    booked: Booked,
    anchors: Anchors,
    first_token: FirstToken,
    stretch: Option<Stretch>,
}

/// What the endpoint's books hold because of this flight, apart from its anchors.
#[derive(Debug)]
struct Booked {
    generated: u32,
    remaining: u32,
    pending: u32,
    /// Units of prompt beside the anchors.
    private: u64,
}

/// What the wait for the first token has to be compared with.
#[derive(Debug)]
struct FirstToken {
    sent: Duration,
    prefill_tokens: u32,
    step: f32,
    /// Whether nothing but this request's own prefill stood before it.
    found_no_queue: bool,
}

/// Consecutive output tokens whose pace is measured.
#[derive(Debug)]
struct Stretch {
    begin: Duration,
    tokens: u32,
    prefill_events: u32,
    in_flight: f32,
    context: f32,
}

impl Flight {
    pub(super) fn new(
        now: Duration,
        books: &Arc<EndpointBooks>,
        learner: &Arc<Learner>,
        work: &Work,
        prefix: Prefix<'_>,
    ) -> Self {
        let constants = learner.constants();
        let load = books.load(now);
        let uncached = work.prompt_tokens.saturating_sub(prefix.hit_tokens);
        let hit = work.prompt_tokens - uncached;
        let prefill_tokens = whole(constants.prefill_tokens(uncached as f32, hit as f32));
        let expected_output = learner.output_tokens(work.max_tokens);
        let hits = (prefix.hit_tokens / prefix.block_tokens.max(1)) as usize;
        let unit = learner.prompt_unit();
        let units = |tokens: u32| whole((tokens as f32 / unit).round());
        let (anchors, covered, added) =
            books.footprint().add(prefix.blocks, units(prefix.block_tokens), hits);
        let private = u64::from(units(work.prompt_tokens)).saturating_sub(covered);
        books.set_unit(unit);
        let first_token = FirstToken {
            sent: now,
            prefill_tokens,
            step: load.slowness * constants.step_time(load.in_flight, load.context_tokens),
            found_no_queue: load.has_room(uncached as f32)
                && load.pending_time(constants.prefill_per_token) <= 0.0,
        };

        let pending = if work.is_streamed { prefill_tokens } else { 0 };
        if !work.is_streamed {
            books.add_unseen(now, prefill_tokens, constants.prefill_per_token);
        }
        books.hot.in_flight.fetch_add(1, Relaxed);
        books.hot.context.fetch_add(u64::from(work.prompt_tokens), Relaxed);
        books.hot.pending.fetch_add(u64::from(pending), Relaxed);
        books.hot.remaining.fetch_add(u64::from(expected_output), Relaxed);
        books.hot.prompts.fetch_add(private + added, Relaxed);
        books.write(uncached);
        books.prefill_events.fetch_add(1, Relaxed);
        Self {
            books: Arc::clone(books),
            learner: Arc::clone(learner),
            work: *work,
            expected_output,
            generated: 0,
            booked: Booked { generated: 0, remaining: expected_output, pending, private },
            anchors,
            first_token,
            stretch: None,
        }
    }

    /// Tells that `count` more output tokens came. The first call ends the prefill.
    pub fn tokens(&mut self, now: Duration, count: u32) {
        self.generated = self.generated.saturating_add(count);
        let Some(stretch) = &mut self.stretch else {
            self.end_prefill(now);
            self.stretch = Some(self.begin_stretch(now));
            return;
        };
        stretch.tokens = stretch.tokens.saturating_add(count);
        if stretch.tokens >= STRIDE {
            self.book_output();
            let next = self.begin_stretch(now);
            if let Some(stretch) = self.stretch.replace(next) {
                self.learn_pace(now, &stretch);
            }
        }
    }

    /// Tells that the response came to its own end, with what it said of its size.
    ///
    /// A flight that was cut off is dropped instead: its length says nothing of answers.
    pub fn finished(self, usage: Option<Usage>) {
        let usage = usage.unwrap_or_default();
        if self.work.prompt_bytes > 0 && usage.prompt_tokens > 0 {
            self.learner.observe_prompt(self.work.prompt_bytes, usage.prompt_tokens);
            self.books.set_unit(self.learner.prompt_unit());
        }
        let output = if usage.completion_tokens > 0 { usage.completion_tokens } else { self.generated };
        if output > 0 {
            self.learner.observe_output(output);
        }
    }

    fn end_prefill(&mut self, now: Duration) {
        let FirstToken { sent, prefill_tokens, step, found_no_queue } = self.first_token;
        self.release_pending();
        if found_no_queue && self.work.is_streamed {
            let slowness = self.books.load(now).slowness;
            let seconds = now.saturating_sub(sent).as_secs_f32();
            self.learner.observe_first_token(prefill_tokens, seconds, step, slowness);
        }
    }

    fn begin_stretch(&self, now: Duration) -> Stretch {
        let load = self.books.load(now);
        Stretch {
            begin: now,
            tokens: 0,
            prefill_events: self.books.prefill_events.load(Relaxed),
            in_flight: load.in_flight,
            context: load.context_tokens,
        }
    }

    /// Learns from a stretch during which the endpoint only decoded. All requests of an endpoint see the same
    /// steps, so only one stretch of those that overlap counts.
    fn learn_pace(&self, now: Duration, stretch: &Stretch) {
        let load = self.books.load(now);
        let is_quiet = !self.books.has_queue()
            && self.books.prefill_events.load(Relaxed) == stretch.prefill_events
            && load.pending_time(self.learner.constants().prefill_per_token) <= 0.0;
        let learned_until = &self.books.learned_until;
        if !is_quiet || nanoseconds(stretch.begin) < learned_until.load(Relaxed) {
            return;
        }
        learned_until.store(nanoseconds(now), Relaxed);
        let seconds = now.saturating_sub(stretch.begin).as_secs_f32() / stretch.tokens as f32;
        let in_flight = 0.5 * (stretch.in_flight + load.in_flight);
        let context = 0.5 * (stretch.context + load.context_tokens);
        if let Some(ratio) = self.learner.observe_step(in_flight, context, seconds, load.slowness) {
            self.books.observe_pace(ratio);
        }
    }

    fn book_output(&mut self) {
        let hot = &self.books.hot;
        let new = self.generated - self.booked.generated;
        hot.context.fetch_add(u64::from(new), Relaxed);
        hot.generated.fetch_add(new, Relaxed);
        self.books.write(new);
        self.booked.generated = self.generated;
        let remaining = self.remaining().min(self.booked.remaining);
        hot.remaining.fetch_sub(u64::from(self.booked.remaining - remaining), Relaxed);
        self.booked.remaining = remaining;
    }

    /// Output tokens still expected. One that is longer than expected keeps an eighth, up to its own limit.
    fn remaining(&self) -> u32 {
        let left = self.expected_output.saturating_sub(self.generated).max(self.expected_output / 8);
        left.min(self.work.max_tokens.unwrap_or(u32::MAX).saturating_sub(self.generated))
    }

    fn release_pending(&mut self) {
        let pending = std::mem::take(&mut self.booked.pending);
        self.books.hot.pending.fetch_sub(u64::from(pending), Relaxed);
        self.books.prefill_events.fetch_add(1, Relaxed);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.booked.pending > 0 {
            self.release_pending();
        }
        let generated = u64::from(self.booked.generated);
        let freed = self.books.footprint().remove(&self.anchors);
        let hot = &self.books.hot;
        hot.in_flight.fetch_sub(1, Relaxed);
        hot.context.fetch_sub(u64::from(self.work.prompt_tokens) + generated, Relaxed);
        hot.remaining.fetch_sub(u64::from(self.booked.remaining), Relaxed);
        hot.generated.fetch_sub(self.booked.generated, Relaxed);
        hot.prompts.fetch_sub(self.booked.private + freed, Relaxed);
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
