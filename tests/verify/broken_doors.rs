//! Front doors that are broken in one way each, and the check that says so.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use http::StatusCode;
use llmd::verify::Check;
use serde_json::json;

use crate::door::{Asked, Fault, Reply, edit, is_stream, json};

/// The check that fails alone, what it says, and the fault.
pub(crate) fn broken_doors() -> Vec<(Check, &'static str, Fault)> {
    vec![
        (
            Check::Models,
            "lists another, not ",
            Fault::answer(
                |asked| asked.uri().path() == "/v1/models",
                |reply| edit(reply, |body| body["data"][0]["id"] = "another".into()),
            ),
        ),
        (
            Check::Completion,
            "usage counts no tokens",
            Fault::answer(
                |asked| is_completion(asked) && json(asked)["max_tokens"] == 16,
                |reply| edit(reply, |body| body["usage"] = json!({"prompt_tokens": 0})),
            ),
        ),
        (
            Check::Chat,
            "no choices[0].message.content",
            Fault::answer(is_chat, |reply| {
                edit(reply, |body| body["choices"][0]["message"]["content"] = "".into());
            }),
        ),
        (Check::Streaming, "events came within", Fault::answer(is_stream, |_| ())),
        (
            Check::PickerHeader,
            "is not there",
            Fault::answer(is_whole, |reply| drop(reply.headers_mut().remove("x-went-into-resp-headers"))),
        ),
        (Check::DifferentPrefixes, "of 12 different prompts", all_begin_alike()),
        (
            Check::UnknownModel,
            "answered by 200",
            Fault::answer(
                |asked| json(asked)["model"].as_str().is_some_and(|model| model.starts_with("no-such")),
                well,
            ),
        ),
        (
            Check::WrongPath,
            "answered by 200",
            Fault::answer(|asked| asked.uri().path().contains("no-such"), well),
        ),
        (
            Check::BadBody,
            "answered by 200",
            Fault::instead(|asked| {
                let is_none = serde_json::from_slice::<serde_json::Value>(asked.body()).is_err();
                (is_none && !asked.body().is_empty()).then(|| Reply::new(Bytes::from_static(b"fine")))
            }),
        ),
    ]
}

fn is_whole(asked: &Asked) -> bool {
    !is_stream(asked)
}

fn is_chat(asked: &Asked) -> bool {
    is_whole(asked) && asked.uri().path() == "/v1/chat/completions"
}

fn is_completion(asked: &Asked) -> bool {
    asked.uri().path() == "/v1/completions"
}

fn well(reply: &mut Reply) {
    *reply.status_mut() = StatusCode::OK;
}

/// All long prompts begin alike, but for those of the burst, which follows the twelve of the control. Those with one
/// prefix, which ask for four tokens, come before both.
fn all_begin_alike() -> Fault {
    let seen = AtomicU32::new(0);
    Fault::request(move |asked| {
        let mut body = json(asked);
        let prompt = body["prompt"].as_str().filter(|prompt| prompt.len() > 4000)?;
        if body["max_tokens"] == 4 {
            seen.store(0, Relaxed);
        } else if seen.fetch_add(1, Relaxed) >= 12 {
            return None;
        }
        body["prompt"] = format!("{}{}", "the same ".repeat(440), &prompt[3960..]).into();
        Some(body.to_string().into())
    })
}
