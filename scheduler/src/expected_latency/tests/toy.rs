//! Engines that batch continuously, with the step time of `schedsim.md` §1.1, behind the policy and a picker of the
//! best score. The prefix index is exact and nothing is ever evicted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::expected_latency::{
    EndpointBooks, Flight, Hits, HoldQueue, Parameters, Policy, Prefix, Ticket, Usage, Work, score,
};

const STEP_BUDGET: u32 = 8192;
pub(super) const BLOCK: u32 = 16;

#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) at: f64,
    pub(super) group: u64,
    pub(super) shared: u32,
    pub(super) own: u32,
    pub(super) output: u32,
}

struct Job {
    flight: Flight,
    request: Request,
    uncached: u32,
    generated: u32,
    first_token: f64,
}

pub(super) struct Engine {
    pub(super) books: Arc<EndpointBooks>,
    slowness: f64,
    capacity: u32,
    cached: BTreeSet<u64>,
    waiting: VecDeque<Job>,
    running: Vec<Job>,
    chunks: Vec<u32>,
    step_end: f64,
}

/// What became of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub(super) group: u64,
    pub(super) engine: usize,
    pub(super) first_token: f64,
    pub(super) latency: f64,
}

pub(super) struct Toy {
    pub(super) policy: Policy,
    pub(super) engines: Vec<Engine>,
    pub(super) served: Vec<Served>,
    pub(super) random: Random,
    held: HoldQueue<Request>,
    /// When each that was ever held has waited long enough, oldest first.
    deadlines: VecDeque<(f64, Ticket)>,
    serial: u64,
    now: f64,
}

impl Engine {
    /// Seconds of a step with `tokens` in its batch, over `pairs` of prefill and `requests` with `context` tokens.
    pub(super) fn step_time(slowness: f64, requests: f64, context: f64, tokens: f64, pairs: f64) -> f64 {
        let weights = (11.9e-3_f64.powi(3) + (42e-6 * tokens).powi(3)).cbrt();
        slowness * (3e-3 + weights + 56e-9 * context + 2.1e-9 * pairs + 30e-6 * requests)
    }

    fn kv_tokens(&self) -> u32 {
        let groups: BTreeMap<u64, u32> =
            self.running.iter().map(|job| (job.request.group, job.request.shared)).collect();
        groups.values().sum::<u32>()
            + self.running.iter().map(|job| job.request.own + job.generated).sum::<u32>()
    }

    fn begin_step(&mut self, now: f64) {
        self.step_end = f64::INFINITY;
        let mut budget = STEP_BUDGET - u32::try_from(self.running.len()).unwrap();
        let mut free = self.capacity.saturating_sub(self.kv_tokens());
        while let Some(next) = self.waiting.front() {
            let need = next.request.shared.min(next.uncached) + next.request.own;
            if budget == 0 || (need > free && !self.running.is_empty()) {
                break;
            }
            free = free.saturating_sub(need);
            budget = budget.saturating_sub(next.uncached);
            self.running.extend(self.waiting.pop_front());
        }
        if self.running.is_empty() {
            return;
        }
        let mut budget = STEP_BUDGET;
        let (mut context, mut pairs) = (0.0, 0.0);
        self.chunks.clear();
        for job in &self.running {
            let chunk = job.uncached.min(budget);
            budget -= chunk.max(u32::from(job.uncached == 0));
            let length = f64::from(job.request.shared + job.request.own + job.generated);
            context += length;
            pairs += f64::from(chunk) * (length - f64::from(job.uncached) + 0.5 * f64::from(chunk));
            self.chunks.push(chunk);
        }
        let tokens = f64::from(STEP_BUDGET - budget);
        self.step_end =
            now + Self::step_time(self.slowness, self.running.len() as f64, context, tokens, pairs);
    }

    fn end_step(&mut self, now: f64, index: usize, served: &mut Vec<Served>) {
        let time = Duration::from_secs_f64(now);
        for (job, &chunk) in self.running.iter_mut().zip(&self.chunks) {
            job.uncached -= chunk;
            if job.uncached == 0 {
                job.generated += 1;
                job.flight.tokens(time, 1);
                if job.generated == 1 {
                    job.first_token = now - job.request.at;
                }
            }
        }
        for job in self.running.extract_if(.., |job| job.generated == job.request.output) {
            let Request { at, group, shared, own, output } = job.request;
            job.flight.finished(Some(Usage { prompt_tokens: shared + own, completion_tokens: output }));
            served.push(Served { group, engine: index, first_token: job.first_token, latency: now - at });
        }
        self.begin_step(now);
    }
}

impl Toy {
    /// One engine per slowness, each with room for `capacity` tokens.
    pub(super) fn new(parameters: Parameters, slowness: &[f64], capacity: u32) -> Self {
        let engine = |&slowness| Engine {
            books: Arc::default(),
            slowness,
            capacity,
            cached: BTreeSet::new(),
            waiting: VecDeque::new(),
            running: Vec::new(),
            chunks: Vec::new(),
            step_end: f64::INFINITY,
        };
        let engines: Vec<_> = slowness.iter().map(engine).collect();
        for engine in &engines {
            engine.books.set_capacity(capacity);
        }
        Self {
            policy: Policy::new(parameters),
            engines,
            served: Vec::new(),
            random: Random(7),
            held: HoldQueue::default(),
            deadlines: VecDeque::new(),
            serial: 0,
            now: 0.0,
        }
    }

