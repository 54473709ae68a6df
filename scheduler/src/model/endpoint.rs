//! A model server that requests can be sent to.

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::{EndpointMetrics, MetricsSample, Slot, Trouble};
use crate::expected_latency::EndpointBooks;

/// What discovery says of an endpoint. Two specs that are equal are the same endpoint: it keeps its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSpec {
    pub namespace: String,
    /// Unique in the namespace: the pod and its rank (`decode-0-rank-0`), or the name in an endpoints file.
    pub name: String,
    /// The pod that serves it; several ranks share one.
    pub pod: String,
    /// Where requests go.
    pub address: SocketAddr,
    /// Where metrics are scraped; differs from `address` only where a flag says so.
    pub metrics_address: SocketAddr,
    pub labels: BTreeMap<String, String>,
}

/// A model server, or one data-parallel rank of one, with what is known about it.
///
/// Laid out as written: all that scoring reads stands in its first cache line.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Endpoint {
    /// What its last scrapes said.
    pub metrics: EndpointMetrics,
    /// What this picker has sent there and not seen end.
    pub books: Arc<EndpointBooks>,
    /// The number by which indexes and tables know it; recycled after the endpoint is gone.
    pub slot: Slot,
    /// What requests have seen fail there.
    pub trouble: Trouble,
    /// `ip:port`, as the proxy wants it.
    pub address: Arc<str>,
    pub spec: EndpointSpec,
}

const _: () = assert!(offset_of!(Endpoint, trouble) + size_of::<Trouble>() <= 64, "one cache line");

impl Endpoint {
    pub fn new(spec: EndpointSpec, slot: Slot) -> Arc<Self> {
        let address = spec.address.to_string().into();
        Arc::new(Self {
            spec,
            address,
            slot,
            metrics: EndpointMetrics::default(),
            books: Arc::default(),
            trouble: Trouble::default(),
        })
    }

    /// Takes over what a scrape found. `now` is the time since the start of the process.
    pub fn update(&self, sample: MetricsSample, now: Duration) {
        let told = (sample.waiting, sample.running, sample.kv_cache_usage);
        self.metrics.update(sample, now);
        let capacity = self.metrics.blocks().saturating_mul(self.metrics.block_size());
        self.books.set_capacity(capacity);
        if let (Some(waiting), Some(running), Some(usage)) = told {
            self.books.told(waiting, running, usage * capacity as f32);
        }
    }

    pub fn ip(&self) -> IpAddr {
        self.spec.address.ip()
    }

    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.spec.labels.get(name).map(String::as_str)
    }

    /// `namespace/name`, the identity that session tokens and logs carry.
    pub fn id(&self) -> String {
        format!("{}/{}", self.spec.namespace, self.spec.name)
    }
}
