//! The load that is on an endpoint now, by the picker's own books: they know of a request as soon as it is sent.

use std::time::Duration;

use crate::model::Endpoint;

/// Requests sent to the endpoint that have not ended.
pub(super) fn requests(endpoint: &Endpoint, now: Duration) -> f64 {
    endpoint.books.load(now).in_flight.into()
}

/// Tokens of these requests: their prompts, and what was generated so far.
pub(super) fn tokens(endpoint: &Endpoint, now: Duration) -> f64 {
    endpoint.books.load(now).context_tokens.into()
}
