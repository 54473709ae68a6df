//! Giving an answer the model name back that the client used.

use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use smallvec::SmallVec;

use super::model::encode;

/// The model name to look for in an answer, and the one to put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreModel {
    /// The name that the model server was asked for.
    pub from: Box<str>,
    /// The name that the client asked for.
    pub to: Box<str>,
}

const KEY: &[u8] = b"\"model\":";
static KEY_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(KEY));

/// Replaces `"model":"from"`, with no space or one after the colon (`epp.md` §1.8), in bytes that come in pieces.
#[derive(Debug)]
pub(super) struct ModelRestorer {
    /// The names as JSON strings.
    from: Bytes,
    to: Bytes,
    /// The end of what came, when it may be the start of a place to replace.
    held: Bytes,
}

impl ModelRestorer {
    pub(super) fn new(names: RestoreModel) -> Self {
        let RestoreModel { from, to } = names;
        Self { from: encode(&from), to: encode(&to), held: Bytes::new() }
    }

    /// Appends to `out` what can be forwarded of all that came; `bytes` itself when there is nothing to change or to hold.
    pub(super) fn chunk(&mut self, bytes: Bytes, out: &mut SmallVec<[Bytes; 3]>) {
        let held = std::mem::take(&mut self.held);
        let bytes = if held.is_empty() { bytes } else { [held, bytes].concat().into() };
        let mut sent = 0;
        let mut at = 0;
        while let Some(found) = KEY_FINDER.find(&bytes[at..]) {
            at += found + KEY.len();
            let value = at + usize::from(bytes.get(at) == Some(&b' '));
            if bytes[value..].starts_with(&self.from) {
                push(out, bytes.slice(sent..value));
                push(out, self.to.clone());
                at = value + self.from.len();
                sent = at;
            }
        }
        let held = self.start_of_place(&bytes, sent);
        self.held = bytes.slice(held..);
        push(out, if (sent, held) == (0, bytes.len()) { bytes } else { bytes.slice(sent..held) });
    }

    /// Appends what was held back to the end.
    pub(super) fn end(&mut self, out: &mut SmallVec<[Bytes; 3]>) {
        push(out, std::mem::take(&mut self.held));
    }

    /// Where, not before `sent`, the end of `bytes` begins that more bytes could make a place to replace.
    fn start_of_place(&self, bytes: &[u8], sent: usize) -> usize {
        let longest = KEY.len() + 1 + self.from.len() - 1;
        let window = bytes.len().saturating_sub(longest).max(sent);
        memchr::memchr_iter(b'"', &bytes[window..])
            .map(|quote| window + quote)
            .find(|&start| self.is_started_by(&bytes[start..]))
            .unwrap_or(bytes.len())
    }

    fn is_started_by(&self, tail: &[u8]) -> bool {
        match tail.strip_prefix(KEY) {
            Some(value) => self.from.starts_with(value.strip_prefix(b" ").unwrap_or(value)),
            None => KEY.starts_with(tail),
        }
    }
}

fn push(out: &mut SmallVec<[Bytes; 3]>, bytes: Bytes) {
    if !bytes.is_empty() {
        out.push(bytes);
    }
}
