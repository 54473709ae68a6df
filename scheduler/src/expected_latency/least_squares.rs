//! Linear least squares that forgets, keeps its bounds and starts from a prior.

/// Samples after which an old one counts e times less.
const HORIZON: f64 = 512.0;
/// How many samples the prior counts for.
const PRIOR_WEIGHT: f64 = 8.0;
/// The pull of the coefficients' ratios towards those of the prior, as a share of the samples' weight. It decides
/// where the samples do not: request count and context, for one, grow together.
const RIDGE: f64 = 1e-4;
/// A sample this many times off what is expected counts as no further off than that.
const SURPRISE: f64 = 4.0;
/// How far the coefficients' common scale may leave the prior's, and each of them the common scale.
const SCALE_RANGE: f64 = 1e4;
const SHAPE_RANGE: f64 = 20.0;
/// Rounds of coordinate descent a sample; each starts where the one before ended.
const ROUNDS: usize = 24;

/// Fits `y = Σ cᵢ xᵢ` with positive `cᵢ`, every sample weighted by its relative error.
///
/// The unknowns are the multiples `mᵢ = cᵢ / priorᵢ`. Their common scale follows the samples alone; their ratios
/// are pulled towards one. So a pool that is ten times slower in everything is fitted as well as one that is not.
#[derive(Debug)]
pub(super) struct LeastSquares<const N: usize> {
    prior: [f64; N],
    multiples: [f64; N],
    gram: [[f64; N]; N],
    moment: [f64; N],
}

impl<const N: usize> LeastSquares<N> {
    /// Starts at `prior` (all positive), as if it had been seen at `typical`.
    pub(super) fn new(prior: [f64; N], typical: [f64; N]) -> Self {
        let mut fit = Self { prior, multiples: [1.0; N], gram: [[0.0; N]; N], moment: [0.0; N] };
        if let Some((parts, _)) = fit.parts(typical) {
            fit.add(parts, 1.0, PRIOR_WEIGHT);
        }
        fit
    }

    pub(super) fn coefficients(&self) -> [f64; N] {
        std::array::from_fn(|i| self.prior[i] * self.multiples[i])
    }

    /// Learns from one sample. What is not a positive finite number is passed over.
    pub(super) fn observe(&mut self, x: [f64; N], y: f64) {
        let Some((parts, prediction)) = self.parts(x) else { return };
        if !(y > 0.0 && y.is_finite()) {
            return;
        }
        let expected = dot(&parts, &self.multiples);
        let ratio = (y / prediction).max(expected / SURPRISE).min(expected * SURPRISE);
        let keep = 1.0 - 1.0 / HORIZON;
        self.gram.iter_mut().flatten().chain(&mut self.moment).for_each(|sum| *sum *= keep);
        self.add(parts, ratio, 1.0);
        self.solve();
    }

    /// Each term's share of the prior's prediction at `x`, and that prediction.
    fn parts(&self, x: [f64; N]) -> Option<([f64; N], f64)> {
        let prediction = dot(&self.prior, &x);
        (prediction > 0.0 && prediction.is_finite())
            .then(|| (std::array::from_fn(|i| self.prior[i] * x[i] / prediction), prediction))
    }

    fn add(&mut self, parts: [f64; N], ratio: f64, weight: f64) {
        for i in 0..N {
            for j in 0..N {
                self.gram[i][j] += weight * parts[i] * parts[j];
            }
            self.moment[i] += weight * parts[i] * ratio;
        }
    }

    fn solve(&mut self) {
        let total: f64 = self.gram.iter().flatten().sum();
        let scale = (self.moment.iter().sum::<f64>() / total).clamp(1.0 / SCALE_RANGE, SCALE_RANGE);
        let ridge = RIDGE * total;
        for _ in 0..ROUNDS {
            for i in 0..N {
                let others = dot(&self.gram[i], &self.multiples) - self.gram[i][i] * self.multiples[i];
                let free = (self.moment[i] + ridge * scale - others) / (self.gram[i][i] + ridge);
                self.multiples[i] = free.clamp(scale / SHAPE_RANGE, scale * SHAPE_RANGE);
            }
        }
    }
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PRIOR: [f64; 2] = [0.05, 4e-5];

    fn fitted(truth: [f64; 2], samples: u32) -> [f64; 2] {
        let mut fit = LeastSquares::new(PRIOR, [1.0, 2000.0]);
        for sample in 0..samples {
            let x = [1.0, f64::from(sample * 7919 % 8000)];
            fit.observe(x, truth[0] * x[0] + truth[1] * x[1]);
        }
        fit.coefficients()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn finds_what_made_the_samples(scale in -2.0..2.0_f64, shape in 0.3..3.0_f64) {
            let truth = [PRIOR[0] * 10_f64.powf(scale), PRIOR[1] * 10_f64.powf(scale) * shape];
            let found = fitted(truth, 6000);
            for (found, truth) in found.iter().zip(truth) {
                prop_assert!((found / truth - 1.0).abs() < 0.1, "{found} for {truth}");
            }
        }

        #[test]
        fn rubbish_leaves_positive_numbers(samples in prop::collection::vec(any::<(f64, f64, f64)>(), 0..60)) {
            let mut fit = LeastSquares::new(PRIOR, [1.0, 2000.0]);
            for (one, two, y) in samples {
                fit.observe([one.abs(), two.abs()], y);
            }
            prop_assert!(fit.coefficients().iter().all(|found| *found > 0.0 && found.is_finite()));
        }
    }

    #[test]
    fn a_few_odd_samples_move_little() {
        let mut fit = LeastSquares::new(PRIOR, [1.0, 2000.0]);
        for sample in 0..1000 {
            let x = [1.0, f64::from(sample * 7919 % 8000)];
            fit.observe(x, if sample % 100 == 99 { 600.0 } else { PRIOR[0] + PRIOR[1] * x[1] });
        }
        assert!(fit.coefficients().iter().zip(PRIOR).all(|(found, prior)| (found / prior - 1.0).abs() < 0.1));
    }
}
