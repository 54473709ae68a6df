//! What is told of the pool as a whole.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::families::{Gauges, Maker};

/// Mean and standard deviation over the endpoints.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mean {
    pub mean: f64,
    pub deviation: f64,
}

/// The queue of one endpoint.
#[derive(Debug, Clone, Copy)]
pub struct QueueOf<'a> {
    pub endpoint: &'a str,
    pub waiting: f64,
}

/// The state of the pool at one moment.
#[derive(Debug, Clone, Copy)]
pub struct PoolGauges<'a> {
    pub pool: &'a str,
    pub ready: usize,
    /// 0 to 1.
    pub kv_cache_usage: Mean,
    pub waiting: Mean,
    pub running: Mean,
    pub queues: &'a [QueueOf<'a>],
    /// Requests that wait in the picker.
    pub held: usize,
}

pub(super) struct PoolFamilies {
    kv_cache_usage: [Gauges; 3],
    waiting: [Gauges; 3],
    running: [Gauges; 3],
    ready: [Gauges; 2],
    queues: [Gauges; 2],
    held: Gauges,
    /// The endpoints that have a queue on the page.
    known: Mutex<BTreeSet<Box<str>>>,
}

impl PoolFamilies {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        let gauge = |name: &str, help: &str| maker.gauges(name, help, &["name"]);
        let three = |what: &str, help: &str| {
            [
                gauge(
                    &format!("inference_pool_average_{what}"),
                    &format!("[ALPHA] Mean {help} of the endpoints."),
                ),
                gauge(&format!("llm_d_epp_average_{what}"), &format!("Mean {help} of the endpoints.")),
                gauge(&format!("llm_d_epp_std_dev_{what}"), &format!("Standard deviation of the {help}.")),
            ]
        };
        let ready = "Endpoints that are ready.";
        let queue = "Requests that wait at an endpoint.";
        Self {
            kv_cache_usage: three("kv_cache_utilization", "use of the KV cache"),
            waiting: three("queue_size", "number of waiting requests"),
            running: three("running_requests", "number of running requests"),
            ready: [
                gauge("inference_pool_ready_pods", &format!("[ALPHA] {ready}")),
                gauge("llm_d_epp_ready_endpoints", ready),
            ],
            queues: [
                maker.gauges(
                    "inference_pool_per_pod_queue_size",
                    &format!("[ALPHA] {queue}"),
                    &["model_server_pod", "name"],
                ),
                maker.gauges("llm_d_epp_per_endpoint_queue_size", queue, &["model_server_endpoint", "name"]),
            ],
            held: gauge(
                "llm_d_epp_held_requests",
                "Requests that wait here for an endpoint that would start them.",
            ),
            known: Mutex::default(),
        }
    }

    pub(super) fn set(&self, gauges: &PoolGauges<'_>) {
        let name = gauges.pool;
        for (families, Mean { mean, deviation }) in [
            (&self.kv_cache_usage, gauges.kv_cache_usage),
            (&self.waiting, gauges.waiting),
            (&self.running, gauges.running),
        ] {
            families[0].set(&[name], mean);
            families[1].set(&[name], mean);
            families[2].set(&[name], deviation);
        }
        self.ready.iter().for_each(|family| family.set(&[name], gauges.ready as f64));
        self.held.set(&[name], gauges.held as f64);
        let now: BTreeSet<Box<str>> = gauges.queues.iter().map(|queue| queue.endpoint.into()).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for family in &self.queues {
            // Endpoints that are gone leave no series behind.
            known.difference(&now).for_each(|gone| family.remove(&[gone, name]));
            for queue in gauges.queues {
                family.set(&[queue.endpoint, name], queue.waiting);
            }
        }
        *known = now;
    }
}
