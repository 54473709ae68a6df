//! Late binding: requests that wait here, and not in the queue of an engine that cannot start them yet
//! (`schedsim.md` §3, "hold").
//!
//! The queue owns no clock and wakes nobody. Whenever an endpoint makes progress (a first token, an end however it
//! came), the director asks for a [`release`](HoldQueue::release), again and again until there is none, dispatching each
//! before it asks for the next. How long a request waits at most is the director's matter.

use std::collections::VecDeque;
use std::time::Duration;

use super::Policy;
use super::books::EndpointBooks;
use super::work::{Prefix, Work};

/// The share of a request's best hit that an endpoint must have to be given it.
const AFFINITY: f32 = 0.7;
/// How much each request in flight adds to the weight of a prefill: it stalls them all.
const STALL: f32 = 0.1;
/// Seconds of prefill that a second of waiting outweighs.
const AGEING: f32 = 0.05;

/// Names a held request; later ones compare greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// What is cached of a held request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hits<'a> {
    /// At the endpoint that asks.
    pub here: Prefix<'a>,
    /// Tokens at the endpoint that has the most.
    pub best: u32,
}

/// The held requests of one pool, oldest first. `T` is whatever wakes one.
#[derive(Debug)]
pub struct HoldQueue<T> {
    next: u64,
    held: VecDeque<Held<T>>,
}

#[derive(Debug)]
struct Held<T> {
    ticket: Ticket,
    since: Duration,
    work: Work,
    item: T,
}

impl<T> Default for HoldQueue<T> {
    fn default() -> Self {
        Self { next: 0, held: VecDeque::new() }
    }
}

impl<T> HoldQueue<T> {
    /// Holds a request that waits since then.
    pub fn hold(&mut self, since: Duration, work: Work, item: T) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        self.held.push_back(Held { ticket, since, work, item });
        ticket
    }

    /// Takes out a request whose client has gone.
    pub fn cancel(&mut self, ticket: Ticket) -> Option<T> {
        let position = self.held.binary_search_by_key(&ticket, |held| held.ticket).ok()?;
        self.take(position)
    }

    /// The request to send to an endpoint that made progress: of those which it would start now and which have no
    /// much better place, the one with the shortest prefill, older ones first. Looks at every held request; `hits` gives
    /// none for those that the endpoint may not have.
    pub fn release(
        &mut self,
        now: Duration,
        policy: &Policy,
        books: &EndpointBooks,
        hits: impl Fn(&T) -> Option<Hits<'_>>,
    ) -> Option<T> {
        let load = books.load(now);
        let mut best: Option<(usize, f32)> = None;
        for (position, held) in self.held.iter().enumerate() {
            let Some(Hits { here, best: elsewhere }) = hits(&held.item) else { continue };
            let quote = policy.quote(now, &held.work);
            let hit = here.hit_tokens;
            if (hit as f32) < AFFINITY * elsewhere as f32 || !quote.is_admitted(books, here) {
                continue;
            }
            let age = now.saturating_sub(held.since).as_secs_f32();
            let rank = quote.prefill_time(&load, hit) * (1.0 + STALL * load.in_flight) - AGEING * age;
            if best.is_none_or(|(_, lowest)| rank < lowest) {
                best = Some((position, rank));
            }
        }
        self.take(best?.0)
    }

    /// The number of held requests.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether no request is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    fn take(&mut self, position: usize) -> Option<T> {
        self.held.remove(position).map(|held| held.item)
    }
}

#[cfg(test)]
mod tests;
