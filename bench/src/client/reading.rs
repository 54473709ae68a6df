//! Makes an answer of what was read.

use std::time::{Duration, Instant};

use hyper::body::Incoming;
use serde::de::IgnoredAny;
use tokio::time::timeout;

use super::connection::Connection;
use super::failure::{broken, failed, message};
use super::sse::Decoder;
use super::{Delta, Event, Streamed};
use crate::sample::{Failure, FailureKind};

/// How long a stream that has said `[DONE]` may take to end, so that its connection can be used again.
const GRACE: Duration = Duration::from_secs(1);

/// Reads a stream to its end.
pub(super) async fn follow(
    connection: &mut Connection,
    body: &mut Incoming,
    streamed: &mut Streamed,
    on_event: &mut impl FnMut(Event<'_>),
) -> Result<(), Failure> {
    let mut decoder = Decoder::default();
    let mut follower =
        Follower { streamed, on_event, is_done: false, unreadable: FailureKind::Malformed, failure: None };
    let cut = loop {
        let next = if follower.is_done {
            timeout(GRACE, connection.next(body)).await.ok().flatten()
        } else {
            connection.next(body).await
        };
        match next {
            None => break None,
            Some(Err(error)) => break Some(broken(&error)),
            Some(Ok((at, bytes))) => {
                let pushed = decoder.push(&bytes, |data| follower.take(at, data));
                pushed.map_err(|error| failed(FailureKind::Malformed, error.to_string()))?;
            }
        }
        if let Some(failure) = follower.failure.take() {
            return Err(failure);
        }
    };
    follower.unreadable = FailureKind::Truncated;
    let _ = decoder.finish(|data| follower.take(connection.last_read(), data));
    follower.end(cut)
}

/// Makes an answer of the events of a stream.
struct Follower<'a, F> {
    streamed: &'a mut Streamed,
    on_event: &'a mut F,
    /// Whether `[DONE]` has come.
    is_done: bool,
    /// What an event is that cannot be read: of a stream that has ended, a piece of one.
    unreadable: FailureKind,
    failure: Option<Failure>,
}

impl<F: FnMut(Event<'_>)> Follower<'_, F> {
    fn take(&mut self, at: Instant, data: &[u8]) {
        if self.is_done || self.failure.is_some() {
            return;
        }
        if data.trim_ascii() == b"[DONE]" {
            self.is_done = true;
            return;
        }
        let is_first = self.streamed.moments.first_event.is_none();
        self.streamed.moments.first_event.get_or_insert(at);
        let delta = match Delta::read(data) {
            Ok(delta) if !(is_first || delta.finish.is_some()) || is_json(data) => delta,
            _ => {
                self.failure = Some(failed(self.unreadable, String::from_utf8_lossy(data)));
                return;
            }
        };
        if let Some(error) = delta.error {
            self.failure = Some(failed(FailureKind::InStreamError, message(error.as_bytes())));
            return;
        }
        if delta.has_text() {
            self.streamed.moments.first_token.get_or_insert(at);
            self.streamed.moments.last_token = Some(at);
            self.streamed.events = self.streamed.events.saturating_add(1);
        }
        self.streamed.keep(&delta);
        (self.on_event)(Event::Delta { at, delta });
    }

    /// How a stream is to be taken that has ended, or was cut.
    fn end(self, cut: Option<Failure>) -> Result<(), Failure> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if let Some(cut) = cut
            && !self.is_done
        {
            return Err(cut);
        }
        if !self.is_done && self.streamed.finish.is_none() {
            return Err(failed(FailureKind::Truncated, "the stream ended without [DONE] or a finish reason"));
        }
        if self.streamed.events == 0 { Err(empty()) } else { Ok(()) }
    }
}

/// Reads an answer in one piece.
pub(super) fn take_whole(
    whole: &[u8],
    at: Instant,
    streamed: &mut Streamed,
    on_event: &mut impl FnMut(Event<'_>),
) -> Result<(), Failure> {
    let delta = match Delta::read(whole) {
        Ok(delta) if is_json(whole) => delta,
        _ => return Err(failed(FailureKind::Malformed, String::from_utf8_lossy(whole))),
    };
    if let Some(error) = delta.error {
        return Err(failed(FailureKind::InStreamError, message(error.as_bytes())));
    }
    streamed.keep(&delta);
    if !delta.has_text() {
        return Err(empty());
    }
    streamed.moments.last_token = Some(at);
    on_event(Event::Delta { at, delta });
    Ok(())
}

impl Streamed {
    fn keep(&mut self, delta: &Delta<'_>) {
        if delta.usage.is_some() {
            self.usage = delta.usage;
        }
        if let Some(finish) = delta.finish {
            self.finish = Some(finish.unescaped().into());
        }
    }
}

fn is_json(data: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(data).is_ok()
}

fn empty() -> Failure {
    failed(FailureKind::Empty, "an answer without text")
}
