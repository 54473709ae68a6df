//! The published benchmark of a plain Service, within the bounds that were set for the simulator.

use simulator::engine::Engine;
use simulator::profile::{H100_TP2_QWEN3_32B, Profile};
use simulator::virtual_clock::{Delays, Ladder, RunError, Summary, plain_service, run};

const REPLICAS: usize = 8;

#[track_caller]
fn assert_within(name: &str, simulated: f64, published: f64, share: f64) {
    let off = simulated / published - 1.0;
    assert!(off.abs() <= share, "{name}: {simulated:.4} is {:+.1} % off {published}", off * 100.0);
}

/// `schedsim.md` §2 compares means with the published figures.
#[test]
fn a_plain_service_is_as_published() -> Result<(), RunError> {
    let Profile { costs, limits, .. } = H100_TP2_QWEN3_32B;
    let engines = (0..REPLICAS).map(|_| Engine::new(costs, limits)).collect();
    let outcomes = run(engines, Ladder::new(1), &Delays::default(), plain_service(REPLICAS, 1))?;
    let summary = Summary::of(&outcomes);
    assert_eq!(summary.requests, 17_084);
    assert_within("req/s", summary.requests_per_second, 5.10, 0.12);
    assert_within("latency", summary.latency.mean, 107.9, 0.05);
    assert_within("TPOT", summary.tpot.mean, 52.9e-3, 0.15);
    Ok(())
}
