//! Finds the end of a body, and puts the chunks of a chunked one together in place.

use std::ops::Range;

use memchr::memchr;

use super::head::{Framing, Head};
use super::{HttpError, MAX_BYTES};

/// A line that tells the size of a chunk is not longer than this.
const MAX_SIZE_LINE: usize = 1 << 10;

#[derive(Debug)]
pub(super) struct Body {
    framing: Framing,
    start: usize,
    /// End of the body so far.
    end: usize,
    /// Where the next chunk begins.
    next: usize,
}

impl Body {
    pub(super) fn new(head: &Head) -> Self {
        Self { framing: head.framing, start: head.length, end: head.length, next: head.length }
    }

    pub(super) fn ends_with_connection(&self) -> bool {
        self.framing == Framing::Close
    }

    /// Whether all of the body is in `answer`; takes in what is there.
    pub(super) fn is_complete(&mut self, answer: &mut [u8]) -> Result<bool, HttpError> {
        match self.framing {
            Framing::Length(length) => {
                self.next = self.start + length;
                self.end = self.next.min(answer.len());
                Ok(answer.len() >= self.next)
            }
            Framing::Close => {
                self.end = answer.len();
                Ok(false)
            }
            Framing::Chunked => loop {
                match self.chunk(answer)? {
                    Chunk::Partial => return Ok(false),
                    Chunk::Last => return Ok(true),
                    Chunk::Taken => {}
                }
            },
        }
    }

    /// Where the body is in the answer, once it is complete.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether the answer ended by itself, and nothing came after it.
    pub(super) fn is_exact(&self, answer: &[u8]) -> bool {
        !self.ends_with_connection() && self.next == answer.len()
    }

    /// Moves the next chunk's data behind the data before it.
    fn chunk(&mut self, answer: &mut [u8]) -> Result<Chunk, HttpError> {
        let rest = answer.get(self.next..).unwrap_or_default();
        let Some(line) = memchr(b'\n', rest) else {
            return if rest.len() > MAX_SIZE_LINE { Err(HttpError::Malformed) } else { Ok(Chunk::Partial) };
        };
        let size = size(&rest[..line]).ok_or(HttpError::Malformed)?;
        if size > MAX_BYTES {
            return Err(HttpError::TooLarge);
        }
        let data = self.next + line + 1;
        if size == 0 {
            return Ok(self.trailer(answer, data));
        }
        match answer.get(data + size..) {
            Some([b'\r', b'\n', ..]) => {}
            Some([_, _, ..]) => return Err(HttpError::Malformed),
            _ => return Ok(Chunk::Partial),
        }
        answer.copy_within(data..data + size, self.end);
        self.end += size;
        self.next = data + size + 2;
        Ok(Chunk::Taken)
    }

    /// Passes over the lines after the last chunk, up to the empty one.
    fn trailer(&mut self, answer: &[u8], mut at: usize) -> Chunk {
        loop {
            let rest = answer.get(at..).unwrap_or_default();
            let Some(line) = memchr(b'\n', rest) else { return Chunk::Partial };
            at += line + 1;
            if rest[..line].trim_ascii().is_empty() {
                self.next = at;
                return Chunk::Last;
            }
        }
    }
}

enum Chunk {
    /// Not all of it is there.
    Partial,
    Taken,
    Last,
}

/// The size in a chunk's first line, which may have extensions.
fn size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| usize::from_str_radix(digits, 16).ok())?
}
