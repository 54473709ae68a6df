//! Whether a pool can take more (`epp.md` §4.11).

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use llmd_api::config::{self, ConcurrencyDetector, ConcurrencyMode, UtilizationDetector};
use llmd_api::{Config, Dialect};

use crate::model::Endpoint;
use crate::scheduling::{Candidates, Cycle, Filter};

/// Tells whether requests that may be shed are.
#[derive(Debug, Clone)]
pub enum SaturationDetector {
    /// Gaie: saturated when no endpoint is good. A good one has fresh metrics within both thresholds.
    NoneGood(UtilizationDetector),
    /// Router, `utilization-detector`: when the mean load of the endpoints is 1 or more, where the load of one is how
    /// much it has of its threshold, of the worse of the two. One without fresh metrics has 1.
    Utilization(UtilizationDetector),
    /// Router, `concurrency-detector`: when the requests or tokens in flight are as many as the endpoints may have.
    Concurrency(ConcurrencyDetector),
}

impl SaturationDetector {
    pub(super) fn new(config: &Config) -> Self {
        match (&config.saturation, config.dialect) {
            (config::SaturationDetector::Utilization(detector), Dialect::Gaie) => {
                Self::NoneGood(detector.clone())
            }
            (config::SaturationDetector::Utilization(detector), Dialect::Router) => {
                Self::Utilization(detector.clone())
            }
            (config::SaturationDetector::Concurrency(detector), _) => Self::Concurrency(detector.clone()),
        }
    }

    /// Whether `endpoints[candidates]` can take no more at the time `now` since the start of the process. Nothing at all
    /// is saturated.
    pub fn is_saturated(&self, endpoints: &[Arc<Endpoint>], candidates: &[u32], now: Duration) -> bool {
        let candidates = || candidates.iter().filter_map(|&index| endpoints.get(index as usize));
        match self {
            Self::NoneGood(detector) => !candidates()
                .filter_map(|endpoint| utilization(detector, endpoint, now))
                .any(|utilization| utilization <= 1.0),
            Self::Utilization(detector) => {
                let load = |endpoint: &Arc<Endpoint>| utilization(detector, endpoint, now).unwrap_or(1.0);
                mean(candidates().map(load)) >= 1.0
            }
            Self::Concurrency(detector) => {
                mean(candidates().map(|endpoint| concurrency(detector, endpoint))) >= 1.0
            }
        }
    }
}

/// The mean; 1 of nothing.
fn mean(loads: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = loads.fold((0.0, 0_u32), |(sum, count), load| (sum + load, count + 1));
    if count == 0 { 1.0 } else { sum / f64::from(count) }
}

/// How much the endpoint has of its threshold, of the worse of the two; none without fresh metrics.
fn utilization(detector: &UtilizationDetector, endpoint: &Endpoint, now: Duration) -> Option<f64> {
    let metrics = &endpoint.metrics;
    let queue = f64::from(metrics.waiting()) / detector.queue_depth_threshold;
    let cache = metrics.kv_cache_usage() / single(detector.kv_cache_util_threshold);
    metrics.is_fresh(now, detector.metrics_staleness_threshold).then(|| queue.max(f64::from(cache)))
}

/// A threshold in the precision of what it is compared with, so that 0.8 is not above 0.8.
#[expect(clippy::cast_possible_truncation, reason = "the precision is what is wanted")]
fn single(threshold: f64) -> f32 {
    threshold as f32
}

fn concurrency(detector: &ConcurrencyDetector, endpoint: &Endpoint) -> f64 {
    let requests = || f64::from(endpoint.books.in_flight()) / detector.max_concurrency as f64;
    let tokens = || endpoint.books.context_tokens() as f64 / detector.max_token_concurrency as f64;
    match detector.mode {
        ConcurrencyMode::Requests => requests(),
        ConcurrencyMode::Tokens => tokens(),
        ConcurrencyMode::Hybrid => requests().max(tokens()),
    }
}

/// In a profile: keeps the endpoints below the thresholds plus headroom, and all when there is none.
impl Filter for UtilizationDetector {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        let limit = 1.0 + self.headroom;
        keep_unless_none(candidates, |candidate| {
            utilization(self, cycle.endpoint(candidate), cycle.now).is_some_and(|found| found < limit)
        });
    }
}

/// In a profile: keeps the endpoints below the limits plus headroom, and all when there is none.
impl Filter for ConcurrencyDetector {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        let limit = 1.0 + self.headroom;
        keep_unless_none(candidates, |candidate| concurrency(self, cycle.endpoint(candidate)) < limit);
    }
}

fn keep_unless_none(candidates: &mut Candidates, is_kept: impl Fn(u32) -> bool) {
    if candidates.iter().any(|&candidate| is_kept(candidate)) {
        candidates.retain(|&candidate| is_kept(candidate));
    }
}
