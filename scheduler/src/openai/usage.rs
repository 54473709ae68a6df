//! Token counts in an answer.
//!
//! All shapes keep them in an object under the key `usage`: at the top of an answer or of a stream's last event, in
//! `response` of `response.completed`, in `message` of Anthropic's `message_start`. The finder looks for that key in the
//! bytes as they pass, whatever is around it, and keeps only what it needs until the object is whole. So it needs neither
//! the whole answer nor the borders of events, and an answer of any length costs the same memory.
//!
//! A text that speaks of `"usage":` is no danger: inside a JSON string a quote is always escaped, so the seven bytes
//! `"usage"` are a key, or a string that no colon follows. Of several objects the later one wins, field by field. That
//! is what merges Anthropic's events, and it prefers the object at the top, which every engine writes after the content.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::json::Scanner;

/// Token counts of one answer, as the engine states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens of the prompt, cached ones included.
    pub prompt_tokens: u32,
    /// Tokens of the answer.
    pub completion_tokens: u32,
    /// Both, as stated or else summed.
    pub total_tokens: u32,
    /// Tokens of the prompt that came from the engine's prefix cache.
    pub cached_tokens: u32,
}

/// Bytes from the key on in which an object must end to be read.
const LIMIT: usize = 1024;
const KEY: &[u8] = b"\"usage\"";
static KEY_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(KEY));

/// Finds the counts in bytes that come in pieces.
#[derive(Debug, Default)]
pub(super) struct UsageFinder {
    stated: Stated,
    /// The end of what was read, from a key on whose object is not whole yet.
    pending: Vec<u8>,
}

impl UsageFinder {
    pub(super) fn read(&mut self, bytes: &[u8]) {
        if self.pending.is_empty() {
            let kept = self.search(bytes);
            self.pending.extend_from_slice(kept);
        } else {
            let mut joined = std::mem::take(&mut self.pending);
            joined.extend_from_slice(bytes);
            let kept = self.search(&joined).len();
            joined.drain(..joined.len() - kept);
            self.pending = joined;
        }
    }

    /// The counts so far; `None` where none was stated.
    pub(super) fn usage(&self) -> Option<Usage> {
        let Stated { prompt, completion, total, cached } = self.stated;
        prompt.or(completion).or(total).or(cached)?;
        let (prompt_tokens, completion_tokens) = (prompt.unwrap_or(0), completion.unwrap_or(0));
        Some(Usage {
            prompt_tokens,
            completion_tokens,
            total_tokens: total.unwrap_or_else(|| prompt_tokens.saturating_add(completion_tokens)),
            cached_tokens: cached.unwrap_or(0),
        })
    }

    /// Reads every whole object, and gives back the end that must be seen again together with what follows.
    fn search<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let mut rest = bytes;
        while let Some(at) = KEY_FINDER.find(rest) {
            let found = &rest[at..];
            let within = &found[..found.len().min(LIMIT)];
            match object_after_key(within) {
                Object::Whole(object) => self.stated.merge(object),
                Object::Truncated if found.len() < LIMIT => return found,
                Object::Truncated | Object::Absent => {}
            }
            rest = &found[KEY.len()..];
        }
        let tail = rest.len() - rest.len().min(KEY.len() - 1);
        let kept = (tail..rest.len()).find(|&at| KEY.starts_with(&rest[at..])).unwrap_or(rest.len());
        &rest[kept..]
    }
}

enum Object<'a> {
    Whole(&'a [u8]),
    Truncated,
    Absent,
}

/// The object that is the value of the key with which `bytes` begin.
fn object_after_key(bytes: &[u8]) -> Object<'_> {
    let mut scanner = Scanner::new(&bytes[KEY.len()..]);
    scanner.whitespace();
    if scanner.eat(b':') {
        scanner.whitespace();
    } else if scanner.peek().is_some() {
        return Object::Absent;
    }
    match scanner.peek() {
        None => Object::Truncated,
        Some(b'{') => {
            let value = scanner.rest();
            match Scanner::new(value).value() {
                Ok(span) => Object::Whole(&value[span]),
                Err(malformed) if malformed.is_truncated() => Object::Truncated,
                Err(_) => Object::Absent,
            }
        }
        Some(_) => Object::Absent,
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Stated {
    prompt: Option<u32>,
    completion: Option<u32>,
    total: Option<u32>,
    cached: Option<u32>,
}

impl Stated {
    fn merge(&mut self, object: &[u8]) {
        let Ok(wire) = serde_json::from_slice::<Wire>(object) else { return };
        let details = wire.prompt_tokens_details.or(wire.input_tokens_details);
        let cached = details.and_then(|details| details.cached_tokens).or(wire.cache_read_input_tokens);
        self.prompt = wire.prompt_tokens.or(wire.input_tokens).or(self.prompt);
        self.completion = wire.completion_tokens.or(wire.output_tokens).or(self.completion);
        self.total = wire.total_tokens.or(self.total);
        self.cached = cached.or(self.cached);
    }
}

/// The spellings of OpenAI's completions, of its Responses API, and of Anthropic.
#[derive(Deserialize)]
struct Wire {
    prompt_tokens: Option<u32>,
    input_tokens: Option<u32>,
    completion_tokens: Option<u32>,
    output_tokens: Option<u32>,
    total_tokens: Option<u32>,
    prompt_tokens_details: Option<Details>,
    input_tokens_details: Option<Details>,
    cache_read_input_tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_object_costs_no_more_than_the_limit() {
        let mut finder = UsageFinder::default();
        finder.read(b"{\"usage\":{\"note\":\"");
        for _ in 0..1000 {
            finder.read(&[b'x'; 100]);
            assert!(finder.pending.len() < LIMIT);
        }
        finder.read(b"\"},\"usage\":{\"prompt_tokens\":1}}");
        assert_eq!(finder.usage().map(|usage| usage.prompt_tokens), Some(1));
    }
}
