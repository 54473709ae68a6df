use super::*;
use crate::report::tests::{answer, failed, ms, open, stage_run};
use crate::sample::FailureKind;

/// Ten requests a second for 20 s, each ended by what `ends` gives for its number, in milliseconds.
fn ten_a_second(ends: impl Fn(u64) -> u64) -> StageRun {
    let sample = |number| answer(ms(number * 100), ms(ends(number)));
    stage_run(open(10.0, 20), (0..200).map(sample).collect())
}

#[test]
fn a_stage_that_keeps_up() {
    let windows = Windows::of(&ten_a_second(|number| number * 100 + 1000)).unwrap();
    assert!(!windows.is_saturated);
    assert!((windows.send() - 19.9).abs() < 1e-9);
    assert!((windows.elapsed() - 20.9).abs() < 1e-9);
    // Ten are in flight; nine when the ninth is sent.
    assert_eq!(windows.steady_from, Some(0.8));
}

#[test]
fn a_stage_with_half_the_servers_it_needs() {
    let stage = ten_a_second(|number| (number + 1) * 200);
    let windows = Windows::of(&stage).unwrap();
    assert!(windows.is_saturated);
    let answered = stage.samples.iter().filter(|sample| windows.is_steady(sample)).count();
    let rate = answered as f64 / windows.steady().unwrap();
    assert!((rate - 5.0).abs() < 0.1, "{rate} requests/s are what the servers bear");
}

#[test]
fn a_stage_that_is_shorter_than_its_answers_says_nothing_of_saturation() {
    // The number in flight doubles its mean to the end and nothing is answered meanwhile, yet nothing waits.
    let windows = Windows::of(&ten_a_second(|number| number * 100 + 24_000)).unwrap();
    assert!(!windows.is_saturated);
    assert_eq!(windows.steady_from, None);
}

#[test]
fn late_requests_that_were_never_answered_are_a_sign_of_saturation() {
    let mut stage = ten_a_second(|number| (number + 1) * 400);
    for sample in &mut stage.samples[120..] {
        *sample = failed(sample.times.sent, ms(60_000), FailureKind::Cancelled);
    }
    assert!(Windows::of(&stage).unwrap().is_saturated);
}

#[test]
fn a_closed_loop_is_never_saturated() {
    let mut stage = ten_a_second(|number| (number + 1) * 200);
    stage.pacing = Pacing::Closed { concurrency: 100 };
    assert!(!Windows::of(&stage).unwrap().is_saturated);
}

#[test]
fn nothing_sent_has_no_windows() {
    assert_eq!(Windows::of(&stage_run(open(1.0, 1), Vec::new())), None);
}