    /// Serves all requests, given in the order of their arrival, to the end.
    pub(super) fn run(&mut self, requests: &[Request]) {
        let mut arrivals = requests.iter().copied().peekable();
        loop {
            let arrival = arrivals.peek().map_or(f64::INFINITY, |request| request.at);
            let overdue = self.deadlines.front().map_or(f64::INFINITY, |(deadline, _)| *deadline);
            let ends = self.engines.iter().map(|engine| engine.step_end).enumerate();
            let (index, step_end) = ends.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            self.now = arrival.min(overdue).min(step_end);
            if self.now.is_infinite() {
                return;
            }
            if step_end <= self.now {
                self.engines[index].end_step(self.now, index, &mut self.served);
                self.release(index);
            } else if let Some((_, ticket)) = self.deadlines.pop_front_if(|(at, _)| *at <= self.now) {
                if let Some(request) = self.held.cancel(ticket) {
                    let (best, _) = self.cheapest(&request);
                    self.send(best, request);
                }
            } else if let Some(request) = arrivals.next() {
                self.arrive(request);
            }
        }
    }

    fn arrive(&mut self, request: Request) {
        let (best, must_hold) = self.cheapest(&request);
        if must_hold {
            let ticket = self.held.hold(self.time(), work(&request), request);
            let longest = self.policy.parameters().max_hold.as_secs_f64();
            self.deadlines.push_back((self.now + longest, ticket));
        } else {
            self.send(best, request);
        }
    }

    fn release(&mut self, index: usize) {
        loop {
            let (engines, now) = (&self.engines, self.time());
            let books = &engines[index].books;
            let released = self.held.release(now, &self.policy, books, |request| {
                let best = engines.iter().map(|engine| engine.hit(request)).max().unwrap_or(0);
                let here = Prefix { hit_tokens: engines[index].hit(request), ..Prefix::default() };
                Some(Hits { here, best })
            });
            let Some(request) = released else { return };
            self.send(index, request);
        }
    }

    fn cheapest(&mut self, request: &Request) -> (usize, bool) {
        let quote = self.policy.quote(self.time(), &work(request));
        let cost = |engine: &Engine| f64::from(quote.cost(&engine.books, engine.hit(request)));
        let mut scores: Vec<f64> = self.engines.iter().map(cost).collect();
        score(&mut scores);
        let best: Vec<usize> = (0..scores.len()).filter(|&index| scores[index] >= 1.0).collect();
        let best = best[self.random.below(best.len() as u64)];
        let engine = &self.engines[best];
        let prefix = Prefix { hit_tokens: engine.hit(request), ..Prefix::default() };
        (best, self.policy.should_hold(&quote, &engine.books, prefix))
    }

    fn send(&mut self, index: usize, request: Request) {
        let now = self.time();
        let engine = &mut self.engines[index];
        let hit = engine.hit(&request);
        self.serial += 1;
        let shared = (0..u64::from(request.shared / BLOCK)).map(|block| hash(request.group, block));
        let own = (0..u64::from(request.own / BLOCK)).map(|block| hash(self.serial << 32, block));
        let blocks: Vec<u64> = shared.chain(own).collect();
        let prefix = Prefix { hit_tokens: hit, blocks: &blocks, block_tokens: BLOCK };
        let flight = self.policy.dispatch(now, &engine.books, &work(&request), prefix);
        engine.cached.insert(request.group);
        let uncached = request.shared + request.own - hit;
        engine.waiting.push_back(Job { flight, request, uncached, generated: 0, first_token: 0.0 });
        if engine.step_end.is_infinite() {
            engine.begin_step(self.now);
        }
    }

    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.now)
    }
}

impl Engine {
    fn hit(&self, request: &Request) -> u32 {
        if self.cached.contains(&request.group) { request.shared } else { 0 }
    }
}

fn work(request: &Request) -> Work {
    Work { prompt_tokens: request.shared + request.own, is_streamed: true, ..Work::default() }
}

fn hash(of: u64, block: u64) -> u64 {
    Random(of.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ block).next()
}

/// The generator `SplitMix64`.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> usize {
        usize::try_from(self.next() % limit).unwrap()
    }

    /// An exponentially distributed gap.
    pub(super) fn gap(&mut self, mean: f64) -> f64 {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        -mean * (1.0 - uniform).ln()
    }
}

/// Arrivals at `rate` a second, each with a group of `groups`, a prompt and an output of random lengths.
pub(super) fn traffic(seed: u64, count: usize, rate: f64, groups: u64, shared: u32) -> Vec<Request> {
    let mut random = Random(seed);
    let mut at = 0.0;
    let mut next = |_| {
        at += random.gap(1.0 / rate);
        let group = random.next() % groups;
        let own = 100 + u32::try_from(random.below(3000)).unwrap();
        let output = 50 + u32::try_from(random.below(500)).unwrap();
        Request { at, group, shared, own, output }
    };
    (0..count).map(&mut next).collect()
}
