//! How an endpoint that fails is treated: it is asked less often, and the log tells of it now and then.

use std::time::Duration;

/// The longest pause after a failure.
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// The log tells of one endpoint at most so often.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The failures of one endpoint.
#[derive(Debug, Default)]
pub(super) struct Failures {
    in_a_row: u32,
    logged_at: Option<Duration>,
    /// Whether the log has told of a failure and not yet of its end.
    is_told: bool,
    unlogged: u64,
}

impl Failures {
    /// Ends a row of failures; says whether the log, which has told of it, shall tell of its end.
    pub(super) fn end(&mut self) -> bool {
        std::mem::take(&mut self.in_a_row) > 0 && std::mem::take(&mut self.is_told)
    }

    /// Counts a failure and says how long to leave the endpoint alone: the interval, doubled with each failure in a
    /// row, at most 5 s; of that a part between half (`chance` 0) and all (`chance` 1).
    pub(super) fn pause(&mut self, interval: Duration, chance: f64) -> Duration {
        let doubled = interval.saturating_mul(1 << self.in_a_row.min(20));
        self.in_a_row = self.in_a_row.saturating_add(1);
        doubled.min(MAX_PAUSE).mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    /// Whether the log shall tell of what failed at `now`; if so, how much it was not told since the last time.
    pub(super) fn complaint(&mut self, now: Duration) -> Option<u64> {
        if self.logged_at.is_some_and(|at| now.saturating_sub(at) < LOG_INTERVAL) {
            self.unlogged = self.unlogged.saturating_add(1);
            return None;
        }
        self.logged_at = Some(now);
        self.is_told = true;
        Some(std::mem::take(&mut self.unlogged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut failures = Failures::default();
        let mut pause = |chance| failures.pause(Duration::from_millis(50), chance).as_millis();
        assert_eq!([pause(1.0), pause(1.0), pause(0.0), pause(1.0)], [50, 100, 100, 400]);
        assert_eq!((0..100).map(|_| pause(1.0)).max(), Some(5000));
        assert_eq!(pause(0.0), 2500);
        failures.end();
        assert_eq!(failures.pause(Duration::from_millis(50), 1.0), Duration::from_millis(50));
        assert_eq!(failures.pause(Duration::MAX, 1.0), MAX_PAUSE);
    }

    #[test]
    fn the_log_is_told_once_a_minute() {
        let mut failures = Failures::default();
        let logged: Vec<_> =
            (0..=120).map(|second| failures.complaint(Duration::from_secs(second))).collect();
        assert_eq!(logged.iter().flatten().collect::<Vec<_>>(), [&0, &59, &59]);
        assert_eq!([logged[0], logged[60], logged[120]], [Some(0), Some(59), Some(59)]);
    }

    #[test]
    fn the_end_of_a_failure_is_told_when_the_failure_was() {
        let mut failures = Failures::default();
        let mut fail = |second| {
            failures.complaint(Duration::from_secs(second));
            failures.pause(Duration::from_millis(50), 1.0);
            [failures.end(), failures.end()]
        };
        assert_eq!([fail(0), fail(1), fail(61)], [[true, false], [false, false], [true, false]]);
    }
}
