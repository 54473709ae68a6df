//! Reading metrics with a doubt about old ones.

use std::time::Duration;

use crate::model::EndpointMetrics;
use crate::scheduling::{Candidates, Cycle};

/// Reads metrics for a scorer. An endpoint that has not been scraped for `staleness` often is one in trouble, and its
/// last numbers often look idle (`epp.md` §9, row 8). So its load is taken to be no less than the mean of the endpoints
/// that are known. When none is known, the last numbers are all there is.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct Known {
    pub(in crate::plugins) staleness: Duration,
}

impl Known {
    /// Fills `loads`, one for each candidate. What is no number counts as 0.
    pub(super) fn read(
        self,
        cycle: &Cycle<'_>,
        candidates: &Candidates,
        loads: &mut [f64],
        load: impl Fn(&EndpointMetrics) -> f64,
    ) {
        let is_fresh = |metrics: &EndpointMetrics| metrics.is_fresh(cycle.now, self.staleness);
        let metrics = || cycle.candidates(candidates).map(|endpoint| &endpoint.metrics);
        let (mut sum, mut fresh) = (0.0, 0_u32);
        for (metrics, cell) in metrics().zip(&mut *loads) {
            *cell = load(metrics).max(0.0);
            if is_fresh(metrics) {
                sum += *cell;
                fresh += 1;
            }
        }
        if fresh == 0 || fresh as usize == candidates.len() {
            return;
        }
        let mean = sum / f64::from(fresh);
        for (metrics, cell) in metrics().zip(loads) {
            if !is_fresh(metrics) {
                *cell = cell.max(mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricsSample;
    use crate::plugins::testbed::{Bed, NOW, STALENESS, assert_close};

    /// Loads read of endpoints that have so many waiting, as of so many seconds ago; never scraped without.
    fn loads(said: &[(u32, Option<u64>)]) -> Vec<f64> {
        let bed = Bed::of(u32::try_from(said.len()).unwrap());
        for (endpoint, &(waiting, age)) in bed.endpoints.iter().zip(said) {
            if let Some(age) = age {
                let sample = MetricsSample { waiting: Some(waiting), ..Default::default() };
                endpoint.update(sample, NOW.saturating_sub(Duration::from_secs(age)));
            }
        }
        let mut loads = vec![9.0; said.len()];
        let known = Known { staleness: STALENESS };
        known.read(&bed.cycle(), &bed.all(), &mut loads, |metrics| f64::from(metrics.waiting()));
        loads
    }

    #[test]
    fn an_old_reading_is_no_better_than_the_mean() {
        assert_close(&loads(&[(2, Some(0)), (4, Some(2)), (0, Some(3))]), &[2.0, 4.0, 3.0]);
        assert_close(&loads(&[(2, Some(0)), (4, Some(1)), (7, Some(3))]), &[2.0, 4.0, 7.0]);
        assert_close(&loads(&[(2, Some(0)), (0, None)]), &[2.0, 2.0]);
    }

    #[test]
    fn when_all_are_old_their_numbers_stand() {
        assert_close(&loads(&[(2, Some(50)), (4, Some(60)), (0, None)]), &[2.0, 4.0, 0.0]);
    }
}
