//! Lines that could come by the thousand.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(1);

/// Lets one line a second into the log.
#[derive(Debug, Default)]
pub struct Limiter {
    /// Milliseconds since the start of the process; 0 keeps nothing out.
    closed_until: AtomicU64,
    unlogged: AtomicU64,
}

impl Limiter {
    /// Whether a line may go into the log at `now`; if so, how many did not since the last one.
    pub fn pass(&self, now: Duration) -> Option<u64> {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let closed = self.closed_until.load(Relaxed);
        let is_open = closed <= millis(now)
            && self.closed_until.compare_exchange(closed, millis(now + INTERVAL), Relaxed, Relaxed).is_ok();
        if is_open {
            return Some(self.unlogged.swap(0, Relaxed));
        }
        self.unlogged.fetch_add(1, Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_second_and_the_others_are_counted() {
        let limiter = Limiter::default();
        let passed: Vec<_> =
            (0..=20).map(|tenths| limiter.pass(Duration::from_millis(tenths * 100))).collect();
        let told: Vec<_> = passed.iter().enumerate().filter_map(|(at, told)| Some((at, (*told)?))).collect();
        assert_eq!(told, [(0, 0), (10, 9), (20, 9)]);
    }
}
