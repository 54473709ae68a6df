//! What a client says first, with a name that can be read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;
use tonic::transport::server::Connected;

/// Kind, version and length of a record (RFC 8446 §5.1).
const RECORD_HEADER: usize = 5;
const LONGEST_RECORD: usize = 1 << 14;
/// The kind of records that a handshake begins with.
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// A connection that reads as if its client knew the rules for names. Once the first record comes that is none of a handshake,
/// bytes go through as they are.
pub(crate) struct ReadableHello<S> {
    connection: S,
    /// As it came.
    raw: BytesMut,
    /// As it is read.
    ready: BytesMut,
    /// Whether another hello may come.
    is_beginning: bool,
}

impl<S> ReadableHello<S> {
    pub(crate) fn new(connection: S) -> Self {
        Self { connection, raw: BytesMut::new(), ready: BytesMut::new(), is_beginning: true }
    }

    /// Makes the next record ready if all of it is there, or everything if no more hellos come.
    fn prepare(&mut self) {
        let length = match *self.raw {
            [HANDSHAKE, _, _, high, low, ..] => usize::from(u16::from_be_bytes([high, low])),
            [] | [HANDSHAKE, ..] => return,
            _ => return self.pass(),
        };
        if length > LONGEST_RECORD {
            return self.pass();
        }
        if self.raw.len() >= RECORD_HEADER + length {
            self.ready = self.raw.split_to(RECORD_HEADER + length);
            if self.ready.get(RECORD_HEADER) == Some(&CLIENT_HELLO) {
                super::make_readable(&mut self.ready[RECORD_HEADER..]);
            }
        }
    }

    fn pass(&mut self) {
        self.is_beginning = false;
        self.ready = self.raw.split();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ReadableHello<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready.is_empty() && this.is_beginning {
                this.prepare();
            }
            if !this.ready.is_empty() {
                let length = buffer.remaining().min(this.ready.len());
                buffer.put_slice(&this.ready[..length]);
                this.ready.advance(length);
                return Poll::Ready(Ok(()));
            }
            if !this.is_beginning {
                return Pin::new(&mut this.connection).poll_read(context, buffer);
            }
            this.raw.reserve(LONGEST_RECORD);
            if ready!(poll_read_buf(Pin::new(&mut this.connection), context, &mut this.raw))? == 0 {
                this.pass();
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ReadableHello<S> {
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

impl<S: Connected> Connected for ReadableHello<S> {
    type ConnectInfo = S::ConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.connection.connect_info()
    }
}
