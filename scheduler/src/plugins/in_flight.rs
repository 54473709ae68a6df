//! The load that is on an endpoint now.
//!
//! Until the picker's own books are there, what the engine says of itself stands in for them.

use crate::model::Endpoint;

/// Requests sent to the endpoint that have not ended.
pub(super) fn requests(endpoint: &Endpoint) -> u32 {
    endpoint.metrics.running().saturating_add(endpoint.metrics.waiting())
}

/// Tokens of these requests.
pub(super) fn tokens(endpoint: &Endpoint) -> f64 {
    let metrics = &endpoint.metrics;
    let capacity = f64::from(metrics.blocks()) * f64::from(metrics.block_size());
    f64::from(metrics.kv_cache_usage()) * capacity
}
