//! A request body is judged as `serde_json` judges it, and what is read of it is what `serde_json` reads.

use llmd_api::Dialect;
use scheduler::openai::{BodyError, ParsedBody, Parsers, parse};
use serde::de::IgnoredAny;
use serde_json::Value;

const PATHS: [&str; 8] = [
    "/v1/completions",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/responses",
    "/v1/conversations",
    "/v1/messages",
    "/v1/images/generations",
    "/inference/v1/generate",
];

pub(crate) fn check(body: &[u8]) {
    let parsers = Parsers::default();
    let is_object =
        body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok();
    for path in PATHS {
        let parsed = parse(path, body, &parsers, Dialect::Router);
        assert_eq!(!matches!(parsed, Err(BodyError::Malformed(_))), is_object);
        if let (Ok(parsed), Ok(value)) = (parsed, serde_json::from_slice(body)) {
            compare(&parsed, &value, body);
        }
        let _ = parse(path, body, &parsers, Dialect::Gaie);
    }
}

fn compare(parsed: &ParsedBody, value: &Value, body: &[u8]) {
    let model = value["model"].as_str().filter(|model| !model.is_empty());
    assert_eq!(parsed.model.as_deref(), model);
    assert_eq!(parsed.stream, value["stream"] == Value::Bool(true));
    assert_eq!(parsed.cache_salt.as_deref(), value["cache_salt"].as_str());
    assert_eq!(parsed.prompt_spans(body).map(<[u8]>::len).sum::<usize>(), parsed.prompt_bytes());

    let replaced = parsed.with_model(&body.to_vec().into(), "other").concat();
    let mut expected = value.clone();
    expected["model"] = "other".into();
    assert_eq!(serde_json::from_slice::<Value>(&replaced).ok(), Some(expected));
}
