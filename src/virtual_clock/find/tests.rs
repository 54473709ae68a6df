use llmd_bench::plan::{Pacing, Plan};
use llmd_bench::run::{ClientCost, StageRun, Target as Asked};
use llmd_bench::sample::Times;

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "the shape of a trial that may fail")]
/// A cluster that bears 7.3 requests a second for each replica.
fn trial(replicas: u32, rate: f64) -> Tried {
    let is_borne = rate <= 7.3 * f64::from(replicas);
    Ok(Trial {
        replicas,
        rate,
        good_share: 1.0,
        backlog: 0.0,
        backlog_bound: 0.05,
        measured: Measured::default(),
        is_borne,
    })
}

#[test]
fn the_highest_rate_is_found_to_two_percent() {
    let mut trials = 0;
    let border = highest_rate(4, &mut |replicas, rate| {
        trials += 1;
        trial(replicas, rate)
    });
    let Border { borne: Some(borne), beyond: Some(beyond) } = border.unwrap() else {
        panic!("both sides are found")
    };
    assert!(borne.rate <= 29.2 && beyond.rate > 29.2 && beyond.rate / borne.rate < 1.021, "{borne:?}");
    assert!(trials < 12, "{trials}");
}

#[test]
fn the_fewest_replicas_are_found_exactly() {
    for (rate, fewest) in [(1.0, 1), (7.4, 2), (100.0, 14), (1800.0, 247)] {
        let border = fewest_replicas(rate, &mut trial).unwrap();
        assert_eq!(border.borne.unwrap().replicas, fewest, "{rate}");
        assert_eq!(border.beyond.map(|beyond| beyond.replicas), (fewest > 1).then(|| fewest - 1));
    }
}

#[test]
fn what_nothing_bears_has_no_answer() {
    let never = &mut |replicas, rate| Ok(Trial { is_borne: false, ..trial(replicas, rate)? });
    assert!(highest_rate(8, never).unwrap().borne.is_none());
    assert!(fewest_replicas(9.0, never).unwrap().borne.is_none());
}

/// A trial in which requests come evenly and each stays for as long as `stays` says by when it came, in seconds.
fn played(rate: f64, stays: impl Fn(f64) -> f64) -> Run {
    let seconds = (WARM_UP + 1.0 + AFTER) * window(rate, 12.0);
    let sample = |number: u32| {
        let came = f64::from(number) / rate;
        let [sent, closed] = [came, came + stays(came)].map(Duration::from_secs_f64);
        Sample {
            stage: 0,
            request: number,
            turn: 0,
            prompt: 0,
            times: Times {
                intended: sent,
                sent,
                first_event: Some(sent),
                first_token: Some(sent),
                last_token: Some(closed),
                closed,
            },
            prompt_tokens: 1,
            output_tokens: 2,
            cached_tokens: None,
            events: 2,
            replica: None,
            failure: None,
        }
    };
    let samples: Vec<Sample> =
        (0..100_000).map(sample).take_while(|sample| sample.times.sent.as_secs_f64() < seconds).collect();
    let stage = StageRun {
        pacing: Pacing::Open { rate, window: Duration::from_secs_f64(seconds) },
        warm_up: false,
        started: Duration::ZERO,
        sent: Duration::from_secs_f64(seconds),
        drained: Duration::from_secs_f64(2.0 * seconds),
        samples,
        gaps: Plan::gaps(),
        replicas: Vec::new(),
    };
    Run {
        target: Asked {
            arm: String::new(),
            url: String::new(),
            model: String::new(),
            replicas: Vec::new(),
            is_cold: true,
            is_simulated: false,
        },
        started_at: jiff::Timestamp::UNIX_EPOCH,
        stages: vec![stage],
        is_partial: false,
        client: ClientCost::default(),
    }
}

fn judged(rate: f64, stays: impl Fn(f64) -> f64) -> Trial {
    judge(&played(rate, stays), 8, rate, window(rate, 12.0), &Slo { ttft: Some(1.0), ..Slo::default() }, 0.95)
}

#[test]
fn a_few_more_in_flight_at_a_low_rate_are_chance() {
    // 60 s and, about the window's end, 100 s: 18 in flight become 30 of 200, more than a twentieth.
    let end = 1.5 * window(0.3, 12.0);
    let trial = judged(0.3, |came| if (end - 150.0..end).contains(&came) { 100.0 } else { 60.0 });
    assert!(trial.backlog > GROWTH && trial.is_borne, "{trial:?}");
    assert!((trial.backlog_bound - CHANCE * 48_f64.sqrt() / 200.0).abs() < 0.005, "{trial:?}");
}

#[test]
fn a_backlog_that_goes_on_growing_is_none() {
    // A third of what comes is not answered in time: each waits a third of the time that has passed longer.
    for rate in [0.3, 3.0, 30.0] {
        let trial = judged(rate, |came| 30.0 + came / 3.0);
        assert!(!trial.is_borne && trial.good_share > 0.99, "{trial:?}");
        assert!(judged(rate, |_| 30.0).is_borne);
    }
}

#[test]
fn a_window_has_enough_arrivals_at_any_rate() {
    assert_eq!(
        [30.0, 1.0, 0.125].map(|rate| window(rate, 12.0)).map(f64::to_bits),
        [240.0, 240.0, 1600.0].map(f64::to_bits)
    );
}

#[test]
fn rates_of_chats_are_of_conversations() {
    let chat = r#"{"type": "chat", "conversations": 3, "turns": 2, "system_prompt": 9, "question": 9, "output": 9,
        "think_time": 1.0}"#;
    let arriving = |text: &str| Arriving::of(&serde_json::from_str(text).unwrap());
    assert_eq!(arriving(chat), Arriving::Conversations);
    assert_eq!(arriving(r#"{"type": "random", "input": 5, "output": 5}"#), Arriving::Requests);
}

#[test]
fn a_window_is_as_long_as_answers_and_arrivals_need() {
    let close = |seconds: f64, expected: f64| assert!((seconds - expected).abs() < 1e-9, "{seconds}");
    close(window(1.0, 30.0), WINDOW);
    close(window(0.1, 30.0), 2000.0);
    close(window(1000.0, 0.5), 10.0);
    close(window(1000.0, 0.01), 2.0);
}
