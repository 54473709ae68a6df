//! One HTTP exchange, message by message: headers, body, decision, answer, end.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use llmd_api::names::header;
use llmd_proto::ext_proc::processing_request::Request;
use llmd_proto::ext_proc::{
    CommonResponse, HeaderMutation, HttpBody, HttpHeaders, Metadata, ProcessingRequest, ProcessingResponse,
};
use smallvec::SmallVec;

use super::messages::{self, Direction};
use super::modes::{BodyMode, Modes};
use crate::director::{Body, Director, Exchange, Incoming};
use crate::model::{HeaderChange, Headers, Reject};

/// Whether the stream goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    GoOn,
    /// Everything is said: the picker closes the stream, and the proxy goes on without it.
    End,
}

type Out = VecDeque<ProcessingResponse>;

/// The state machine of one gRPC stream.
pub(super) struct Session {
    director: Arc<Director>,
    modes: Modes,
    state: State,
    /// Time that the answer has taken the picker so far.
    answering: Duration,
}

enum State {
    /// Nothing came yet.
    Start,
    /// The headers are there, the body is on its way.
    Gathering { headers: Headers, body: Body },
    /// Sent to an endpoint, whose answer passes through.
    Routed(Box<Exchange>),
    /// The exchange is over, or was never one: what still comes passes.
    Over,
}

impl Session {
    pub(super) fn new(director: Arc<Director>) -> Self {
        Self { director, modes: Modes::default(), state: State::Start, answering: Duration::ZERO }
    }

    /// Takes one message and appends what is to be said to it. Messages that have no place here are logged and pass.
    pub(super) async fn handle(&mut self, message: ProcessingRequest, out: &mut Out) -> Flow {
        let ProcessingRequest { request, metadata_context, protocol_config } = message;
        if let Some(configuration) = protocol_config {
            self.modes = configuration.into();
        }
        let metadata = metadata_context.as_ref();
        let answer_since = matches!(self.state, State::Routed(_)).then(Instant::now);
        let flow = match request {
            Some(Request::RequestHeaders(headers)) => self.request_headers(headers, metadata, out).await,
            Some(Request::RequestBody(body)) => self.request_body(body, metadata, out).await,
            Some(Request::RequestTrailers(_)) => self.request_trailers(metadata, out).await,
            Some(Request::ResponseHeaders(headers)) => Ok(self.response_headers(headers, metadata, out)),
            Some(Request::ResponseBody(body)) => Ok(self.response_body(body.body, body.end_of_stream, out)),
            Some(Request::ResponseTrailers(_)) => Ok(self.response_trailers(out)),
            None => Ok(Flow::GoOn),
        };
        if let Some(since) = answer_since {
            self.answering += since.elapsed();
            if matches!(self.state, State::Over) {
                self.director.metrics().response_processed(self.answering.as_secs_f64());
            }
        }
        flow.unwrap_or_else(|reject| {
            self.state = State::Over;
            out.push_back(self.refusal(&reject));
            Flow::End
        })
    }

    async fn request_headers(
        &mut self,
        message: HttpHeaders,
        metadata: Option<&Metadata>,
        out: &mut Out,
    ) -> Result<Flow, Reject> {
        if !matches!(self.state, State::Start) {
            tracing::warn!("request headers came twice on one stream");
            out.push_back(messages::pass_headers(Direction::Request, CommonResponse::default()));
            return Ok(Flow::GoOn);
        }
        let headers = messages::headers(message.headers);
        if message.end_of_stream {
            let exchange = self.director.route_without_body()?;
            return Ok(self.route(exchange, out, |change| messages::pass_headers(Direction::Request, change)));
        }
        match self.modes.request {
            BodyMode::Duplex => {}
            BodyMode::Buffered => {
                out.push_back(messages::pass_headers(Direction::Request, CommonResponse::default()));
            }
            BodyMode::Streamed | BodyMode::None => {
                let incoming =
                    Incoming { headers, subset: messages::subset(metadata), ..Incoming::default() };
                let exchange = self.director.route_by_headers(incoming).await?;
                return Ok(
                    self.route(exchange, out, |change| messages::pass_headers(Direction::Request, change))
                );
            }
        }
        self.state = State::Gathering { headers, body: Body::default() };
        Ok(Flow::GoOn)
    }

    async fn request_body(
        &mut self,
        message: HttpBody,
        metadata: Option<&Metadata>,
        out: &mut Out,
    ) -> Result<Flow, Reject> {
        let State::Gathering { body, .. } = &mut self.state else {
            if self.modes.request == BodyMode::Streamed {
                out.push_back(messages::keep_body(Direction::Request));
            } else {
                tracing::warn!(
                    "a piece of the request's body came where none was expected; it passes unread"
                );
                messages::give_body(Direction::Request, [message.body], message.end_of_stream, out);
            }
            return Ok(Flow::GoOn);
        };
        body.push(message.body);
        if body.len() > self.director.max_body_bytes() {
            return Err(self.director.too_large());
        }
        if message.end_of_stream { self.decide(metadata, true, out).await } else { Ok(Flow::GoOn) }
    }

    /// Trailers end a body whose last piece did not say so.
    async fn request_trailers(&mut self, metadata: Option<&Metadata>, out: &mut Out) -> Result<Flow, Reject> {
        let flow = match self.state {
            State::Gathering { .. } => self.decide(metadata, false, out).await?,
            _ => Flow::GoOn,
        };
        out.push_back(messages::pass_trailers(Direction::Request));
        Ok(flow)
    }

