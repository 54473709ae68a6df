//! One routed request until its answer has ended, whichever way it ends.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use smallvec::SmallVec;

use super::attempt::Spares;
use super::{Director, Flights, refusal};
use crate::model::{Decision, Endpoint, HeaderChange, Headers, Reject, RejectKind};
use crate::observability::{Answered, REQUEST, RequestMetrics};
use crate::openai::{ResponseReader, RestoreModel};
use crate::scheduling::{ResponseHead, ServedBy};

/// The two names of a rewritten model.
#[derive(Debug, Clone)]
pub(super) struct Rewritten {
    pub(super) client: Box<str>,
    pub(super) target: Box<str>,
}

/// A request that was given an endpoint. Front doors report what the endpoint answers; dropping it without an end (the
/// client went away) releases what it held as an end does.
pub struct Exchange {
    pub(super) director: Arc<Director>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) decision: Decision,
    pub(super) destination: String,
    pub(super) scores: Vec<(Arc<str>, f64)>,
    pub(super) spares: Spares,
    pub(super) id: Box<str>,
    pub(super) has_made_up_id: bool,
    pub(super) body: SmallVec<[Bytes; 3]>,
    pub(super) body_length: usize,
    pub(super) wants_response: bool,
    pub(super) received_at: Duration,
    pub(super) streaming: bool,
    pub(super) rewritten: Option<Rewritten>,
    /// None where the answer is not watched.
    pub(super) metrics: Option<Arc<RequestMetrics>>,
    pub(super) flights: Flights,
    pub(super) answer: Option<Answer>,
}

/// What came of the answer so far.
pub(super) struct Answer {
    reader: ResponseReader,
    first_byte_at: Option<Duration>,
    last_byte_at: Duration,
    events: u32,
}

impl Exchange {
    /// `ip:port[,ip:port…]`, best first.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// The addresses of the destination, best first, and then the spare ones.
    pub fn addresses(&self) -> Vec<String> {
        let spares = self.spares.iter().map(|endpoint| String::from(&*endpoint.address));
        self.destination.split(',').map(str::to_owned).chain(spares).collect()
    }

    /// The request's body, changed where it had to be; to be taken once.
    pub fn take_body(&mut self) -> SmallVec<[Bytes; 3]> {
        std::mem::take(&mut self.body)
    }

    /// Length of the body as it is sent on; none when there is none.
    pub fn content_length(&self) -> Option<usize> {
        Some(self.body_length).filter(|&length| length > 0)
    }

    /// The request id, if the client sent none.
    pub fn made_up_id(&self) -> Option<&str> {
        self.has_made_up_id.then_some(&*self.id)
    }

    pub fn header_changes(&self) -> &[HeaderChange] {
        &self.decision.headers
    }

    /// Weighted score of every scored endpoint, if they were asked for.
    pub fn scores(&self) -> &[(Arc<str>, f64)] {
        &self.scores
    }

    /// Whether anything here needs to see the answer.
    pub fn wants_response(&self) -> bool {
        self.wants_response
    }

    /// Whether the answer may get another length on its way, as its model's name is given back.
    pub fn changes_length(&self) -> bool {
        self.rewritten.as_ref().is_some_and(|names| names.client.len() != names.target.len())
    }

    /// The head of the answer came. Gives the headers to set on it. `served` is what the proxy says of the endpoint.
    pub fn response_headers(
        &mut self,
        headers: &Headers,
        served: ServedBy<'_>,
    ) -> Vec<(&'static str, String)> {
        self.is_served_by(served);
        let status = headers.get(":status").or_else(|| headers.get("status"));
        match status {
            Some(status) if status.starts_with('5') => self.endpoint.trouble.failed(self.director.now()),
            _ => self.endpoint.trouble.worked(),
        }
        if let Some(metrics) = &self.metrics
            && status.is_some_and(|status| status != "200")
        {
            metrics.error("ModelServerError");
        }
        let is_stream = headers.get("content-type").is_some_and(|kind| kind.contains("text/event-stream"));
        self.streaming |= is_stream;
        self.begin_answer();
        let mut set = Vec::new();
        let head = ResponseHead { headers, endpoint: &self.endpoint, served, decision: &self.decision };
        for named in &self.director.scheduler.response_received {
            named.timer.time(|| named.plugin.response_received(&head, &mut set));
        }
        set
    }

    /// Moves the books where the request really went, when that is another endpoint of the list.
    fn is_served_by(&mut self, served: ServedBy<'_>) {
        let ServedBy::Endpoint(address) = served else { return };
        if *address == *self.endpoint.address {
            return;
        }
        let Some(endpoint) = self.listed(address) else { return };
        self.endpoint = endpoint;
        let director = &self.director;
        self.flights.move_to(&self.endpoint, &director.policy, director.now(), |endpoint| {
            director.progress(endpoint);
        });
    }

