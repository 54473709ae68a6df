//! Late binding: requests that no endpoint would start now wait here until one makes progress.

use std::pin::pin;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicUsize, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smallvec::SmallVec;
use tokio::sync::oneshot;

use super::attempt::{Attempt, Binding, Outcome, Waiting};
use super::{Director, refusal};
use crate::expected_latency::{Hits, HoldQueue, Prefix, Ticket};
use crate::model::{Endpoint, InferenceRequest, Reject, Slot};

/// How often a request that waits looks by itself: prefill that nobody tells of ends as well.
const LOOK: Duration = Duration::from_secs(1);
/// Most requests that wait, as each is looked at whenever an answer makes progress.
const MOST: usize = 1024;

/// Endpoints that had room for a request and were not to have it: filters or the proxy do not allow it there.
type Refused = SmallVec<[Slot; 2]>;

struct Sleeper {
    waiting: Waiting,
    refused: Refused,
    wake: oneshot::Sender<Arc<Endpoint>>,
}

impl Sleeper {
    /// What the endpoint and the best of all have of its prompt; none where it is not to go.
    fn hits(&self, endpoint: &Endpoint) -> Option<Hits<'_>> {
        let Waiting { blocks, block_tokens, hits, .. } = &self.waiting;
        let hit_tokens =
            hits.iter().find(|(slot, _)| *slot == endpoint.slot).map_or(0, |(_, tokens)| *tokens);
        let best = hits.iter().map(|(_, tokens)| *tokens).max().unwrap_or(0);
        let here = Prefix { hit_tokens, blocks, block_tokens: *block_tokens };
        (!self.refused.contains(&endpoint.slot)).then_some(Hits { here, best })
    }
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

    pub(super) fn len(&self) -> usize {
        self.length.load(Relaxed)
    }

    fn change<R>(&self, change: impl FnOnce(&mut HoldQueue<Sleeper>) -> R) -> R {
        let mut queue: MutexGuard<'_, _> = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut queue);
        self.length.store(queue.len(), Relaxed);
        fence(SeqCst);
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
    /// many wait already it does not wait.
    ///
    /// A turn is an endpoint that made progress and has room. Without one it looks again when endpoints come or go,
    /// from time to time, and at first, as the books may have changed before it had its place.
    pub(super) async fn bind_late(
        &self,
        request: &InferenceRequest,
        waiting: Waiting,
    ) -> Result<Attempt, Reject> {
        let since = self.now();
        let mut changes = self.datastore.subscribe();
        let mut look = pin!(self.clock.sleep(Duration::ZERO));
        let mut patience = pin!(self.clock.sleep(self.hold.longest));
        let mut refused = Refused::new();
        let mut place = self.take_place(since, &waiting, &refused);
        loop {
            let (turn, binding) = match &mut place {
                None => (None, Binding::Now),
                Some(place) => tokio::select! {
                    biased;
                    turn = &mut place.turn => (turn.ok(), Binding::MayBeLate),
                    _ = changes.changed() => (None, Binding::MayBeLate),
                    () = &mut look => {
                        look.set(self.clock.sleep(LOOK));
                        (None, Binding::MayBeLate)
                    }
                    () = &mut patience => (None, Binding::Now),
                },
            };
            let outcome = self.bind(request, turn.as_ref(), binding);
            if let Some(endpoint) = turn.filter(|endpoint| !is_bound_to(&outcome, endpoint)) {
                refused.push(endpoint.slot);
                self.progress(&endpoint);
                place = self.take_place(since, &waiting, &refused);
            }
            if let Outcome::Bound(attempt) = outcome? {
                drop(place);
                // Its booking may leave room for the next.
                self.progress(&attempt.endpoint);
                return Ok(*attempt);
            }
        }
    }

    fn take_place(&self, since: Duration, waiting: &Waiting, refused: &Refused) -> Option<Place<'_>> {
        let (wake, turn) = oneshot::channel();
        let sleeper = Sleeper { waiting: waiting.clone(), refused: refused.clone(), wake };
        let ticket = self
            .hold
            .change(|queue| (queue.len() < MOST).then(|| queue.hold(since, waiting.work, sleeper)))?;
        Some(Place { director: self, ticket, turn })
    }

    /// Attempts it at the endpoint whose turn it is, and anywhere if that is not to be.
    fn bind(
        &self,
        request: &InferenceRequest,
        turn: Option<&Arc<Endpoint>>,
        binding: Binding,
    ) -> Result<Outcome, Reject> {
        let snapshot = self.datastore.current();
        let all = self.candidates(request, &snapshot);
        if all.is_empty() {
            return Err(refusal::no_candidates(self.settings.dialect));
        }
        // With several profiles the endpoint may be meant for any of them, so none is narrowed to it.
        if let Some(endpoint) = turn
            && self.scheduler.profiles.len() == 1
            && let Some(index) = snapshot.endpoints.iter().position(|known| Arc::ptr_eq(known, endpoint))
            && let Some(index) = u32::try_from(index).ok().filter(|index| all.contains(index))
            && let Ok(bound) = self.attempt(request, &snapshot, &vec![index], Binding::Now)
        {
            return Ok(bound);
        }
        self.attempt(request, &snapshot, &all, binding)
    }

    /// An endpoint has finished a prefill or a request: whoever waits for it may go. One at a time, as each changes the
    /// books by which the next is judged.
    pub(super) fn progress(&self, endpoint: &Arc<Endpoint>) {
        // Pairs with the lock of whoever takes a place and then reads the books: one of the two sees the other.
        fence(SeqCst);
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
        let (policy, books) = (&self.policy, &endpoint.books);
        self.hold.change(|queue| queue.release(now, policy, books, |sleeper| sleeper.hits(endpoint)))
    }
}

fn is_bound_to(outcome: &Result<Outcome, Reject>, endpoint: &Arc<Endpoint>) -> bool {
    matches!(outcome, Ok(Outcome::Bound(attempt)) if Arc::ptr_eq(&attempt.endpoint, endpoint))
}

#[cfg(test)]
mod tests;
