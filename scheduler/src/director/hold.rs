//! Late binding: requests that no endpoint would start now wait here until one makes progress.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smallvec::SmallVec;
use tokio::sync::oneshot;

use super::attempt::{Attempt, Binding, Outcome};
use super::{Director, refusal};
use crate::expected_latency::{Hits, HoldQueue, Ticket, Work};
use crate::model::{Endpoint, InferenceRequest, Reject, Slot};

/// Most requests that wait, as each is looked at whenever an answer makes progress.
const MOST: usize = 1024;

/// What is known of a request that waits.
pub(super) struct Waiting {
    pub(super) work: Work,
    /// Cached tokens at the endpoints that have any.
    pub(super) hits: SmallVec<[(Slot, u32); 8]>,
}

struct Sleeper {
    waiting: Waiting,
    wake: oneshot::Sender<Arc<Endpoint>>,
}

/// The requests that wait. Their number is read at every progress of every answer, so it stands beside the lock.
pub(super) struct Hold {
    queue: Mutex<HoldQueue<Sleeper>>,
    length: AtomicUsize,
    longest: Duration,
}

impl Hold {
    pub(super) fn new(longest: Duration) -> Self {
        Self { queue: Mutex::default(), length: AtomicUsize::new(0), longest }
    }

    fn change<R>(&self, change: impl FnOnce(&mut HoldQueue<Sleeper>) -> R) -> R {
        let mut queue: MutexGuard<'_, _> = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut queue);
        self.length.store(queue.len(), Relaxed);
        result
    }
}

/// A place in the queue. Dropping it, as happens when the client goes away, gives it up, and with it a turn that came
/// and was not taken.
struct Place<'a> {
    director: &'a Director,
    ticket: Ticket,
    turn: oneshot::Receiver<Arc<Endpoint>>,
}

impl Place<'_> {
    /// Takes what is cached now for what was.
    fn renew(&self, waiting: &Waiting) {
        self.director.hold.change(|queue| {
            if let Some(sleeper) = queue.get_mut(self.ticket) {
                sleeper.waiting.hits.clone_from(&waiting.hits);
            }
        });
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.director.hold.change(|queue| queue.cancel(self.ticket));
        if let Ok(endpoint) = self.turn.try_recv() {
            self.director.progress(&endpoint);
        }
    }
}

impl Director {
    /// Waits until an endpoint would start the request, or for as long as the policy allows; then binds it. Where too
    /// many wait already it does not. When endpoints come or go it asks anew, as nobody else tells it of them.
    pub(super) async fn bind_late(
        &self,
        request: &InferenceRequest,
        waiting: Waiting,
    ) -> Result<Attempt, Reject> {
        let mut changes = self.datastore.subscribe();
        let patience = tokio::time::sleep(self.hold.longest);
        let mut patience = std::pin::pin!(patience);
        let mut place = self.take_place(waiting);
        loop {
            let (endpoint, binding) = match &mut place {
                None => (None, Binding::Now),
                Some(place) => tokio::select! {
                    turn = &mut place.turn => (turn.ok(), Binding::Now),
                    _ = changes.changed() => (None, Binding::MayBeLate),
                    () = &mut patience => (None, Binding::Now),
                },
            };
            match self.attempt_at(request, endpoint.as_ref(), binding) {
                Ok(Outcome::Held(waiting)) => place.iter().for_each(|place| place.renew(&waiting)),
                Ok(Outcome::Bound(attempt)) => {
                    drop(place);
                    // Its booking may leave room for the next.
                    self.progress(&attempt.endpoint);
                    return Ok(*attempt);
                }
                Err(reject) => {
                    // The turn is somebody else's.
                    endpoint.iter().for_each(|endpoint| self.progress(endpoint));
                    return Err(reject);
                }
            }
        }
    }

    fn take_place(&self, waiting: Waiting) -> Option<Place<'_>> {
        let (wake, turn) = oneshot::channel();
        let (now, work) = (self.now(), waiting.work);
        let ticket = self
            .hold
            .change(|queue| (queue.len() < MOST).then(|| queue.hold(now, work, Sleeper { waiting, wake })))?;
        Some(Place { director: self, ticket, turn })
    }

    /// Attempts it at this endpoint, if it is still there, else at any.
    fn attempt_at(
        &self,
        request: &InferenceRequest,
        endpoint: Option<&Arc<Endpoint>>,
        binding: Binding,
    ) -> Result<Outcome, Reject> {
        let snapshot = self.datastore.current();
        let all = self.candidates(request, &snapshot);
        let given = endpoint.and_then(|endpoint| {
            let index = snapshot.endpoints.iter().position(|known| Arc::ptr_eq(known, endpoint))?;
            u32::try_from(index).ok().filter(|index| all.contains(index))
        });
        let candidates = given.map_or(all, |index| vec![index]);
        if candidates.is_empty() {
            return Err(refusal::no_candidates(self.settings.rules));
        }
        self.attempt(request, &snapshot.endpoints, &candidates, binding)
    }

    /// An endpoint has finished a prefill or a request: whoever waits for it may go. One at a time, as each changes the
    /// books by which the next is judged.
    pub(super) fn progress(&self, endpoint: &Arc<Endpoint>) {
        while self.hold.length.load(Relaxed) > 0 {
            let Some(sleeper) = self.release(endpoint) else { return };
            // One whose client has gone in this moment leaves the turn to the next.
            if sleeper.wake.send(Arc::clone(endpoint)).is_ok() {
                return;
            }
        }
    }

    fn release(&self, endpoint: &Endpoint) -> Option<Sleeper> {
        let now = self.now();
        let hits = |sleeper: &Sleeper| {
            let hits = &sleeper.waiting.hits;
            let here = hits.iter().find(|(slot, _)| *slot == endpoint.slot);
            Hits {
                here: here.map_or(0, |(_, tokens)| *tokens),
                best: hits.iter().map(|(_, tokens)| *tokens).max().unwrap_or(0),
            }
        };
        self.hold.change(|queue| queue.release(now, &self.policy, &endpoint.books, hits))
    }
}

#[cfg(test)]
mod tests;
