//! The scheduling cycle (`epp.md` §4.0).

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::profile::{Named, SchedulingProfile};
use super::scratch::Scratch;
use super::{Candidates, Cycle, PreRequest, Producer, ProfileHandler, ResponseReceived};
use crate::model::{
    Decision, DroppedReason, Endpoint, InferenceRequest, ProfileTarget, Reject, RejectKind, Target,
};
use crate::observability::PluginTimer;

/// Why a profile found nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileError {
    /// Its filters left no endpoint.
    NothingLeft,
}

/// What the profiles that ran found, in the order they ran.
#[derive(Debug, Default)]
pub struct ProfileResults(SmallVec<[(usize, Result<Target, ProfileError>); 2]>);

impl ProfileResults {
    /// What the profile found; none when it has not run.
    pub fn get(&self, profile: usize) -> Option<&Result<Target, ProfileError>> {
        self.0.iter().find(|(ran, _)| *ran == profile).map(|(_, result)| result)
    }

    /// The endpoint that the profile found.
    pub fn target(&self, profile: usize) -> Option<&Target> {
        self.get(profile)?.as_ref().ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes what a profile found.
    #[cfg(test)]
    pub(crate) fn note(&mut self, profile: usize, target: Option<Target>) {
        self.0.push((profile, target.ok_or(ProfileError::NothingLeft)));
    }

    /// A decision of everything that was found; `primary` receives the request.
    /// A refusal when `primary` found nothing.
    pub fn decide(&self, primary: usize) -> Result<Decision, Reject> {
        let mut decision = Decision::default();
        for (profile, result) in &self.0 {
            let Ok(target) = result else { continue };
            if *profile == primary {
                decision.primary = decision.targets.len();
            }
            decision.targets.push(ProfileTarget { profile: *profile, target: target.clone() });
        }
        match self.target(primary) {
            Some(_) => Ok(decision),
            None => Err(nothing_left()),
        }
    }
}

/// The refusal of a request for which filters left no endpoint.
fn nothing_left() -> Reject {
    Reject::new(RejectKind::ResourceExhausted, "no endpoints available for the given request")
        .because(DroppedReason::Saturated)
}

/// The scores that one profile gave, for those who want to know why.
pub struct ProfileScores<'a> {
    pub profile: &'a SchedulingProfile,
    pub candidates: &'a [u32],
    /// Weighted sums, parallel to `candidates`.
    pub totals: &'a [f64],
    /// By scorer, then parallel to `candidates`.
    pub by_scorer: &'a [f64],
    pub target: &'a Target,
}

/// Attends a decision while it is made.
pub trait Attendant {
    /// A profile has scored its candidates and picked.
    fn scored(&mut self, cycle: &Cycle<'_>, scores: &ProfileScores<'_>);

    /// The decision stands, and the plugins that remember decisions do not know of it yet. False drops it: the request
    /// is to wait.
    fn accepts(&mut self, cycle: &Cycle<'_>, decision: &Decision) -> bool;
}

/// The configured plugins, ready to decide.
pub struct Scheduler {
    pub profiles: Vec<SchedulingProfile>,
    pub handler: Named<dyn ProfileHandler>,
    /// Timer of the handler's `finish`.
    pub finish_timer: PluginTimer,
    pub producers: Vec<Named<dyn Producer>>,
    pub pre_request: Vec<Named<dyn PreRequest>>,
    pub response_received: Vec<Named<dyn ResponseReceived>>,
}

impl Scheduler {
    /// Decides where `request` goes among `endpoints[candidates]`, and tells the plugins that remember decisions.
    /// None when `attendant` does not accept the decision. Refuses when the handler's main profile finds no endpoint.
    pub fn schedule(
        &self,
        request: &InferenceRequest,
        endpoints: &[Arc<Endpoint>],
        candidates: &Candidates,
        now: Duration,
        scratch: &mut Scratch,
        attendant: &mut dyn Attendant,
    ) -> Result<Option<Decision>, Reject> {
        let mut prefix = std::mem::take(&mut scratch.prefix);
        let mut results = std::mem::take(&mut scratch.results);
        self.produce(request, endpoints, now, &mut prefix);
        let cycle = Cycle { request, endpoints, now, prefix: &prefix };
        results.0.clear();
        while let Some(profile) = self.handler.timer.time(|| self.handler.plugin.next(&cycle, &results)) {
            let Some(chosen) = self.profiles.get(profile) else { break };
            let result = chosen.run(&cycle, candidates, scratch, attendant);
            results.0.push((profile, result));
        }
        let decision = self.finish_timer.time(|| self.handler.plugin.finish(&cycle, &results));
        let decision = decision.map(|mut decision| {
            if !attendant.accepts(&cycle, &decision) {
                return None;
            }
            for named in &self.pre_request {
                named.timer.time(|| named.plugin.decided(&cycle, &mut decision));
            }
            Some(decision)
        });
        scratch.prefix = prefix;
        scratch.results = results;
        decision
    }

    fn produce(
        &self,
        request: &InferenceRequest,
        endpoints: &[Arc<Endpoint>],
        now: Duration,
        prefix: &mut Vec<super::PrefixHits>,
    ) {
        prefix.resize_with(self.producers.len(), Default::default);
        let cycle = Cycle { request, endpoints, now, prefix: &[] };
        for (named, hits) in self.producers.iter().zip(prefix) {
            hits.hashes.clear();
            named.timer.time(|| named.plugin.produce(&cycle, hits));
        }
    }
}

impl SchedulingProfile {
    fn run(
        &self,
        cycle: &Cycle<'_>,
        candidates: &Candidates,
        scratch: &mut Scratch,
        attendant: &mut dyn Attendant,
    ) -> Result<Target, ProfileError> {
        let Scratch { candidates: kept, scores, rng, .. } = scratch;
        kept.clone_from(candidates);
        for named in &self.filters {
            named.timer.time(|| named.plugin.filter(cycle, kept));
            if kept.is_empty() {
                return Err(ProfileError::NothingLeft);
            }
        }
        if kept.is_empty() {
            return Err(ProfileError::NothingLeft);
        }
        let count = kept.len();
        scores.clear();
        scores.resize(count * (self.scorers.len() + 1), 0.0);
        let (totals, by_scorer) = scores.split_at_mut(count);
        for (weighted, scores) in self.scorers.iter().zip(by_scorer.chunks_exact_mut(count)) {
            let named = &weighted.scorer;
            named.timer.time(|| named.plugin.score(cycle, kept, scores));
            for (total, score) in totals.iter_mut().zip(scores) {
                // Unlike `clamp`, this makes 0 of what is not a number.
                *total += weighted.weight * score.max(0.0).min(1.0);
            }
        }
        let target = self.picker.timer.time(|| self.picker.plugin.pick(cycle, kept, totals, rng));
        let scores = ProfileScores { profile: self, candidates: kept, totals, by_scorer, target: &target };
        attendant.scored(cycle, &scores);
        Ok(target)
    }
}
