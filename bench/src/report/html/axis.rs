//! From values to places in a picture.

use serde::Serialize;

use super::super::number;

/// A scale along one side of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    is_log: bool,
    /// Where `low` and `high` lie.
    from: f64,
    to: f64,
}

/// A place on an axis that is labelled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Tick {
    pub at: String,
    pub label: String,
}

/// How many times the least value the largest must be for a logarithmic scale to help.
const LOG_FROM: f64 = 30.0;

impl Axis {
    /// From zero to a round number above all values.
    pub(super) fn linear(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let most = values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { 1.0 };
        let step = step(most);
        Self { low: 0.0, high: (most / step - 1e-9).ceil() * step, is_log: false, from, to }
    }

    /// From zero to this value, round or not.
    pub(super) fn until(high: f64, from: f64, to: f64) -> Self {
        Self { high: if high > 0.0 { high } else { 1.0 }, ..Self::linear([], from, to) }
    }

    /// Logarithmic where the values span so much that a linear scale would hide the small ones.
    pub(super) fn fitting(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let positive = values.clone().filter(|value| value.is_finite() && *value > 0.0);
        let (least, most) = positive
            .fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        if most / least < LOG_FROM || !least.is_finite() {
            return Self::linear(values, from, to);
        }
        Self { low: round_below(least), high: round_above(most), is_log: true, from, to }
    }

    pub(super) fn is_log(&self) -> bool {
        self.is_log
    }

    pub(super) fn high(&self) -> f64 {
        self.high
    }

    /// Where a value lies; what is outside lies on the edge.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from + (self.to - self.from) * share.clamp(0.0, 1.0)
    }

    pub(super) fn ticks(&self) -> Vec<Tick> {
        let values: Vec<f64> = if self.is_log {
            let decades = (self.high / self.low).log10();
            let digits: &[f64] = if decades > 2.4 { &[1.0] } else { &[1.0, 2.0, 5.0] };
            let first = self.low.log10().floor();
            (0..12_u32)
                .flat_map(|decade| {
                    digits.iter().map(move |digit| digit * 10_f64.powf(first + f64::from(decade)))
                })
                .filter(|value| *value >= self.low * 0.999 && *value <= self.high * 1.001)
                .collect()
        } else {
            let step = step(self.high);
            (0..=12_u32)
                .map(|index| f64::from(index) * step)
                .take_while(|value| *value <= self.high * 1.001)
                .collect()
        };
        values
            .into_iter()
            .map(|value| Tick { at: place(self.at(value)), label: number::tick(value) })
            .collect()
    }
}

/// A coordinate as it is written.
pub(super) fn place(at: f64) -> String {
    format!("{at:.1}")
}

/// A round distance between ticks, so that there are about five.
fn step(most: f64) -> f64 {
    let rough = most / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|round| round * power >= rough * 0.999);
    round.unwrap_or(10.0) * power
}

fn round_below(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [5.0, 2.0].into_iter().find(|digit| digit * power <= value).unwrap_or(1.0) * power
}

fn round_above(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0].into_iter().find(|digit| digit * power >= value * 0.999_999).unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn a_linear_axis_begins_at_zero_and_ends_above_all() {
        let axis = Axis::linear([3.0, 60.0, f64::NAN], 0.0, 120.0);
        assert_eq!(labels(&axis), ["0", "20", "40", "60"]);
        assert!((axis.at(30.0) - 60.0).abs() < 1e-9);
        assert_eq!(labels(&Axis::linear([], 0.0, 1.0)).first().map(String::as_str), Some("0"));
    }

    #[test]
    fn an_axis_may_end_at_what_is_not_round() {
        let axis = Axis::until(1850.0, 0.0, 100.0);
        assert!((axis.at(1850.0) - 100.0).abs() < 1e-9);
        assert_eq!(labels(&axis), ["0", "500", "1,000", "1,500"]);
    }

    #[test]
    fn wide_spans_are_logarithmic_and_narrow_ones_are_not() {
        let wide = Axis::fitting([0.036, 72.0].into_iter(), 100.0, 0.0);
        assert!(wide.is_log());
        assert_eq!(labels(&wide), ["0.1", "1", "10", "100"]);
        assert!(wide.at(0.1) > wide.at(1.0));
        assert!(!Axis::fitting([0.02, 0.05].into_iter(), 0.0, 1.0).is_log());
    }

    #[test]
    fn every_value_lies_within_the_axis() {
        for value in [0.0, -1.0, 1e-9, 1e9] {
            let at = Axis::fitting([0.01, 100.0].into_iter(), 10.0, 20.0).at(value);
            assert!((10.0..=20.0).contains(&at), "{value} lies at {at}");
        }
    }
}