    /// The body is complete: chooses an endpoint and sends headers and body on. `is_end` is false when trailers follow.
    async fn decide(
        &mut self,
        metadata: Option<&Metadata>,
        is_end: bool,
        out: &mut Out,
    ) -> Result<Flow, Reject> {
        let State::Gathering { headers, body } = std::mem::replace(&mut self.state, State::Over) else {
            return Ok(Flow::GoOn);
        };
        let incoming = Incoming { headers, body, subset: messages::subset(metadata), ..Incoming::default() };
        let mut exchange = self.director.route(incoming).await?;
        let pieces = exchange.take_body();
        if self.modes.request == BodyMode::Buffered {
            let changed = pieces.len() > 1;
            let body = changed.then(|| Bytes::from(pieces.concat()));
            let reply = |change| messages::replace_body(Direction::Request, change, body);
            return Ok(self.route(exchange, out, reply));
        }
        let flow = self.route(exchange, out, |change| messages::pass_headers(Direction::Request, change));
        messages::give_body(Direction::Request, pieces, is_end, out);
        Ok(flow)
    }

    /// Says where the request goes, in the message that `reply` makes of the change of headers.
    fn route(
        &mut self,
        exchange: Exchange,
        out: &mut Out,
        reply: impl FnOnce(CommonResponse) -> ProcessingResponse,
    ) -> Flow {
        let destination = exchange.destination();
        let mut mutation = HeaderMutation::default();
        let set = &mut mutation.set_headers;
        set.push(messages::set_header(header::DESTINATION_ENDPOINT, destination.to_owned()));
        if let Some(length) = exchange.content_length() {
            set.push(messages::set_header("content-length", length.to_string()));
        }
        if let Some(id) = exchange.made_up_id() {
            set.push(messages::set_header(header::REQUEST_ID, id.to_owned()));
        }
        for change in exchange.header_changes() {
            match change {
                HeaderChange::Set(name, value) => {
                    set.push(messages::set_header(name, String::from(&**value)));
                }
                HeaderChange::Remove(name) => mutation.remove_headers.push((*name).to_owned()),
            }
        }
        let metadata = messages::routing_metadata(destination, exchange.scores());
        let change = CommonResponse {
            header_mutation: Some(mutation),
            clear_route_cache: true,
            ..CommonResponse::default()
        };
        out.push_back(ProcessingResponse { dynamic_metadata: Some(metadata), ..reply(change) });
        if exchange.wants_response() {
            self.state = State::Routed(Box::new(exchange));
            Flow::GoOn
        } else {
            self.state = State::Over;
            Flow::End
        }
    }

    fn response_headers(&mut self, message: HttpHeaders, metadata: Option<&Metadata>, out: &mut Out) -> Flow {
        let State::Routed(exchange) = &mut self.state else {
            out.push_back(messages::pass_headers(Direction::Response, CommonResponse::default()));
            return Flow::GoOn;
        };
        let headers = messages::headers(message.headers);
        let mut mutation = HeaderMutation::default();
        let changes = exchange.response_headers(&headers, messages::served(metadata));
        mutation.set_headers.push(messages::set_header(header::WENT_INTO_RESPONSE, "true"));
        mutation
            .set_headers
            .extend(changes.into_iter().map(|(name, value)| messages::set_header(name, value)));
        // A name of another length makes the answer longer or shorter than the model server said.
        if exchange.changes_length() {
            mutation.remove_headers.push("content-length".to_owned());
        }
        let change = CommonResponse { header_mutation: Some(mutation), ..CommonResponse::default() };
        out.push_back(messages::pass_headers(Direction::Response, change));
        if message.end_of_stream {
            exchange.finish();
            self.state = State::Over;
        }
        Flow::GoOn
    }

    fn response_body(&mut self, body: Bytes, is_end: bool, out: &mut Out) -> Flow {
        let mode = self.modes.response;
        let mut pieces = SmallVec::<[Bytes; 3]>::new();
        let came = body.clone();
        match &mut self.state {
            State::Routed(exchange) => {
                exchange.response_body(body, &mut pieces);
                if is_end {
                    exchange.end_of_response(&mut pieces);
                    self.state = State::Over;
                }
            }
            _ => pieces.push(body),
        }
        if mode == BodyMode::Duplex {
            messages::give_body(Direction::Response, pieces, is_end, out);
        } else if is_same(&pieces, &came) {
            out.push_back(messages::keep_body(Direction::Response));
        } else {
            let body = Some(Bytes::from(pieces.concat()));
            out.push_back(messages::replace_body(Direction::Response, CommonResponse::default(), body));
        }
        Flow::GoOn
    }

    fn response_trailers(&mut self, out: &mut Out) -> Flow {
        if let State::Routed(exchange) = &mut self.state {
            let mut pieces = SmallVec::<[Bytes; 3]>::new();
            exchange.end_of_response(&mut pieces);
            messages::give_body(Direction::Response, pieces, false, out);
            self.state = State::Over;
        }
        out.push_back(messages::pass_trailers(Direction::Response));
        Flow::GoOn
    }

    fn refusal(&self, reject: &Reject) -> ProcessingResponse {
        let text = self.director.refusal_text(reject);
        let reason =
            reject.reason.map(|reason| messages::set_header(header::DROPPED_REASON, reason.as_str()));
        messages::answer(reject.kind.status(), text, reason.into_iter().collect())
    }
}

/// Whether a body passes as it came: then it is still the same memory.
fn is_same(pieces: &[Bytes], came: &Bytes) -> bool {
    match pieces {
        [] => came.is_empty(),
        [only] => only.as_ptr() == came.as_ptr() && only.len() == came.len(),
        _ => false,
    }
}
