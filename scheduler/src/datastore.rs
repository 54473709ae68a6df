//! What is known of the pool: writers update it, readers take an immutable snapshot without a lock.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};
use tokio::sync::watch;

use crate::model::{Endpoint, EndpointSpec, Slot};

/// One target of a model rewrite and its share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewriteTarget {
    pub weight: u32,
    pub model: Box<str>,
}

/// A rule of an `InferenceModelRewrite`; the datastore holds the rules in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewriteRule {
    /// Name of the object it comes from.
    pub object: Box<str>,
    /// The models it applies to; empty means any, and a request without a model too.
    pub models: Vec<Box<str>>,
    pub targets: Vec<RewriteTarget>,
}

/// The pool at one moment.
#[derive(Debug, Default, Clone)]
pub struct Snapshot {
    /// Counts changes of the endpoints.
    pub generation: u64,
    /// Whether the source of endpoints has been read completely once, and the pool exists.
    pub synced: bool,
    pub endpoints: Vec<Arc<Endpoint>>,
    /// Priority by name of `InferenceObjective`.
    pub objectives: BTreeMap<Box<str>, i32>,
    /// Exact matches first, then by age: the first rule that matches applies.
    pub rewrites: Vec<RewriteRule>,
}

type OnRemoved = Box<dyn Fn(&Endpoint) + Send + Sync>;

/// Holds the current [`Snapshot`].
pub struct Datastore {
    current: ArcSwap<Snapshot>,
    writer: Mutex<Writer>,
    generation: watch::Sender<u64>,
}

#[derive(Default)]
struct Writer {
    /// Endpoints that are gone and that somebody may still hold: a decision under way, which may yet write under their
    /// slots, an answer that still comes, or the log of decisions.
    gone: Vec<Arc<Endpoint>>,
    /// Slots that nobody uses any more, and the next that was never given.
    free: Vec<Slot>,
    next: u32,
    on_removed: Vec<OnRemoved>,
}

impl Writer {
    fn tell_removed(&self, endpoint: &Endpoint) {
        self.on_removed.iter().for_each(|call| call(endpoint));
    }

    /// Takes back the slots of those whom nobody holds any more.
    fn reclaim(&mut self) {
        let is_ours_alone = |endpoint: &mut Arc<Endpoint>| Arc::strong_count(endpoint) == 1;
        for endpoint in self.gone.extract_if(.., is_ours_alone).collect::<Vec<_>>() {
            self.tell_removed(&endpoint);
            self.free.push(endpoint.slot);
        }
    }
}

impl Default for Datastore {
    fn default() -> Self {
        Self { current: ArcSwap::default(), writer: Mutex::default(), generation: watch::Sender::new(0) }
    }
}

impl Datastore {
    /// The pool as it is now.
    pub fn snapshot(&self) -> Guard<Arc<Snapshot>> {
        self.current.load()
    }

    /// The same, to be kept.
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Tells of every change of the endpoints.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// `call` is called for every endpoint that goes, at once and again before its slot is given to another.
    pub fn on_removed(&self, call: impl Fn(&Endpoint) + Send + Sync + 'static) {
        self.lock().on_removed.push(Box::new(call));
    }

    /// Makes `wanted` the endpoints of the pool. An endpoint whose spec has not changed keeps its state and slot.
    pub fn set_endpoints(&self, wanted: Vec<EndpointSpec>) {
        let mut writer = self.lock();
        writer.reclaim();
        let old = self.current.load_full();
        let mut wanted: BTreeMap<_, _> = wanted.into_iter().map(|spec| (key(&spec), spec)).collect();
        let (mut endpoints, gone): (Vec<_>, Vec<_>) = old
            .endpoints
            .iter()
            .cloned()
            .partition(|endpoint| wanted.get(&key(&endpoint.spec)) == Some(&endpoint.spec));
        for endpoint in &endpoints {
            wanted.remove(&key(&endpoint.spec));
        }
        if gone.is_empty() && wanted.is_empty() {
            return;
        }
        for gone in gone {
            writer.tell_removed(&gone);
            writer.gone.push(gone);
        }
        for spec in wanted.into_values() {
            let slot = writer.free.pop().unwrap_or_else(|| {
                let slot = Slot(writer.next);
                writer.next += 1;
                slot
            });
            endpoints.push(Endpoint::new(spec, slot));
        }
        endpoints.sort_by_key(|endpoint| key(&endpoint.spec));
        let generation = old.generation + 1;
        self.current.store(Arc::new(Snapshot { generation, endpoints, ..Snapshot::clone(&old) }));
        self.generation.send_replace(generation);
    }

    /// Whether the source of endpoints is complete and the pool exists.
    pub fn set_synced(&self, synced: bool) {
        self.change(|snapshot| snapshot.synced = synced);
    }

    pub fn set_objectives(&self, objectives: BTreeMap<Box<str>, i32>) {
        self.change(|snapshot| snapshot.objectives = objectives);
    }

    /// `rewrites` in order of precedence.
    pub fn set_rewrites(&self, rewrites: Vec<RewriteRule>) {
        self.change(|snapshot| snapshot.rewrites = rewrites);
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let _writer = self.lock();
        let mut snapshot = Snapshot::clone(&self.current.load());
        change(&mut snapshot);
        self.current.store(Arc::new(snapshot));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(spec: &EndpointSpec) -> (String, String) {
    (spec.namespace.clone(), spec.name.clone())
}
