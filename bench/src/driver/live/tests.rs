use super::*;
use crate::plan::PlannedRequest;

fn answered(ttft: f64) -> Ended {
    Ended::Answered { ttft: Some(ttft), tpot: None }
}

fn stage(requests: usize) -> PlannedStage {
    let request =
        PlannedRequest { after: Duration::ZERO, prompt: 0, output_tokens: 1, follow_ups: Vec::new() };
    PlannedStage {
        pacing: Pacing::Open { rate: 10.0, window: Duration::from_secs(3) },
        warm_up: false,
        requests: vec![request; requests],
    }
}

#[test]
fn a_request_is_in_flight_and_then_answered_or_failed() {
    let live = Live::default();
    live.begin_stage(1, 3, &stage(4));
    let now = Instant::now();
    let replica: Arc<str> = "a".into();
    for _ in 0..4 {
        live.sent(now);
    }
    live.began(&replica);
    live.began(&replica);
    live.ended(now, Some(&replica), answered(0.5));
    live.ended(now, None, Ended::Failed);
    live.ended(now, None, Ended::Cancelled);
    let snapshot = live.snapshot_at(now);
    assert_eq!((snapshot.stage, snapshot.stages, snapshot.planned), (1, 3, 4));
    assert_eq!((snapshot.offered_rate, snapshot.stage_window), (Some(10.0), Some(Duration::from_secs(3))));
    let counts = (snapshot.sent, snapshot.answered, snapshot.failed, snapshot.in_flight);
    assert_eq!(counts, (4, 1, 1, 1));
    assert_eq!(snapshot.replicas, [LiveReplica { name: replica, in_flight: 1, answered: 1 }]);
    assert_eq!(snapshot.ttft.p50, Some(0.5));
    // A new stage counts anew; what was lately stays.
    live.begin_stage(2, 3, &stage(1));
    let snapshot = live.snapshot_at(now);
    assert_eq!((snapshot.sent, snapshot.answered, snapshot.ttft.p50), (0, 0, Some(0.5)));
}

#[test]
fn replicas_that_are_known_are_shown_before_they_answer() {
    let live = Live::default();
    live.know(["b", "a"]);
    live.begin_stage(0, 1, &stage(1));
    live.began(&"a".into());
    let replica = |name: &str, in_flight| LiveReplica { name: name.into(), in_flight, answered: 0 };
    assert_eq!(live.snapshot().replicas, [replica("a", 1), replica("b", 0)]);
}

#[test]
fn how_each_stage_ended_is_told_once() {
    let live = Live::default();
    let now = Instant::now();
    for number in 0..2 {
        live.begin_stage(number, 2, &stage(1));
        live.sent(now);
        live.ended(now, None, answered(0.1));
        live.end_stage();
    }
    let counts = |ended: &LiveSnapshot| (ended.stage, ended.sent, ended.answered, ended.in_flight);
    assert_eq!(live.take_ended().iter().map(counts).collect::<Vec<_>>(), [(0, 1, 1, 0), (1, 1, 1, 0)]);
    assert_eq!(live.take_ended(), []);
}

#[test]
fn lately_is_ten_seconds_of_values_and_a_minute_of_medians() {
    let live = Live::default();
    let begin = Instant::now();
    let at = |second: f64| begin + Duration::from_secs_f64(second);
    live.sent(begin);
    for second in 0..100_u32 {
        let now = at(f64::from(second) + 0.5);
        live.sent(now);
        live.sent(now);
        if second % 2 == 0 {
            for ttft in [0.0, 1.0, 2.0] {
                live.ended(now, None, answered(f64::from(second) + ttft));
            }
        }
    }
    let snapshot = live.snapshot_at(at(100.0));
    // Five seconds: four of two requests, and the one that has just begun.
    assert!((snapshot.sent_rate - 2.0).abs() < 1e-9, "{}", snapshot.sent_rate);
    assert!((snapshot.answered_rate - 1.5).abs() < 1e-9, "{}", snapshot.answered_rate);
    let expected: Vec<_> =
        (40..100_u32).map(|second| (second % 2 == 0).then(|| f64::from(second) + 1.0)).collect();
    assert_eq!(snapshot.ttft.by_second, expected);
    // Seconds 91 to 100.
    assert_eq!((snapshot.ttft.p50, snapshot.ttft.p99), (Some(96.0), Some(100.0)));
    assert_eq!(snapshot.tpot.p50, None);
    // Long after, nothing is left.
    let later = live.snapshot_at(at(1e6));
    assert_eq!((later.sent_rate, later.ttft.p50), (0.0, None));
    assert_eq!(later.ttft.by_second, vec![None; 60]);
}
