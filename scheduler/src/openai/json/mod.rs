//! A scanner that checks JSON text and finds where its values lie, without building anything.
//!
//! It accepts exactly what `serde_json` accepts when it ignores a value (compared by property test and by the fuzz target
//! `request_body`). Like the Go decoder it lets invalid UTF-8 inside strings pass: the bytes go to the model server as they
//! came, and it is the one to judge them.
//!
//! Why not `serde_json` itself: borrowing raw values passes over every string three times (quote, UTF-8, raw value) and
//! stops at invalid UTF-8. `benches/body.rs` shows both.

#[cfg(test)]
mod tests;

use std::{fmt, ops::Range};

use smallvec::SmallVec;

/// JSON text that breaks the grammar, or ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// Offset of the first byte that cannot be; the length of the text where the text ends too early.
    at: usize,
    /// That byte, `None` where the text ends.
    byte: Option<u8>,
}

impl Malformed {
    /// Whether more text could make it whole.
    pub(super) fn is_truncated(self) -> bool {
        self.byte.is_none()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.byte {
            None => out.write_str("unexpected end of JSON input"),
            Some(byte) => write!(out, "invalid character '{}' at byte {}", byte.escape_ascii(), self.at),
        }
    }
}

/// Calls `field` with each key and the range of its value, in order, for the members of the object that `text` is.
///
/// A key is given as it is spelled between its quotes, a value with its quotes, brackets or braces.
pub(super) fn fields<'a>(
    text: &'a [u8],
    mut field: impl FnMut(&'a [u8], Range<usize>),
) -> Result<(), Malformed> {
    let mut scanner = Scanner::new(text);
    scanner.whitespace();
    scanner.expect(b'{')?;
    scanner.whitespace();
    if !scanner.eat(b'}') {
        loop {
            let key = scanner.key()?;
            let value = scanner.value()?;
            field(key, value);
            scanner.whitespace();
            if scanner.eat(b'}') {
                break;
            }
            scanner.expect(b',')?;
        }
    }
    scanner.whitespace();
    if scanner.peek().is_some() { Err(scanner.malformed()) } else { Ok(()) }
}

/// What the string means that is spelled `string` between its quotes; `None` where an escape stands for no character.
pub(super) fn decode(string: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(string);
    if text.contains('\\') {
        serde_json::from_str(&format!("\"{text}\"")).ok()
    } else {
        Some(text.into_owned())
    }
}

/// A position in JSON text.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The byte at the position.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// What lies after the position.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over `byte` if it is next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// The next string wherever it is, without its quotes; `None` when none follows. For text that need not be checked.
    pub(super) fn next_string(&mut self) -> Option<&'a [u8]> {
        self.at += memchr::memchr(b'"', self.rest())?;
        self.string().ok()
    }

    /// The range of the value that follows.
    pub(super) fn value(&mut self) -> Result<Range<usize>, Malformed> {
        self.whitespace();
        let start = self.at;
        let mut nesting = Nesting::default();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{') => {
                    self.at += 1;
                    self.whitespace();
                    if !self.eat(b'}') {
                        nesting.open(Container::Object);
                        self.key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    self.whitespace();
                    if !self.eat(b']') {
                        nesting.open(Container::Array);
                        continue;
                    }
                }
                Some(b't') => self.literal(b"true")?,
                Some(b'f') => self.literal(b"false")?,
                Some(b'n') => self.literal(b"null")?,
                _ => self.number()?,
            }
            if self.close(&mut nesting)? {
                return Ok(start..self.at);
            }
        }
    }

    /// Goes from the end of a value to the start of the next one; true when there is none because all is closed.
    fn close(&mut self, nesting: &mut Nesting) -> Result<bool, Malformed> {
        while let Some(container) = nesting.innermost {
            self.whitespace();
            match (self.peek(), container) {
                (Some(b','), Container::Array) => {
                    self.at += 1;
                    self.whitespace();
                    return Ok(false);
                }
                (Some(b','), Container::Object) => {
                    self.at += 1;
                    self.key()?;
                    return Ok(false);
                }
                (Some(b']'), Container::Array) | (Some(b'}'), Container::Object) => {
                    self.at += 1;
                    nesting.close();
                }
                _ => return Err(self.malformed()),
            }
        }
        Ok(true)
    }

    /// A member's key with its colon, and the white space on both sides.
    fn key(&mut self) -> Result<&'a [u8], Malformed> {
        self.whitespace();
        let key = self.string()?;
        self.whitespace();
        self.expect(b':')?;
        self.whitespace();
        Ok(key)
    }

    /// The string that starts here, without its quotes.
    fn string(&mut self) -> Result<&'a [u8], Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let rest = self.rest();
            self.at += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            match self.rest() {
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => self.at += 2,
                [b'\\', ..] => self.unicode_escape()?,
                _ => break,
            }
        }
        let string = &self.text[start..self.at];
        self.expect(b'"')?;
        if string.iter().fold(u8::MAX, |least, &byte| least.min(byte)) < 0x20 {
            return Err(self.malformed());
        }
        Ok(string)
    }

    fn unicode_escape(&mut self) -> Result<(), Malformed> {
        self.literal(b"\\u")?;
        (0..4).try_for_each(|_| self.one_of(|byte| byte.is_ascii_hexdigit()))
    }

    fn literal(&mut self, word: &[u8]) -> Result<(), Malformed> {
        word.iter().try_for_each(|&byte| self.expect(byte))
    }

    fn number(&mut self) -> Result<(), Malformed> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        // Nearly all numbers of a long list end here: they are token ids.
        if !matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Ok(());
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Malformed> {
        let rest = self.rest();
        let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += digits;
        if digits == 0 { Err(self.malformed()) } else { Ok(()) }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        self.one_of(|found| found == byte)
    }

    fn one_of(&mut self, accepts: impl Fn(u8) -> bool) -> Result<(), Malformed> {
        if self.peek().is_some_and(accepts) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.malformed())
        }
    }

    fn malformed(&self) -> Malformed {
        Malformed { at: self.at, byte: self.peek() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

/// The containers that are open around a position, one bit for each but the innermost: 256 levels without allocation, and
/// no limit beyond the length of the text.
#[derive(Default)]
struct Nesting {
    innermost: Option<Container>,
    /// Set for an object; the highest bit of the last word is the container around the innermost one.
    outer: SmallVec<[u64; 4]>,
    depth: usize,
}

impl Nesting {
    fn open(&mut self, container: Container) {
        if let Some(outer) = self.innermost.replace(container) {
            if self.depth.is_multiple_of(64) {
                self.outer.push(0);
            }
            if let Some(bits) = self.outer.last_mut() {
                *bits = *bits << 1 | u64::from(outer == Container::Object);
            }
            self.depth += 1;
        }
    }

    fn close(&mut self) {
        self.innermost = self.outer.last_mut().map(|bits| {
            let is_object = *bits & 1 == 1;
            *bits >>= 1;
            if is_object { Container::Object } else { Container::Array }
        });
        self.depth = self.depth.saturating_sub(1);
        if self.depth.is_multiple_of(64) {
            self.outer.pop();
        }
    }
}
