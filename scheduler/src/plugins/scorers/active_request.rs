//! `active-request-scorer`: the fewer requests are in flight, the better. Counts are the picker's own, so they know
//! of a request as soon as it is sent.

use crate::scheduling::{Candidates, Cycle, Scorer};

/// 1 up to `idle_threshold` requests, above `max_busy_score · (max − c) / max`. `max` is of the whole pool, not of the
/// candidates alone.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct ActiveRequestScorer {
    pub(in crate::plugins) idle_threshold: u64,
    /// 0 to 1.
    pub(in crate::plugins) max_busy_score: f64,
}

impl Scorer for ActiveRequestScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let counts = cycle.endpoints.iter().map(|endpoint| endpoint.books.in_flight());
        let most = f64::from(counts.max().unwrap_or(0));
        for (endpoint, score) in cycle.candidates(candidates).zip(scores) {
            let count = endpoint.books.in_flight();
            *score = if u64::from(count) <= self.idle_threshold {
                1.0
            } else {
                self.max_busy_score * (most - f64::from(count)) / most
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, assert_close};

    #[test]
    fn scores_by_requests_in_flight() {
        let bed = Bed::busy(&[(4, 0), (1, 0), (0, 0)]);
        let table = [(0, 1.0, [0.0, 0.75, 1.0]), (1, 0.5, [0.0, 1.0, 1.0]), (0, 0.5, [0.0, 0.375, 1.0])];
        for (idle_threshold, max_busy_score, expected) in table {
            let scorer = ActiveRequestScorer { idle_threshold, max_busy_score };
            assert_close(&bed.scores(&scorer), &expected);
        }
    }

    #[test]
    fn the_busiest_endpoint_counts_though_it_is_no_candidate() {
        let bed = Bed::busy(&[(4, 0), (1, 0), (2, 0)]);
        let mut found = [0.0; 2];
        let scorer = ActiveRequestScorer { idle_threshold: 0, max_busy_score: 1.0 };
        scorer.score(&bed.cycle(), &vec![1, 2], &mut found);
        assert_close(&found, &[0.75, 0.5]);
    }
}
