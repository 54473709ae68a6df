//! What the datastore is told of the [`View`].

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{error, info};

use super::endpoints::Target;
use super::objectives::objectives;
use super::pool::Pool;
use super::rewrites::rewrites;
use super::view::View;
use super::{EndpointSource, PoolGroup, PoolSource, Selector};
use crate::datastore::Datastore;

/// Changes within this time become one update: a list of a thousand pods, or a rollout.
const BURST: Duration = Duration::from_millis(10);

pub(super) struct Publisher<'a> {
    source: &'a PoolSource,
    datastore: &'a Datastore,
    /// The pods to watch; none while there is no pool.
    wanted: &'a watch::Sender<Option<Selector>>,
    /// What makes endpoints of pods; none while there is no pool.
    target: Option<Target>,
    /// Versions of the collections that have been published.
    seen: Seen,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    pool: u64,
    pods: u64,
    objectives: u64,
    rewrites: u64,
}

impl<'a> Publisher<'a> {
    pub(super) fn new(
        source: &'a PoolSource,
        datastore: &'a Datastore,
        wanted: &'a watch::Sender<Option<Selector>>,
    ) -> Self {
        let mut target = None;
        if let EndpointSource::Selector { selector, target_ports } = &source.endpoints {
            wanted.send_replace(Some(selector.clone()));
            let (labels, ports) = (BTreeMap::new(), target_ports.clone());
            target = Some(Target { labels, ports, metrics_port: source.metrics_port });
        }
        Self { source, datastore, wanted, target, seen: Seen::default() }
    }

    /// Publishes until the view has no more writers.
    pub(super) async fn run(mut self, mut view: watch::Receiver<View>) {
        while view.changed().await.is_ok() {
            sleep(BURST).await;
            self.publish(&view.borrow_and_update());
        }
    }

    fn publish(&mut self, view: &View) {
        let seen = Seen {
            pool: view.pool.version(),
            pods: view.pods.version(),
            objectives: view.objectives.version(),
            rewrites: view.rewrites.version(),
        };
        let before = std::mem::replace(&mut self.seen, seen);
        let group = self.source.group();
        if seen.pool != before.pool {
            self.read_pool(view, group);
        }
        if (seen.pool, seen.pods) != (before.pool, before.pods) {
            self.publish_endpoints(view);
        }
        if seen.objectives != before.objectives {
            let objects = view.objectives.objects();
            self.datastore.set_objectives(objectives(objects, group, &self.source.name));
        }
        if seen.rewrites != before.rewrites {
            self.datastore.set_rewrites(rewrites(view.rewrites.objects(), group, &self.source.name));
        }
    }

    fn read_pool(&mut self, view: &View, group: PoolGroup) {
        let pool = view.pool.objects().next().filter(|pool| !super::is_leaving(pool));
        let pool = pool.map(|pool| Pool::read(group, pool)).transpose();
        let name = self.source.name.as_str();
        let target = match pool {
            Ok(pool) => pool.map(|pool| {
                let wanted = Selector::from_labels(&pool.selector);
                self.wanted.send_if_modified(|now| now.replace(wanted.clone()) != Some(wanted));
                let Pool { selector: labels, target_ports: ports, app_protocol } = pool;
                let target = Target { labels, ports, metrics_port: self.source.metrics_port };
                if self.target.as_ref() != Some(&target) {
                    info!(pool = name, labels = ?target.labels, ports = ?target.ports, app_protocol, "the pool is");
                }
                target
            }),
            Err(error) => return error!(pool = name, %error, "the InferencePool cannot be read, the last one stays"),
        };
        if target.is_none() {
            info!(pool = name, group = group.name(), "there is no such InferencePool");
            self.wanted.send_if_modified(|now| now.take().is_some());
        }
        self.target = target;
    }

    fn publish_endpoints(&self, view: &View) {
        match &self.target {
            Some(target) if view.pods.is_complete() => {
                self.datastore.set_endpoints(target.endpoints(view.pods.objects()));
                self.datastore.set_synced(true);
            }
            // The pool is known and its pods are being listed.
            Some(_) => {}
            None => {
                self.datastore.set_synced(false);
                self.datastore.set_endpoints(Vec::new());
            }
        }
    }
}

#[cfg(test)]
mod tests;
