//! The engine in real time.
//!
//! One task owns the engine: requests come to it by a channel, tokens go back by channels. Steps end at absolute times,
//! each as long after the end of the one before as the engine says; when the task is woken late, the next step is not.

mod handle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::faults::Faults;
use super::metrics::{Finished, Metrics};
use super::outbox::Outbox;
use crate::engine::{CacheEvent, Engine, Request, SequenceId, Stats, Token};
use crate::kv_events::{Event, Publisher, SequenceTokens};
use handle::{Command, FlightId};
pub(super) use handle::{EngineHandle, Flight, Job, Progress, Work};

/// A task that is this late has no hope of catching up: the steps it missed are put off, not played in a burst.
const MOST_LATE: Duration = Duration::from_secs(1);
/// Tokens of a step that is shorter are not told ahead: nothing would be won.
const WORTH_TELLING_AHEAD: Duration = Duration::from_millis(5);
/// So that no sum of times is out of range.
const LONGEST_STEP: Duration = Duration::from_secs(86_400);

/// A sequence in the engine.
struct Live {
    flight: FlightId,
    /// Which of the flight's sequences.
    position: u32,
    work: Work,
    lora: Option<Arc<str>>,
    siblings: Arc<Siblings>,
    arrival: Instant,
    admitted: Instant,
    first_token: Instant,
    latest_token: Instant,
    progress: mpsc::UnboundedSender<Progress>,
    outbox: Option<Arc<Outbox>>,
    /// Whether the token of the step under way was told already.
    is_told: bool,
}

impl Live {
    fn tell(&self, Token { index, cached_tokens, is_last, .. }: Token) {
        // A client that has gone says so by the end of its flight.
        let _ = self.progress.send(Progress { position: self.position, index, cached_tokens, is_last });
    }
}

/// A step of the engine under way.
#[derive(Clone, Copy)]
struct Step {
    start: Instant,
    /// Of the engine's own time.
    duration: Duration,
    end: Instant,
}

/// What the choices of one prompt share; the last to end is the last to hold it.
struct Siblings {
    choices: u32,
    /// Tokens of the longest.
    longest: u32,
}

/// What the driver needs beside the engine.
pub(super) struct Surroundings {
    pub(super) metrics: Arc<Metrics>,
    pub(super) faults: watch::Receiver<Faults>,
    /// Wall-clock seconds of a second of the engine's time.
    pub(super) time_scale: f64,
    pub(super) has_loras: bool,
    pub(super) events: Option<Publisher>,
    /// Tokens of a KV block.
    pub(super) block_size: u32,
}

/// Owns the engine.
pub(super) struct Driver {
    engine: Engine,
    surroundings: Surroundings,
    commands: mpsc::UnboundedReceiver<Command>,
    live: HashMap<SequenceId, Live>,
    flights: HashMap<FlightId, Vec<SequenceId>>,
    /// Sequences that were not admitted yet, in the order they came.
    queued: VecDeque<SequenceId>,
    step: Option<Step>,
    /// When the last one ended, if the next begins there.
    previous_end: Option<Instant>,
    published: Stats,
    /// What of the step under way was told already is held there.
    held: Vec<Arc<Outbox>>,
    tokens: Vec<Token>,
    cache_events: Vec<CacheEvent>,
}

impl Driver {
    /// A driver, and the way to reach it.
    pub(super) fn new(mut engine: Engine, surroundings: Surroundings) -> (Self, EngineHandle) {
        let (handle, commands) = EngineHandle::new();
        if surroundings.events.is_some() {
            engine.record_cache_events();
        }
        let driver = Self {
            engine,
            surroundings,
            commands,
            live: HashMap::new(),
            flights: HashMap::new(),
            queued: VecDeque::new(),
            step: None,
            previous_end: None,
            published: Stats::default(),
            held: Vec::new(),
            tokens: Vec::new(),
            cache_events: Vec::new(),
        };
        (driver, handle)
    }

