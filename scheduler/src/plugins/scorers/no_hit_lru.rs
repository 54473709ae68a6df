//! `no-hit-lru-scorer`: spreads prompts that nobody has cached over the endpoints, least recently given one first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::model::{Decision, Endpoint};
use crate::scheduling::{Candidates, Cycle, PreRequest, Scorer};

/// 0.5 for all when some endpoint has a part of the prompt. Else by rank among the candidates, `1 − rank / (n − 1)`:
/// first those that never got such a prompt, in their order, then from the least to the most recently used.
///
/// Every endpoint has one entry, which ends with it. So the size that the configuration gives bounds nothing, and ranks
/// count no endpoint that is gone or no candidate.
#[derive(Debug)]
pub(in crate::plugins) struct NoHitLruScorer {
    /// Position among the scheduler's producers; without one every prompt counts as new.
    producer: Option<usize>,
    /// Touched by prompts that nobody has cached only.
    uses: Mutex<Uses>,
}

impl NoHitLruScorer {
    pub(in crate::plugins) fn new(producer: Option<usize>) -> Self {
        Self { producer, uses: Mutex::default() }
    }

    fn is_cold(&self, cycle: &Cycle<'_>) -> bool {
        let hits = self.producer.and_then(|producer| cycle.prefix.get(producer));
        hits.is_none_or(|hits| hits.hits.longest() == 0)
    }

    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When which endpoint last got a prompt that nobody had cached.
#[derive(Debug, Default)]
struct Uses {
    clock: u64,
    /// By slot; an entry counts only for the endpoint that it was made for.
    last: Vec<(u64, Weak<Endpoint>)>,
    /// Of one scoring: when each candidate was last used, and its position.
    order: Vec<(u64, usize)>,
}

impl Uses {
    /// 0 means never.
    fn last(&self, endpoint: &Arc<Endpoint>) -> u64 {
        let entry = self.last.get(endpoint.slot.0 as usize);
        entry
            .filter(|(_, owner)| std::ptr::eq(owner.as_ptr(), &raw const **endpoint))
            .map_or(0, |(at, _)| *at)
    }

    fn touch(&mut self, endpoint: &Arc<Endpoint>) {
        let slot = endpoint.slot.0 as usize;
        if self.last.len() <= slot {
            self.last.resize_with(slot + 1, Default::default);
        }
        self.clock += 1;
        self.last[slot] = (self.clock, Arc::downgrade(endpoint));
    }
}

impl Scorer for NoHitLruScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        if !self.is_cold(cycle) {
            scores.fill(0.5);
            return;
        }
        let mut uses = self.uses();
        let mut order = std::mem::take(&mut uses.order);
        order.clear();
        order.extend(cycle.candidates(candidates).map(|endpoint| uses.last(endpoint)).zip(0..));
        order.sort_unstable();
        let last_rank = order.len().saturating_sub(1).max(1) as f64;
        for (rank, &(_, position)) in order.iter().enumerate() {
            scores[position] = 1.0 - rank as f64 / last_rank;
        }
        uses.order = order;
    }
}

impl PreRequest for NoHitLruScorer {
    fn decided(&self, cycle: &Cycle<'_>, decision: &mut Decision) {
        if self.is_cold(cycle) {
            let mut uses = self.uses();
            for endpoint in decision.targets.iter().filter_map(|chosen| chosen.target.first()) {
                uses.touch(endpoint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use prefix_index::PrefixIndex;

    use super::*;
    use crate::plugins::testbed::{Bed, assert_close, endpoint};
    use crate::scheduling::PrefixHits;

    fn sent(bed: &Bed, scorer: &NoHitLruScorer, chosen: &[usize]) {
        scorer.decided(&bed.cycle(), &mut bed.decision(chosen));
    }

    #[test]
    fn the_longest_unused_comes_first() {
        let bed = Bed::of(3);
        let scorer = NoHitLruScorer::new(None);
        assert_close(&bed.scores(&scorer), &[1.0, 0.5, 0.0]);
        sent(&bed, &scorer, &[0]);
        assert_close(&bed.scores(&scorer), &[0.0, 1.0, 0.5]);
        sent(&bed, &scorer, &[1]);
        assert_close(&bed.scores(&scorer), &[0.5, 0.0, 1.0]);
        sent(&bed, &scorer, &[2, 0]);
        assert_close(&bed.scores(&scorer), &[0.0, 1.0, 0.5]);
    }

    #[test]
    fn a_single_candidate_gets_everything() {
        let bed = Bed::of(1);
        let scorer = NoHitLruScorer::new(None);
        sent(&bed, &scorer, &[0]);
        assert_close(&bed.scores(&scorer), &[1.0]);
    }

    #[test]
    fn ranks_count_candidates_alone() {
        let bed = Bed::of(4);
        let scorer = NoHitLruScorer::new(None);
        for index in [3, 2, 0, 1] {
            sent(&bed, &scorer, &[index]);
        }
        let mut scores = [0.0; 2];
        scorer.score(&bed.cycle(), &vec![0, 1], &mut scores);
        assert_close(&scores, &[1.0, 0.0]);
    }

    #[test]
    fn an_endpoint_in_a_used_slot_is_new() {
        let mut bed = Bed::of(2);
        let scorer = NoHitLruScorer::new(None);
        sent(&bed, &scorer, &[0]);
        sent(&bed, &scorer, &[1]);
        bed.endpoints[1] = endpoint(1, "b", &[]);
        assert_close(&bed.scores(&scorer), &[0.0, 1.0]);
    }

    #[test]
    fn a_prompt_that_somebody_has_is_left_to_others_and_not_counted() {
        let mut bed = Bed::of(3);
        let scorer = NoHitLruScorer::new(Some(0));
        let index = PrefixIndex::new(1 << 20);
        let mut hits = PrefixHits { hashes: vec![11, 12], block_bytes: 64, ..Default::default() };
        index.find(&hits.hashes, &mut hits.hits);
        bed.prefix.push(hits);
        assert_close(&bed.scores(&scorer), &[1.0, 0.5, 0.0]);
        let hits = &mut bed.prefix[0];
        index.insert(bed.endpoints[2].slot, &[11]);
        index.find(&hits.hashes, &mut hits.hits);
        assert_close(&bed.scores(&scorer), &[0.5; 3]);
        sent(&bed, &scorer, &[0]);
        bed.prefix.clear();
        assert_close(&bed.scores(&scorer), &[1.0, 0.5, 0.0]);
    }
}
