//! A scenario with longer or shorter texts.

use super::{Length, Scenario, Spread, Workload};

/// Why a scenario cannot be scaled.
#[derive(Debug, thiserror::Error)]
pub enum ScaleError {
    #[error("the factor {0} is no number above 0")]
    Factor(f64),
    #[error("prompts of a file are as long as they are")]
    Given,
}

impl Scenario {
    /// The same load for servers that are as much smaller: all numbers of tokens × `factor`, rounded and at least 1 where
    /// there was one; rates and times as they are (`bench.md` §6.7).
    ///
    /// # Errors
    /// When the factor is no number above 0, or the prompts are those of a file.
    pub fn scaled(&self, factor: f64) -> Result<Self, ScaleError> {
        if !factor.is_finite() || factor <= 0.0 {
            return Err(ScaleError::Factor(factor));
        }
        let mut scenario = self.clone();
        let lengths: Vec<&mut Length> = match &mut scenario.workload {
            Workload::SharedPrefix { system_prompt, question, output, .. }
            | Workload::Chat { system_prompt, question, output, .. } => {
                vec![system_prompt, question, output]
            }
            Workload::Random { input, output } => vec![input, output],
            Workload::Trace { length_factor, .. } => {
                *length_factor *= factor;
                return Ok(scenario);
            }
            Workload::Prompts { .. } => return Err(ScaleError::Given),
        };
        for length in lengths {
            *length = times(*length, factor);
        }
        Ok(scenario)
    }
}

fn times(length: Length, factor: f64) -> Length {
    let scale = |tokens: u32| whole(f64::from(tokens) * factor).max(tokens.min(1));
    match length {
        Length::Fixed(tokens) => Length::Fixed(scale(tokens)),
        Length::Spread(Spread { shape, mean, std_dev, min, max }) => Length::Spread(Spread {
            shape,
            mean: mean * factor,
            std_dev: std_dev * factor,
            min: scale(min),
            max: scale(max),
        }),
    }
}

/// The whole number nearest to `value`, from 0 to the largest there is; 0 for what is no number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` ends at the bounds")]
pub(crate) fn whole(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Shape, builtin};

    fn lengths(scenario: &Scenario) -> [Length; 3] {
        let Workload::SharedPrefix { system_prompt, question, output, .. } = scenario.workload else {
            unreachable!()
        };
        [system_prompt, question, output]
    }

    #[test]
    fn a_tenth_has_a_tenth_of_the_tokens_and_the_same_rates() {
        let ladder = builtin("inference-scheduling").unwrap();
        let tenth = ladder.scaled(0.1).unwrap();
        assert_eq!(lengths(&tenth), [600, 120, 100].map(Length::Fixed));
        assert_eq!(tenth.stages, ladder.stages);
        assert_eq!(lengths(&ladder.scaled(1e-9).unwrap()), [1, 1, 1].map(Length::Fixed));
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(ladder.scaled(factor), Err(ScaleError::Factor(_))));
        }
    }

    #[test]
    fn all_of_a_spread_is_scaled() {
        let spread = Spread { shape: Shape::Normal, mean: 50.0, std_dev: 20.0, min: 0, max: 100 };
        let half = Spread { mean: 25.0, std_dev: 10.0, max: 50, ..spread };
        assert_eq!(times(Length::Spread(spread), 0.5), Length::Spread(half));
    }
}
