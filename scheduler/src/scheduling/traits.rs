//! What a plugin can do. A plugin has one of these roles or several.

use rand::rngs::SmallRng;

use super::{Candidates, Cycle, PrefixHits, ProfileResults};
use crate::model::{Decision, Endpoint, Headers, Reject, Target};

/// Narrows the candidates; an empty outcome ends the profile.
pub trait Filter: Send + Sync {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates);
}

/// Weighs candidates.
pub trait Scorer: Send + Sync {
    /// Writes one score in `[0, 1]` for each candidate, in the order of `candidates`; `scores` has their number and
    /// comes filled with zeros.
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]);
}

/// Chooses among the candidates by their weighted scores.
pub trait Picker: Send + Sync {
    /// `totals` is parallel to `candidates`, which are at least one.
    fn pick(&self, cycle: &Cycle<'_>, candidates: &Candidates, totals: &[f64], rng: &mut SmallRng) -> Target;
}

/// Says which profiles run, and makes a decision of what they found.
pub trait ProfileHandler: Send + Sync {
    /// The index of the profile to run next; none when enough have run.
    fn next(&self, cycle: &Cycle<'_>, done: &ProfileResults) -> Option<usize>;

    /// Called once, after the last profile.
    fn finish(&self, cycle: &Cycle<'_>, results: &ProfileResults) -> Result<Decision, Reject>;
}

/// Finds how much of the prompt each endpoint has cached, before the profiles run.
pub trait Producer: Send + Sync {
    /// Fills `hits`, which is empty.
    fn produce(&self, cycle: &Cycle<'_>, hits: &mut PrefixHits);
}

/// Acts on a decision before the request leaves: remembers it, or adds headers to it.
pub trait PreRequest: Send + Sync {
    fn decided(&self, cycle: &Cycle<'_>, decision: &mut Decision);
}

/// What the proxy says of the endpoint that really served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServedBy<'a> {
    /// It sent no metadata under `envoy.lb`.
    NoMetadata,
    /// It sent such metadata without the endpoint.
    Unnamed,
    /// `ip:port`.
    Endpoint(&'a str),
}

/// The head of a model server's answer.
#[derive(Debug)]
pub struct ResponseHead<'a> {
    pub headers: &'a Headers,
    /// The endpoint that the request was sent to.
    pub endpoint: &'a Endpoint,
    /// What every profile chose for the request.
    pub decision: &'a Decision,
    pub served: ServedBy<'a>,
}

/// Which answers some plugin, or the metrics, need to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    None,
    /// What is no inference is passed on without a look at its answer.
    Inference,
    All,
}

/// Adds headers to the answer.
pub trait ResponseReceived: Send + Sync {
    fn response_received(&self, head: &ResponseHead<'_>, set: &mut Vec<(&'static str, String)>);
}
