//! Reports made by hand: a ladder of rates, and two arms of which one bears more.

use std::collections::BTreeMap;

use llmd_bench::report::metric::Latency;
use llmd_bench::report::{
    BenchReport, Goodput, ReplicaReport, SCHEMA, StageReport, Stat, Summary, Throughput,
};
use llmd_bench::scenario::{Arrivals, Length, RequestOptions, Scenario, Slo, Stage, StageLoad, Workload};

/// Offered requests per second and seconds; the first stage is a warm-up.
pub(crate) const LADDER: [(f64, f64); 9] = [
    (15.0, 50.0),
    (3.0, 20.0),
    (10.0, 20.0),
    (15.0, 20.0),
    (20.0, 38.0),
    (25.0, 30.0),
    (35.0, 21.0),
    (46.0, 33.0),
    (60.0, 25.0),
];

pub(crate) const REPLICAS: usize = 8;
pub(crate) const POINTS: usize = 120;

/// What an arm can do.
struct Ability {
    /// Requests a second that it bears.
    bears: f64,
    hit_share: f64,
    /// How uneven its replicas are, 0 to 1.
    skew: f64,
}

/// Two runs of each arm, in turn.
pub(crate) fn comparison() -> Vec<BenchReport> {
    (0..2_u8)
        .flat_map(|run| {
            let off = 1.0 + 0.03 * f64::from(run);
            let plain = Ability { bears: 9.0 * off, hit_share: 0.31, skew: 0.5 };
            let ours = Ability { bears: 26.0 / off, hit_share: 0.87, skew: 0.12 };
            [report("round robin", &plain), report("scheduler", &ours)]
        })
        .collect()
}

/// Names that would break a page that does not escape them.
pub(crate) fn hostile() -> BenchReport {
    let mut report = report("<script>alert(1)</script>", &Ability { bears: 9.0, hit_share: 0.3, skew: 0.5 });
    report.notes = vec!["\"><img src=x onerror=alert(2)>".to_owned()];
    "</title><b>".clone_into(&mut report.scenario.name);
    report.is_partial = true;
    report
}

fn scenario() -> Scenario {
    let stage = |(index, (rate, seconds)): (usize, (f64, f64))| Stage {
        load: StageLoad::Rate { rate, seconds },
        warm_up: index == 0,
    };
    Scenario {
        name: "inference-scheduling".to_owned(),
        workload: Workload::SharedPrefix {
            groups: 150,
            prompts_per_group: 5,
            system_prompt: Length::Fixed(6000),
            question: Length::Fixed(1200),
            output: Length::Fixed(1000),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        stages: LADDER.into_iter().enumerate().map(stage).collect(),
        pause: 1.0,
        drain_timeout: 600.0,
        seed: 1,
        request: RequestOptions::default(),
        slo: Some(Slo { ttft: Some(2.0), tpot: Some(0.1), e2e: None }),
    }
}

fn report(arm: &str, ability: &Ability) -> BenchReport {
    let stages: Vec<StageReport> = LADDER
        .iter()
        .enumerate()
        .map(|(index, &(rate, seconds))| stage(index, rate, seconds, ability))
        .collect();
    let requests: u64 = stages[1..].iter().map(|stage| stage.summary.requests).sum();
    let mut overall = stages[6].summary.clone();
    overall.requests = requests;
    overall.succeeded = requests - 3;
    overall.failures = BTreeMap::from([("http_503".to_owned(), 2), ("timeout".to_owned(), 1)]);
    overall.steady = None;
    overall.throughput = rates(ability.bears * 0.75);
    overall.whole_seconds = 640.2;
    BenchReport {
        schema: SCHEMA.to_owned(),
        arm: arm.to_owned(),
        started_at: "2026-11-26T18:00:00Z".to_owned(),
        url: "http://127.0.0.1:8000".to_owned(),
        model: "Qwen/Qwen3-32B".to_owned(),
        scenario: scenario(),
        prompts_hash: "9f2c1d7e0b5a4c83".repeat(4),
        is_partial: false,
        is_cold: true,
        is_simulated: false,
        overall,
        replicas: (0..REPLICAS).map(|index| replica(index, requests, ability)).collect(),
        stages,
        notes: vec![
            "stage 8: the load generator was late by 12 ms at p99".to_owned(),
            format!("{arm}: the server said nothing of cached tokens for 3 requests"),
        ],
        client_cpu_seconds: Some(21.4),
    }
}

fn stage(index: usize, rate: f64, seconds: f64, ability: &Ability) -> StageReport {
    let load = rate / ability.bears;
    let wait = if load < 1.0 { 0.05 / (1.0 - load * 0.9) } else { (load - 1.0) * seconds * 0.6 + 0.5 };
    let token = 0.018 + 0.06 * (load.min(1.0) + 0.02 * load);
    let answered = rate.min(ability.bears);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
    let requests = (rate * seconds) as u64;
    let times = [
        (Latency::Ttft, stat(requests, wait, 0.9)),
        (Latency::Tpot, stat(requests, token, 0.2)),
        (Latency::E2e, stat(requests, wait + token * 999.0, 0.3)),
    ];
    StageReport {
        number: u32::try_from(index).unwrap(),
        warm_up: index == 0,
        offered_rate: Some(rate),
        sent_rate: rate,
        concurrency: None,
        is_saturated: load > 1.0,
        is_late: index == 8,
        summary: Summary {
            requests,
            succeeded: requests,
            latency: BTreeMap::from(times),
            throughput: rates(answered * 0.8),
            steady: Some(rates(answered)),
            goodput: Some(Goodput { share: (1.2 - load).clamp(0.1, 0.99), requests_per_second: answered }),
            hit_share: Some(ability.hit_share - 0.02 * load),
            ..Summary::default()
        },
        replicas: Vec::new(),
    }
}

fn rates(requests_per_second: f64) -> Throughput {
    Throughput {
        requests_per_second,
        input_tokens_per_second: requests_per_second * 7577.0,
        output_tokens_per_second: requests_per_second * 1000.0,
        total_tokens_per_second: requests_per_second * 8577.0,
    }
}

/// Lognormal about a median.
fn stat(count: u64, median: f64, sigma: f64) -> Stat {
    let at = |z: f64| median * (sigma * z).exp();
    Stat {
        count,
        std_dev: median * sigma,
        mean: median * (sigma * sigma / 2.0).exp(),
        p50: median,
        p90: at(1.28),
        p95: at(1.64),
        p99: at(2.33),
        max: at(3.0),
        ..Stat::default()
    }
}

fn replica(index: usize, requests: u64, ability: &Ability) -> ReplicaReport {
    let share = 1.0 + ability.skew * (index as f64 * 1.7).sin();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
    let part = |total: f64| (total * share / REPLICAS as f64) as u64;
    let prompt_tokens = part(requests as f64 * 7577.0);
    let depth = |at: f64| 110.0 * share / ability.bears * (at / 22.0).sin().abs() * at / 60.0;
    ReplicaReport {
        name: format!("decode-{index}"),
        requests: part(requests as f64),
        prompt_tokens,
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
        cached_tokens: (prompt_tokens as f64 * ability.hit_share / share.max(1.0)) as u64,
        output_tokens: part(requests as f64 * 1000.0),
        preemptions: Some(u64::try_from(index).unwrap() * 3),
        gauges: None,
        in_flight: (0..POINTS).map(|point| point as f64 * 5.0).map(|at| (at, depth(at).round())).collect(),
    }
}
