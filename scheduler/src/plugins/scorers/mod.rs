//! Scorers (`epp.md` §4.2). Each fills its column of the scores in one or two passes over the candidates.

mod active_request;
mod expected_latency;
mod known;
mod kv_cache_utilization;
mod load_aware;
mod lora_affinity;
mod no_hit_lru;
mod prefix_cache;
mod queue;
mod running_requests;
mod session_affinity;

pub(super) use active_request::ActiveRequestScorer;
pub(super) use expected_latency::ExpectedLatencyScorer;
pub(super) use known::Known;
pub(super) use kv_cache_utilization::KvCacheUtilizationScorer;
pub(super) use load_aware::LoadAwareScorer;
pub(super) use lora_affinity::LoraAffinityScorer;
pub(super) use no_hit_lru::NoHitLruScorer;
pub(super) use prefix_cache::PrefixCacheScorer;
pub(super) use queue::QueueScorer;
pub(super) use running_requests::RunningRequestsScorer;
pub(super) use session_affinity::{EncodedEndpoint, SessionId};

/// Makes scores of loads: the least gets 1, the greatest 0, and all get 1 when they are equal.
fn score_least(loads: &mut [f64]) {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    // Comparisons are one instruction, where `min` and `max` also see to NaN.
    for &load in &*loads {
        least = if load < least { load } else { least };
        most = if load > most { load } else { most };
    }
    for load in loads {
        *load = if most > least { (most - *load) / (most - least) } else { 1.0 };
    }
}
