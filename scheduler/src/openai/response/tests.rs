use proptest::prelude::*;

use super::*;

/// What a reader made of an answer.
#[derive(Debug, PartialEq)]
struct Read {
    forwarded: String,
    usage: Option<Usage>,
    events: u32,
    bytes: u64,
}

fn read<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    streaming: bool,
    restore: Option<RestoreModel>,
) -> Read {
    let mut reader = ResponseReader::new(streaming, restore);
    let mut out = SmallVec::new();
    for chunk in chunks {
        reader.chunk(Bytes::copy_from_slice(chunk), &mut out);
    }
    reader.end(&mut out);
    let forwarded = String::from_utf8(out.concat()).unwrap();
    Read { forwarded, usage: reader.usage(), events: reader.events(), bytes: reader.bytes() }
}

fn restore() -> RestoreModel {
    RestoreModel { from: "food-review-v2".into(), to: "canary-model".into() }
}

fn usage(prompt_tokens: u32, completion_tokens: u32, total_tokens: u32, cached_tokens: u32) -> Usage {
    Usage { prompt_tokens, completion_tokens, total_tokens, cached_tokens }
}

/// `v10-stream-with-usage`
const STREAM: &str = r#"data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"food-review","choices":[{"index":0,"text":" tok1","finish_reason":null}]}

data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"food-review","choices":[{"index":0,"text":" tok2","finish_reason":null}]}

data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"food-review","choices":[{"index":0,"text":" tok3","finish_reason":null}]}

data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"food-review","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}

data: [DONE]

"#;

/// `v10-nonstream-response-in-chunks`
const CHAT: &str = r#"{"choices": [{"finish_reason": "stop", "index": 0, "message": {"content": "Nile, Rhine, Indus", "role": "assistant"}}], "created": 1700000000, "id": "chatcmpl-1", "model": "food-review", "object": "chat.completion", "usage": {"completion_tokens": 7, "prompt_tokens": 21, "prompt_tokens_details": {"cached_tokens": 16}, "total_tokens": 28}}"#;

#[test]
fn the_recorded_answers() {
    let stream = read([STREAM.as_bytes()], true, None);
    assert_eq!(stream.forwarded, STREAM);
    assert_eq!(stream.usage, Some(usage(7, 3, 10, 0)));
    assert_eq!(stream.events, 3);
    assert_eq!(stream.bytes, STREAM.len() as u64);

    let chat = read(CHAT.as_bytes().chunks(70), false, None);
    assert_eq!(chat.forwarded, CHAT);
    assert_eq!(chat.usage, Some(usage(21, 7, 28, 16)));
    assert_eq!(chat.events, 0);

    for other in ["plain text answer", r#"{"error": {"message": "boom", "type": "internal"}}"#, ""] {
        let read = read([other.as_bytes()], false, Some(restore()));
        assert_eq!((read.forwarded.as_str(), read.usage), (other, None));
    }
}

