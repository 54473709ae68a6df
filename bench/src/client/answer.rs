//! What comes back.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::failure::message;
use super::{Delta, Usage};
use crate::sample::Failure;

/// An answer in one piece.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// What the server says for a person: the message of its error, or all of the body, on one line.
    pub fn message(&self) -> String {
        message(&self.body)
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// A part of an answer.
#[derive(Debug)]
pub enum Event<'a> {
    /// The answer begins. Comes once, and first; not when there is no answer.
    Head {
        at: Instant,
        status: StatusCode,
        headers: &'a HeaderMap,
        /// Who answers, where a header says it.
        replica: Option<&'a Arc<str>>,
    },
    /// An event of the stream, or all of an answer in one piece. Not for `[DONE]` or an error.
    Delta {
        /// When it was read from the socket. Events that were read at once have the same.
        at: Instant,
        delta: Delta<'a>,
    },
}

/// When each part of a request happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// Before a connection was waited for.
    pub sent: Instant,
    /// First event of the stream, whatever it carries.
    pub first_event: Option<Instant>,
    /// First event with content, reasoning or a tool call.
    pub first_token: Option<Instant>,
    /// Last such event; of an answer in one piece, when it was there.
    pub last_token: Option<Instant>,
    /// When the answer ended or failed.
    pub closed: Instant,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub struct Streamed {
    /// None when there was no answer.
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    /// Who answered, where a header says it.
    pub replica: Option<Arc<str>>,
    pub moments: Moments,
    /// Events of the stream that carried text.
    pub events: u32,
    /// As the server counts; none where it says nothing.
    pub usage: Option<Usage>,
    /// Why the answer ended: `stop`, `length`, …
    pub finish: Option<Box<str>>,
    /// None when all went well.
    pub failure: Option<Failure>,
}
