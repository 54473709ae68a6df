//! The guide's two arms, as far as it publishes them.

use std::collections::BTreeMap;

use llmd_bench::report::metric::Latency;
use llmd_bench::report::{BenchReport, SCHEMA, Stat, Summary, Throughput};
use llmd_bench::scenario::{Arrivals, Length, RequestOptions, Scenario, Stage, StageLoad, Workload};

/// Rate and seconds of each stage; the first is the warm-up.
const LADDER: [(f64, f64); 17] = [
    (15.0, 50.0),
    (3.0, 20.0),
    (10.0, 20.0),
    (15.0, 20.0),
    (20.0, 38.0),
    (22.0, 34.0),
    (25.0, 30.0),
    (30.0, 25.0),
    (35.0, 21.0),
    (40.0, 38.0),
    (43.0, 36.0),
    (46.0, 33.0),
    (49.0, 30.0),
    (52.0, 29.0),
    (55.0, 27.0),
    (57.0, 26.0),
    (60.0, 25.0),
];

pub(crate) fn scenario() -> Scenario {
    let stage = |(rate, seconds)| Stage { load: StageLoad::Rate { rate, seconds }, warm_up: false };
    Scenario {
        name: "inference-scheduling".into(),
        workload: Workload::SharedPrefix {
            groups: 150,
            prompts_per_group: 5,
            system_prompt: Length::Fixed(6000),
            question: Length::Fixed(1200),
            output: Length::Fixed(1000),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        stages: LADDER.map(stage).into(),
        pause: 1.0,
        drain_timeout: 600.0,
        seed: 0,
        request: RequestOptions::default(),
        slo: None,
    }
}

/// Seconds.
pub(crate) struct Published {
    pub(crate) mean: f64,
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

pub(crate) struct PublishedArm {
    pub(crate) name: &'static str,
    /// Requests, input tokens, output tokens and all tokens a second.
    pub(crate) rates: [f64; 4],
    pub(crate) e2e: Published,
    pub(crate) ttft: Published,
    pub(crate) tpot: Published,
    pub(crate) itl: Published,
}

pub(crate) const SERVICE: PublishedArm = PublishedArm {
    name: "k8s",
    rates: [5.1038, 38_688.28, 4_787.09, 43_475.37],
    e2e: Published { mean: 123.49, median: 107.87, min: 16.960, max: 270.43 },
    ttft: Published { mean: 72.899, median: 55.968, min: 0.059_361, max: 252.83 },
    tpot: Published { mean: 0.050_560, median: 0.052_911, min: 0.016_120, max: 0.091_111 },
    itl: Published { mean: 0.050_560, median: 0.032_011, min: 0.000_006, max: 36.771 },
};

pub(crate) const SCHEDULED: PublishedArm = PublishedArm {
    name: "llmd",
    rates: [7.0906, 53_751.21, 6_644.34, 60_395.55],
    e2e: Published { mean: 84.998, median: 81.811, min: 15.934, max: 172.03 },
    ttft: Published { mean: 2.1319, median: 0.357_006, min: 0.046_948, max: 85.883 },
    tpot: Published { mean: 0.082_836, median: 0.079_237, min: 0.015_833, max: 0.171_244 },
    itl: Published { mean: 0.082_836, median: 0.051_315, min: 0.000_004, max: 133.14 },
};

/// No standard deviations are published, so none is known.
fn stat(published: &Published) -> Stat {
    let Published { mean, median, min, max } = *published;
    Stat { count: 17_084, mean, p50: median, min, max, ..Stat::default() }
}

pub(crate) fn report(arm: &PublishedArm) -> BenchReport {
    let [requests, input, output, total] = arm.rates;
    let latency = [
        (Latency::E2e, &arm.e2e),
        (Latency::Ttft, &arm.ttft),
        (Latency::Tpot, &arm.tpot),
        (Latency::Itl, &arm.itl),
    ];
    // A speed is 1 / TPOT of a request: the median one is that of the median TPOT, but the mean one is not known.
    let speed = Stat { count: 17_084, p50: 1.0 / arm.tpot.median, mean: f64::NAN, ..Stat::default() };
    BenchReport {
        schema: SCHEMA.into(),
        arm: arm.name.into(),
        started_at: "2026-01-26T13:44:12Z".into(),
        url: "http://gateway".into(),
        model: "Qwen/Qwen3-32B".into(),
        scenario: scenario(),
        prompts_hash: "not published".into(),
        is_partial: false,
        is_cold: false,
        is_simulated: false,
        overall: Summary {
            requests: 17_084,
            succeeded: 17_084,
            whole_seconds: 17_084.0 / requests,
            latency: latency.map(|(latency, published)| (latency, stat(published))).into(),
            generation_speed: Some(speed),
            throughput: Throughput {
                requests_per_second: requests,
                input_tokens_per_second: input,
                output_tokens_per_second: output,
                total_tokens_per_second: total,
            },
            failures: BTreeMap::new(),
            ..Summary::default()
        },
        stages: Vec::new(),
        replicas: Vec::new(),
        notes: Vec::new(),
        client_cpu_seconds: None,
    }
}
