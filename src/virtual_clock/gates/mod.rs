//! What this project's policy promises against others, measured.

mod cases;
mod promises;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use llmd_bench::workload::plan;
use schemars::JsonSchema;
use serde::Serialize;
use simulator::tokenizer::Tokenizer;

pub use cases::Case;

use super::measured::Measured;
use super::{Load, Policy, Stop, VirtualError};

/// The gates' table.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GatesReport {
    /// Each case was played once with each.
    pub seeds: Vec<u64>,
    /// What was measured, by case and policy.
    pub rows: Vec<GateRow>,
    /// What is promised, and whether it is kept.
    pub gates: Vec<Gate>,
}

/// A policy on a case, over the seeds.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GateRow {
    /// Name of the load.
    pub case: String,
    /// What the load is.
    pub description: String,
    /// Name of the policy.
    pub policy: String,
    /// Over the seeds.
    pub mean: Measured,
    /// Standard deviations of the sample; 0 of one seed.
    pub std_dev: Measured,
}

/// Something promised, and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Gate {
    /// Name of the load.
    pub case: String,
    /// What is compared, such as `req/s, default / upstream-default`.
    pub quantity: String,
    /// What it must be.
    pub asked: Bound,
    /// What it is.
    pub measured: f64,
    /// Whether the promise is kept.
    pub is_met: bool,
}

/// Where a measured value has to lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Within { from: f64, to: f64 },
}

impl Bound {
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::AtMost(bound) => value <= bound,
            Self::Within { from, to } => (from..=to).contains(&value),
        }
    }
}

/// How far the work is.
#[derive(Clone, Copy, Debug)]
pub struct GateProgress {
    pub done: usize,
    pub total: usize,
    /// What has just been played.
    pub case: Case,
    pub policy: &'static str,
    pub seed: u64,
}

type Results = BTreeMap<(usize, usize, usize), Measured>;

/// Plays each case with each of its policies and seeds, as many at once as there are processors, and judges.
///
/// # Errors
/// When something could not be played, or was stopped.
pub fn gates(
    seeds: &[u64],
    cases: &[Case],
    stop: &Stop,
    progress: impl Fn(GateProgress) + Sync,
) -> Result<GatesReport, VirtualError> {
    let jobs: Vec<(usize, usize)> =
        (0..cases.len()).flat_map(|case| (0..seeds.len()).map(move |seed| (case, seed))).collect();
    let total = cases.iter().map(|case| case.policies().len()).sum::<usize>() * seeds.len();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results: Mutex<Results> = Mutex::default();
    let work = || -> Result<(), VirtualError> {
        while let Some(&(case, seed)) = jobs.get(next.fetch_add(1, Relaxed)) {
            let tokenizer = Tokenizer::default();
            let plan = plan(&cases[case].scenario(seeds[seed]), &tokenizer)?;
            let load = Load::new(&plan, &tokenizer)?.until(stop);
            for (number, &policy) in cases[case].policies().iter().enumerate() {
                let run = load.play(&cases[case].fleet(), &Policy::named(policy)?, seeds[seed])?;
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                results.insert((case, number, seed), Measured::of(&run));
                let done = done.fetch_add(1, Relaxed) + 1;
                progress(GateProgress { done, total, case: cases[case], policy, seed: seeds[seed] });
            }
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let rows = rows(cases, &results.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(GatesReport { seeds: seeds.to_vec(), gates: promises::judge(&rows), rows })
}

fn rows(cases: &[Case], results: &Results) -> Vec<GateRow> {
    let mut rows = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        for (place, policy) in case.policies().iter().enumerate() {
            let of_row = results.range((number, place, 0)..(number, place + 1, 0));
            let measured: Vec<Measured> = of_row.map(|(_, measured)| *measured).collect();
            let (mean, std_dev) = spread(&measured);
            rows.push(GateRow {
                case: case.name().to_owned(),
                description: case.description().to_owned(),
                policy: (*policy).to_owned(),
                mean,
                std_dev,
            });
        }
    }
    rows
}

/// Mean and standard deviation of each figure.
fn spread(measured: &[Measured]) -> (Measured, Measured) {
    let count = measured.len() as f64;
    let sum = |figure: &dyn Fn(&Measured) -> f64| measured.iter().map(figure).sum::<f64>();
    let mean = map(&|figure| sum(figure) / count.max(1.0));
    let std_dev = map(&|figure| {
        let squares = sum(&|of| (figure(of) - figure(&mean)).powi(2));
        if count > 1.0 { (squares / (count - 1.0)).sqrt() } else { 0.0 }
    });
    (mean, std_dev)
}

type Figure<'a> = &'a dyn Fn(&Measured) -> f64;

/// Makes each figure by what gives it of others.
fn map(make: &dyn Fn(Figure<'_>) -> f64) -> Measured {
    Measured {
        requests_per_second: make(&|of| of.requests_per_second),
        ttft: make(&|of| of.ttft),
        latency: make(&|of| of.latency),
        tpot: make(&|of| of.tpot),
        hit_share: make(&|of| of.hit_share),
    }
}
