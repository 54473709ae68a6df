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
        Self { queue: Mutex::new(HoldQueue::new(longest)), length: AtomicUsize::new(0), longest }
    }

    fn change<R>(&self, change: impl FnOnce(&mut HoldQueue<Sleeper>) -> R) -> R {
        let mut queue: MutexGuard<'_, _> = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut queue);
        self.length.store(queue.len(), Relaxed);
        result
    }
}

/// A place in the queue, given up when the client goes away.
struct Place<'a> {
    hold: &'a Hold,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.hold.change(|queue| queue.cancel(self.ticket));
    }
}

impl Director {
    /// Waits until an endpoint would start the request, or for as long as the policy allows; then binds it.
    pub(super) async fn bind_late(
        &self,
        request: &InferenceRequest,
        waiting: Waiting,
    ) -> Result<Attempt, Reject> {
        let (wake, woken) = oneshot::channel();
        let work = waiting.work;
        let now = self.now();
        let ticket = self.hold.change(|queue| queue.hold(now, work, Sleeper { waiting, wake }));
        let place = Place { hold: &self.hold, ticket };
        let released = tokio::time::timeout(self.hold.longest, woken).await.ok().and_then(Result::ok);
        drop(place);

        let snapshot = self.datastore.current();
        let all = self.candidates(request, &snapshot);
        let given = released.and_then(|endpoint| {
            let index = snapshot.endpoints.iter().position(|known| Arc::ptr_eq(known, &endpoint))?;
            u32::try_from(index).ok().filter(|index| all.contains(index))
        });
        let candidates = given.map_or(all, |index| vec![index]);
        if candidates.is_empty() {
            return Err(refusal::no_candidates(self.settings.rules));
        }
        let bound = self.attempt(request, &snapshot.endpoints, &candidates, Binding::Now)?;
        let Outcome::Bound(attempt) = bound else { return Err(refusal::saturated()) };
        // Its booking may leave room for the next.
        self.progress(&attempt.endpoint);
        Ok(*attempt)
    }

    /// An endpoint has finished a prefill or a request: whoever waits for it may go. One at a time, as each changes the
    /// books by which the next is judged.
    pub(super) fn progress(&self, endpoint: &Arc<Endpoint>) {
        if self.hold.length.load(Relaxed) == 0 {
            return;
        }
        let now = self.now();
        let hits = |sleeper: &Sleeper| Hits {
            here: sleeper
                .waiting
                .hits
                .iter()
                .find(|(slot, _)| *slot == endpoint.slot)
                .map_or(0, |(_, tokens)| *tokens),
            best: sleeper.waiting.hits.iter().map(|(_, tokens)| *tokens).max().unwrap_or(0),
        };
        let released = self.hold.change(|queue| queue.release(now, &self.policy, &endpoint.books, hits));
        if let Some(sleeper) = released {
            // Its client may have gone in this moment; then nothing is lost but the turn.
            let _ = sleeper.wake.send(Arc::clone(endpoint));
        }
    }
}
