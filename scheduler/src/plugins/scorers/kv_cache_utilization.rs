//! `kv-cache-utilization-scorer`: the emptier the KV cache, the better.

use super::Known;
use crate::scheduling::{Candidates, Cycle, Scorer};

/// `1 − usage`.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct KvCacheUtilizationScorer(pub(in crate::plugins) Known);

impl Scorer for KvCacheUtilizationScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        self.0.read(cycle, candidates, scores, |metrics| f64::from(metrics.kv_cache_usage()));
        for score in scores {
            *score = 1.0 - *score;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricsSample;
    use crate::plugins::testbed::{Bed, STALENESS, assert_close};

    #[test]
    fn scores_what_is_free() {
        let sample = |usage| MetricsSample { kv_cache_usage: Some(usage), ..Default::default() };
        let bed = Bed::saying([0.2, 0.1, 0.2, f32::NAN].map(sample));
        let scorer = KvCacheUtilizationScorer(Known { staleness: STALENESS });
        assert_close(&bed.scores(&scorer), &[0.8, 0.9, 0.8, 1.0]);
    }
}
