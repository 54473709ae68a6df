//! `expected-latency-scorer`: where a request adds the fewest seconds to its own latency and its neighbours'.

use std::sync::Arc;
use std::time::Duration;

use crate::expected_latency::{Policy, score};
use crate::model::Endpoint;
use crate::scheduling::{Candidates, Cycle, Scorer};

/// Prices every candidate by the policy's books; the cheapest scores 1. An endpoint whose metrics are old, or where
/// requests have just failed, scores 0 as long as there are others. That is all the metrics are read for.
pub(in crate::plugins) struct ExpectedLatencyScorer {
    policy: Arc<Policy>,
    /// Index of the producer that knows the cached prefixes.
    producer: usize,
    staleness: Duration,
}

impl ExpectedLatencyScorer {
    pub(in crate::plugins) fn new(policy: Arc<Policy>, producer: usize, staleness: Duration) -> Self {
        Self { policy, producer, staleness }
    }
}

impl Scorer for ExpectedLatencyScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let quote = self.policy.quote(cycle.now, &cycle.request.work(&self.policy));
        let prefix = cycle.prefix.get(self.producer);
        let block_tokens = prefix.map_or(0, |hits| hits.block_tokens(&self.policy));
        let is_well = |endpoint: &Endpoint| {
            endpoint.metrics.is_fresh(cycle.now, self.staleness) && endpoint.trouble.is_over(cycle.now)
        };
        let mut well = 0;
        for (cost, endpoint) in scores.iter_mut().zip(cycle.candidates(candidates)) {
            let hit = prefix.map_or(0, |hits| hits.blocks(endpoint).saturating_mul(block_tokens));
            *cost = f64::from(quote.cost(&endpoint.books, hit));
            well += usize::from(is_well(endpoint));
        }
        if well > 0 && well < candidates.len() {
            for (cost, endpoint) in scores.iter_mut().zip(cycle.candidates(candidates)) {
                *cost = if is_well(endpoint) { *cost } else { f64::INFINITY };
            }
        }
        score(scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected_latency::Parameters;
    use crate::model::MetricsSample;
    use crate::plugins::testbed::{Bed, NOW, STALENESS};

    fn scores(bed: &Bed) -> Vec<f64> {
        let policy = Arc::new(Policy::new(Parameters::default()));
        bed.scores(&ExpectedLatencyScorer::new(policy, 0, STALENESS))
    }

    #[test]
    fn an_endpoint_with_old_metrics_is_left_alone() {
        let bed = Bed::of(3);
        let all = scores(&bed);
        assert!(all.iter().all(|score| *score >= 1.0), "nothing is known of any: {all:?}");
        for endpoint in &bed.endpoints[..2] {
            endpoint.update(MetricsSample::default(), NOW);
        }
        assert_eq!(scores(&bed), [1.0, 1.0, 0.0]);
    }

    #[test]
    fn an_endpoint_where_requests_fail_is_left_alone_for_a_while() {
        let bed = Bed::of(2);
        bed.endpoints.iter().for_each(|endpoint| endpoint.update(MetricsSample::default(), NOW));
        bed.endpoints[0].trouble.failed(NOW);
        assert_eq!(scores(&bed), [0.0, 1.0]);
        bed.endpoints[0].trouble.worked();
        assert_eq!(scores(&bed), [1.0, 1.0]);
    }
}
