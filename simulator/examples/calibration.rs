//! The published benchmark of a plain Service beside what the simulator makes of it:
//! `cargo run --release -p simulator --example calibration`.

#![expect(clippy::print_stdout, reason = "a table is what it is for")]

use std::time::{Duration, Instant};

use simulator::engine::Engine;
use simulator::profile::H100_TP2_QWEN3_32B;
use simulator::virtual_clock::{Delays, Dispatch, Event, Ladder, RunError, Summary, plain_service, run};

const REPLICAS: usize = 8;
const SEEDS: u64 = 12;
/// How much slower the slow replica is.
const SLOW: f64 = 1.3;

/// A figure as published and as it is here.
struct Row {
    name: &'static str,
    /// What `schedsim.md` §2 holds the simulated means against: medians, but for req/s (`bench.md` §6.3).
    published: f64,
    published_mean: Option<f64>,
    decimals: usize,
    mean: fn(&Summary) -> f64,
    median: Option<fn(&Summary) -> f64>,
}

const ROWS: [Row; 4] = [
    Row {
        name: "req/s",
        published: 5.10,
        published_mean: None,
        decimals: 2,
        mean: |run| run.requests_per_second,
        median: None,
    },
    Row {
        name: "TTFT, s",
        published: 55.97,
        published_mean: Some(72.90),
        decimals: 1,
        mean: |run| run.ttft.mean,
        median: Some(|run| run.ttft.median),
    },
    Row {
        name: "latency, s",
        published: 107.9,
        published_mean: Some(123.49),
        decimals: 1,
        mean: |run| run.latency.mean,
        median: Some(|run| run.latency.median),
    },
    Row {
        name: "TPOT, ms",
        published: 52.9,
        published_mean: Some(50.56),
        decimals: 1,
        mean: |run| run.tpot.mean * 1e3,
        median: Some(|run| run.tpot.median * 1e3),
    },
];

fn main() -> Result<(), RunError> {
    let start = Instant::now();
    let equal = play(1.0, |seed| plain_service(REPLICAS, seed))?;
    let took = start.elapsed().as_secs_f64() / SEEDS as f64;
    let one_slow = play(SLOW, |seed| plain_service(REPLICAS, seed))?;
    let partition = play(1.0, |_| by_group)?;

    println!("| plain Service | published | mean | off | median | mean, one replica {SLOW}x slower | off |");
    println!("|---|---|---|---|---|---|---|");
    for Row { name, published, published_mean, decimals, mean, median } in ROWS {
        let off = |runs: &[Summary]| format!("{:+.1} %", (average(runs, mean) / published - 1.0) * 100.0);
        let reported = published_mean.map_or_else(String::new, |mean| format!(" (mean {mean})"));
        let median =
            median.map_or_else(String::new, |median| format!("{:.decimals$}", average(&equal, median)));
        println!(
            "| {name} | {published}{reported} | {:.decimals$} ± {:.decimals$} | {} | {median} | {:.decimals$} | {} |",
            average(&equal, mean),
            deviation(&equal, mean),
            off(&equal),
            average(&one_slow, mean),
            off(&one_slow),
        );
    }
    println!();
    println!(
        "Each group on one replica: {:.2} req/s, latency {:.1} s, TTFT {:.3} s, TPOT {:.1} ms, {:.1} % of prompts cached.",
        average(&partition, |run| run.requests_per_second),
        average(&partition, |run| run.latency.mean),
        average(&partition, |run| run.ttft.mean),
        average(&partition, |run| run.tpot.mean * 1e3),
        average(&partition, |run| run.hit_share * 100.0),
    );
    println!("{SEEDS} seeds; {} requests in {took:.2} s (first column).", equal[0].requests);
    Ok(())
}

/// One run of the ladder for each seed; the first replica is slower by a factor.
fn play<R: FnMut(Duration, Event<'_>, &mut Vec<Dispatch>)>(
    slow: f64,
    router: impl Fn(u64) -> R,
) -> Result<Vec<Summary>, RunError> {
    let mut profiles = [H100_TP2_QWEN3_32B; REPLICAS];
    profiles[0] = profiles[0].at_speed(1.0 / slow);
    let engines = || profiles.iter().map(|profile| Engine::new(profile.costs, profile.limits)).collect();
    let one = |seed| run(engines(), Ladder::new(seed), &Delays::default(), router(seed));
    (1..=SEEDS).map(|seed| one(seed).map(|outcomes| Summary::of(&outcomes))).collect()
}

/// The best that affinity alone can do.
fn by_group(_: Duration, event: Event<'_>, dispatches: &mut Vec<Dispatch>) {
    if let Event::Arrived(request, arrival) = event {
        dispatches.push(Dispatch { request, replica: Ladder::group(arrival.prompt) as usize % REPLICAS });
    }
}

fn average(runs: &[Summary], figure: fn(&Summary) -> f64) -> f64 {
    runs.iter().map(figure).sum::<f64>() / runs.len() as f64
}

/// Standard deviation over the seeds.
fn deviation(runs: &[Summary], figure: fn(&Summary) -> f64) -> f64 {
    let mean = average(runs, figure);
    let squares: f64 = runs.iter().map(|run| (figure(run) - mean).powi(2)).sum();
    (squares / (runs.len() - 1) as f64).sqrt()
}
