//! When requests come.
//!
//! Every process runs on the clock of the expected number: a point at `u` comes when the rate's integral is `u`. So one
//! inversion serves constant rates and ramps, and a ramp has its rate at each moment whatever the gaps' law.

#[cfg(test)]
mod tests;

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand_distr::{Distribution, Exp1, Gamma};

use super::seed::generator;
use super::{PlanError, duration};
use crate::plan::Pacing;
use crate::scenario::scale::whole;
use crate::scenario::{Arrivals, Stage, StageLoad};

/// Requests that a stage may have.
const MOST_REQUESTS: u32 = 10_000_000;

/// When the requests of a stage come.
pub(super) struct Schedule {
    pub(super) pacing: Pacing,
    pub(super) warm_up: bool,
    /// Since the start of the stage, ascending.
    pub(super) times: Vec<Duration>,
}

/// The schedule of the stage of this number.
pub(super) fn schedule(
    arrivals: Arrivals,
    number: usize,
    stage: &Stage,
    seed: u64,
) -> Result<Schedule, PlanError> {
    let rate = match stage.load {
        StageLoad::Rate { rate, seconds } => {
            positive(number, "rate", rate)?;
            Rate { from: rate, to: rate, seconds }
        }
        StageLoad::Ramp { from, to, seconds } => {
            for (name, value) in [("from", from), ("to", to)] {
                if !value.is_finite() || value < 0.0 {
                    return Err(invalid(number, name, format!("a number from 0 is needed, this is {value}")));
                }
            }
            positive(number, "to", from + to)?;
            Rate { from, to, seconds }
        }
        StageLoad::Concurrency { concurrency, requests } => {
            positive(number, "concurrency", f64::from(concurrency))?;
            positive(number, "requests", f64::from(requests))?;
            if requests > MOST_REQUESTS {
                return Err(invalid(
                    number,
                    "requests",
                    format!("{requests} are more than a stage may have"),
                ));
            }
            let times = vec![Duration::ZERO; requests as usize];
            return Ok(Schedule { pacing: Pacing::Closed { concurrency }, warm_up: stage.warm_up, times });
        }
    };
    positive(number, "seconds", rate.seconds)?;
    let window =
        duration(rate.seconds).ok_or_else(|| invalid(number, "seconds", "this is too long".to_owned()))?;
    let expected = rate.expected();
    if expected > f64::from(MOST_REQUESTS) {
        return Err(invalid(
            number,
            "rate",
            format!("{expected:.0} requests are more than a stage may have"),
        ));
    }
    let points = points(arrivals, expected, generator(seed, "arrivals", &[number as u64]))?;
    if points.is_empty() && !matches!(arrivals, Arrivals::Poisson { exact_count: false }) {
        return Err(invalid(number, "seconds", format!("{expected} requests are less than one")));
    }
    let times = points.into_iter().map(|point| Duration::from_secs_f64(rate.when(point))).collect();
    let pacing = Pacing::Open { rate: expected / rate.seconds, window };
    Ok(Schedule { pacing, warm_up: stage.warm_up, times })
}

/// The one stage of a trace whose requests come at these seconds, ascending and not none.
pub(super) fn recorded(times: Vec<f64>, speed: f64) -> Result<Schedule, PlanError> {
    let at = |seconds: f64| {
        let time = duration(seconds / speed).filter(|_| speed > 0.0);
        time.ok_or_else(|| {
            let problem = "a number above 0 is needed, at which the trace lasts at most 10 years";
            PlanError::invalid("arrivals.speed", problem)
        })
    };
    let times: Vec<Duration> = times.into_iter().map(at).collect::<Result<_, _>>()?;
    let window = times
        .last()
        .copied()
        .ok_or_else(|| PlanError::invalid("arrivals", "only the workload `trace` has times of its own"))?;
    let rate = if window.is_zero() { 0.0 } else { times.len() as f64 / window.as_secs_f64() };
    Ok(Schedule { pacing: Pacing::Open { rate, window }, warm_up: false, times })
}

/// Points of a process with one point a unit, from 0 to `end`.
fn points(arrivals: Arrivals, end: f64, mut generator: StdRng) -> Result<Vec<f64>, PlanError> {
    // What a product such as 0.1 × 30 lacks to a whole number is no request less.
    let count = whole((end * (1.0 + 1e-12)).floor());
    Ok(match arrivals {
        Arrivals::Constant => (0..count).map(f64::from).collect(),
        // So many points of a Poisson process fall as independent ones do.
        Arrivals::Poisson { exact_count: true } => {
            let mut points: Vec<f64> = (0..count).map(|_| end * generator.random::<f64>()).collect();
            points.sort_unstable_by(f64::total_cmp);
            points
        }
        Arrivals::Poisson { exact_count: false } => renewal(Exp1.sample_iter(generator), end),
        Arrivals::Gamma { shape } => {
            let law = Gamma::new(shape, 1.0 / shape).ok().filter(|_| shape.is_finite());
            let law =
                law.ok_or_else(|| PlanError::invalid("arrivals.shape", "a number above 0 is needed"))?;
            renewal(law.sample_iter(generator), end)
        }
        Arrivals::Trace { .. } => {
            return Err(PlanError::invalid("arrivals", "a trace has its own times"));
        }
    })
}

/// Points with these gaps, up to `end`.
fn renewal(gaps: impl Iterator<Item = f64>, end: f64) -> Vec<f64> {
    let points = gaps.scan(0.0, |now, gap| {
        *now += gap;
        Some(*now)
    });
    // The bound ends what has nothing but gaps of 0.
    points.take_while(|&point| point < end).take(2 * MOST_REQUESTS as usize).collect()
}

/// Requests a second, changing evenly.
#[derive(Clone, Copy)]
struct Rate {
    from: f64,
    to: f64,
    seconds: f64,
}

impl Rate {
    /// Requests in all.
    fn expected(self) -> f64 {
        f64::midpoint(self.from, self.to) * self.seconds
    }

    /// When so many are due: the root of `from t + (to − from) t² / 2 seconds = count`, in the form that is exact for
    /// equal rates too.
    fn when(self, count: f64) -> f64 {
        let slope = (self.to - self.from) / self.seconds;
        let now = (self.from * self.from + 2.0 * slope * count).max(0.0).sqrt();
        if count <= 0.0 { 0.0 } else { (2.0 * count / (self.from + now)).min(self.seconds) }
    }
}

fn positive(stage: usize, name: &str, value: f64) -> Result<(), PlanError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(invalid(stage, name, format!("a number above 0 is needed, this is {value}")))
}

fn invalid(stage: usize, name: &str, problem: String) -> PlanError {
    PlanError::Invalid { key: format!("stages[{stage}].load.{name}"), problem }
}
