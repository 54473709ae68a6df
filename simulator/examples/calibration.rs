//! The published benchmark of a plain Service beside what the simulator makes of it:
//! `cargo run --release -p simulator --example calibration`.

#![expect(clippy::print_stdout, reason = "a table is what it is for")]

use std::error::Error;
use std::time::Instant;

use simulator::engine::Engine;
use simulator::profile::H100_TP2_QWEN3_32B;
use simulator::virtual_clock::{Delays, Dispatch, Event, Ladder, Summary, plain_service, run};

const REPLICAS: usize = 8;
const SEEDS: u64 = 1;

/// A figure of `schedsim.md` §2, beside what it is here.
struct Row {
    name: &'static str,
    published: f64,
    simulated: fn(&Summary) -> f64,
}

const ROWS: [Row; 4] = [
    Row { name: "req/s", published: 5.10, simulated: |summary| summary.requests_per_second },
    Row { name: "TTFT s", published: 55.97, simulated: |summary| summary.ttft.mean },
    Row { name: "latency s", published: 107.9, simulated: |summary| summary.latency.mean },
    Row { name: "TPOT ms", published: 52.9, simulated: |summary| summary.tpot.mean * 1e3 },
];

fn engines(slowest: f64) -> Vec<Engine> {
    let mut speeds = [1.0; REPLICAS];
    speeds[0] = slowest;
    let profiles = speeds.map(|speed| H100_TP2_QWEN3_32B.at_speed(speed));
    profiles.iter().map(|profile| Engine::new(profile.costs, profile.limits)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    for seed in 1..=SEEDS {
        for slow in [1.0, 1.3] {
            let outcomes = run(
                engines(1.0 / slow),
                Ladder::new(seed),
                &Delays::default(),
                plain_service(REPLICAS, seed),
            )?;
            let summary = Summary::of(&outcomes);
            println!("{slow} {:?} {summary:?}", start.elapsed());
            for row in &ROWS {
                println!("{} {} {}", row.name, row.published, (row.simulated)(&summary));
            }
        }
        let outcomes = run(engines(1.0), Ladder::new(seed), &Delays::default(), |_, event, dispatches| {
            if let Event::Arrived(request, arrival) = event {
                let replica = Ladder::group(arrival.prompt) as usize % REPLICAS;
                dispatches.push(Dispatch { request, replica });
            }
        })?;
        println!("partition {:?} {:?}", start.elapsed(), Summary::of(&outcomes));
    }
    Ok(())
}
