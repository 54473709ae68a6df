//! One run of the scheduler for one request.

use std::sync::Arc;

use smallvec::SmallVec;

use super::flights::Flights;
use super::{Director, log, refusal};
use crate::datastore::Snapshot;
use crate::expected_latency::{Prefix, Work};
use crate::model::{Decision, Endpoint, InferenceRequest, Reject, RejectKind, Slot};
use crate::observability::Scheduled;
use crate::scheduling::{Attendant, Candidates, Cycle, ProfileScores, Scratch};

/// An endpoint that was chosen, with the work booked on it.
pub(super) struct Attempt {
    pub(super) decision: Decision,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) scores: Vec<(Arc<str>, f64)>,
    pub(super) flights: Flights,
    pub(super) spares: Spares,
}

/// The next best endpoints after those of the decision.
pub(super) type Spares = SmallVec<[Arc<Endpoint>; SPARES]>;

const SPARES: usize = 2;

/// Whether a request may wait for an endpoint that would start it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    MayBeLate,
    Now,
}

/// What came of an attempt.
pub(super) enum Outcome {
    Bound(Box<Attempt>),
    Held(Waiting),
}

/// What is known of a request that no endpoint would start now.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) work: Work,
    /// Chain hashes of the prompt's blocks.
    pub(super) blocks: Arc<[u64]>,
    pub(super) block_tokens: u32,
    /// Cached tokens at the endpoints that have any.
    pub(super) hits: SmallVec<[(Slot, u32); 8]>,
}

/// Attends the scheduler: writes the log, takes scores, books the work.
struct Desk<'a> {
    director: &'a Director,
    snapshot: &'a Arc<Snapshot>,
    binding: Binding,
    scores: Vec<(Arc<str>, f64)>,
    flights: Flights,
    /// Of each profile that ran, by its index.
    spares: SmallVec<[(usize, Spares); 1]>,
    waiting: Option<Waiting>,
}

impl Attendant for Desk<'_> {
    fn scored(&mut self, cycle: &Cycle<'_>, scores: &ProfileScores<'_>) {
        log::scored(&self.director.log, self.snapshot, cycle, scores);
        if self.director.settings.emit_endpoint_scores {
            let addresses = cycle.candidates(scores.candidates).map(|endpoint| endpoint.address.clone());
            self.scores = addresses.zip(scores.totals.iter().copied()).collect();
        }
        let profiles = &self.director.scheduler.profiles;
        if cycle.request.wants_spares
            && let Some(index) = profiles.iter().position(|profile| std::ptr::eq(profile, scores.profile))
        {
            self.spares.push((index, spares(cycle, scores)));
        }
    }

    fn accepts(&mut self, cycle: &Cycle<'_>, decision: &Decision) -> bool {
        let policy = &self.director.policy;
        let prefix = cycle.prefix.get(self.director.producer);
        if self.binding == Binding::MayBeLate
            && let Some(endpoint) = decision.primary().and_then(|target| target.first())
        {
            let work = cycle.request.work(policy);
            let here = prefix.map_or_else(Prefix::default, |hits| hits.prefix(endpoint, policy));
            if policy.should_hold(&policy.quote(cycle.now, &work), &endpoint.books, here) {
                let tokens = |endpoint| prefix.map_or(0, |hits| hits.tokens(endpoint, policy));
                let holders = cycle.endpoints.iter().map(|endpoint| (endpoint.slot, tokens(endpoint)));
                let hits = holders.filter(|(_, tokens)| *tokens > 0).collect();
                let Prefix { blocks, block_tokens, .. } = here;
                self.waiting = Some(Waiting { work, blocks: blocks.into(), block_tokens, hits });
                return false;
            }
        }
        self.flights = Flights::book(policy, cycle, prefix, decision);
        self.director.count_prefix_hits(cycle, decision);
        true
    }
}

