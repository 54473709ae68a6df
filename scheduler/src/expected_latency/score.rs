//! Costs as scores.

/// Costs this much above the lowest count as equal to it, so that the picker spreads them at random: half a
/// percent. The slowness learned for equal endpoints differs by about as much; one more request in flight costs
/// more, up to some two hundred of them.
pub const TIE: f32 = 0.005;

/// Writes the score of each cost: 1 for the lowest and its ties, below that the lowest divided by the cost, so a
/// score of 0.5 means twice as costly. A cost that is not a positive finite number scores 0.
///
/// What is left of the longer slice stays as it is.
pub fn score(costs: &[f32], scores: &mut [f32]) {
    let lowest = f32::from_bits(costs.iter().map(|&cost| rank(cost)).fold(UNUSABLE, u32::min) + 1);
    let ceiling = lowest * (1.0 + TIE);
    for (score, &cost) in scores.iter_mut().zip(costs) {
        let relative = ceiling / cost;
        let capped = if relative < 1.0 { relative } else { 1.0 };
        *score = if rank(cost) < UNUSABLE { capped } else { 0.0 };
    }
}

/// The rank of infinity.
const UNUSABLE: u32 = f32::INFINITY.to_bits() - 1;

/// Orders positive finite numbers as they are and puts all else behind them. Their bits order like integers, whose
/// lowest is found four at a time.
#[inline]
fn rank(cost: f32) -> u32 {
    cost.to_bits().wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn near_ties_share_the_best_score_and_nothing_else_does() {
        let mut scores = [9.0; 5];
        score(&[8.0, 8.03, 8.05, 16.0, f32::NAN], &mut scores);
        assert_eq!(scores[..2], [1.0, 1.0]);
        assert!(scores[2] < 1.0 && scores[2] > 0.99);
        assert!((scores[3] - 0.5025).abs() < 1e-6);
        assert_eq!(scores[4].to_bits(), 0.0_f32.to_bits());
    }

    #[test]
    fn no_usable_cost_is_no_score() {
        let mut scores = [9.0; 4];
        score(&[0.0, -1.0, f32::INFINITY, f32::NAN], &mut scores);
        assert!(scores.iter().all(|score| score.abs() < f32::EPSILON));
    }

    proptest! {
        #[test]
        fn order_is_kept(costs in prop::collection::vec(1e-6_f32..1e9, 1..50)) {
            let mut scores = vec![0.0; costs.len()];
            score(&costs, &mut scores);
            prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
            let cheapest = (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap();
            prop_assert!(scores[cheapest] >= 1.0);
            for (a, b) in (0..costs.len()).zip(1..costs.len()) {
                prop_assert!(costs[a] > costs[b] || scores[a] >= scores[b]);
            }
        }
    }
}
