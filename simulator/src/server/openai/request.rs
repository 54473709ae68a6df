//! The two kinds of generation request, read into one form.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::chat;
use super::fields::Fields;
use super::prompt::{self, Prompt};
use super::refusal::{Problem, Refusal};
use super::sampling::Sampling;

/// Which endpoint a request came to; it is answered in the same form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Dialect {
    Completions,
    Chat,
}

/// A completion's length when it does not say one.
const COMPLETION_TOKENS: u32 = 16;

/// A generation request.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::server) struct Asked {
    /// None: the first model served.
    pub(in crate::server) model: Option<String>,
    pub(in crate::server) prompts: Vec<Prompt>,
    pub(in crate::server) sampling: Sampling,
    /// Keeps apart what shall not share a cache.
    pub(in crate::server) cache_salt: String,
    /// The answer's length when `sampling` does not say one; none is all that the model's length leaves.
    pub(in crate::server) usual_tokens: Option<u32>,
}

impl Asked {
    /// # Errors
    /// When the body is not a request of that kind, or asks for what is not there.
    pub(in crate::server) fn read(dialect: Dialect, body: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let model = fields.string("model").map(str::to_owned);
        let (prompts, usual_tokens, limits) = match dialect {
            Dialect::Completions => {
                (prompt::prompts(&mut fields), Some(COMPLETION_TOKENS), &["max_tokens"][..])
            }
            Dialect::Chat => {
                let text = chat::render(&mut fields);
                (vec![Prompt::Text(text)], None, &["max_completion_tokens", "max_tokens"][..])
            }
        };
        let sampling = Sampling::read(&mut fields, limits);
        let cache_salt = fields.string("cache_salt").unwrap_or_default().to_owned();
        let echo = fields.boolean("echo");
        let suffix = fields.string("suffix");
        fields.finish()?;
        if echo {
            return Err(Refusal::bad_request("echo is not supported by this simulator"));
        }
        if suffix.is_some() {
            return Err(Refusal::bad_request("suffix is not currently supported"));
        }
        Ok(Self { model, prompts, sampling: sampling?, cache_salt, usual_tokens })
    }
}

/// What `/tokenize` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct TokenizeRequest {
    pub(in crate::server) model: Option<String>,
    /// Of a prompt, or of messages.
    pub(in crate::server) text: String,
    pub(in crate::server) add_special_tokens: bool,
}

impl TokenizeRequest {
    /// # Errors
    /// When the body has neither prompt nor messages.
    pub(in crate::server) fn read(body: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let model = fields.string("model").map(str::to_owned);
        let is_chat = fields.value("messages").is_some();
        let text = if is_chat {
            chat::render(&mut fields)
        } else {
            fields.required("prompt");
            fields.string("prompt").unwrap_or_default().to_owned()
        };
        let add_special_tokens = match fields.value("add_special_tokens") {
            None => !is_chat,
            Some(_) => fields.boolean("add_special_tokens"),
        };
        fields.finish()?;
        Ok(Self { model, text, add_special_tokens })
    }
}

/// The body as JSON.
///
/// # Errors
/// When it is not JSON, or not said to be.
pub(in crate::server) fn json(headers: &HeaderMap, body: &Bytes) -> Result<Value, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Refusal {
            kind: "Bad Request",
            ..Refusal::bad_request(
                "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed",
            )
        });
    }
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("body.{}", error.column().saturating_sub(1));
        let message = format!("JSON decode error: {error}");
        Refusal::malformed(&[Problem::new(
            "json_invalid",
            &place,
            &message,
            &Value::Object(serde_json::Map::new()),
        )])
    })
}
