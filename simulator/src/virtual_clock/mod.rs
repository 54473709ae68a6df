//! Engines and a router in one process, on a clock that jumps from event to event.
//!
//! ```text
//!  stages ──arrival──► router ──dispatch──► engine ──tokens──► router, outcome
//!                        ▲                    │
//!                        └──────gauges────────┘
//! ```
//!
//! The router is a callback. It is told of every [`Event`] and may dispatch any request that has arrived, on whichever
//! event it likes: at once, or later when it holds requests back. It sees nothing but what a router in front of real
//! engines sees, and what it could not do there is an error.

mod error;
mod ladder;
mod ledger;
mod outcome;
#[cfg(test)]
mod tests;
mod timeline;

use std::collections::VecDeque;
use std::time::Duration;

pub use error::RunError;
pub use ladder::{Ladder, STAGES, Stage};
use ledger::Ledger;
pub use outcome::{Outcome, Spread, Summary};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use timeline::{Due, Timeline};

use crate::engine::{Engine, Request, SequenceId, Stats, Token};

/// How long a router may hold requests while nothing else happens. Longer than any would to gather a batch.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request of a workload.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// When the client sends it, since what it follows.
    pub after: Duration,
    /// What it waits for.
    pub follows: Follows,
    /// Which of the workload's prompts it has.
    pub prompt: u32,
    /// What it is to an engine.
    pub request: Request,
}

/// What has to have happened before a request is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Follows {
    /// Its stage has begun: an open loop.
    #[default]
    Start,
    /// The client has the whole answer to the request before it in the stage: a conversation.
    Previous,
    /// So has it of any request that none follows as [`Previous`](Self::Previous), each of which lets one go, in their
    /// order: a closed loop, of requests or of conversations.
    Any,
}

/// Names a request within a run; numbered from 0 in the order of the workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// What a router sees.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A request has come.
    Arrived(RequestId, &'a Arrival),
    /// A step of a replica has brought tokens.
    Tokens {
        /// Whose step.
        replica: usize,
        /// One for each request that got one.
        tokens: &'a [Served],
    },
    /// What the replicas say of themselves, by replica; comes periodically, so it is a clock for those who need one.
    Gauges(&'a [Stats]),
}

/// A token on its way to the client.
#[derive(Clone, Copy, Debug)]
pub struct Served {
    /// Whose.
    pub request: RequestId,
    /// 0 is the first.
    pub index: u32,
    /// Prompt tokens that were found in the cache.
    pub cached_tokens: u32,
    /// Whether the answer has ended with it.
    pub is_last: bool,
}

/// A decision of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// One that has arrived and was not dispatched before.
    pub request: RequestId,
    /// Where it goes; counted from 0.
    pub replica: usize,
}

/// What takes time outside the engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// From the router's decision to the engine's queue: gateway, HTTP, tokenising.
    pub to_engine: Duration,
    /// From the end of a step to the client.
    pub to_client: Duration,
    /// Between two looks at the gauges.
    pub gauges: Duration,
    /// Between a stage's last answer and the next stage.
    pub between_stages: Duration,
}

impl Default for Delays {
    /// As calibrated for the seed ladder (`schedsim.md` §1.1, §1.3 and §1.4).
    fn default() -> Self {
        Self {
            to_engine: Duration::from_millis(40),
            to_client: Duration::from_millis(5),
            gauges: Duration::from_millis(50),
            between_stages: Duration::from_secs(2),
        }
    }
}

