//! Errors, as vLLM words and shapes them.

use std::fmt;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// Why a request is not served: `{"error": {"message", "type", "param", "code"}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Refusal {
    pub(in crate::server) status: StatusCode,
    /// vLLM's word for the class, such as `BadRequestError`.
    pub(in crate::server) kind: &'static str,
    pub(in crate::server) message: String,
    /// The field at fault.
    pub(in crate::server) param: Option<String>,
}

impl Refusal {
    /// A request that is well formed and cannot be served.
    pub(in crate::server) fn bad_request(message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, kind: "BadRequestError", message: message.into(), param: None }
    }

    /// A value that is out of its bounds. vLLM repeats field and value behind the message.
    pub(super) fn value(param: &str, value: impl fmt::Display, message: impl fmt::Display) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..Self::bad_request(format!("{message} (parameter={param}, value={value})"))
        }
    }

    /// Prompt and answer that are longer than the model's context.
    pub(in crate::server) fn too_long(longest: u32, wanted: u32, prompt_tokens: u32) -> Self {
        let total = u64::from(wanted) + u64::from(prompt_tokens);
        let message = format!(
            "This model's maximum context length is {longest} tokens. However, you requested {wanted} output tokens \
             and your prompt contains at least {prompt_tokens} input tokens, for a total of at least {total} tokens. \
             Please reduce the length of the input prompt or the number of requested output tokens."
        );
        Self::value("input_tokens", prompt_tokens, message)
    }

    /// No model or adapter of that name.
    pub(in crate::server) fn unknown_model(name: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            kind: "NotFoundError",
            message: format!("The model `{name}` does not exist."),
            param: Some("model".to_owned()),
        }
    }

    /// The server cannot answer, whoever asks.
    pub(in crate::server) fn unavailable(message: impl Into<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self { status, kind: "ServiceUnavailableError", message: message.into(), param: None }
    }

    /// A body that does not have the form of a request, told as pydantic tells it.
    pub(super) fn malformed(problems: &[Problem]) -> Self {
        let label = if problems.len() == 1 { "error" } else { "errors" };
        let lines: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "Bad Request",
            message: format!("{} validation {label}:\n{}", problems.len(), lines.join("\n")),
            param: problems.first().map(|problem| problem.param.clone()),
        }
    }
}

impl From<BytesRejection> for Refusal {
    /// A body that is too large or breaks off.
    fn from(rejection: BytesRejection) -> Self {
        let status = rejection.status();
        let kind = status.canonical_reason().unwrap_or("Bad Request");
        Self { status, kind, message: rejection.body_text(), param: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, kind, message, param } = self;
        let code = status.as_u16();
        let body = json!({"error": {"message": message, "type": kind, "param": param, "code": code}});
        (status, Json(body)).into_response()
    }
}

/// One thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// pydantic's word for it.
    kind: &'static str,
    location: String,
    message: String,
    /// The value at fault, shortened.
    input: String,
    param: String,
}

impl Problem {
    pub(super) fn new(kind: &'static str, location: &str, message: &str, input: &Value) -> Self {
        Self {
            kind,
            location: location.to_owned(),
            message: message.to_owned(),
            input: shortened(input),
            param: location.to_owned(),
        }
    }

    /// What vLLM's own validators find, which name the field in another way than pydantic's.
    pub(super) fn of_value(param: &str, value: &str, message: &str, body: &Value) -> Self {
        let message = format!("Value error, {message} (parameter={param}, value={value})");
        Self { param: param.to_owned(), ..Self::new("value_error", "body", &message, body) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, location, message, input, .. } = self;
        let (message, input) = (quoted(message), quoted(input));
        write!(formatter, "{{'type': '{kind}', 'loc': '{location}', 'msg': {message}, 'input': {input}}}")
    }
}

/// Most characters of a value that are repeated to the client.
const MOST_INPUT: usize = 200;

fn shortened(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match text.char_indices().nth(MOST_INPUT) {
            Some((end, _)) => format!("{}...[truncated]", &text[..end]),
            None => text.clone(),
        },
        Value::Array(items) => format!("<list of {} items>", items.len()),
        Value::Object(members) => format!("<dict of {} items>", members.len()),
    }
}

/// A text as Python writes it in a dict.
fn quoted(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(mark);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\\' => quoted.push_str("\\\\"),
            _ if character == mark => quoted.extend(['\\', mark]),
            _ => quoted.push(character),
        }
    }
    quoted.push(mark);
    quoted
}
