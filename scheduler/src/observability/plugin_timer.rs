//! How long plugins take.

use std::time::Instant;

use prometheus::Histogram;

/// Observes calls of one plugin at one extension point, in the old and the new metric family.
#[derive(Clone, Default)]
pub struct PluginTimer(Option<[Histogram; 2]>);

impl PluginTimer {
    pub fn new(families: [Histogram; 2]) -> Self {
        Self(Some(families))
    }

    /// Runs `call` and observes its duration in seconds.
    pub fn time<R>(&self, call: impl FnOnce() -> R) -> R {
        let Some(families) = &self.0 else { return call() };
        let started = Instant::now();
        let result = call();
        let seconds = started.elapsed().as_secs_f64();
        for family in families {
            family.observe(seconds);
        }
        result
    }
}
