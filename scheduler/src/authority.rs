//! HTTP/2 from proxies that call the picker by no name of a host.
//!
//! Istio's gateways send `outbound|9002||SERVICE.NAMESPACE.svc.cluster.local` as `:authority`, which is none by RFC 3986; the
//! HTTP/2 library resets such a request before anybody sees it. Nothing here goes by the authority, so what is none is replaced
//! by another of the same length: both sides then still agree on the size of HPACK's table (RFC 7541 §4.1).

mod hpack;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BufMut as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;
use tonic::transport::server::Connected;

/// What a client sends before its first frame (RFC 9113 §3.4).
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;
/// No client sends longer ones unless it was asked to, which the picker does not.
const LONGEST_FRAME: usize = 1 << 14;

const HEADERS: u8 = 1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// A connection whose requests have an authority that can be read.
pub(crate) struct Readable<S> {
    connection: S,
    /// As it came.
    raw: BytesMut,
    /// As it is read.
    ready: BytesMut,
    /// Bytes of the preface or of a frame that go through as they are.
    passing: usize,
}

impl<S> Readable<S> {
    pub(crate) fn new(connection: S) -> Self {
        Self { connection, raw: BytesMut::new(), ready: BytesMut::new(), passing: PREFACE }
    }

    /// Makes ready what there is of the next piece, or of a frame of headers all of it.
    fn prepare(&mut self) {
        if self.passing == 0 && !self.begin_frame() {
            return;
        }
        let length = self.passing.min(self.raw.len());
        self.passing -= length;
        let piece = self.raw.split_to(length);
        if self.ready.is_empty() {
            self.ready = piece;
        } else {
            self.ready.extend_from_slice(&piece);
        }
    }

    /// Whether enough is there to know what to do with the next frame.
    fn begin_frame(&mut self) -> bool {
        let Some(&[high, middle, low, kind, flags, ..]) = self.raw.get(..FRAME_HEADER) else { return false };
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let is_whole_block = kind == HEADERS && flags & (END_HEADERS | PADDED) == END_HEADERS;
        if !is_whole_block || length > LONGEST_FRAME {
            self.passing = FRAME_HEADER + length;
            return true;
        }
        let Some(payload) = self.raw.get(FRAME_HEADER..FRAME_HEADER + length) else { return false };
        let start = if flags & PRIORITY == 0 { 0 } else { 5 };
        let replaced = payload.get(start..).and_then(hpack::with_authority);
        match replaced.filter(|block| start + block.len() <= LONGEST_FRAME) {
            None => self.passing = FRAME_HEADER + length,
            Some(block) => {
                let header = self.raw.split_to(FRAME_HEADER + start);
                self.raw.advance(length - start);
                self.ready.put_uint((start + block.len()) as u64, 3);
                self.ready.extend_from_slice(&header[3..]);
                self.ready.extend_from_slice(&block);
            }
        }
        true
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Readable<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready.is_empty() {
                this.prepare();
            }
            if !this.ready.is_empty() {
                let length = buffer.remaining().min(this.ready.len());
                buffer.put_slice(&this.ready[..length]);
                this.ready.advance(length);
                return Poll::Ready(Ok(()));
            }
            this.raw.reserve(LONGEST_FRAME);
            if ready!(poll_read_buf(Pin::new(&mut this.connection), context, &mut this.raw))? == 0 {
                // The end, maybe within a frame.
                if this.raw.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                this.passing = this.raw.len();
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Readable<S> {
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

impl<S: Connected> Connected for Readable<S> {
    type ConnectInfo = S::ConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.connection.connect_info()
    }
}

#[cfg(test)]
mod tests;
