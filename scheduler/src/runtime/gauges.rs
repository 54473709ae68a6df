//! Gauges that nobody sets in passing: the pool's state, the size of prefix indexes, failures of scrapes.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::datalayer::{ScrapeStatus, Spread, pool_averages};
use crate::observability::{Mean, PoolGauges, QueueOf};
use crate::picker::Picker;

const PREFIX_PLUGIN: &str = "approx-prefix-cache-producer";

pub(super) struct Gauges {
    pub(super) picker: Arc<Picker>,
    pub(super) pool: String,
    pub(super) status: Arc<ScrapeStatus>,
    pub(super) staleness: Duration,
}

impl Gauges {
    /// Sets them every `interval` until `end`.
    pub(super) async fn keep(self, interval: Duration, end: CancellationToken) {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut counted = [0, 0];
        loop {
            tokio::select! {
                _ = ticks.tick() => self.set(&mut counted),
                () = end.cancelled() => return,
            }
        }
    }

    fn set(&self, counted: &mut [u64; 2]) {
        let metrics = &self.picker.metrics;
        let snapshot = self.picker.datastore.snapshot();
        let averages = pool_averages(&snapshot, self.picker.clock.now(), self.staleness);
        let mean = |spread: Spread| Mean { mean: spread.mean, deviation: spread.std_dev };
        let queues: Vec<QueueOf<'_>> = snapshot
            .endpoints
            .iter()
            .map(|endpoint| QueueOf {
                endpoint: &endpoint.spec.name,
                waiting: f64::from(endpoint.metrics.waiting()),
            })
            .collect();
        metrics.set_pool(&PoolGauges {
            pool: &self.pool,
            ready: averages.ready,
            kv_cache_usage: mean(averages.kv),
            waiting: mean(averages.waiting),
            running: mean(averages.running),
            queues: &queues,
            held: self.picker.director.held(),
        });
        for (name, index) in &self.picker.prefix_indexes {
            metrics.set_prefix_size(PREFIX_PLUGIN, name, index.index().blocks() as f64);
        }
        let now = [self.status.poll_errors.load(Relaxed), self.status.extract_errors.load(Relaxed)];
        metrics.scrapes_failed(now[0].saturating_sub(counted[0]), now[1].saturating_sub(counted[1]));
        *counted = now;
    }
}
