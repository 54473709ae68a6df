use proptest::prelude::*;
use serde_json::json;

use super::*;

fn content(data: &str) -> Option<String> {
    Delta::read(data.as_bytes()).unwrap().content.map(|text| text.unescaped().into_owned())
}

#[test]
fn members_are_found_in_every_dialect() {
    let completion =
        r#"{"id":"a","choices":[{"index":0,"text":" by","logprobs":null,"finish_reason":null}]}"#;
    let delta = Delta::read(completion.as_bytes()).unwrap();
    assert_eq!(delta.content.map(Text::escaped), Some(" by"));
    assert_eq!((delta.finish, delta.usage, delta.error), (None, None, None));

    let spaced = r#"{ "choices" : [ { "delta" : { "role" : "assistant", "content" : "x" }, "finish_reason" : "stop" } ] }"#;
    let delta = Delta::read(spaced.as_bytes()).unwrap();
    assert_eq!((delta.content, delta.finish), (Some(Text("x")), Some(Text("stop"))));

    let role = r#"{"choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}"#;
    assert!(!Delta::read(role.as_bytes()).unwrap().has_text());

    for key in ["reasoning", "reasoning_content"] {
        let data = json!({"choices": [{"delta": {"content": null, key: "hm"}}]}).to_string();
        let delta = Delta::read(data.as_bytes()).unwrap();
        assert_eq!((delta.content, delta.reasoning), (None, Some(Text("hm"))), "{key}");
    }

    let call = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]}"#;
    let delta = Delta::read(call.as_bytes()).unwrap();
    assert_eq!(delta.tool_call.map(|text| text.unescaped().into_owned()).as_deref(), Some("{\"a\""));

    let parts = json!({"choices": [{"message": {"content": [{"type": "text", "text": "whole"}]}}]});
    assert_eq!(content(&parts.to_string()).as_deref(), Some("whole"));
}

#[test]
fn keys_within_texts_are_texts() {
    let sly = json!({"choices": [{"text": "\"text\":\"no\",\"finish_reason\":\"stop\",\\", "finish_reason": null}]});
    let data = sly.to_string();
    let delta = Delta::read(data.as_bytes()).unwrap();
    assert_eq!(delta.content.unwrap().unescaped(), "\"text\":\"no\",\"finish_reason\":\"stop\",\\");
    assert_eq!(delta.finish, None);
    // A value that is named as a key is.
    assert_eq!(content(r#"{"object":"text","choices":[{"text":"yes"}]}"#).as_deref(), Some("yes"));
    // Log probabilities have `content`, too, but no string.
    let logprobs = r#"{"choices":[{"logprobs":{"content":[{"token":"a"}]},"delta":{"content":"a"}}]}"#;
    assert_eq!(content(logprobs).as_deref(), Some("a"));
}

#[test]
fn usage_is_read_as_far_as_it_is_there() {
    let usage = |members: serde_json::Value| {
        let data = json!({"choices": [], "usage": members, "more": "after"}).to_string();
        Delta::read(data.as_bytes()).unwrap().usage
    };
    let whole = json!({"prompt_tokens": 7, "total_tokens": 9, "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 5}});
    let expected = Usage { prompt_tokens: 7, output_tokens: 2, cached_tokens: Some(5) };
    assert_eq!(usage(whole), Some(expected));
    let bare = json!({"prompt_tokens": 7, "completion_tokens": null, "prompt_tokens_details": null});
    assert_eq!(usage(bare), Some(Usage { prompt_tokens: 7, output_tokens: 0, cached_tokens: None }));
    assert_eq!(usage(json!(null)), None);
    assert_eq!(usage(json!({"prompt_tokens": "many"})), None);
}

#[test]
fn errors_are_told_from_the_lack_of_them() {
    let error = |data: &'static str| Delta::read(data.as_bytes()).unwrap().error;
    assert_eq!(error(r#"{"error":{"message":"no"}}"#), Some(r#"{"message":"no"}}"#));
    assert_eq!(error(r#"{"error":"no"}"#), Some(r#""no"}"#));
    assert_eq!(error(r#"{"error":null,"choices":[]}"#), None);
    assert_eq!(error(r#"{"choices":[{"error":{"message":"within"}}]}"#), None);
}

#[test]
fn what_is_no_object_is_malformed() {
    for wrong in ["", "   ", "[DONE]", "null", "{", "{\"a\"", "{\"a\":\"b", "{\"a\":\"\\", "{}}", "{} x"] {
        assert_eq!(Delta::read(wrong.as_bytes()), Err(MalformedDelta), "{wrong}");
    }
    assert_eq!(Delta::read(b"{\"a\":\"\xff\"}"), Err(MalformedDelta));
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_written(text in ".{1,40}", other in ".{0,20}") {
        let data = json!({"id": other, "choices": [{"text": text, "finish_reason": null}]}).to_string();
        prop_assert_eq!(content(&data), Some(text));
    }

    #[test]
    fn nothing_panics(data in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = Delta::read(&data);
    }

    #[test]
    fn nothing_that_looks_like_json_panics(data in "(\\{|\\}|\\[|\\]|\"|\\\\|:|,| |text|usage|error|n|1){0,40}") {
        let _ = Delta::read(format!("{{{data}").as_bytes());
    }
}
