//! `prefix-cache-scorer`: the more of the prompt an endpoint has cached, the better (`epp.md` §4.3).

use crate::plugins::BYTES_PER_TOKEN;
use crate::scheduling::{Candidates, Cycle, Scorer};

/// `w · min(1, matched / scale)² + (1 − w) · matched / total`
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct PrefixCacheScorer {
    /// Position among the scheduler's producers.
    pub(in crate::plugins) producer: usize,
    /// `w`, 0 to 1.
    pub(in crate::plugins) length_weight: f64,
    /// `scale`, in tokens, above 0.
    pub(in crate::plugins) scale_tokens: f64,
}

impl Scorer for PrefixCacheScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let Some(hits) = cycle.prefix.get(self.producer).filter(|hits| hits.hits.longest() > 0) else {
            return;
        };
        let block_tokens = hits.block_bytes as f64 / BYTES_PER_TOKEN as f64;
        for (endpoint, score) in cycle.candidates(candidates).zip(scores) {
            let matched = f64::from(hits.blocks(endpoint)) * block_tokens;
            let length = (matched / self.scale_tokens).min(1.0).powi(2);
            *score = self.length_weight * length + (1.0 - self.length_weight) * hits.share(endpoint);
        }
    }
}

#[cfg(test)]
mod tests {
    use prefix_index::PrefixIndex;

    use super::*;
    use crate::plugins::testbed::{Bed, assert_close};
    use crate::scheduling::PrefixHits;

    /// Of four blocks of 64 tokens, `a` has all, `b` the first, `c` none.
    fn bed() -> Bed {
        let mut bed = Bed::of(3);
        let index = PrefixIndex::new(1 << 20);
        let mut hits = PrefixHits { hashes: vec![11, 12, 13, 14], block_bytes: 256, ..Default::default() };
        index.insert(bed.endpoints[0].slot, &hits.hashes);
        index.insert(bed.endpoints[1].slot, &hits.hashes[..1]);
        index.find(&hits.hashes, &mut hits.hits);
        bed.prefix.push(hits);
        bed
    }

    #[test]
    fn scores_the_matched_share_and_the_matched_length() {
        let table = [
            (0.0, 8192.0, [1.0, 0.25, 0.0]),
            (1.0, 128.0, [1.0, 0.25, 0.0]),
            (0.5, 512.0, [0.625, 0.132_812_5, 0.0]),
        ];
        for (length_weight, scale_tokens, expected) in table {
            let scorer = PrefixCacheScorer { producer: 0, length_weight, scale_tokens };
            assert_close(&bed().scores(&scorer), &expected);
        }
    }

    #[test]
    fn without_hits_all_score_nothing() {
        let scorer = PrefixCacheScorer { producer: 1, length_weight: 0.0, scale_tokens: 1.0 };
        assert_close(&bed().scores(&scorer), &[0.0; 3]);
    }
}
