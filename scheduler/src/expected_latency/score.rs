//! Costs as scores.

/// Costs this much above the lowest count as equal to it, so that the picker spreads them at random: half a
/// percent. The slowness learned for equal endpoints differs by about as much; one more request in flight costs
/// more, up to some two hundred of them.
pub const TIE: f64 = 0.005;

/// Turns costs into scores, in place: 1 for the lowest and its ties, below that the lowest divided by the cost, so a
/// score of 0.5 means twice as costly. A cost that is not a positive finite number scores 0.
pub fn score(costs: &mut [f64]) {
    let mut lowest = f64::INFINITY;
    for &cost in &*costs {
        if cost > 0.0 && cost < lowest {
            lowest = cost;
        }
    }
    let ceiling = (lowest * (1.0 + TIE)).min(f64::MAX);
    for cost in costs {
        // Divided before it is looked at, as the processor then divides two at once. An infinite cost comes to 0.
        let score = (ceiling / *cost).min(1.0);
        *cost = if *cost > 0.0 { score } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn near_ties_share_the_best_score_and_nothing_else_does() {
        let mut scores = [8.0, 8.03, 8.05, 16.0, f64::NAN];
        score(&mut scores);
        assert_eq!(scores[..2], [1.0, 1.0]);
        assert!(scores[2] < 1.0 && scores[2] > 0.99);
        assert!((scores[3] - 0.5025).abs() < 1e-6);
        assert_eq!(scores[4].to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn no_usable_cost_is_no_score() {
        let mut scores = [0.0, -1.0, f64::INFINITY, f64::NAN];
        score(&mut scores);
        assert!(scores.iter().all(|score| score.abs() < f64::EPSILON));
    }

    proptest! {
        #[test]
        fn order_is_kept(costs in prop::collection::vec(1e-6_f64..1e9, 1..50)) {
            let mut scores = costs.clone();
            score(&mut scores);
            prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
            let cheapest = (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap();
            prop_assert!(scores[cheapest] >= 1.0);
            for (a, b) in (0..costs.len()).zip(1..costs.len()) {
                prop_assert!(costs[a] > costs[b] || scores[a] >= scores[b]);
            }
        }
    }
}
