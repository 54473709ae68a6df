//! Loads as the command line writes them.

use std::str::FromStr;
use std::time::Duration;

use llmd_bench::scenario::{Arrivals, Slo, Stage, StageLoad};

/// `10x30s`: 10 requests a second for 30 s; `5..20x60s`: a ramp; `c16x400`: 16 at once, 400 in all. Commas part stages;
/// a leading `warm:` leaves one out of the overall figures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stages(pub(super) Vec<Stage>);

impl FromStr for Stages {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let stages: Result<Vec<Stage>, String> = text.split(',').map(|part| stage(part.trim())).collect();
        stages.map(Self)
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    let (warm_up, load) = match text.strip_prefix("warm:") {
        Some(load) => (true, load),
        None => (false, text),
    };
    let load = load_of(load).ok_or_else(|| {
        format!("'{text}' is no stage: write 10x30s (rate x time), 5..20x60s (a ramp) or c16x400 (at once x requests)")
    })?;
    Ok(Stage { load, warm_up })
}

fn load_of(text: &str) -> Option<StageLoad> {
    let (load, size) = text.split_once('x')?;
    if let Some(concurrency) = load.strip_prefix('c') {
        let (concurrency, requests) = (concurrency.parse().ok()?, size.parse().ok()?);
        return (concurrency > 0).then_some(StageLoad::Concurrency { concurrency, requests });
    }
    let seconds = seconds(size).ok()?;
    Some(match load.split_once("..") {
        Some((from, to)) => StageLoad::Ramp { from: positive(from)?, to: positive(to)?, seconds },
        None => StageLoad::Rate { rate: positive(load)?, seconds },
    })
}

fn positive(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// A time: `2s`, `100ms`, `1.5m`; a bare number is seconds.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("'{unit}' is not a unit of time: use ms, s, m or h, for example 100ms")),
    };
    let number: f64 = number.parse().map_err(|_| format!("'{text}' is no time; write for example 2s"))?;
    let seconds = number * factor;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| !time.is_zero())
        .map(|_| seconds)
        .ok_or_else(|| format!("'{text}' is no time that can pass"))
}

/// `poisson`, `poisson-exact`, `constant`, `gamma:0.5`.
pub(super) fn arrivals(text: &str) -> Result<Arrivals, String> {
    match text {
        "poisson" => Ok(Arrivals::Poisson { exact_count: false }),
        "poisson-exact" => Ok(Arrivals::Poisson { exact_count: true }),
        "constant" => Ok(Arrivals::Constant),
        _ => {
            text.strip_prefix("gamma:").and_then(positive).map(|shape| Arrivals::Gamma { shape }).ok_or_else(
                || "use poisson, poisson-exact, constant or gamma:SHAPE (below 1 is bursty)".to_owned(),
            )
        }
    }
}

/// Bounds, and the share of requests that must meet them where a verdict is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Goal {
    pub(super) slo: Slo,
    pub(super) share: Option<f64>,
}

/// `ttft=2s,tpot=100ms,e2e=30s,share=95%`.
impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut goal = Self::default();
        for part in text.split(',') {
            let (key, value) = part.trim().split_once('=').unwrap_or((part, ""));
            match key {
                "ttft" => goal.slo.ttft = Some(seconds(value)?),
                "tpot" => goal.slo.tpot = Some(seconds(value)?),
                "e2e" => goal.slo.e2e = Some(seconds(value)?),
                "share" => {
                    let share = value.strip_suffix('%').and_then(positive).map(|percent| percent / 100.0);
                    let share = share.or_else(|| positive(value)).filter(|share| *share <= 1.0);
                    goal.share = Some(share.ok_or_else(|| format!("'{value}' is no share: write 95%"))?);
                }
                _ => {
                    return Err(format!(
                        "'{key}' is no bound: use ttft, tpot, e2e or share, as in ttft=2s,share=95%"
                    ));
                }
            }
        }
        if goal.slo == Slo::default() {
            return Err("give at least one bound: ttft, tpot or e2e".to_owned());
        }
        Ok(goal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_rates_ramps_and_loops() {
        let Stages(stages) = "warm:10x5s, 5..20x1m,c16x400".parse().unwrap();
        let expected = [
            Stage { load: StageLoad::Rate { rate: 10.0, seconds: 5.0 }, warm_up: true },
            Stage { load: StageLoad::Ramp { from: 5.0, to: 20.0, seconds: 60.0 }, warm_up: false },
            Stage { load: StageLoad::Concurrency { concurrency: 16, requests: 400 }, warm_up: false },
        ];
        assert_eq!(stages, expected);
        for wrong in
            ["", "10", "10x", "x5s", "0x5s", "-1x5s", "10x0s", "10x5d", "c0x5", "cx5", "1..x5s", "NaNx5s"]
        {
            let error = wrong.parse::<Stages>().unwrap_err();
            assert!(error.contains("is no stage: write 10x30s"), "{wrong}: {error}");
        }
    }

    #[test]
    fn bounds_have_units_and_a_share() {
        let goal: Goal = "ttft=2s,tpot=100ms,share=95%".parse().unwrap();
        assert_eq!(goal.slo, Slo { ttft: Some(2.0), tpot: Some(0.1), e2e: None });
        assert_eq!(goal.share, Some(0.95));
        for wrong in ["", "ttft", "ttft=2d", "share=95%", "ttft=2s,share=120%", "latency=3s"] {
            assert!(wrong.parse::<Goal>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn arrivals_have_names() {
        assert_eq!(arrivals("gamma:0.5"), Ok(Arrivals::Gamma { shape: 0.5 }));
        assert_eq!(arrivals("constant"), Ok(Arrivals::Constant));
        assert!(arrivals("gamma").is_err());
    }
}