    /// The endpoint of the list, or the spare one, with this address.
    fn listed(&self, address: &str) -> Option<Arc<Endpoint>> {
        let listed = self.decision.primary().into_iter().flat_map(|target| &target.endpoints);
        listed.chain(&self.spares).find(|endpoint| *endpoint.address == *address).map(Arc::clone)
    }

    /// An endpoint of the list did not take the request, or broke off before it answered.
    pub fn failed_at(&self, address: &str, cause: &str) {
        let now = self.director.now();
        self.listed(address).iter().for_each(|endpoint| endpoint.trouble.failed(now));
        if let Some(unlogged) = self.director.complaints.pass(now) {
            let id = &*self.id;
            tracing::warn!(
                endpoint = address,
                cause,
                "x-request-id" = id,
                unlogged,
                "an endpoint did not answer"
            );
        }
    }

    fn begin_answer(&mut self) -> &mut Answer {
        let restore =
            self.rewritten.clone().map(|names| RestoreModel { from: names.target, to: names.client });
        let reader = || ResponseReader::new(self.streaming, restore);
        let now = self.director.now();
        self.answer.get_or_insert_with(|| Answer {
            reader: reader(),
            first_byte_at: None,
            last_byte_at: now,
            events: 0,
        })
    }

    /// A piece of the answer came; `out` gets what is to be passed on.
    pub fn response_body(&mut self, piece: Bytes, out: &mut SmallVec<[Bytes; 3]>) {
        let now = self.director.now();
        let has_bytes = !piece.is_empty();
        let answer = match &mut self.answer {
            Some(answer) => answer,
            None => self.begin_answer(),
        };
        answer.reader.chunk(piece, out);
        if !has_bytes {
            return;
        }
        let events = answer.reader.events();
        let new_events = events - std::mem::replace(&mut answer.events, events);
        let gap = now.saturating_sub(std::mem::replace(&mut answer.last_byte_at, now));
        let is_first = answer.first_byte_at.is_none();
        if is_first {
            answer.first_byte_at = Some(now);
        }
        self.flights.tokens(now, new_events, |endpoint| self.director.progress(endpoint));
        let Some(metrics) = &self.metrics else { return };
        if is_first {
            metrics.first_byte(now.saturating_sub(self.received_at), self.streaming);
        } else if self.streaming && new_events > 0 {
            metrics.inter_token_latency(gap);
        }
    }

    /// No endpoint of the list took the request: ends it, and says why.
    pub fn unreachable(self, cause: String) -> Reject {
        let reject = Reject::new(RejectKind::BadGateway, cause);
        if let Some(metrics) = &self.metrics {
            metrics.error(refusal::code(self.director.settings.dialect, reject.kind));
        }
        reject
    }

    /// The answer has ended; `out` gets what was held back of it.
    pub fn end_of_response(&mut self, out: &mut SmallVec<[Bytes; 3]>) {
        if let Some(answer) = &mut self.answer {
            answer.reader.end(out);
        }
        self.finish();
    }

    /// The answer has ended, without a body or with all of it passed.
    pub fn finish(&mut self) {
        let usage = self.answer.as_ref().and_then(|answer| answer.reader.usage());
        self.flights.finish(usage, |endpoint| self.director.progress(endpoint));
        self.release();
    }

    /// Gives back what is held and records what is known. Only the first call counts.
    fn release(&mut self) {
        self.flights.release(|endpoint| self.director.progress(endpoint));
        let answer = self.answer.take();
        let Some(metrics) = self.metrics.take() else { return };
        let now = self.director.now();
        let duration = now.saturating_sub(self.received_at);
        tracing::debug!(
            target: REQUEST,
            seconds = duration.as_secs_f64(),
            endpoint.name = self.endpoint.spec.name,
            endpoint.namespace = self.endpoint.spec.namespace,
            "x-request-id" = &*self.id,
            bytes = answer.as_ref().map(|answer| answer.reader.bytes()),
            tokens = answer.as_ref().and_then(|answer| Some(answer.reader.usage()?.completion_tokens)),
            "EPP request ended"
        );
        metrics.finished(&Answered {
            duration,
            since_first_byte: answer
                .as_ref()
                .and_then(|answer| Some(now.saturating_sub(answer.first_byte_at?))),
            streaming: self.streaming,
            bytes: answer.as_ref().map(|answer| answer.reader.bytes()),
            usage: answer.as_ref().and_then(|answer| answer.reader.usage()),
        });
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.release();
    }
}
