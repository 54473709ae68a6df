//! What each replica bore.

use std::collections::BTreeMap;

use super::in_flight::InFlight;
use super::{Gauges, ReplicaReport, Stat};
use crate::run::{GaugePoint, ReplicaRun, StageRun, Target};
use crate::sample::Sample;

const POINTS: u32 = 200;

/// By the target's replicas, and after them those that only answers name. Requests and output tokens are what answers
/// say; prompt and cached tokens too, or else what the replica's counters say.
pub(super) fn replicas(target: &Target, stages: &[&StageRun]) -> Vec<ReplicaReport> {
    let mut answered: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in stages.iter().flat_map(|stage| &stage.samples) {
        if let Some(replica) = &sample.replica {
            answered.entry(replica).or_default().push(sample);
        }
    }
    let named: Vec<ReplicaReport> = target
        .replicas
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let counters: Vec<&ReplicaRun> =
                stages.iter().filter_map(|stage| stage.replicas.get(index)).collect();
            replica(name, &answered.remove(name.as_str()).unwrap_or_default(), &counters)
        })
        .collect();
    let others = answered.iter().map(|(name, samples)| replica(name, samples, &[]));
    named.into_iter().chain(others).collect()
}

fn replica(name: &str, samples: &[&Sample], counters: &[&ReplicaRun]) -> ReplicaReport {
    let sum = |of: fn(&Sample) -> u32| samples.iter().map(|sample| u64::from(of(sample))).sum::<u64>();
    let counted = |of: fn(&ReplicaRun) -> u64| counters.iter().map(|counters| of(counters)).sum::<u64>();
    let or = |said: u64, counted: u64| if said > 0 { said } else { counted };
    ReplicaReport {
        name: name.to_owned(),
        requests: samples.len() as u64,
        prompt_tokens: or(sum(|sample| sample.prompt_tokens), counted(|counters| counters.prompt_tokens)),
        cached_tokens: if samples.iter().any(|sample| sample.cached_tokens.is_some()) {
            sum(|sample| sample.cached_tokens.unwrap_or(0))
        } else {
            counted(|counters| counters.cached_tokens)
        },
        output_tokens: sum(|sample| sample.output_tokens),
        preemptions: (!counters.is_empty() && !counters.iter().any(|counters| counters.is_unread))
            .then(|| counted(|counters| counters.preemptions)),
        in_flight: if samples.is_empty() { said_in_flight(counters) } else { in_flight(samples) },
        gauges: gauges(counters),
    }
}

fn in_flight(samples: &[&Sample]) -> Vec<(f64, f64)> {
    InFlight::of(samples.iter().copied()).points(POINTS)
}

/// What the replica itself says is running and waiting, thinned out.
fn said_in_flight(counters: &[&ReplicaRun]) -> Vec<(f64, f64)> {
    let points: Vec<_> = counters.iter().flat_map(|counters| &counters.points).collect();
    let every = points.len().div_ceil(POINTS as usize).max(1);
    let requests = |point: &GaugePoint| f64::from(point.running) + f64::from(point.waiting);
    points.iter().step_by(every).map(|point| (point.at.as_secs_f64(), requests(point))).collect()
}

fn gauges(counters: &[&ReplicaRun]) -> Option<Gauges> {
    let spread = |of: fn(&GaugePoint) -> f64| {
        Stat::of(counters.iter().flat_map(|counters| &counters.points).map(of).collect())
    };
    Some(Gauges {
        running: spread(|point| f64::from(point.running))?,
        waiting: spread(|point| f64::from(point.waiting))?,
        kv_usage: spread(|point| f64::from(point.kv_usage))?,
    })
}
