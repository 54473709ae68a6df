//! Keeps the endpoints' metrics fresh.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::Mapping;
use super::target::{Shared, Target};
use super::wheel::{Seat, Wheel};
use crate::datastore::{Datastore, Snapshot};
use crate::model::{Endpoint, Slot};

/// How endpoints are scraped.
#[derive(Debug, Clone)]
pub struct ScrapeSettings {
    /// Between the scrapes of one endpoint; below 1 ms counts as 1 ms.
    pub interval: Duration,
    /// For one scrape, the connecting included.
    pub timeout: Duration,
    /// With a leading `/`.
    pub path: String,
    /// Instead of the port of the endpoint's `metrics_address`.
    pub port: Option<u16>,
    /// None: plain HTTP. [`client_config`](super::client_config) makes one.
    pub tls: Option<Arc<ClientConfig>>,
    pub mapping: Mapping,
}

impl Default for ScrapeSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(50),
            timeout: Duration::from_secs(1),
            path: "/metrics".to_owned(),
            port: None,
            tls: None,
            mapping: Mapping::default(),
        }
    }
}

/// What others may know of the scraping.
#[derive(Debug, Default)]
pub struct ScrapeStatus {
    /// Scrapes that brought no page.
    pub poll_errors: AtomicU64,
    /// Pages that lacked a metric of the load.
    pub extract_errors: AtomicU64,
}

/// Scrapes the endpoints of `datastore` until `stop`. Times it notes are since `started`.
pub async fn run(
    datastore: Arc<Datastore>,
    settings: ScrapeSettings,
    status: Arc<ScrapeStatus>,
    started: Instant,
    stop: CancellationToken,
) {
    let wheel_started = Instant::now();
    let wheel = Wheel::new(settings.interval);
    let shared = Shared { settings, status, started, buffers: std::sync::Mutex::default() };
    let mut fleet = Fleet::new(wheel, Arc::new(shared));
    let mut changes = datastore.subscribe();
    changes.mark_changed();
    loop {
        let next = fleet.wheel.next().and_then(|next| wheel_started.checked_add(next));
        let turn = async {
            match next {
                Some(next) => tokio::time::sleep_until(next.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            Ok(()) = changes.changed() => fleet.adopt(&datastore.snapshot()),
            Some(_) = fleet.tasks.join_next() => {}
            () = turn => fleet.wheel.turn(wheel_started.elapsed()),
        }
    }
}

/// The endpoints that are scraped, each by its own task.
struct Fleet {
    wheel: Wheel,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    members: HashMap<Slot, Member>,
}

struct Member {
    endpoint: Arc<Endpoint>,
    seat: Seat,
    task: AbortHandle,
}

impl Fleet {
    fn new(wheel: Wheel, shared: Arc<Shared>) -> Self {
        Self { wheel, shared, tasks: JoinSet::new(), members: HashMap::new() }
    }

    /// Drops the endpoints that are gone and begins with those that are new.
    fn adopt(&mut self, snapshot: &Snapshot) {
        let wanted: HashMap<Slot, &Arc<Endpoint>> =
            snapshot.endpoints.iter().map(|endpoint| (endpoint.slot, endpoint)).collect();
        let Self { wheel, members, .. } = self;
        members.retain(|slot, member| {
            let stays = wanted.get(slot).is_some_and(|endpoint| Arc::ptr_eq(endpoint, &member.endpoint));
            if !stays {
                member.task.abort();
                wheel.leave(member.seat);
            }
            stays
        });
        for (slot, endpoint) in wanted {
            if !self.members.contains_key(&slot) {
                self.join(endpoint);
            }
        }
    }

    fn join(&mut self, endpoint: &Arc<Endpoint>) {
        let (seat, turn) = self.wheel.join();
        let target = Target::new(Arc::clone(endpoint), Arc::clone(&self.shared));
        let task = self.tasks.spawn(target.follow(turn));
        self.members.insert(endpoint.slot, Member { endpoint: Arc::clone(endpoint), seat, task });
    }
}

#[cfg(test)]
mod tests;
