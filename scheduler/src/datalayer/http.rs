//! As much of an HTTP/1.1 client as scraping needs: one GET after the other over a kept connection, the whole answer
//! read into a buffer that the caller reuses.

mod body;
mod head;

use std::ops::Range;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use body::Body;
use head::Head;

/// An answer larger than this is not read.
const MAX_BYTES: usize = 16 << 20;
/// Room made in a buffer that has less than `MIN_ROOM`: a page of vLLM fits.
const ROOM: usize = 64 << 10;
const MIN_ROOM: usize = 4 << 10;

/// What a connection runs over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum HttpError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the server closed the connection")]
    Closed,
    #[error("it answered {0}")]
    Status(u16),
    #[error("its answer is no HTTP/1.1")]
    Malformed,
    #[error("its answer is larger than 16 MiB")]
    TooLarge,
}

/// A connection to a server.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    is_kept: bool,
}

/// Where the page is, and whether the connection is good for another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) body: Range<usize>,
    pub(super) is_reusable: bool,
}

impl Connection {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), is_kept: false }
    }

    /// Whether it brought an answer before: the server may have closed it since, which is no failure.
    pub(super) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Sends `request` and reads the answer into `buffer`, whose content is lost. After an error, or when the answer
    /// says so, the connection is of no more use.
    pub(super) async fn get(&mut self, request: &[u8], buffer: &mut Vec<u8>) -> Result<Answer, HttpError> {
        buffer.clear();
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        let head = loop {
            self.fill(buffer).await?;
            if let Some(head) = Head::read(buffer)? {
                break head;
            }
        };
        if head.status != 200 {
            return Err(HttpError::Status(head.status));
        }
        let mut body = Body::new(&head);
        while !body.is_complete(buffer)? {
            match self.fill(buffer).await {
                Err(HttpError::Closed) if body.ends_with_connection() => break,
                filled => filled?,
            }
        }
        self.is_kept = true;
        Ok(Answer { is_reusable: head.keeps_alive && body.is_exact(buffer), body: body.range() })
    }

    /// Reads what is there, once.
    async fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<(), HttpError> {
        if buffer.len() > MAX_BYTES {
            return Err(HttpError::TooLarge);
        }
        if buffer.capacity() - buffer.len() < MIN_ROOM {
            buffer.reserve(ROOM);
        }
        match self.stream.read_buf(buffer).await? {
            0 => Err(HttpError::Closed),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
