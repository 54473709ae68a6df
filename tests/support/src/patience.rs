//! Waiting for something to become true, with a limit.

use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(50);

#[expect(clippy::disallowed_methods, reason = "most of what is waited for here sends no event")]
fn pause() {
    thread::sleep(PAUSE);
}

/// Calls `probe` until it gives a value; fails the test, naming `what`, when `limit` has passed.
pub fn eventually<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} in vain for {what}");
        pause();
    }
}
