//! `expected-latency-scorer`: where a request adds the fewest seconds to its own latency and its neighbours'.

use std::sync::Arc;

use crate::expected_latency::{Policy, Work, score};
use crate::scheduling::{Candidates, Cycle, Scorer};

/// Prices every candidate by the policy's books; the cheapest scores 1.
pub(in crate::plugins) struct ExpectedLatencyScorer {
    policy: Arc<Policy>,
    /// Index of the producer that knows the cached prefixes.
    producer: usize,
}

impl ExpectedLatencyScorer {
    pub(in crate::plugins) fn new(policy: Arc<Policy>, producer: usize) -> Self {
        Self { policy, producer }
    }
}

impl Scorer for ExpectedLatencyScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let parsed = &cycle.request.parsed;
        let work = Work::of(&self.policy, parsed.prompt_bytes(), parsed.max_tokens, parsed.stream);
        let quote = self.policy.quote(cycle.now, &work);
        let prefix = cycle.prefix.get(self.producer);
        let block_tokens = prefix.map_or(0, |hits| self.policy.prompt_tokens(hits.block_bytes));
        for (cost, endpoint) in scores.iter_mut().zip(cycle.candidates(candidates)) {
            let hit = prefix.map_or(0, |hits| hits.blocks(endpoint).saturating_mul(block_tokens));
            *cost = f64::from(quote.cost(&endpoint.books, hit));
        }
        score(scores);
    }
}