/// Plays the stages, each after the one before has drained, and gives what became of each request, in order. It ends when
/// every request has its answer.
///
/// # Errors
/// When a request fits into no engine, or the router dispatches what it may not or nothing any more.
pub fn run(
    engines: Vec<Engine>,
    stages: impl IntoIterator<Item = Vec<Arrival>>,
    delays: &Delays,
    router: impl FnMut(Duration, Event<'_>, &mut Vec<Dispatch>),
) -> Result<Vec<Outcome>, RunError> {
    let replicas: Vec<Replica> = engines.into_iter().map(Replica::new).collect();
    let gauges = replicas.iter().map(|replica| replica.engine.stats()).collect();
    let ledger = Ledger::new(replicas.len());
    let mut run = Run {
        replicas,
        gauges,
        delays: *delays,
        router,
        ledger,
        timeline: Timeline::default(),
        arrivals: Vec::new(),
        first: 0,
        queue: VecDeque::new(),
        outcomes: Vec::new(),
        unfinished: 0,
        busy: Duration::ZERO,
        dispatches: Vec::new(),
        tokens: Vec::new(),
        served: Vec::new(),
    };
    run.timeline.push(Duration::ZERO, Due::Gauges);
    let mut start = Duration::ZERO;
    for arrivals in stages {
        start = run.play(start, arrivals)? + delays.between_stages;
    }
    Ok(run.outcomes)
}

/// A router as kube-proxy is one for a plain Service: each request goes anywhere.
pub fn plain_service(replicas: usize, seed: u64) -> impl FnMut(Duration, Event<'_>, &mut Vec<Dispatch>) {
    let mut random = SmallRng::seed_from_u64(seed);
    move |_, event, dispatches| {
        if let Event::Arrived(request, _) = event {
            dispatches.push(Dispatch { request, replica: random.random_range(0..replicas) });
        }
    }
}

struct Replica {
    engine: Engine,
    is_stepping: bool,
    /// By [`SequenceId`].
    requests: Vec<RequestId>,
}

impl Replica {
    fn new(engine: Engine) -> Self {
        Self { engine, is_stepping: false, requests: Vec::new() }
    }

    fn request(&self, SequenceId(number): SequenceId) -> Option<RequestId> {
        usize::try_from(number).ok().and_then(|number| self.requests.get(number)).copied()
    }
}

struct Run<R> {
    replicas: Vec<Replica>,
    gauges: Vec<Stats>,
    delays: Delays,
    router: R,
    ledger: Ledger,
    timeline: Timeline,
    /// Of the stage that plays, and the number of the first.
    arrivals: Vec<Arrival>,
    first: usize,
    /// Of these, those that wait for a place in a closed loop.
    queue: VecDeque<RequestId>,
    /// Of all stages, as far as they have come.
    outcomes: Vec<Outcome>,
    unfinished: usize,
    /// When anything but a look at the gauges happened last.
    busy: Duration,
    // Kept for their memory.
    dispatches: Vec<Dispatch>,
    tokens: Vec<Token>,
    served: Vec<Served>,
}

impl<R: FnMut(Duration, Event<'_>, &mut Vec<Dispatch>)> Run<R> {
    /// Plays one stage and says when its last answer has ended.
    fn play(&mut self, start: Duration, arrivals: Vec<Arrival>) -> Result<Duration, RunError> {
        let first = self.outcomes.len();
        for arrival in &arrivals {
            let (request, arrived) = (self.ledger.announce(), start + arrival.after);
            self.outcomes.push(Outcome::new(arrived, arrival));
            match arrival.follows {
                Follows::Start => self.timeline.push(arrived, Due::Arrival(request)),
                Follows::Any => self.queue.push_back(request),
                Follows::Previous => {}
            }
        }
        self.unfinished = arrivals.len();
        self.first = first;
        self.arrivals = arrivals;
        while self.unfinished > 0
            && let Some((now, due)) = self.timeline.pop()
        {
            match due {
                Due::Arrival(request) => {
                    self.ledger.arrive(request);
                    self.outcomes[request.0 as usize].arrived = now;
                    let arrival = &self.arrivals[request.0 as usize - first];
                    (self.router)(now, Event::Arrived(request, arrival), &mut self.dispatches);
                }
                Due::Submission(Dispatch { request, replica }) => {
                    let arrival = &self.arrivals[request.0 as usize - first];
                    self.replicas[replica].engine.submit(arrival.request.clone())?;
                    self.replicas[replica].requests.push(request);
                    self.begin_step(now, replica);
                }
                Due::StepEnd(replica) => self.end_step(now, replica),
                Due::Gauges => self.show_gauges(now)?,
            }
            if !matches!(due, Due::Gauges) {
                self.busy = now;
            }
            for dispatch in self.dispatches.drain(..) {
                self.ledger.dispatch(dispatch)?;
                self.outcomes[dispatch.request.0 as usize].replica = dispatch.replica;
                self.timeline.push(now + self.delays.to_engine, Due::Submission(dispatch));
            }
        }
        Ok(self.outcomes[first..].iter().map(|outcome| outcome.finished).max().unwrap_or(start))
    }

    /// Sends what has waited for the end of a request: the next turn, and after the last one what waits for its place.
    fn send_followers(&mut self, RequestId(ended): RequestId, closed: Duration) {
        let next = RequestId(ended + 1);
        let arrival = |request: RequestId| self.arrivals.get(request.0 as usize - self.first);
        let turn = Some(next)
            .filter(|&next| arrival(next).is_some_and(|arrival| arrival.follows == Follows::Previous));
        if let Some(request) = turn.or_else(|| self.queue.pop_front()) {
            let after = self.arrivals[request.0 as usize - self.first].after;
            self.timeline.push(closed + after, Due::Arrival(request));
        }
    }

    fn begin_step(&mut self, now: Duration, number: usize) {
        let replica = &mut self.replicas[number];
        if !replica.is_stepping
            && let Some(time) = replica.engine.begin_step()
        {
            replica.is_stepping = true;
            self.timeline.push(now + time, Due::StepEnd(number));
        }
    }

    fn end_step(&mut self, now: Duration, number: usize) {
        let replica = &mut self.replicas[number];
        let mut ended = 0;
        replica.is_stepping = false;
        replica.engine.end_step(&mut self.tokens);
        for Token { id, index, cached_tokens, is_last } in self.tokens.drain(..) {
            let Some(request) = replica.request(id) else { continue };
            self.served.push(Served { request, index, cached_tokens, is_last });
            if index == 0 || is_last {
                let outcome = &mut self.outcomes[request.0 as usize];
                outcome.finished = now + self.delays.to_client;
                if index == 0 {
                    outcome.first_token = outcome.finished;
                    outcome.cached_tokens = cached_tokens;
                }
                ended += usize::from(is_last);
            }
        }
        if ended > 0 {
            self.unfinished -= ended;
            for place in 0..self.served.len() {
                let Served { request, is_last, .. } = self.served[place];
                if is_last {
                    self.send_followers(request, now + self.delays.to_client);
                }
            }
        }
        let event = Event::Tokens { replica: number, tokens: &self.served };
        (self.router)(now, event, &mut self.dispatches);
        self.served.clear();
        self.begin_step(now, number);
    }

    fn show_gauges(&mut self, now: Duration) -> Result<(), RunError> {
        for (gauges, replica) in self.gauges.iter_mut().zip(&self.replicas) {
            *gauges = replica.engine.stats();
        }
        (self.router)(now, Event::Gauges(&self.gauges), &mut self.dispatches);
        // Without anything due, only the router can go on.
        if self.timeline.is_empty()
            && self.dispatches.is_empty()
            && now.saturating_sub(self.busy) > PATIENCE
            && let Some(request) = self.ledger.held()
        {
            return Err(RunError::Held(request));
        }
        self.timeline.push(now + self.delays.gauges, Due::Gauges);
        Ok(())
    }
}
