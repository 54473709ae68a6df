//! How a quantity is spread.

use hdrhistogram::Histogram;

use super::Stat;

const MICROSECONDS: f64 = 1e-6;

impl Stat {
    /// Of the values themselves; none where there are none.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let std_dev = if values.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
        let spread = Spread { count: values.len() as u64, mean, std_dev, min, max };
        Some(spread.with_quantiles(|share| quantile(&values, share)))
    }

    /// Of a histogram of microseconds, in seconds. A percentile is the mark of the bucket that holds it, so it is off by
    /// up to the histogram's precision.
    pub fn of_microseconds(histogram: &Histogram<u64>) -> Option<Self> {
        let count = histogram.len();
        if count == 0 {
            return None;
        }
        // The histogram divides by n.
        let unbiased = if count > 1 { (count as f64 / (count - 1) as f64).sqrt() } else { 0.0 };
        let spread = Spread {
            count,
            mean: histogram.mean() * MICROSECONDS,
            std_dev: histogram.stdev() * unbiased * MICROSECONDS,
            min: histogram.min() as f64 * MICROSECONDS,
            max: histogram.max() as f64 * MICROSECONDS,
        };
        let at = |share| histogram.value_at_quantile(share).min(histogram.max()) as f64 * MICROSECONDS;
        Some(spread.with_quantiles(at))
    }

    /// Shares of the count with the value that bounds them, from the minimum (0) to the maximum (1).
    pub fn quantiles(&self) -> [(f64, f64); 13] {
        [
            (0.0, self.min),
            (0.001, self.p0_1),
            (0.01, self.p1),
            (0.05, self.p5),
            (0.10, self.p10),
            (0.25, self.p25),
            (0.50, self.p50),
            (0.75, self.p75),
            (0.90, self.p90),
            (0.95, self.p95),
            (0.99, self.p99),
            (0.999, self.p99_9),
            (1.0, self.max),
        ]
    }
}

impl Stat {
    /// The value that bounds a share of the count, read off evenly between the percentiles that are kept.
    pub fn at(&self, share: f64) -> f64 {
        let quantiles = self.quantiles();
        let between = quantiles.windows(2).find(|pair| share <= pair[1].0);
        between.map_or(self.max, |pair| {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            low + (high - low) * ((share - from) / (to - from)).max(0.0)
        })
    }
}

/// What a [`Stat`] has beside its percentiles.
struct Spread {
    count: u64,
    mean: f64,
    std_dev: f64,
    min: f64,
    max: f64,
}

impl Spread {
    fn with_quantiles(self, at: impl Fn(f64) -> f64) -> Stat {
        let Self { count, mean, std_dev, min, max } = self;
        Stat {
            count,
            mean,
            std_dev,
            min,
            p0_1: at(0.001),
            p1: at(0.01),
            p5: at(0.05),
            p10: at(0.10),
            p25: at(0.25),
            p50: at(0.50),
            p75: at(0.75),
            p90: at(0.90),
            p95: at(0.95),
            p99: at(0.99),
            p99_9: at(0.999),
            max,
        }
    }
}

/// Between the two values around position `share` × (n − 1), as numpy's default does; 0 of nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position within the slice")]
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let position = share.clamp(0.0, 1.0) * last as f64;
    let below = position as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

#[cfg(test)]
mod tests;
