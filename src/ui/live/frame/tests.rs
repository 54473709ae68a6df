use console::measure_text_width;

use super::*;

fn moment() -> LiveSnapshot {
    let second = |second: u32| (second % 7 != 3).then(|| f64::from(second % 10) * 0.04 + 0.02);
    LiveSnapshot {
        stage: 3,
        stages: 17,
        stage_elapsed: Duration::from_secs(12),
        stage_window: Some(Duration::from_secs(20)),
        offered_rate: Some(20.0),
        sent_rate: 19.8,
        answered_rate: 18.9,
        planned: 400,
        sent: 240,
        answered: 198,
        failed: 2,
        in_flight: 40,
        ttft: Recent { p50: Some(0.357), p99: Some(1.234), by_second: (0..30).map(second).collect() },
        tpot: Recent { p50: Some(0.024), p99: None, by_second: Vec::new() },
        replicas: (0..4)
            .map(|index| LiveReplica {
                name: format!("decode-{index}").into(),
                in_flight: index * 5,
                answered: 50 + index,
            })
            .collect(),
    }
}

#[test]
fn a_frame_on_a_usual_terminal() {
    insta::assert_snapshot!(frame(&moment(), 80, 24, false).join("\n"), @r"
    stage 3 (4 of 17)  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────  12 s of 20 s
    requests/s  offered 20.0   sent 19.8   answered 18.9
    requests    in flight 40   sent 240 of 400   answered 198   failed 2
    TTFT        p50 357 ms  p99 1.23 s      ▁▁▂ ▄▅▅▆▇█ ▁▂▃▄▅▅ ▇█▁▁▂▃ ▅▅▆▇█
    TPOT        p50 24 ms  p99 –
    decode-0                                           0 in flight       50 answered
    decode-1    ███████████                            5 in flight       51 answered
    decode-2    ███████████████████████               10 in flight       52 answered
    decode-3    ██████████████████████████████████    15 in flight       53 answered
    ");
}

#[test]
fn a_frame_on_a_small_terminal() {
    insta::assert_snapshot!(frame(&moment(), 44, 9, false).join("\n"), @r"
    stage 3 (4 of 17)  ━━━━━━━────  12 s of 20 s
    requests/s  offered 20.0   sent 19.8   answ…
    requests    in flight 40   sent 240 of 400 …
    TTFT        p50 357 ms  p99 1.23 s      ▅▆▇█
    TPOT        p50 24 ms  p99 –
    decode-0         0 in flight       50 answe…
    decode-1         5 in flight       51 answe…
    and 2 more, 25 in flight
    ");
}

#[test]
fn a_frame_of_a_closed_loop_that_has_hardly_begun() {
    let closed = LiveSnapshot { stages: 1, planned: 100, answered: 25, ..LiveSnapshot::default() };
    insta::assert_snapshot!(frame(&closed, 80, 24, false).join("\n"), @r"
    stage 0 (1 of 1)  ━━━━━━━━━━━━━─────────────────────────────────────  0 s
    requests/s  sent 0.0   answered 0.0
    requests    in flight 0   sent 0 of 100   answered 25   failed 0
    TTFT        p50 –  p99 –
    TPOT        p50 –  p99 –
    ");
}

#[test]
fn lines_where_there_is_no_terminal() {
    let draining = LiveSnapshot { stage_elapsed: Duration::from_secs(24), ..moment() };
    let lines = [line(&moment()), line(&draining), stage_end(&draining)];
    insta::assert_snapshot!(lines.join("\n"), @r"
    stage 3 (4 of 17), 12 s of 20 s: sent 19.8/s of 20.0/s, answered 18.9/s, 40 in flight, 2 failed, TTFT p50 357 ms  p99 1.23 s, TPOT p50 24 ms  p99 –
    stage 3 (4 of 17), draining for 4 s: sent 19.8/s of 20.0/s, answered 18.9/s, 40 in flight, 2 failed, TTFT p50 357 ms  p99 1.23 s, TPOT p50 24 ms  p99 –
    stage 3 (4 of 17): 240 of 400 sent, 198 answered, 2 failed, 40 still in flight, in 24 s
    ");
}

#[test]
fn colours_change_nothing_but_colours() {
    let plain = frame(&moment(), 80, 24, false);
    let colored = frame(&moment(), 80, 24, true);
    assert_ne!(plain, colored);
    let stripped: Vec<_> =
        colored.iter().map(|line| console::strip_ansi_codes(line).trim_end().to_owned()).collect();
    assert_eq!(stripped, plain);
}

#[test]
fn a_sparkline_reaches_from_nothing_to_the_largest() {
    assert_eq!(sparkline(&[Some(0.0), Some(1.0), None, Some(4.0), Some(8.0)]), "▁▁ ▄█");
    assert_eq!(sparkline(&[Some(0.0), Some(0.0)]), "▁▁");
    assert_eq!(sparkline(&[]), "");
}

#[test]
fn a_frame_fits_whatever_the_terminal() {
    let numbers = [0.0, 1e-12, 1e300, f64::INFINITY, f64::NAN, -5.0];
    for (width, height, many) in (0..140).flat_map(|width| [(width, width / 2, width / 3), (width, 7, 40)]) {
        let rate = numbers[width % numbers.len()];
        let snapshot = LiveSnapshot {
            sent_rate: rate,
            offered_rate: Some(rate),
            stage_window: Some(Duration::from_secs(u64::try_from(width).unwrap())),
            ttft: Recent { p50: Some(rate), p99: Some(rate), by_second: numbers.map(Some).repeat(10) },
            replicas: (0..u64::try_from(many).unwrap())
                .map(|index| LiveReplica {
                    name: "r".repeat(40).into(),
                    in_flight: index,
                    answered: u64::MAX,
                })
                .collect(),
            ..moment()
        };
        for colored in [false, true] {
            let lines = frame(&snapshot, width, height, colored);
            assert!(lines.len() <= height.saturating_sub(1));
            for line in lines {
                assert!(measure_text_width(&line) <= width, "wider than {width}: {line}");
            }
        }
    }
}
