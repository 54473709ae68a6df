//! One request on its way to an endpoint.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;

use super::Headers;
use crate::expected_latency::{Policy, Work};
use crate::openai::ParsedBody;

/// The endpoints that the proxy allows: addresses without ports (`epp.md` §1.5). An empty one allows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subset(Vec<IpAddr>);

impl FromIterator<IpAddr> for Subset {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        let mut addresses: Vec<_> = addresses.into_iter().collect();
        addresses.sort_unstable();
        Self(addresses)
    }
}

impl Subset {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.binary_search(&address).is_ok()
    }
}

/// What the scheduler knows of a request. Prompt bytes are borrowed from `body`.
#[derive(Debug)]
pub struct InferenceRequest {
    /// `x-request-id`, the client's or made up.
    pub id: Box<str>,
    /// Whether the client sent no id.
    pub has_made_up_id: bool,
    pub headers: Headers,
    pub body: Bytes,
    pub parsed: ParsedBody,
    /// The name the client used; empty when it named none.
    pub model: Box<str>,
    /// The name that the model server gets.
    pub target_model: Box<str>,
    /// Of its `InferenceObjective`; below 0 means that it may be shed.
    pub priority: i32,
    pub fairness_id: Box<str>,
    pub subset: Option<Subset>,
    /// Whether to name the next best endpoints too, for a front door that tries them when the first refuses.
    pub wants_spares: bool,
    /// Time since the start of the process.
    pub received_at: Duration,
}

impl InferenceRequest {
    /// The request as the policy sees it.
    pub fn work(&self, policy: &Policy) -> Work {
        Work::of(policy, self.parsed.prompt_bytes(), self.parsed.max_tokens, self.parsed.stream)
    }
}
