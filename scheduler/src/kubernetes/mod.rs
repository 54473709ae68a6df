//! What the API server says: the pool, its pods, objectives and rewrites; who leads; who may read metrics.
//!
//! ```text
//!  InferencePool ─► watch ─┐            ┌─► pool ──────┐
//!  Pods ──────────► watch ─┤   View     ├─► endpoints ─┤
//!  Objectives ────► watch ─┼─► (latest  ├─► objectives ┼─► Datastore
//!  Rewrites ──────► watch ─┘   of each) └─► rewrites ──┘
//! ```
//!
//! The watches write into one view; a burst of changes becomes one update of the datastore. While
//! the API server is away, what it said last stays.

mod client;
mod collection;
pub mod election;
mod endpoints;
mod follow;
mod objectives;
mod pool;
mod pool_ref;
mod publish;
pub mod review;
mod rewrites;
mod selector;
mod view;
mod watch;

use std::time::Duration;

use kube::core::DynamicObject;

pub use client::connect;
pub use pool::{PoolGroup, UnknownPoolGroup};
pub use selector::{Selector, SelectorError};
pub use watch::run;

/// What to watch.
#[derive(Debug, Clone)]
pub struct PoolSource {
    /// Of the pool, its pods, objectives and rewrites.
    pub namespace: String,
    /// The pool's name, which objectives and rewrites refer to.
    pub name: String,
    pub endpoints: EndpointSource,
    /// Where metrics are scraped instead of the target port; counts for pools with one port only.
    pub metrics_port: Option<u16>,
    /// How long to wait before looking again for a kind that the API server does not serve.
    pub retry_missing: Duration,
}

/// Where it is written which pods are endpoints.
#[derive(Debug, Clone)]
pub enum EndpointSource {
    /// In the `InferencePool`.
    Pool(PoolGroup),
    /// On the command line: there is no `InferencePool` (`epp.md` §2.7).
    Selector { selector: Selector, target_ports: Vec<u16> },
}

impl PoolSource {
    /// How long to wait before looking again for a kind that the API server does not serve.
    pub const RETRY_MISSING: Duration = Duration::from_secs(30);

    /// The group by which objectives and rewrites refer to the pool.
    fn group(&self) -> PoolGroup {
        match self.endpoints {
            EndpointSource::Pool(group) => group,
            EndpointSource::Selector { .. } => PoolGroup::default(),
        }
    }
}

fn name(object: &DynamicObject) -> Box<str> {
    object.metadata.name.clone().unwrap_or_default().into_boxed_str()
}

/// Whether an object is being deleted: it is as good as gone.
fn is_leaving(object: &DynamicObject) -> bool {
    object.metadata.deletion_timestamp.is_some()
}
