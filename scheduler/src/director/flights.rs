//! The work of one request on the books of the endpoints it went to.

use std::time::Duration;

use smallvec::SmallVec;

use crate::expected_latency::{Flight, Policy, Prefix, Usage, Work};
use crate::model::{Decision, Endpoint};
use crate::openai;
use crate::scheduling::{Cycle, PrefixHits};

/// A flight for each endpoint of a decision: the one that answers, and those that only prefill.
#[derive(Debug, Default)]
pub(super) struct Flights {
    answering: Option<Flight>,
    prefilling: SmallVec<[Flight; 1]>,
    is_streamed: bool,
    has_begun: bool,
}

/// A request as the policy sees it.
pub(super) fn work(policy: &Policy, cycle: &Cycle<'_>) -> Work {
    let parsed = &cycle.request.parsed;
    Work::of(policy, parsed.prompt_bytes(), parsed.max_tokens, parsed.stream)
}

/// Tokens of the prompt that the endpoint has cached, as far as the first producer knows.
pub(super) fn hit_tokens(policy: &Policy, prefix: Option<&PrefixHits>, endpoint: &Endpoint) -> u32 {
    prefix.map_or(0, |hits| hits.blocks(endpoint).saturating_mul(policy.prompt_tokens(hits.block_bytes)))
}

impl Flights {
    /// Books the request at every endpoint that `decision` sends it to.
    pub(super) fn book(policy: &Policy, cycle: &Cycle<'_>, decision: &Decision) -> Self {
        let work = work(policy, cycle);
        let prefix = cycle.prefix.first();
        let book = |endpoint: &Endpoint| {
            let prefix = prefix.map_or_else(Prefix::default, |hits| Prefix {
                hit_tokens: hit_tokens(policy, Some(hits), endpoint).min(work.prompt_tokens),
                blocks: &hits.hashes,
                block_tokens: policy.prompt_tokens(hits.block_bytes),
            });
            policy.dispatch(cycle.now, &endpoint.books, &work, prefix)
        };
        let mut flights = Self { is_streamed: work.is_streamed, ..Self::default() };
        for (index, chosen) in decision.targets.iter().enumerate() {
            let Some(endpoint) = chosen.target.first() else { continue };
            if index == decision.primary {
                flights.answering = Some(book(endpoint));
            } else {
                flights.prefilling.push(book(endpoint));
            }
        }
        flights
    }

    /// Bytes of the answer came, with that many new tokens in them. True when that ended a prefill.
    pub(super) fn tokens(&mut self, now: Duration, count: u32) -> bool {
        self.prefilling.clear();
        if let Some(flight) = &mut self.answering
            && self.is_streamed
            && count > 0
        {
            flight.tokens(now, count);
            return !std::mem::replace(&mut self.has_begun, true);
        }
        false
    }

    /// The answer came to its own end.
    pub(super) fn finish(&mut self, usage: Option<openai::Usage>) {
        let usage = usage.map(|usage| Usage {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
        });
        if let Some(flight) = self.answering.take() {
            flight.finished(usage);
            self.has_begun = true;
        }
    }

    /// Takes everything off the books. True when there was something.
    pub(super) fn release(&mut self) -> bool {
        let had_some = self.answering.take().is_some() || self.has_begun || !self.prefilling.is_empty();
        self.prefilling.clear();
        self.has_begun = false;
        had_some
    }
}
