//! Time as the picker counts it.

use std::time::{Duration, Instant};

/// Monotonic time since the start of the process.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that begins now.
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// When the clock began.
    pub fn start_instant(&self) -> Instant {
        self.start
    }

    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