    /// Drives the engine until nobody can reach it any more.
    pub(super) async fn run(mut self) {
        self.publish_stats();
        loop {
            let is_hung = self.surroundings.faults.borrow().fault_hang;
            let step_end = self.step.filter(|_| !is_hung).map(|step| step.end);
            tokio::select! {
                biased;
                end = until(step_end) => self.end_step(end),
                Ok(()) = self.surroundings.faults.changed() => self.time_step_anew(),
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
            }
            if self.step.is_none() {
                while let Ok(command) = self.commands.try_recv() {
                    self.obey(command);
                }
                self.begin_step();
            }
        }
    }

    /// A step under way takes as long as it does by the faults that are in force now, but what should have ended already,
    /// as after a hang, ends now.
    fn time_step_anew(&mut self) {
        if let Some(Step { start, duration, .. }) = self.step {
            let end = (start + self.wall_clock(duration)).max(Instant::now());
            self.step = Some(Step { start, duration, end });
        }
    }

    /// How long a step takes here.
    fn wall_clock(&self, duration: Duration) -> Duration {
        let factor = self.surroundings.time_scale * self.surroundings.faults.borrow().fault_slow_factor;
        let duration = Duration::try_from_secs_f64(duration.as_secs_f64() * factor);
        duration.unwrap_or(LONGEST_STEP).min(LONGEST_STEP)
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Begin { flight, job, arrival, progress } => self.submit(flight, job, arrival, &progress),
            Command::End(flight) => self.abort(flight),
            Command::ResetPrefixCache(answer) => {
                // Who asked and has gone does not want to know.
                let _ = answer.send(self.engine.reset_prefix_cache());
                self.publish_cache_events();
            }
        }
    }

    fn submit(
        &mut self,
        flight: FlightId,
        job: Job,
        arrival: Instant,
        progress: &mpsc::UnboundedSender<Progress>,
    ) {
        let Job { works, lora, choices, outbox } = job;
        let siblings = |works: &[Work]| {
            let longest = works.iter().map(Work::output_tokens).max().unwrap_or_default();
            Arc::new(Siblings { choices, longest })
        };
        let per_prompt = choices.max(1) as usize;
        let families: Vec<Arc<Siblings>> = works.chunks(per_prompt).map(siblings).collect();
        let families = families.into_iter().flat_map(|family| std::iter::repeat_n(family, per_prompt));
        for ((position, work), siblings) in (0..).zip(works).zip(families) {
            let request = Request {
                prompt_tokens: work.prompt_tokens,
                output_tokens: work.output_tokens(),
                blocks: Arc::clone(&work.blocks),
            };
            let id = match self.engine.submit(request) {
                Ok(id) => id,
                Err(error) => {
                    tracing::error!(%error, "a request cannot be served");
                    continue;
                }
            };
            let (lora, progress, outbox) = (lora.clone(), progress.clone(), outbox.clone());
            let (admitted, first_token, latest_token) = (arrival, arrival, arrival);
            let live = Live {
                flight,
                position,
                work,
                lora,
                siblings,
                arrival,
                admitted,
                first_token,
                latest_token,
                progress,
                outbox,
                is_told: false,
            };
            self.live.insert(id, live);
            self.flights.entry(flight).or_default().push(id);
            self.queued.push_back(id);
        }
    }

    /// Takes a flight out of the books; what has not ended is aborted.
    fn abort(&mut self, flight: FlightId) {
        // Their tokens are needed for what they stored.
        self.publish_cache_events();
        for id in self.flights.remove(&flight).unwrap_or_default() {
            if self.live.remove(&id).is_some() {
                self.engine.abort(id);
                self.surroundings.metrics.aborted();
            }
        }
        if self.step.is_none() {
            self.publish_stats();
        }
    }

    fn begin_step(&mut self) {
        let start = self.previous_end.take().unwrap_or_else(Instant::now);
        let Some(duration) = self.engine.begin_step() else { return };
        let wall_clock = self.wall_clock(duration);
        self.step = Some(Step { start, duration, end: start + wall_clock });
        if wall_clock >= WORTH_TELLING_AHEAD {
            self.tell_ahead();
        }
        while let Some(id) = self.queued.front().copied()
            && !self.engine.waiting().any(|waiting| waiting == id)
        {
            self.queued.pop_front();
            if let Some(live) = self.live.get_mut(&id) {
                live.admitted = start.max(live.arrival);
            }
        }
    }

    /// Tells of the tokens that will come when the step ends, so that what is sent of them is made until then. Not of a
    /// request's first and last: an answer's head and its end are not held.
    fn tell_ahead(&mut self) {
        for token in self.engine.coming().filter(|token| token.index > 0 && !token.is_last) {
            let Some(live) = self.live.get_mut(&token.id) else { continue };
            if let Some(outbox) = &live.outbox {
                outbox.hold();
                self.held.push(Arc::clone(outbox));
                live.is_told = true;
                live.tell(token);
            }
        }
    }

    fn end_step(&mut self, end: Instant) {
        let late = end.elapsed();
        let end = if late > MOST_LATE {
            tracing::warn!(?late, "steps are put off: this machine is too slow for the engine it simulates");
            Instant::now()
        } else {
            end
        };
        self.step = None;
        self.previous_end = Some(end);
        // The first thing, as it is due now; the books come after.
        for outbox in self.held.drain(..) {
            outbox.let_go();
        }
        let mut tokens = std::mem::take(&mut self.tokens);
        self.engine.end_step(&mut tokens);
        self.publish_cache_events();
        for token in tokens.drain(..) {
            self.deliver(token, end);
        }
        self.tokens = tokens;
        self.publish_stats();
    }

    fn deliver(&mut self, token: Token, now: Instant) {
        let Token { id, index, cached_tokens, is_last } = token;
        let Some(live) = self.live.get_mut(&id) else { return };
        if !std::mem::take(&mut live.is_told) {
            live.tell(token);
        }
        let metrics = &self.surroundings.metrics;
        if index == 0 {
            live.first_token = now;
            let since_arrival = now.saturating_duration_since(live.arrival);
            metrics.first_token(since_arrival, live.work.prompt_tokens, cached_tokens);
        } else {
            metrics.next_token(now.saturating_duration_since(live.latest_token));
        }
        live.latest_token = now;
        if !is_last {
            return;
        }
        let Some(live) = self.live.remove(&id) else { return };
        if let Some(ids) = self.flights.get_mut(&live.flight) {
            ids.retain(|other| *other != id);
        }
        metrics.finished(&Finished {
            reason: live.work.reason,
            queued: live.admitted.saturating_duration_since(live.arrival),
            prefill: live.first_token.saturating_duration_since(live.admitted),
            decode: now.saturating_duration_since(live.first_token),
            prompt_tokens: live.work.prompt_tokens,
            cached_tokens,
            output_tokens: index + 1,
            max_tokens: live.work.max_tokens,
        });
        if let Some(Siblings { choices, longest }) = Arc::into_inner(live.siblings) {
            metrics.all_finished(choices, longest);
        }
    }

    fn publish_stats(&mut self) {
        let stats = self.engine.stats();
        self.surroundings.metrics.set_stats(&self.published, &stats);
        self.published = stats;
        if self.surroundings.has_loras {
            let waiting: HashSet<SequenceId> = self.engine.waiting().collect();
            let mut names = [BTreeSet::new(), BTreeSet::new()];
            for (id, live) in &self.live {
                if let Some(lora) = &live.lora {
                    names[usize::from(waiting.contains(id))].insert(&**lora);
                }
            }
            self.surroundings.metrics.set_loras(&names[0], &names[1]);
        }
    }

    fn publish_cache_events(&mut self) {
        let Some(publisher) = &self.surroundings.events else { return };
        self.engine.take_cache_events(&mut self.cache_events);
        for change in self.cache_events.drain(..) {
            let event = Event::new(change, self.surroundings.block_size, |id| {
                let live = self.live.get(&id)?;
                Some(SequenceTokens { tokens: &live.work.tokens, lora_name: live.lora.as_deref() })
            });
            if let Some(event) = event {
                publisher.publish(event);
            }
        }
    }
}

/// Waits for that time, if there is one, and gives it back.
async fn until(time: Option<Instant>) -> Instant {
    match time {
        Some(time) => {
            tokio::time::sleep_until(time).await;
            time
        }
        None => std::future::pending().await,
    }
}
