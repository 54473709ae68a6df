//! Connections that are read otherwise than what came: for clients that break a rule which a library insists on.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;
use tonic::transport::server::Connected;

/// Bytes that a read has room for.
const ROOM: usize = 1 << 14;

/// What happens to the bytes that come.
pub(crate) trait Rewrite: Unpin {
    /// Moves to `ready` what can be read of `raw`: nothing where more of it has to come first.
    fn rewrite(&mut self, raw: &mut BytesMut, ready: &mut BytesMut);

    /// Whether the rest is read as it comes.
    fn is_over(&self) -> bool {
        false
    }
}

/// A connection whose bytes are rewritten on their way in. What goes out is left alone.
pub(crate) struct Rewriting<S, R> {
    connection: S,
    rewrite: R,
    /// As it came.
    raw: BytesMut,
    /// As it is read.
    ready: BytesMut,
}

impl<S, R: Default> Rewriting<S, R> {
    pub(crate) fn new(connection: S) -> Self {
        Self { connection, rewrite: R::default(), raw: BytesMut::new(), ready: BytesMut::new() }
    }
}

impl<S: AsyncRead + Unpin, R: Rewrite> AsyncRead for Rewriting<S, R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready.is_empty() && !this.raw.is_empty() {
                this.rewrite.rewrite(&mut this.raw, &mut this.ready);
            }
            if !this.ready.is_empty() {
                let length = buffer.remaining().min(this.ready.len());
                buffer.put_slice(&this.ready[..length]);
                this.ready.advance(length);
                return Poll::Ready(Ok(()));
            }
            if this.raw.is_empty() && this.rewrite.is_over() {
                return Pin::new(&mut this.connection).poll_read(context, buffer);
            }
            this.raw.reserve(ROOM);
            if ready!(poll_read_buf(Pin::new(&mut this.connection), context, &mut this.raw))? == 0 {
                // The end, maybe within a piece.
                if this.raw.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                this.ready = this.raw.split();
            }
        }
    }
}

impl<S: AsyncWrite + Unpin, R: Unpin> AsyncWrite for Rewriting<S, R> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().connection).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().connection).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}

impl<S: Connected, R> Connected for Rewriting<S, R> {
    type ConnectInfo = S::ConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.connection.connect_info()
    }
}
