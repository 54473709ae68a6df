//! The work of one request on the books of the endpoints it went to.

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use crate::expected_latency::{Flight, Policy, Prefix, Usage, Work};
use crate::model::{Decision, Endpoint};
use crate::openai;
use crate::scheduling::{Cycle, PrefixHits};

/// A flight for each endpoint of a decision: the one that answers, and those that only prefill.
#[derive(Debug, Default)]
pub(super) struct Flights {
    answering: Option<Booked>,
    prefilling: SmallVec<[Booked; 1]>,
    work: Work,
    has_begun: bool,
}

#[derive(Debug)]
struct Booked {
    endpoint: Arc<Endpoint>,
    flight: Flight,
}

impl Booked {
    /// Takes it off the books, then tells that the endpoint has made progress.
    fn release(self, progress: &impl Fn(&Arc<Endpoint>)) {
        let Self { endpoint, flight } = self;
        drop(flight);
        progress(&endpoint);
    }
}

impl Flights {
    /// Books the request at every endpoint that `decision` sends it to; `prefix` is what they have of its prompt.
    pub(super) fn book(
        policy: &Policy,
        cycle: &Cycle<'_>,
        prefix: Option<&PrefixHits>,
        decision: &Decision,
    ) -> Self {
        let work = cycle.request.work(policy);
        let book = |endpoint: &Arc<Endpoint>| {
            let prefix = prefix.map_or_else(Prefix::default, |hits| hits.prefix(endpoint, policy));
            let flight = policy.dispatch(cycle.now, &endpoint.books, &work, prefix);
            Booked { endpoint: Arc::clone(endpoint), flight }
        };
        let mut flights = Self { work, ..Self::default() };
        for (index, chosen) in decision.targets.iter().enumerate() {
            let Some(endpoint) = chosen.target.first() else { continue };
            if index == decision.primary {
                flights.answering = Some(book(endpoint));
            } else {
                flights.prefilling.push(book(endpoint));
            }
        }
        flights
    }

    /// Another endpoint than the first of the list answers: its books take over. Nothing is known of its cache.
    pub(super) fn move_to(
        &mut self,
        endpoint: &Arc<Endpoint>,
        policy: &Policy,
        now: Duration,
        progress: impl Fn(&Arc<Endpoint>),
    ) {
        if let Some(old) = self.answering.take() {
            let flight = policy.dispatch(now, &endpoint.books, &self.work, Prefix::default());
            self.answering = Some(Booked { endpoint: Arc::clone(endpoint), flight });
            old.release(&progress);
        }
    }

    /// Bytes of the answer came, with that many new tokens in them. `progress` is told of each endpoint that has ended
    /// a prefill by then.
    pub(super) fn tokens(&mut self, now: Duration, count: u32, progress: impl Fn(&Arc<Endpoint>)) {
        self.prefilling.drain(..).for_each(|booked| booked.release(&progress));
        if let Some(Booked { endpoint, flight }) = &mut self.answering
            && self.work.is_streamed
            && count > 0
        {
            flight.tokens(now, count);
            if !std::mem::replace(&mut self.has_begun, true) {
                progress(endpoint);
            }
        }
    }

    /// The answer came to its own end.
    pub(super) fn finish(&mut self, usage: Option<openai::Usage>, progress: impl Fn(&Arc<Endpoint>)) {
        let usage = usage.map(|usage| Usage {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
        });
        if let Some(Booked { endpoint, flight }) = self.answering.take() {
            flight.finished(usage);
            progress(&endpoint);
        }
    }

    /// Takes everything off the books.
    pub(super) fn release(&mut self, progress: impl Fn(&Arc<Endpoint>)) {
        self.answering.take().into_iter().for_each(|booked| booked.release(&progress));
        self.prefilling.drain(..).for_each(|booked| booked.release(&progress));
    }
}