#[test]
fn usage_in_every_spelling() {
    let cases = [
        // The Responses API, streamed and not.
        (
            "event: response.completed\ndata: {\"response\":{\"usage\":{\"input_tokens\":31,\"output_tokens\":5,\
             \"input_tokens_details\":{\"cached_tokens\":16},\"total_tokens\":36}},\"type\":\"response.completed\"}",
            Some(usage(31, 5, 36, 16)),
        ),
        (
            r#"{"output":[],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}"#,
            Some(usage(3, 4, 7, 0)),
        ),
        // Anthropic: spread over two events.
        (
            "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"output_tokens\":1,\
             \"cache_read_input_tokens\":9}}}\n\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}\n\n",
            Some(usage(25, 15, 40, 9)),
        ),
        // An OpenAI stream says null until its end; some engines count on with every event.
        ("data: {\"usage\":null}\n\ndata: {\"usage\":{\"prompt_tokens\":2}}\n\n", Some(usage(2, 0, 2, 0))),
        (
            "data: {\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":1}}\n\ndata: {\"usage\":{\"prompt_tokens\":2,\
          \"completion_tokens\":2}}\n\n",
            Some(usage(2, 2, 4, 0)),
        ),
        (
            r#"{ "usage" : { "prompt_tokens" : 1 , "prompt_tokens_details" : null } }"#,
            Some(usage(1, 0, 1, 0)),
        ),
        // What only looks like it.
        (r#"{"text":"the \"usage\":{\"prompt_tokens\":5} of it"}"#, None),
        (r#"{"tools":[{"usage":{"type":"string"}}],"kinds":["usage"],"usage":"none"}"#, None),
        (
            r#"{"input":{"usage":{"prompt_tokens":5}},"usage":{"prompt_tokens":6,"completion_tokens":1}}"#,
            Some(usage(6, 1, 7, 0)),
        ),
        (r#"{"usage":{"prompt_tokens":"many"}}"#, None),
        (r#"{"usage":{"prompt_tokens":1"#, None),
        (
            r#"{"usage":{"prompt_tokens":4294967295,"completion_tokens":1}}"#,
            Some(usage(u32::MAX, 1, u32::MAX, 0)),
        ),
    ];
    for (answer, expected) in cases {
        assert_eq!(read([answer.as_bytes()], true, None).usage, expected, "{answer}");
        assert_eq!(read(answer.as_bytes().chunks(1), false, None).usage, expected, "{answer}");
    }
}

#[test]
fn usage_before_a_long_end_is_found() {
    let ids = vec!["7"; 50_000].join(",");
    let answer =
        format!(r#"{{"usage":{{"prompt_tokens":3,"completion_tokens":4}},"prompt_token_ids":[{ids}]}}"#);
    assert_eq!(read(answer.as_bytes().chunks(62_000), false, None).usage, Some(usage(3, 4, 7, 0)));
}

#[test]
fn only_events_with_output_are_counted() {
    let events = [
        (r#"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"#, 0),
        (r#"data: {"choices":[{"delta":{"content":" river"}}]}"#, 1),
        (r#"data:{"choices": [{"delta": {"content": "\n"}}]}"#, 1),
        (r#"data: {"choices":[{"delta":{"content":null,"reasoning_content":"Hm"}}]}"#, 1),
        (r#"data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{"}}]}}]}"#, 1),
        (r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#, 0),
        (r#"data: {"choices":[{"text":" a","logprobs":null}]}"#, 1),
        (r#"data: {"choices":[{"text":"","finish_reason":"length"}]}"#, 0),
        (r#"data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}"#, 1),
        (r#"data: {"type":"content_block_start","content_block":{"type":"text","text":""}}"#, 0),
        (r#"data: {"type":"response.output_text.delta","delta":"Hel"}"#, 1),
        ("data: [DONE]", 0),
        ("event: content_block_delta", 0),
        (r#": {"text":"a comment"}"#, 0),
        (r#"data: {"id":"text"}"#, 0),
        (r#"data: {"text":"#, 0),
        ("", 0),
    ];
    for (event, count) in events {
        assert_eq!(read([event.as_bytes()], true, None).events, count, "{event} without line end");
        let with_end = format!("{event}\r\n\r\n");
        assert_eq!(read([with_end.as_bytes()], true, None).events, count, "{event}");
        assert_eq!(
            read([with_end.as_bytes()], false, None).events,
            0,
            "{event} in an answer that is not streamed"
        );
    }
}

#[test]
fn an_overlong_line_is_not_counted_and_the_next_one_is() {
    let long = format!("data: {{\"text\":\"{}\"}}\n\ndata: {{\"text\":\"b\"}}\n\n", "a".repeat(70_000));
    assert_eq!(read([long.as_bytes()], true, None).events, 1);
    assert_eq!(read(long.as_bytes().chunks(10_000), true, None).events, 1);
}

#[test]
fn the_model_is_given_back() {
    let cases = [
        (
            r#"{"id":"x", "model": "food-review-v2", "choices":[]}"#,
            r#"{"id":"x", "model": "canary-model", "choices":[]}"#,
        ),
        (r#"{"model":"food-review-v2"}"#, r#"{"model":"canary-model"}"#),
        (
            r#"{"model":"food-review-v2"}{"model": "food-review-v2"}"#,
            r#"{"model":"canary-model"}{"model": "canary-model"}"#,
        ),
        (r#"{"model":  "food-review-v2"}"#, r#"{"model":  "food-review-v2"}"#),
        (r#"{"model":"food-review-v20"}"#, r#"{"model":"food-review-v20"}"#),
        (r#"{"text":"\"model\":\"food-review-v2\""}"#, r#"{"text":"\"model\":\"food-review-v2\""}"#),
        (r#"{"model":"food-review-v"#, r#"{"model":"food-review-v"#),
    ];
    for (answer, expected) in cases {
        for size in 1..=answer.len() {
            let read = read(answer.as_bytes().chunks(size), false, Some(restore()));
            assert_eq!(read.forwarded, expected, "in chunks of {size}");
        }
    }
}

#[test]
fn a_chunk_in_which_nothing_changes_is_the_same_bytes_at_once() {
    for restore in [None, Some(restore())] {
        let mut reader = ResponseReader::new(true, restore);
        let chunk = Bytes::from(STREAM);
        let mut out = SmallVec::new();
        reader.chunk(chunk.clone(), &mut out);
        assert_eq!(out.len(), 1);
        assert_eq!((out[0].as_ptr(), out[0].len()), (chunk.as_ptr(), chunk.len()));
    }
}

#[test]
fn only_the_start_of_a_place_to_replace_is_held_back() {
    let mut reader = ResponseReader::new(true, Some(restore()));
    let mut out = SmallVec::new();
    reader.chunk(Bytes::from(r#"{"id":"1","model": "food-"#), &mut out);
    assert_eq!(out.concat(), br#"{"id":"1","#);
    out.clear();
    reader.chunk(Bytes::from("xyz\""), &mut out);
    assert_eq!(out.concat(), br#""model": "food-xyz"#, "the last quote may begin a key");
    out.clear();
    reader.end(&mut out);
    assert_eq!(out.concat(), b"\"");
}

/// Answers out of pieces that matter, in any order.
fn answer() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "data: ",
        "\n",
        "\r\n\n",
        "{",
        "}",
        "\"",
        " ",
        ":",
        ",",
        "x",
        "é",
        "[DONE]",
        "\\\"",
        "\"mod",
        "el\":",
        "\"model\":",
        "\"model\": ",
        "\"model\":\"food-review-v2\"",
        "\"food-review-v2\"",
        "\"food-",
        "review-v2\"",
        "\"text\":\"a\"",
        "\"content\":\"",
        "\"usage\"",
        "\"usage\":{",
        "\"usage\":null",
        "\"prompt_tokens\":7",
        "\"completion_tokens\":3}",
        "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}",
        "data: {\"text\":\" a\"}\n",
    ]);
    let long = (0usize..1100).prop_map(|length| "y".repeat(length));
    let pieces = prop_oneof![20 => piece.prop_map(str::to_owned), 1 => long];
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

fn cut<'a>(answer: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = answer;
    let mut sizes = sizes.iter().cycle();
    std::iter::from_fn(move || {
        let size = (*sizes.next()?).min(rest.len());
        let (chunk, after) = rest.split_at(size);
        let is_done = rest.is_empty();
        rest = after;
        (!is_done).then_some(chunk)
    })
}

proptest! {
    #[test]
    fn cutting_an_answer_changes_nothing(
        answer in answer(),
        sizes in prop::collection::vec(1usize..40, 1..8),
        streaming: bool,
    ) {
        let whole = read([answer.as_bytes()], streaming, Some(restore()));
        prop_assert_eq!(&whole, &read(cut(answer.as_bytes(), &sizes), streaming, Some(restore())));
        let expected = answer
            .replace("\"model\":\"food-review-v2\"", "\"model\":\"canary-model\"")
            .replace("\"model\": \"food-review-v2\"", "\"model\": \"canary-model\"");
        prop_assert_eq!(whole.forwarded, expected);
    }

    #[test]
    fn any_bytes_pass_unchanged(chunks: Vec<Vec<u8>>, streaming: bool) {
        let mut reader = ResponseReader::new(streaming, Some(restore()));
        let mut out = SmallVec::new();
        for chunk in &chunks {
            reader.chunk(Bytes::copy_from_slice(chunk), &mut out);
        }
        reader.end(&mut out);
        prop_assert_eq!(out.concat(), chunks.concat());
    }
}
