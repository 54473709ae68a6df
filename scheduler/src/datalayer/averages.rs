//! The load of the pool as a whole.

use std::time::Duration;

use crate::datastore::Snapshot;

/// Mean and standard deviation over the endpoints (of the whole population); 0 when there are none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    pub mean: f64,
    pub std_dev: f64,
}

/// The load of the endpoints whose metrics are fresh.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PoolAverages {
    /// Share of the KV cache in use, 0 to 1.
    pub kv: Spread,
    /// Requests that wait in the engine's queue.
    pub waiting: Spread,
    /// Requests that the engine runs.
    pub running: Spread,
    /// All endpoints of the pool, whether their metrics are fresh or not.
    pub ready: usize,
}

/// Averages over the endpoints whose metrics are not older than `staleness`; both times since the start of the process.
pub fn pool_averages(snapshot: &Snapshot, now: Duration, staleness: Duration) -> PoolAverages {
    let (mut kv, mut waiting, mut running) = (Moments::default(), Moments::default(), Moments::default());
    let fresh = snapshot.endpoints.iter().filter(|endpoint| endpoint.metrics.is_fresh(now, staleness));
    for endpoint in fresh {
        kv.add(f64::from(endpoint.metrics.kv_cache_usage()));
        waiting.add(f64::from(endpoint.metrics.waiting()));
        running.add(f64::from(endpoint.metrics.running()));
    }
    PoolAverages {
        kv: kv.spread(),
        waiting: waiting.spread(),
        running: running.spread(),
        ready: snapshot.endpoints.len(),
    }
}

/// Welford's running mean and sum of squared differences from it.
#[derive(Default)]
struct Moments {
    count: usize,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1;
        let difference = value - self.mean;
        self.mean += difference / self.count as f64;
        self.squares += difference * (value - self.mean);
    }

    fn spread(&self) -> Spread {
        let variance = if self.count == 0 { 0.0 } else { self.squares / self.count as f64 };
        Spread { mean: self.mean, std_dev: variance.sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;

    use super::*;
    use crate::model::{Endpoint, EndpointSpec, MetricsSample, Slot};

    fn endpoint(number: u8, load: Option<(u32, u32, f32)>, at: Duration) -> Arc<Endpoint> {
        let address = SocketAddr::from((Ipv4Addr::new(10, 0, 0, number), 8000));
        let spec = EndpointSpec {
            namespace: "default".to_owned(),
            name: number.to_string(),
            pod: number.to_string(),
            address,
            metrics_address: address,
            labels: BTreeMap::new(),
        };
        let endpoint = Endpoint::new(spec, Slot(u32::from(number)));
        if let Some((waiting, running, kv)) = load {
            let sample = MetricsSample {
                waiting: Some(waiting),
                running: Some(running),
                kv_cache_usage: Some(kv),
                ..MetricsSample::default()
            };
            endpoint.update(sample, at);
        }
        endpoint
    }

    #[test]
    fn only_fresh_endpoints_count() {
        let second = Duration::from_secs;
        let endpoints = vec![
            endpoint(1, Some((2, 10, 0.25)), second(9)),
            endpoint(2, Some((4, 10, 0.75)), second(8)),
            endpoint(3, Some((90, 90, 1.0)), second(7)),
            endpoint(4, None, second(0)),
        ];
        let snapshot = Snapshot { endpoints, ..Snapshot::default() };
        let averages = pool_averages(&snapshot, second(10), second(2));
        assert_eq!(
            averages,
            PoolAverages {
                kv: Spread { mean: 0.5, std_dev: 0.25 },
                waiting: Spread { mean: 3.0, std_dev: 1.0 },
                running: Spread { mean: 10.0, std_dev: 0.0 },
                ready: 4,
            }
        );
    }

    #[test]
    fn an_empty_pool_is_all_zero() {
        let averages = pool_averages(&Snapshot::default(), Duration::from_secs(1), Duration::from_secs(2));
        assert_eq!(averages, PoolAverages::default());
    }
}
