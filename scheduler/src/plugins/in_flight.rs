//! The load that this picker has put on an endpoint and that has not ended.

use crate::model::Endpoint;

/// Requests sent to the endpoint that have not ended.
pub(super) fn requests(endpoint: &Endpoint) -> u32 {
    endpoint.books.in_flight()
}

/// Tokens of these requests: their prompts and what they generated so far.
pub(super) fn tokens(endpoint: &Endpoint) -> f64 {
    endpoint.books.context_tokens() as f64
}
