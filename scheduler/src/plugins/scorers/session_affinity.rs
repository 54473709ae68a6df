//! `session-affinity-scorer`: 1 for the endpoint that had the session's last request, 0 for others.

mod encoded_endpoint;
mod session_id;

pub(in crate::plugins) use encoded_endpoint::EncodedEndpoint;
pub(in crate::plugins) use session_id::SessionId;

use std::sync::Arc;

use crate::model::{Decision, Endpoint};
use crate::scheduling::{Candidates, Cycle};

/// The endpoint that a session is to come back to: the first choice of a profile, of the primary one without.
fn remembered(decision: &Decision, profile: Option<usize>) -> Option<&Arc<Endpoint>> {
    match profile {
        Some(profile) => decision.of_profile(profile)?.first(),
        None => decision.primary()?.first(),
    }
}

fn score_where(
    cycle: &Cycle<'_>,
    candidates: &Candidates,
    scores: &mut [f64],
    is_home: impl Fn(&Arc<Endpoint>) -> bool,
) {
    for (endpoint, score) in cycle.candidates(candidates).zip(scores) {
        *score = f64::from(u8::from(is_home(endpoint)));
    }
}
