use super::*;

fn values(values: &[f64]) -> Vec<Measured> {
    values.iter().map(|value| Measured::alone(*value)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-3
}

#[test]
fn welch_by_hand() {
    // Means 2 and 5, variances 1: a squared error of 1/3 + 1/3, and 4 degrees of freedom.
    let interval = of_difference(&values(&[1.0, 2.0, 3.0]), &values(&[4.0, 5.0, 6.0])).unwrap();
    assert_eq!(interval.basis, Basis::Repeats);
    let half = 2.776_45 * (2.0_f64 / 3.0).sqrt();
    assert!(near(interval.low, 3.0 - half) && near(interval.high, 3.0 + half), "{interval:?}");
}

#[test]
fn repeats_that_came_out_alike_tell_nothing() {
    assert_eq!(of_difference(&values(&[1.0, 1.0]), &values(&[2.0, 2.0])), None);
    assert_eq!(of_difference(&values(&[1.0]), &values(&[2.0, 3.0])), None);
}

#[test]
fn arms_distances_to_their_own_bounds_are_combined() {
    let a = [Measured { value: 10.0, within: Some((9.0, 12.0)) }];
    let b = [Measured { value: 14.0, within: Some((10.0, 17.0)) }];
    let interval = of_difference(&a, &b).unwrap();
    assert_eq!(interval.basis, Basis::Requests);
    // Down: b's 4 below and a's 2 above. Up: b's 3 above and a's 1 below.
    assert!(near(interval.low, 4.0 - 20.0_f64.sqrt()) && near(interval.high, 4.0 + 10.0_f64.sqrt()));
    // Four repeats halve the distances.
    let interval = from_requests(&[a[0]; 4], &[b[0]; 4]).unwrap();
    assert!(near(interval.low, 4.0 - 5.0_f64.sqrt()));
}

#[test]
fn within_a_run() {
    let evenly = Stat::of((0..=10_000).map(|step| f64::from(step) / 10_000.0).collect()).unwrap();
    let mean = of_mean(&evenly, evenly.count).within.unwrap();
    // A standard deviation of 1/√12 over 100.
    assert!(near(mean.1 - 0.5, 1.96 / 12.0_f64.sqrt() / 100.0));
    let median = of_quantile(&evenly, 0.5, evenly.p50, evenly.count).within.unwrap();
    assert!(near(median.0, 0.5 - 0.0098) && near(median.1, 0.5 + 0.0098), "{median:?}");
    assert_eq!(of_quantile(&evenly, 0.99, evenly.p99, 50).within, None, "too few for a 99th percentile");
    let alike = Stat::of(vec![1.0; 9]).unwrap();
    assert_eq!(of_mean(&alike, 9).within, None);
}

#[test]
fn wilson_of_no_failure_in_a_hundred() {
    let (low, high) = of_share(0.0, 100).within.unwrap();
    assert!(low.abs() < 1e-9 && near(high, 0.036_99), "{low} {high}");
    assert_eq!(of_share(0.0, 0).within, None);
}

#[test]
fn student_at_known_points() {
    assert!(near(student(4.9), 2.776));
    assert!(near(student(11.0), 2.201));
    assert!(near(student(30.0), 2.042));
    assert!(near(student(1e9), 1.960));
    assert!(near(student(0.3), 12.706));
}
