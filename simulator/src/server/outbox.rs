//! The bytes of a connection on their way out, some of which are not due yet.
//!
//! An answer's event can so be made while the engine's step is under way, and only be written when the step ends: with
//! hundreds of streams, all that has to happen at that moment is what makes the last of them late.

#[cfg(test)]
mod tests;

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// The way out of a connection.
pub(super) struct Outbox(Mutex<Outgoing>);

struct Outgoing {
    socket: OwnedWriteHalf,
    /// Whether what comes is kept.
    is_held: bool,
    kept: Vec<u8>,
    /// Of the connection's task, which goes on where the socket takes no more.
    waker: Option<Waker>,
}

impl Outbox {
    /// What is written from now on is kept until it is let go; not where the client is behind with its reading, as more and
    /// more would be kept then.
    pub(super) fn hold(&self) {
        let mut outgoing = self.lock();
        outgoing.is_held = outgoing.kept.is_empty();
    }

    /// Writes what was kept.
    pub(super) fn let_go(&self) {
        let mut outgoing = self.lock();
        outgoing.is_held = false;
        let Outgoing { socket, kept, waker, .. } = &mut *outgoing;
        if kept.is_empty() {
            return;
        }
        // What went wrong is found by the connection's task when it writes the rest.
        let written = socket.try_write(kept).unwrap_or_default();
        kept.drain(..written);
        if let Some(waker) = waker.take().filter(|_| !kept.is_empty()) {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Outgoing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outgoing {
    /// Writes what was kept and is due.
    fn poll_due(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_held && !self.kept.is_empty() {
            let written = ready!(Pin::new(&mut self.socket).poll_write(context, &self.kept))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.kept.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// A connection whose bytes go out by an outbox.
pub(super) struct Connection {
    reader: OwnedReadHalf,
    outbox: Arc<Outbox>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        let (reader, socket) = stream.into_split();
        let outgoing = Outgoing { socket, is_held: false, kept: Vec::new(), waker: None };
        Self { reader, outbox: Arc::new(Outbox(Mutex::new(outgoing))) }
    }

    pub(super) fn outbox(&self) -> Arc<Outbox> {
        Arc::clone(&self.outbox)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reader).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut outgoing = self.outbox.lock();
        if outgoing.is_held {
            outgoing.kept.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(outgoing.poll_due(context))?;
        Pin::new(&mut outgoing.socket).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut outgoing = self.outbox.lock();
        ready!(outgoing.poll_due(context))?;
        if outgoing.is_held {
            outgoing.waker = Some(context.waker().clone());
        }
        Poll::Ready(Ok(()))
    }

    /// What is kept is not due, and so is not waited for: nothing of an answer is kept when it ends.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut outgoing = self.outbox.lock();
        ready!(outgoing.poll_due(context))?;
        Pin::new(&mut outgoing.socket).poll_shutdown(context)
    }
}
