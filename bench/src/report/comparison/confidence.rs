//! How sure a difference is.
//!
//! With two or more repeats of both arms the figure is taken from each repeat and the two sets of values are compared as
//! Welch does, which needs nothing of what happens within a run.
//!
//! With fewer there is only the spread of the requests: the normal interval of a mean, the order statistics' interval of a
//! percentile (read off between the stored percentiles), Wilson's of a share. Two such intervals give that of the
//! difference as Zou and Donner combine them ("MOVER", 2008), each arm's distance to its own bound. Requests of a run are
//! not independent, so these intervals are too narrow; a rate has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Stat;

/// The normal distribution's 97.5 % point.
const NORMAL: f64 = 1.959_964;

/// The t distribution's 97.5 % points for 1 to 10 degrees of freedom.
const STUDENT: [f64; 10] =
    [12.706_2, 4.302_65, 3.182_45, 2.776_45, 2.570_58, 2.446_91, 2.364_62, 2.306_00, 2.262_16, 2.228_14];

/// Bounds of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// What it rests on.
    pub basis: Basis,
}

/// What an interval is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// How the figure strays from repeat to repeat.
    Repeats,
    /// How requests stray within runs: too narrow.
    Requests,
}

/// A figure of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    value: f64,
    /// 95 % interval from the requests of the run.
    within: Option<(f64, f64)>,
}

impl Measured {
    pub(super) fn alone(value: f64) -> Self {
        Self { value, within: None }
    }
}

pub(super) fn of_mean(stat: &Stat, count: u64) -> Measured {
    let half = NORMAL * stat.std_dev / (count as f64).sqrt();
    let is_known = stat.std_dev > 0.0 && count > 1;
    Measured { value: stat.mean, within: is_known.then_some((stat.mean - half, stat.mean + half)) }
}

/// The values at the ranks that bound a percentile, where there are so many values.
pub(super) fn of_quantile(stat: &Stat, share: f64, value: f64, count: u64) -> Measured {
    let half = NORMAL * (share * (1.0 - share) / count as f64).sqrt();
    let (low, high) = (share - half, share + half);
    let is_known = stat.std_dev > 0.0 && low >= 0.0 && high <= 1.0;
    Measured { value, within: is_known.then(|| (stat.at(low), stat.at(high))) }
}

/// Wilson's interval.
pub(super) fn of_share(share: f64, count: u64) -> Measured {
    if count == 0 {
        return Measured::alone(share);
    }
    let (n, square) = (count as f64, NORMAL * NORMAL);
    let scale = 1.0 + square / n;
    let middle = (share + square / (2.0 * n)) / scale;
    let half = NORMAL / scale * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    Measured { value: share, within: Some((middle - half, middle + half)) }
}

pub(super) fn average(repeats: &[Measured]) -> Option<f64> {
    let sum: f64 = repeats.iter().map(|measured| measured.value).sum();
    (!repeats.is_empty()).then(|| sum / repeats.len() as f64)
}

/// Of b − a.
pub(super) fn of_difference(a: &[Measured], b: &[Measured]) -> Option<Interval> {
    welch(a, b).or_else(|| from_requests(a, b))
}

/// None with fewer than two repeats of an arm, and where all repeats of both came out alike: then they tell nothing.
fn welch(a: &[Measured], b: &[Measured]) -> Option<Interval> {
    if a.len() < 2 || b.len() < 2 {
        return None;
    }
    // Squared standard error of the mean.
    let error = |repeats: &[Measured]| -> Option<f64> {
        let (mean, count) = (average(repeats)?, repeats.len() as f64);
        let squares: f64 = repeats.iter().map(|measured| (measured.value - mean).powi(2)).sum();
        Some(squares / (count - 1.0) / count)
    };
    let (error_a, error_b) = (error(a)?, error(b)?);
    let both = error_a + error_b;
    if both <= 0.0 {
        return None;
    }
    let share = |error: f64, repeats: &[Measured]| error * error / (repeats.len() - 1) as f64;
    let freedom = both * both / (share(error_a, a) + share(error_b, b));
    let half = student(freedom) * both.sqrt();
    let delta = average(b)? - average(a)?;
    Some(Interval { low: delta - half, high: delta + half, basis: Basis::Repeats })
}

fn from_requests(a: &[Measured], b: &[Measured]) -> Option<Interval> {
    let (value_a, below_a, above_a) = pooled(a)?;
    let (value_b, below_b, above_b) = pooled(b)?;
    let delta = value_b - value_a;
    Some(Interval {
        low: delta - below_b.hypot(above_a),
        high: delta + above_b.hypot(below_a),
        basis: Basis::Requests,
    })
}

/// The average with its distances to the bounds, which shrink with the root of the number of repeats.
fn pooled(repeats: &[Measured]) -> Option<(f64, f64, f64)> {
    let value = average(repeats)?;
    let (mut below, mut above) = (0.0, 0.0);
    for measured in repeats {
        let (low, high) = measured.within?;
        below += measured.value - low;
        above += high - measured.value;
    }
    let scale = (repeats.len() as f64).powf(1.5);
    Some((value, below / scale, above / scale))
}

/// The 97.5 % point of the t distribution: by table with the degrees of freedom rounded down, and above 10 by the expansion
/// around the normal's (Abramowitz and Stegun 26.7.5).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 10")]
fn student(freedom: f64) -> f64 {
    if freedom <= 10.0 {
        return STUDENT[(freedom.max(1.0) as usize - 1).min(STUDENT.len() - 1)];
    }
    let z = NORMAL;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

#[cfg(test)]
mod tests;
