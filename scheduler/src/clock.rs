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

    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
