//! What requests have seen fail at an endpoint, before any scrape can tell.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// How long an endpoint is left alone after its first failure; each further one in a row doubles it.
const FIRST: Duration = Duration::from_millis(250);
/// How often that is doubled at most: 8 s.
const DOUBLINGS: u32 = 5;

/// Refused connections and 5xx answers of one endpoint.
#[derive(Debug, Default)]
pub struct Trouble {
    in_a_row: AtomicU32,
    /// In [`ticks`] since the start of the process; 0 without trouble.
    until: AtomicU32,
}

impl Trouble {
    /// A request failed there.
    pub fn failed(&self, now: Duration) {
        let before = self.in_a_row.fetch_add(1, Relaxed);
        self.until.store(ticks(now + FIRST * (1 << before.min(DOUBLINGS))) + 1, Relaxed);
    }

    /// A request was answered well.
    pub fn worked(&self) {
        if self.in_a_row.load(Relaxed) > 0 {
            self.in_a_row.store(0, Relaxed);
            self.until.store(0, Relaxed);
        }
    }

    /// Failures since the last that went well.
    pub fn in_a_row(&self) -> u32 {
        self.in_a_row.load(Relaxed)
    }

    /// Whether it may be asked again.
    #[inline]
    pub fn is_over(&self, now: Duration) -> bool {
        self.until.load(Relaxed) <= ticks(now)
    }
}

/// Units of 64 ms: 32 bits of them last for eight years.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "for eight years it is none")]
fn ticks(time: Duration) -> u32 {
    (time.as_millis() / 64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_in_a_row_is_left_alone_for_longer() {
        let trouble = Trouble::default();
        let now = Duration::from_secs(100);
        let pause = || {
            trouble.failed(now);
            (0..400)
                .map(|number| Duration::from_millis(number * 50))
                .find(|pause| trouble.is_over(now + *pause))
        };
        let pauses: Vec<_> = (0..8).map(|_| pause().unwrap().as_secs_f64().round()).collect();
        assert_eq!(pauses, [0.0, 1.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
        trouble.worked();
        assert!(trouble.is_over(now));
        assert!(pause().unwrap() < Duration::from_millis(500), "it begins anew");
    }
}
