//! Putting another model name into a request body.

use std::ops::Range;

use bytes::Bytes;

/// `body` with the JSON value at `span` replaced by the name `model`: what comes before, the encoded name, what comes after.
///
/// Nothing of the body is copied, and every other byte stays. `span` is [`ParsedBody::model_span`](super::ParsedBody); one that
/// does not fit the body is cut to fit.
pub fn splice_model(body: &Bytes, span: &Range<usize>, model: &str) -> [Bytes; 3] {
    let start = span.start.min(body.len());
    let end = span.end.clamp(start, body.len());
    [body.slice(..start), encode(model), body.slice(end..)]
}

/// `text` as a JSON string.
pub(super) fn encode(text: &str) -> Bytes {
    serde_json::Value::from(text).to_string().into()
}
