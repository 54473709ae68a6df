//! What an event of a stream says, read without building a tree of it.

use std::borrow::Cow;

use serde::Deserialize;
use thiserror::Error;

/// The members of an event (or of a whole answer) that matter; of several choices, those of the first that has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta<'a> {
    /// `text` or `content`; not when empty.
    pub content: Option<Text<'a>>,
    /// `reasoning` or `reasoning_content`; not when empty.
    pub reasoning: Option<Text<'a>>,
    /// The `arguments` of a tool call; not when empty.
    pub tool_call: Option<Text<'a>>,
    /// `finish_reason`, where it is not null.
    pub finish: Option<Text<'a>>,
    pub usage: Option<Usage>,
    /// `error`, where it is not null: from its value to the end of the event.
    pub(super) error: Option<&'a str>,
}

/// A JSON string as it is written, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a>(&'a str);

/// Tokens of a request, as its server counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub prompt_tokens: u32,
    pub output_tokens: u32,
    /// Of the prompt, found in the cache; none where the server does not say.
    pub cached_tokens: Option<u32>,
}

/// What is no JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no JSON object")]
pub struct MalformedDelta;

impl<'a> Text<'a> {
    /// As it stands in JSON.
    pub fn escaped(self) -> &'a str {
        self.0
    }

    /// Without escapes.
    pub fn unescaped(self) -> Cow<'a, str> {
        if !self.0.contains('\\') {
            return Cow::Borrowed(self.0);
        }
        let text = serde_json::from_str(&format!("\"{}\"", self.0));
        text.map_or(Cow::Borrowed(self.0), Cow::Owned)
    }
}

impl<'a> Delta<'a> {
    /// Whether the model has said something: content, reasoning or a tool call.
    pub fn has_text(&self) -> bool {
        self.content.is_some() || self.reasoning.is_some() || self.tool_call.is_some()
    }

    /// Reads an event's data in one pass. Only its strings and brackets are looked at, so what is no JSON in other ways
    /// passes.
    ///
    /// # Errors
    /// When it is no UTF-8, no object, or its brackets do not match.
    pub fn read(data: &'a [u8]) -> Result<Self, MalformedDelta> {
        let text = std::str::from_utf8(data).map_err(|_| MalformedDelta)?;
        let mut scan = Scan { text, at: 0 };
        let mut delta = Self::default();
        scan.white_space();
        if scan.peek() != Some(b'{') {
            return Err(MalformedDelta);
        }
        let mut depth = 0_u32;
        while let Some(byte) = scan.peek() {
            match byte {
                b'"' => {
                    let key = scan.string()?;
                    scan.white_space();
                    if scan.peek() == Some(b':') {
                        scan.at += 1;
                        scan.white_space();
                        delta.member(depth, key, &mut scan)?;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(MalformedDelta)?;
                    if depth == 0 {
                        scan.at += 1;
                        scan.white_space();
                        return if scan.peek().is_none() { Ok(delta) } else { Err(MalformedDelta) };
                    }
                }
                _ => {}
            }
            scan.at += 1;
        }
        Err(MalformedDelta)
    }

    /// Takes a member's value if it matters; what is left of it is scanned on.
    fn member(&mut self, depth: u32, key: &str, scan: &mut Scan<'a>) -> Result<(), MalformedDelta> {
        match (key, scan.peek()) {
            ("text" | "content", Some(b'"')) => keep(&mut self.content, scan.string()?),
            ("reasoning" | "reasoning_content", Some(b'"')) => keep(&mut self.reasoning, scan.string()?),
            ("arguments", Some(b'"')) => keep(&mut self.tool_call, scan.string()?),
            ("finish_reason", Some(b'"')) => keep(&mut self.finish, scan.string()?),
            ("usage", Some(b'{')) if depth == 1 => self.usage = Usage::read(scan.rest()),
            ("error", Some(byte)) if depth == 1 && byte != b'n' => self.error = Some(scan.rest()),
            _ => {}
        }
        Ok(())
    }
}

fn keep<'a>(slot: &mut Option<Text<'a>>, text: &'a str) {
    if slot.is_none() && !text.is_empty() {
        *slot = Some(Text(text));
    }
}

impl Usage {
    /// Of a text that begins with the object.
    fn read(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Members {
            #[serde(default)]
            prompt_tokens: Option<u32>,
            #[serde(default)]
            completion_tokens: Option<u32>,
            #[serde(default)]
            prompt_tokens_details: Option<Details>,
        }
        #[derive(Deserialize)]
        struct Details {
            #[serde(default)]
            cached_tokens: Option<u32>,
        }
        let first = serde_json::Deserializer::from_str(text).into_iter::<Members>().next();
        let members = first?.ok()?;
        Some(Self {
            prompt_tokens: members.prompt_tokens.unwrap_or(0),
            output_tokens: members.completion_tokens.unwrap_or(0),
            cached_tokens: members.prompt_tokens_details.and_then(|details| details.cached_tokens),
        })
    }
}

/// A place in a JSON text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn white_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The string that begins here, without its quotes.
    fn string(&mut self) -> Result<&'a str, MalformedDelta> {
        let begin = self.at + 1;
        let mut end = begin;
        loop {
            let rest = self.text.as_bytes().get(end..).ok_or(MalformedDelta)?;
            end += memchr::memchr2(b'"', b'\\', rest).ok_or(MalformedDelta)?;
            if self.text.as_bytes().get(end) == Some(&b'"') {
                self.at = end + 1;
                return self.text.get(begin..end).ok_or(MalformedDelta);
            }
            // An escape: whatever it escapes is not the end.
            end += 2;
        }
    }
}

#[cfg(test)]
mod tests;
