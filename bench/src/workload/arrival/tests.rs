use super::*;

const POISSON: Arrivals = Arrivals::Poisson { exact_count: false };
const COUNTED: Arrivals = Arrivals::Poisson { exact_count: true };

fn made(arrivals: Arrivals, load: StageLoad, seed: u64) -> Schedule {
    schedule(arrivals, 0, &Stage { load, warm_up: false }, seed).unwrap()
}

fn times(arrivals: Arrivals, load: StageLoad, seed: u64) -> Vec<f64> {
    made(arrivals, load, seed).times.iter().map(Duration::as_secs_f64).collect()
}

fn rate(rate: f64, seconds: f64) -> StageLoad {
    StageLoad::Rate { rate, seconds }
}

fn ramp(from: f64, to: f64, seconds: f64) -> StageLoad {
    StageLoad::Ramp { from, to, seconds }
}

fn gaps(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// The distance of Kolmogorov and Smirnov between values and a law, times √n: above 1.63 once in a hundred.
fn distance(mut values: Vec<f64>, law: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let steps = values.iter().enumerate().map(|(index, &value)| {
        let expected = law(value);
        (expected - index as f64 / n).abs().max((expected - (index + 1) as f64 / n).abs())
    });
    steps.fold(0.0, f64::max) * n.sqrt()
}

fn problem(arrivals: Arrivals, load: StageLoad) -> String {
    let stage = Stage { load, warm_up: false };
    schedule(arrivals, 2, &stage, 0).err().unwrap().to_string()
}

#[test]
fn constant_gaps_are_equal() {
    let times = times(Arrivals::Constant, rate(10.0, 20.0), 1);
    assert_eq!(times.len(), 200);
    assert!(times[0] == 0.0 && gaps(&times).iter().all(|gap| (gap - 0.1).abs() < 1e-6));
}

#[test]
fn what_a_product_lacks_to_a_whole_number_is_no_request_less() {
    for (per_second, seconds, count) in [(0.1, 30.0, 3), (0.7, 10.0, 7), (4.35, 100.0, 435), (3.7, 1.0, 3)] {
        for arrivals in [Arrivals::Constant, COUNTED] {
            assert_eq!(
                times(arrivals, rate(per_second, seconds), 1).len(),
                count,
                "{per_second} × {seconds}"
            );
        }
    }
}

#[test]
fn poisson_gaps_are_exponential_and_no_second_is_marked() {
    for arrivals in [POISSON, COUNTED] {
        for seed in 1..=5 {
            let times = times(arrivals, rate(40.0, 100.0), seed);
            let far = distance(gaps(&times), |gap| 1.0 - (-40.0 * gap).exp());
            assert!(far < 1.63, "{arrivals:?} {seed}: {far}");
            // Within their second they are as likely anywhere: no comb at its end.
            let far = distance(times.iter().map(|time| time.fract()).collect(), |time| time);
            assert!(far < 1.63, "{arrivals:?} {seed}: {far}");
        }
    }
}

#[test]
fn the_seconds_or_the_count_are_exact() {
    let counts: Vec<usize> = (0..40).map(|seed| times(POISSON, rate(25.0, 16.0), seed).len()).collect();
    let mean = counts.iter().sum::<usize>() as f64 / 40.0;
    // 400 with a standard deviation of 20, of the mean of 40: 3.2.
    assert!((mean - 400.0).abs() < 13.0, "{mean}");
    assert!(counts.iter().any(|count| count.abs_diff(400) > 10));
    for seed in 0..40 {
        let times = times(COUNTED, rate(25.0, 16.0), seed);
        assert!(times.len() == 400 && times.is_sorted() && times[399] <= 16.0);
    }
}

#[test]
fn gamma_gaps_have_their_spread() {
    for (shape, variation) in [(0.25, 2.0), (1.0, 1.0), (4.0, 0.5)] {
        let gaps = gaps(&times(Arrivals::Gamma { shape }, rate(100.0, 400.0), 3));
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean * 100.0 - 1.0).abs() < 0.05, "{shape}: {mean}");
        assert!(
            (variance.sqrt() / mean / variation - 1.0).abs() < 0.05,
            "{shape}: {}",
            variance.sqrt() / mean
        );
    }
}