impl Desk<'_> {
    /// The spares of the profile that the request goes by. A sidecar's port has none.
    fn take_spares(&mut self, decision: &Decision) -> Spares {
        let primary = decision.targets.get(decision.primary).filter(|_| decision.primary_port.is_none());
        let found = primary
            .and_then(|primary| self.spares.iter_mut().find(|(profile, _)| *profile == primary.profile));
        found.map(|(_, spares)| std::mem::take(spares)).unwrap_or_default()
    }
}

/// The best of those that were not picked, best first.
fn spares(cycle: &Cycle<'_>, scores: &ProfileScores<'_>) -> Spares {
    let mut best: SmallVec<[(f64, &Arc<Endpoint>); SPARES]> = SmallVec::new();
    for (endpoint, &total) in cycle.candidates(scores.candidates).zip(scores.totals) {
        let position = best.iter().position(|(known, _)| total > *known).unwrap_or(best.len());
        let is_picked = || scores.target.endpoints.iter().any(|picked| Arc::ptr_eq(picked, endpoint));
        if position < SPARES && !is_picked() {
            best.truncate(SPARES - 1);
            best.insert(position, (total, endpoint));
        }
    }
    best.into_iter().map(|(_, endpoint)| Arc::clone(endpoint)).collect()
}

impl Director {
    /// Tells what the chosen endpoint has of the prompt, as each producer knows it.
    fn count_prefix_hits(&self, cycle: &Cycle<'_>, decision: &Decision) {
        let Some(endpoint) = decision.primary().and_then(|target| target.first()) else { return };
        for (named, hits) in self.scheduler.producers.iter().zip(cycle.prefix) {
            let ratio = (!hits.hashes.is_empty()).then(|| hits.share(endpoint));
            let bytes = f64::from(hits.blocks(endpoint)) * hits.block_bytes as f64;
            self.metrics.prefix_hit(named.type_name, &named.name, ratio, bytes);
        }
    }

    /// Runs the scheduler, and books the work where it goes.
    pub(super) fn attempt(
        &self,
        request: &InferenceRequest,
        snapshot: &Arc<Snapshot>,
        candidates: &Candidates,
        binding: Binding,
    ) -> Result<Outcome, Reject> {
        let started = self.now();
        let mut desk = Desk {
            director: self,
            snapshot,
            binding,
            scores: Vec::new(),
            flights: Flights::default(),
            spares: SmallVec::new(),
            waiting: None,
        };
        let endpoints = &snapshot.endpoints;
        let outcome = Scratch::with(|scratch| {
            self.scheduler.schedule(request, endpoints, candidates, started, scratch, &mut desk)
        });
        let seconds = self.now().saturating_sub(started).as_secs_f64();
        if let Some(waiting) = desk.waiting {
            return Ok(Outcome::Held(waiting));
        }
        let found = outcome.map(|decision| {
            let decision = decision.unwrap_or_default();
            let endpoint = decision.primary().and_then(|target| target.first()).map(Arc::clone);
            endpoint.map(|endpoint| (decision, endpoint))
        });
        match found {
            Ok(Some((decision, endpoint))) => {
                self.metrics.scheduled(
                    seconds,
                    Scheduled::On { endpoint: &endpoint, target_model: &request.target_model },
                );
                let spares = desk.take_spares(&decision);
                let Desk { scores, flights, .. } = desk;
                Ok(Outcome::Bound(Box::new(Attempt { decision, endpoint, scores, flights, spares })))
            }
            Ok(None) => {
                self.metrics.scheduled(seconds, Scheduled::Nowhere);
                Err(Reject::new(RejectKind::Internal, "the scheduler chose no endpoint"))
            }
            Err(reject) => {
                self.metrics.scheduled(seconds, Scheduled::Nowhere);
                let profile = self.scheduler.profiles.first().map_or("", |profile| &profile.name);
                Err(refusal::not_scheduled(self.settings.dialect, reject, profile))
            }
        }
    }
}
