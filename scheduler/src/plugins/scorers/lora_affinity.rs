//! `lora-affinity-scorer`: endpoints that have the adapter, or room for it.

use crate::model::Loras;
use crate::scheduling::{Candidates, Cycle, Scorer};

/// 1 where the target model is an active adapter; else 0.8 where there is room for one more; else 0.6 where it waits
/// to be loaded; else 0.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct LoraAffinityScorer;

impl Scorer for LoraAffinityScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        for (endpoint, score) in cycle.candidates(candidates).zip(scores) {
            *score = affinity(&endpoint.metrics.loras(), &cycle.request.target_model);
        }
    }
}

fn affinity(loras: &Loras, model: &str) -> f64 {
    let has = |adapters: &[Box<str>]| adapters.iter().any(|adapter| **adapter == *model);
    if has(&loras.active) {
        1.0
    } else if loras.active.len() + loras.waiting.len() < loras.max as usize {
        0.8
    } else if has(&loras.waiting) {
        0.6
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricsSample;
    use crate::plugins::testbed::{Bed, assert_close};

    #[test]
    fn active_beats_room_beats_waiting() {
        let adapters = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let sample = |(active, waiting, max): (&[&str], &[&str], u32)| MetricsSample {
            loras: Some(Loras { active: adapters(active), waiting: adapters(waiting), max }),
            ..Default::default()
        };
        let table: [(&[&str], &[&str], u32); 6] = [
            (&["my-model"], &[], 1),
            (&["other"], &[], 2),
            (&[], &["my-model"], 2),
            (&["other"], &["my-model"], 2),
            (&["other"], &["another"], 2),
            (&[], &[], 0),
        ];
        let bed = Bed::saying(table.map(sample));
        assert_close(&bed.scores(&LoraAffinityScorer), &[1.0, 0.8, 0.8, 0.6, 0.0, 0.0]);
    }
}