#[test]
fn a_ramp_has_its_rate_at_every_moment() {
    for (from, to, total) in [(0.0, 20.0, 1000_u16), (20.0, 0.0, 1000), (10.0, 30.0, 2000)] {
        let load = ramp(from, to, 100.0);
        // What is due until then.
        let due = |time: f64| from * time + (to - from) * time * time / 200.0;
        let constant = times(Arrivals::Constant, load, 1);
        assert_eq!(constant.len(), usize::from(total));
        let total = f64::from(total);
        for (index, &time) in constant.iter().enumerate() {
            assert!((due(time) - index as f64).abs() < 1e-4, "{from} to {to}: {index} at {time}");
        }
        for arrivals in [POISSON, COUNTED] {
            let far = distance(times(arrivals, load, 2), |time| due(time) / total);
            assert!(far < 1.63, "{from} to {to}: {far}");
        }
        assert_eq!(
            made(COUNTED, load, 1).pacing,
            Pacing::Open { rate: total / 100.0, window: Duration::from_secs(100) }
        );
    }
}

#[test]
fn a_closed_loop_has_no_times() {
    let schedule = made(POISSON, StageLoad::Concurrency { concurrency: 4, requests: 9 }, 1);
    assert_eq!(schedule.pacing, Pacing::Closed { concurrency: 4 });
    assert_eq!(schedule.times, [Duration::ZERO; 9]);
}

#[test]
fn a_trace_has_its_own_times() {
    let schedule = recorded(vec![0.0, 1.0, 4.0], 2.0).unwrap();
    assert_eq!(schedule.times, [0, 500, 2000].map(Duration::from_millis));
    assert_eq!(schedule.pacing, Pacing::Open { rate: 1.5, window: Duration::from_secs(2) });
    for speed in [0.0, -1.0, f64::NAN] {
        let problem = recorded(vec![0.0, 1.0], speed).err().unwrap().to_string();
        assert!(problem.starts_with("arrivals.speed: a number above 0 is needed"), "{problem}");
    }
}

#[test]
fn the_same_seed_gives_the_same_times_and_another_others() {
    let load = rate(10.0, 10.0);
    assert_eq!(times(POISSON, load, 1), times(POISSON, load, 1));
    assert_ne!(times(POISSON, load, 1), times(POISSON, load, 2));
}

#[test]
fn what_means_nothing_names_its_key() {
    let constant = |load| problem(Arrivals::Constant, load);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let needed = format!("a number above 0 is needed, this is {bad}");
        assert_eq!(constant(rate(bad, 1.0)), format!("stages[2].load.rate: {needed}"));
        assert_eq!(constant(rate(1.0, bad)), format!("stages[2].load.seconds: {needed}"));
    }
    assert_eq!(constant(ramp(-1.0, 2.0, 1.0)), "stages[2].load.from: a number from 0 is needed, this is -1");
    assert_eq!(constant(ramp(0.0, 0.0, 1.0)), "stages[2].load.to: a number above 0 is needed, this is 0");
    assert_eq!(constant(rate(0.5, 1.0)), "stages[2].load.seconds: 0.5 requests are less than one");
    assert_eq!(
        constant(rate(1e6, 1e3)),
        "stages[2].load.rate: 1000000000 requests are more than a stage may have"
    );
    let closed = |concurrency, requests| constant(StageLoad::Concurrency { concurrency, requests });
    assert_eq!(closed(0, 1), "stages[2].load.concurrency: a number above 0 is needed, this is 0");
    assert_eq!(closed(1, 0), "stages[2].load.requests: a number above 0 is needed, this is 0");
    assert_eq!(closed(1, u32::MAX), "stages[2].load.requests: 4294967295 are more than a stage may have");
    for shape in [0.0, -1.0, f64::NAN] {
        let problem = problem(Arrivals::Gamma { shape }, rate(1.0, 10.0));
        assert_eq!(problem, "arrivals.shape: a number above 0 is needed");
    }
    // Nothing but gaps of 0 has an end too.
    assert!(times(Arrivals::Gamma { shape: 0.001 }, rate(1.0, 100.0), 1).len() < 1_000_000);
}
