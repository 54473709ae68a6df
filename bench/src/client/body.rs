//! Bodies of requests, in pieces that many requests share.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Pieces that are sent one after the other. Cheap to clone; no byte is copied before the socket.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pieces: std::collections::VecDeque<Bytes>,
    length: u64,
}

impl Body {
    /// Adds a piece behind the others.
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        if !piece.is_empty() {
            self.length += piece.len() as u64;
            self.pieces.push_back(piece);
        }
    }

    /// In bytes.
    pub fn len(&self) -> u64 {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All of it in one piece.
    pub fn to_bytes(&self) -> Bytes {
        self.pieces.iter().flatten().copied().collect()
    }
}

impl<B: Into<Bytes>> FromIterator<B> for Body {
    fn from_iter<I: IntoIterator<Item = B>>(pieces: I) -> Self {
        let mut body = Self::default();
        for piece in pieces {
            body.push(piece);
        }
        body
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        std::iter::once(bytes).collect()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&serde_json::Value> for Body {
    fn from(json: &serde_json::Value) -> Self {
        json.to_string().into_bytes().into()
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.pop_front();
        if let Some(piece) = &piece {
            self.length -= piece.len() as u64;
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
