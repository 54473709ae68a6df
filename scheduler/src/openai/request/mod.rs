//! A request body: what decides, and where the prompt lies.

#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::Bytes;
use llmd_api::Dialect;
use smallvec::SmallVec;

use super::{
    Api, BodyError, Parsers,
    json::{self, Malformed},
    model::{encode, splice_model},
    shape::{Key, Members, inner},
};

/// What was read of a request body. Ranges are byte offsets into that body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedBody {
    /// What the path said the body is.
    pub api: Api,
    /// The model that the client asks for, decoded; `None` where it is missing, empty or no string.
    pub model: Option<Box<str>>,
    /// The raw JSON value of `model`, whatever it is, with its quotes.
    pub model_span: Option<Range<usize>>,
    /// The parts of the body that make up the prompt, in the order in which the engine sees them: tools, instructions or
    /// system text, then messages, prompt or input. Raw JSON without the outer quotes or brackets, so that the bytes of a
    /// longer conversation begin with those of a shorter one.
    pub prompt: SmallVec<[Range<usize>; 4]>,
    /// Whether the client wants the answer in pieces.
    pub stream: bool,
    /// Most tokens that the answer may have, where the client says so.
    pub max_tokens: Option<u32>,
    /// The client's salt, which keeps its cached prefixes apart from others.
    pub cache_salt: Option<Box<str>>,
}

impl ParsedBody {
    /// A body that is not looked at.
    pub fn opaque() -> Self {
        Self {
            api: Api::Opaque,
            model: None,
            model_span: None,
            prompt: SmallVec::new(),
            stream: false,
            max_tokens: None,
            cache_salt: None,
        }
    }

    /// Bytes that make up the prompt.
    pub fn prompt_bytes(&self) -> usize {
        self.prompt.iter().map(Range::len).sum()
    }

    /// The pieces of the prompt in `body`, the body that was parsed.
    pub fn prompt_spans<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + Clone {
        self.prompt.iter().map(|span| body.get(span.clone()).unwrap_or_default())
    }

    /// `body`, the body that was parsed, asking for `model`: replaced in place, or put first where the client names none.
    /// The concatenation of the three is the new body. An opaque body stays as it is.
    pub fn with_model(&self, body: &Bytes, model: &str) -> [Bytes; 3] {
        match &self.model_span {
            Some(span) => splice_model(body, span, model),
            None if self.api == Api::Opaque => [body.clone(), Bytes::new(), Bytes::new()],
            None => {
                let inside = body.iter().position(|&byte| byte == b'{').map_or(0, |brace| brace + 1);
                let member = [b"\"model\":", encode(model).as_ref(), b","].concat();
                [body.slice(..inside), member.into(), body.slice(inside..)]
            }
        }
    }
}

/// Reads a request body, in one pass over its bytes.
///
/// `path` is the request's path with or without its query. It alone says what the body is, but in [`Dialect::Gaie`] a
/// completions body is accepted on the chat path and the other way round.
///
/// # Errors
/// When no parser claims the path, when the body is no JSON object, or when its prompt is missing or unusable; the dialect
/// decides about the text. In [`Dialect::Gaie`] also when it names no model; in [`Dialect::Router`] the director decides
/// about that, since a rewrite may supply the model.
pub fn parse(path: &str, body: &[u8], parsers: &Parsers, dialect: Dialect) -> Result<ParsedBody, BodyError> {
    let path = path.split_once('?').map_or(path, |(path, _query)| path);
    let api = parsers.api(path).ok_or_else(|| BodyError::UnknownPath(path.into()))?;
    if api == Api::Opaque {
        return Ok(ParsedBody::opaque());
    }
    let mut members = Members::default();
    json::fields(body, |key, value| members.note(key, value)).map_err(|error| malformed(dialect, error))?;

    let raw = |key| members.get(key).map(|span| &body[span.clone()]);
    let model = raw(Key::Model).and_then(string).filter(|model| !model.is_empty());
    if model.is_none() && dialect == Dialect::Gaie {
        return Err(BodyError::ModelNotFound);
    }
    let is_accepted = |api: Api| api.prompt().and_then(raw).is_some_and(|value| api.accepts(value));
    let api =
        candidates(dialect, api).find(|&api| is_accepted(api)).ok_or_else(|| no_prompt(dialect, api))?;

    let parts = api.preamble().iter().copied().chain(api.prompt());
    let max_tokens = match api {
        Api::Generate => raw(Key::SamplingParams).and_then(sampling_limit),
        _ => api.limits().iter().find_map(|&key| raw(key).and_then(integer)),
    };
    Ok(ParsedBody {
        api,
        model,
        model_span: members.get(Key::Model).cloned(),
        prompt: parts.filter_map(|key| members.get(key)).filter_map(|span| content(body, span)).collect(),
        stream: raw(Key::Stream) == Some(b"true"),
        max_tokens,
        cache_salt: raw(Key::CacheSalt).and_then(string),
    })
}

fn malformed(dialect: Dialect, error: Malformed) -> BodyError {
    match dialect {
        Dialect::Gaie => BodyError::MalformedGaie,
        Dialect::Router => BodyError::Malformed(error),
    }
}

/// What a body on the path of `api` may be.
fn candidates(dialect: Dialect, api: Api) -> impl Iterator<Item = Api> {
    let other = match (dialect, api) {
        (Dialect::Gaie, Api::Completions) => Some(Api::ChatCompletions),
        (Dialect::Gaie, Api::ChatCompletions) => Some(Api::Completions),
        _ => None,
    };
    [Some(api), other].into_iter().flatten()
}

fn no_prompt(dialect: Dialect, api: Api) -> BodyError {
    BodyError::NoPrompt(match dialect {
        Dialect::Gaie => {
            "failed to extract request data: inference gateway: BadRequest - invalid chat-completions request: \
             inference gateway: BadRequest - chat-completions request must have at least one message"
        }
        Dialect::Router => api.no_prompt(),
    })
}

/// The range within `span` that counts as prompt; `None` where there is nothing.
fn content(body: &[u8], span: &Range<usize>) -> Option<Range<usize>> {
    let value = body.get(span.clone())?;
    let inner = inner(value);
    if inner.is_empty() || value == b"null" {
        return None;
    }
    let start = inner.as_ptr().addr().checked_sub(body.as_ptr().addr())?;
    Some(start..start + inner.len())
}

fn string(value: &[u8]) -> Option<Box<str>> {
    let is_string = value.first() == Some(&b'"');
    is_string.then(|| json::decode(inner(value))).flatten().map(String::into_boxed_str)
}

fn integer(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// `max_tokens` among vLLM's sampling parameters.
fn sampling_limit(value: &[u8]) -> Option<u32> {
    let mut members = Members::default();
    json::fields(value, |key, span| members.note(key, span)).ok()?;
    integer(&value[members.get(Key::MaxTokens)?.clone()])
}
