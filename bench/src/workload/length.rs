//! Numbers of tokens, drawn.

use rand::rngs::StdRng;
use rand_distr::{Distribution, LogNormal, Normal, Uniform};

use super::PlanError;
use super::seed::generator;
use crate::scenario::scale::whole;
use crate::scenario::{Length, Shape};

/// An endless row of lengths.
pub(super) struct Lengths {
    law: Law,
    generator: StdRng,
}

enum Law {
    Fixed(u32),
    Normal { law: Normal<f64>, min: u32, max: u32 },
    Lognormal { law: LogNormal<f64>, min: u32, max: u32 },
    Uniform(Uniform<u32>),
}

impl Lengths {
    /// The lengths that the scenario's `key` asks for, none of them below `least`.
    pub(super) fn new(seed: u64, key: &str, length: Length, least: u32) -> Result<Self, PlanError> {
        let invalid = |problem: String| PlanError::Invalid { key: key.to_owned(), problem };
        let law = law(length).map_err(|problem| invalid(problem.to_owned()))?;
        let shortest = match length {
            Length::Fixed(tokens) => tokens,
            Length::Spread(spread) if spread.shape == Shape::Fixed => {
                rounded(spread.mean, spread.min, spread.max)
            }
            Length::Spread(spread) => spread.min,
        };
        if shortest < least {
            return Err(invalid(format!("at least {least} is needed, this may be {shortest}")));
        }
        Ok(Self { law, generator: generator(seed, key, &[]) })
    }

    pub(super) fn draw(&mut self) -> u32 {
        let generator = &mut self.generator;
        match &self.law {
            Law::Fixed(length) => *length,
            Law::Normal { law, min, max } => rounded(law.sample(generator), *min, *max),
            Law::Lognormal { law, min, max } => rounded(law.sample(generator), *min, *max),
            Law::Uniform(law) => law.sample(generator),
        }
    }
}

fn law(length: Length) -> Result<Law, &'static str> {
    let spread = match length {
        Length::Fixed(length) => return Ok(Law::Fixed(length)),
        Length::Spread(spread) => spread,
    };
    let (mean, deviation, min, max) = (spread.mean, spread.std_dev, spread.min, spread.max);
    if min > max {
        return Err("`min` is above `max`");
    }
    if !mean.is_finite() || mean < 0.0 {
        return Err("`mean` must be a number from 0");
    }
    if !deviation.is_finite() || deviation < 0.0 {
        return Err("`std_dev` must be a number from 0");
    }
    Ok(match spread.shape {
        Shape::Fixed => Law::Fixed(rounded(mean, min, max)),
        Shape::Normal => {
            let law = Normal::new(mean, deviation).map_err(|_| "no such normal distribution")?;
            Law::Normal { law, min, max }
        }
        Shape::Lognormal if mean == 0.0 => return Err("`mean` of a lognormal distribution must be above 0"),
        Shape::Lognormal => {
            // Matched to the moments of the samples: `bench.md` §1.1.
            let variance = (deviation / mean).powi(2).ln_1p();
            let law = LogNormal::new(mean.ln() - variance / 2.0, variance.sqrt());
            Law::Lognormal { law: law.map_err(|_| "no such lognormal distribution")?, min, max }
        }
        Shape::Uniform => {
            Law::Uniform(Uniform::new_inclusive(min, max).map_err(|_| "no such uniform distribution")?)
        }
    })
}

fn rounded(value: f64, min: u32, max: u32) -> u32 {
    whole(value).clamp(min, max)
}
