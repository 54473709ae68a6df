use proptest::prelude::*;

use super::*;
use crate::plan::Plan;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn of_four_values_by_hand() {
    let stat = Stat::of(vec![4.0, 1.0, 2.0, 3.0]).unwrap();
    assert_eq!(stat.count, 4);
    assert_eq!((stat.min, stat.mean, stat.max), (1.0, 2.5, 4.0));
    // Squares of the deviations: 2.25 + 0.25 + 0.25 + 2.25 = 5, over 3.
    assert!(close(stat.std_dev, (5.0_f64 / 3.0).sqrt()));
    // Positions among 0..=3: 0.75, 1.5, 2.25, 2.7, 2.97.
    assert!(close(stat.p25, 1.75));
    assert!(close(stat.p50, 2.5));
    assert!(close(stat.p75, 3.25));
    assert!(close(stat.p90, 3.7));
    assert!(close(stat.p99, 3.97));
}

#[test]
fn of_one_value_and_of_none() {
    let one = Stat::of(vec![7.0]).unwrap();
    assert_eq!((one.std_dev, one.p0_1, one.p50, one.p99_9), (0.0, 7.0, 7.0, 7.0));
    assert_eq!(Stat::of(Vec::new()), None);
    assert_eq!(Stat::of(vec![f64::NAN]), None);
    assert_eq!(Stat::of_microseconds(&Plan::gaps()), None);
}

#[test]
fn of_a_histogram_in_seconds() {
    let mut gaps = Plan::gaps();
    for gap in [1_000, 2_000, 3_000] {
        gaps.record(gap).unwrap();
    }
    let stat = Stat::of_microseconds(&gaps).unwrap();
    assert_eq!(stat.count, 3);
    assert!((stat.mean - 0.002).abs() < 2e-6);
    assert!((stat.std_dev - 0.001).abs() < 2e-6);
    assert!((stat.p50 - 0.002).abs() < 2e-6);
    assert!((stat.max - 0.003).abs() < 3e-6);
}

proptest! {
    /// Numpy's rule told another way: the k-th smallest value is the quantile k / (n − 1), and between two of them it
    /// rises evenly.
    #[test]
    fn quantiles_agree_with_a_naive_sort(values in prop::collection::vec(-1e6..1e6_f64, 2..60), share in 0.0..=1.0_f64) {
        let mut naive = values.clone();
        naive.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let steps = (naive.len() - 1) as f64;
        for (rank, value) in naive.iter().enumerate() {
            prop_assert!((quantile(&naive, rank as f64 / steps) - value).abs() < 1e-3);
        }
        let expected = naive.windows(2).enumerate().find_map(|(rank, pair)| {
            let (from, to) = (rank as f64 / steps, (rank + 1) as f64 / steps);
            (from <= share && share <= to).then(|| pair[0] + (pair[1] - pair[0]) * (share - from) / (to - from))
        });
        prop_assert!((quantile(&naive, share) - expected.unwrap()).abs() < 1e-3);
    }

    #[test]
    fn percentiles_never_fall(values in prop::collection::vec(0.0..1e3_f64, 1..200)) {
        let stat = Stat::of(values).unwrap();
        for pair in stat.quantiles().windows(2) {
            prop_assert!(pair[0].1 <= pair[1].1);
        }
        prop_assert!(stat.min <= stat.mean + 1e-9 && stat.mean <= stat.max + 1e-9);
    }
}
