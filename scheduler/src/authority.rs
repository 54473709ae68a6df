//! HTTP/2 from proxies that call the picker by no name of a host.
//!
//! Istio's gateways send `outbound|9002||SERVICE.NAMESPACE.svc.cluster.local` as `:authority`, which is none by RFC 3986; the
//! HTTP/2 library resets such a request before anybody sees it. Nothing here goes by the authority, so what is none is replaced
//! by another of the same length: both sides then still agree on the size of HPACK's table (RFC 7541 §4.1).

mod hpack;

use bytes::{Buf as _, BufMut as _, BytesMut};

use crate::rewriting::{Rewrite, Rewriting};

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
pub(crate) type Readable<S> = Rewriting<S, Frames>;

/// Goes from frame to frame.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Bytes of the preface or of a frame that go through as they are.
    passing: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self { passing: PREFACE }
    }
}

impl Rewrite for Frames {
    /// Makes ready what there is of the next piece, or of a frame of headers all of it.
    fn rewrite(&mut self, raw: &mut BytesMut, ready: &mut BytesMut) {
        if self.passing == 0 && !self.begin_frame(raw, ready) {
            return;
        }
        let length = self.passing.min(raw.len());
        self.passing -= length;
        let piece = raw.split_to(length);
        if ready.is_empty() {
            *ready = piece;
        } else {
            ready.extend_from_slice(&piece);
        }
    }
}

impl Frames {
    /// Whether enough is there to know what to do with the next frame.
    fn begin_frame(&mut self, raw: &mut BytesMut, ready: &mut BytesMut) -> bool {
        let Some(&[high, middle, low, kind, flags, ..]) = raw.get(..FRAME_HEADER) else { return false };
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let is_whole_block = kind == HEADERS && flags & (END_HEADERS | PADDED) == END_HEADERS;
        if !is_whole_block || length > LONGEST_FRAME {
            self.passing = FRAME_HEADER + length;
            return true;
        }
        let Some(payload) = raw.get(FRAME_HEADER..FRAME_HEADER + length) else { return false };
        let start = if flags & PRIORITY == 0 { 0 } else { 5 };
        let replaced = payload.get(start..).and_then(hpack::with_authority);
        match replaced.filter(|block| start + block.len() <= LONGEST_FRAME) {
            None => self.passing = FRAME_HEADER + length,
            Some(block) => {
                let header = raw.split_to(FRAME_HEADER + start);
                raw.advance(length - start);
                ready.put_uint((start + block.len()) as u64, 3);
                ready.extend_from_slice(&header[3..]);
                ready.extend_from_slice(&block);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
