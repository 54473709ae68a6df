//! Bodies on their way through the proxy.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use smallvec::SmallVec;

use crate::director::Exchange;

/// A request's body on its way to a model server: cheap to send again when an endpoint does not take it.
#[derive(Debug, Clone, Default)]
pub(super) struct Outgoing {
    pieces: VecDeque<Bytes>,
    length: u64,
}

impl Outgoing {
    pub(super) fn new(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let pieces: VecDeque<Bytes> = pieces.into_iter().collect();
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces, length }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.pop_front();
        self.length -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

/// What a client gets.
pub(super) enum Answer {
    /// The proxy's own words.
    Own(Full<Bytes>),
    /// What a model server says.
    Served(Box<Served>),
}

/// The answer of a model server, seen by the exchange piece by piece. Dropped with the client's connection, which ends
/// the exchange.
pub(super) struct Served {
    body: Incoming,
    exchange: Exchange,
    ready: SmallVec<[Bytes; 3]>,
    has_ended: bool,
    keeps_length: bool,
}

impl Served {
    pub(super) fn new(body: Incoming, exchange: Exchange, keeps_length: bool) -> Self {
        let mut served = Self { body, exchange, ready: SmallVec::new(), has_ended: false, keeps_length };
        served.end_if_read();
        served
    }

    /// Ends the exchange with the last byte: once a client has all that was announced, nobody asks for more.
    fn end_if_read(&mut self) {
        if self.body.is_end_stream() {
            self.end();
        }
    }

    fn end(&mut self) {
        if !std::mem::replace(&mut self.has_ended, true) {
            self.exchange.end_of_response(&mut self.ready);
        }
    }

    fn is_passed(&self) -> bool {
        self.has_ended && self.ready.is_empty()
    }

    fn poll_served(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        loop {
            if !self.ready.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(self.ready.remove(0)))));
            }
            if self.has_ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    // Trailers stay here: the client's wish for them is not passed on either.
                    if let Ok(piece) = frame.into_data() {
                        self.exchange.response_body(piece, &mut self.ready);
                        self.end_if_read();
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.end(),
            }
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.get_mut() {
            Self::Own(text) => Pin::new(text).poll_frame(context).map_err(|never| match never {}),
            Self::Served(served) => served.poll_served(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(text) => text.is_end_stream(),
            Self::Served(served) => served.is_passed(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(text) => text.size_hint(),
            Self::Served(served) if served.keeps_length => served.body.size_hint(),
            Self::Served(_) => SizeHint::default(),
        }
    }
}
