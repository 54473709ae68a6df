//! Server-sent events out of the pieces in which they arrive.

use thiserror::Error;

/// Longest line and longest event that are read, in bytes.
pub const LONGEST: usize = 16 << 20;

/// Takes bytes as they come and gives the data of each event that is complete.
///
/// Lines end with LF, CRLF or CR, wherever the bytes are cut. Comments and fields other than `data` are skipped; several
/// `data` lines of one event are joined by a line feed.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Of a line whose end is to come.
    line: Vec<u8>,
    /// Of the event whose end is to come; each line ends with a line feed.
    data: Vec<u8>,
    /// Whether a line feed belongs to the carriage return before it.
    was_return: bool,
    has_begun: bool,
}

/// A line or event is longer than [`LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an event of more than 16 MiB")]
pub struct TooLong;

impl Decoder {
    /// # Errors
    /// When a line or event is too long; nothing more can be read then.
    pub fn push(&mut self, mut bytes: &[u8], mut on_data: impl FnMut(&[u8])) -> Result<(), TooLong> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.was_return)
                && let Some(rest) = bytes.strip_prefix(b"\n")
            {
                bytes = rest;
                continue;
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) else {
                self.line.extend_from_slice(bytes);
                return if self.line.len() > LONGEST { Err(TooLong) } else { Ok(()) };
            };
            let (line, rest) = bytes.split_at(end);
            self.was_return = rest.first() == Some(&b'\r');
            bytes = rest.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                self.end_line(line, &mut on_data)?;
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.end_line(&whole, &mut on_data)?;
                whole.clear();
                self.line = whole;
            }
        }
        Ok(())
    }

    /// Gives what came last without the empty line that ends an event.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn finish(mut self, mut on_data: impl FnMut(&[u8])) -> Result<(), TooLong> {
        self.push(b"\n\n", &mut on_data)
    }

    fn end_line(&mut self, line: &[u8], on_data: &mut impl FnMut(&[u8])) -> Result<(), TooLong> {
        let line = if std::mem::replace(&mut self.has_begun, true) {
            line
        } else {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
        };
        if line.is_empty() {
            if let Some(data) = self.data.strip_suffix(b"\n") {
                on_data(data);
            }
            self.data.clear();
            return Ok(());
        }
        let value = match line.strip_prefix(b"data") {
            Some(b"") => &[],
            Some([b':', b' ', value @ ..] | [b':', value @ ..]) => value,
            _ => return Ok(()),
        };
        self.data.extend_from_slice(value);
        self.data.push(b'\n');
        if self.data.len() > LONGEST { Err(TooLong) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
