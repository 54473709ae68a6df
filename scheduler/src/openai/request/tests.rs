use proptest::prelude::*;
use serde_json::{Map, Value, json};

use llmd_api::config::Parser;

use super::*;

const COMPLETIONS: &str = "/v1/completions";
const CHAT: &str = "/v1/chat/completions";

fn router(path: &str, body: &str) -> Result<ParsedBody, BodyError> {
    parse(path, body.as_bytes(), &Parsers::default(), Dialect::Router)
}

fn gaie(path: &str, body: &str) -> Result<ParsedBody, BodyError> {
    parse(path, body.as_bytes(), &Parsers::default(), Dialect::Gaie)
}

fn prompt(parsed: &ParsedBody, body: &str) -> Vec<String> {
    parsed.prompt_spans(body.as_bytes()).map(|span| String::from_utf8(span.to_vec()).unwrap()).collect()
}

fn concat(parts: &[Bytes]) -> Vec<u8> {
    parts.concat()
}

/// Path, body, API, pieces of the prompt.
#[test]
fn the_prompt_of_every_api() {
    use Api::{
        ChatCompletions, Completions, Conversations, Embeddings, Generate, Images, Messages, Opaque,
        Responses,
    };
    let cases: &[(&str, &str, Api, &[&str])] = &[
        (COMPLETIONS, r#"{"prompt":"Write a haiku"}"#, Completions, &["Write a haiku"]),
        (
            COMPLETIONS,
            r#"{"prompt": ["first prompt", "second"]}"#,
            Completions,
            &[r#""first prompt", "second""#],
        ),
        (COMPLETIONS, r#"{"prompt": [101, 7592, 102]}"#, Completions, &["101, 7592, 102"]),
        ("/tenant-a/v1/completions?x=1", r#"{"prompt":" "}"#, Completions, &[" "]),
        ("/v1/completions/render/", r#"{"prompt":"a"}"#, Completions, &["a"]),
        (CHAT, r#"{"messages":[ {"role":"user"} ]}"#, ChatCompletions, &[r#"{"role":"user"}"#]),
        (
            CHAT,
            r#"{"messages":[1],"documents":[2],"tools":[3],"chat_template":"4","add_generation_prompt":true}"#,
            ChatCompletions,
            &["4", "3", "2", "1"],
        ),
        (CHAT, r#"{"messages":[1],"tools":null,"documents":[]}"#, ChatCompletions, &["1"]),
        ("/v1/embeddings", r#"{"input": ["alpha", "beta"]}"#, Embeddings, &[r#""alpha", "beta""#]),
        ("/v1/embeddings", r#"{"input": [[1],[2]]}"#, Embeddings, &["[1],[2]"]),
        (
            "/v1/responses",
            r#"{"input":"hi","instructions":"be brief","tools":[3]}"#,
            Responses,
            &["3", "be brief", "hi"],
        ),
        ("/v1/responses", r#"{"input":[{"role":"user"}]}"#, Responses, &[r#"{"role":"user"}"#]),
        ("/v1/responses", r#"{"input":""}"#, Responses, &[]),
        ("/v1/conversations", r#"{"items":[1]}"#, Conversations, &["1"]),
        ("/v1/images/generations", r#"{"prompt":"a cat"}"#, Images, &["a cat"]),
        ("/v1/messages", r#"{"messages":[1],"system":"terse","tools":[3]}"#, Messages, &["3", "terse", "1"]),
        ("/v1/messages", r#"{"messages":[1],"system":[{"text":"t"}]}"#, Messages, &[r#"{"text":"t"}"#, "1"]),
        ("/v1/messages/count_tokens", r#"{"messages":[1]}"#, Messages, &["1"]),
        ("/inference/v1/generate", r#"{"token_ids":[1,2,3]}"#, Generate, &["1,2,3"]),
        ("/v1/rerank", r#"{"model":"m","query":"q"}"#, Opaque, &[]),
        ("/v1/rerank", "no JSON at all", Opaque, &[]),
    ];
    for (path, body, api, pieces) in cases {
        let parsed = router(path, body).unwrap_or_else(|error| panic!("{path} {body}: {error}"));
        assert_eq!(parsed.api, *api, "{path} {body}");
        assert_eq!(prompt(&parsed, body), *pieces, "{path} {body}");
        assert_eq!(parsed.prompt_bytes(), pieces.concat().len(), "{path} {body}");
    }
}

/// The texts of the recorded answers (`v10-*`), after their prefix.
#[test]
fn what_the_router_refuses() {
    let cases = [
        (COMPLETIONS, r#"{"model": "food-review"}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"prompt": ""}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"prompt": []}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"prompt": [ [1], [2]]}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"prompt": 7}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"prompt": null}"#, "invalid completions request: must have prompt field"),
        (COMPLETIONS, r#"{"messages": [1]}"#, "invalid completions request: must have prompt field"),
        (CHAT, r#"{"messages": [ ]}"#, "invalid chat completions request: must have valid messages field"),
        (CHAT, r#"{"messages": "hi"}"#, "invalid chat completions request: must have valid messages field"),
        ("/v1/embeddings", "{}", "invalid embeddings request: must have input field"),
        ("/v1/responses", r#"{"input":null}"#, "invalid responses request: must have input field"),
        ("/v1/conversations", r#"{"items":[]}"#, "invalid conversations request: must have items field"),
        ("/v1/images/generations", "{}", "invalid images generations request: must have prompt field"),
        ("/v1/messages", "{}", "invalid messages request: must have at least one message"),
        ("/inference/v1/generate", "{}", "invalid generate request: must have non-empty token_ids field"),
        (COMPLETIONS, "", "error unmarshaling request bodyMap: unexpected end of JSON input"),
    ];
    for (path, body, text) in cases {
        assert_eq!(router(path, body).unwrap_err().to_string(), text, "{path} {body}");
    }
    for body in ["no healthy upstream", "[1,2,3]", "null", "{\"a\":1", "{\"a\":1}}", "{'a':1}"] {
        let error = router(COMPLETIONS, body).unwrap_err().to_string();
        assert!(error.starts_with("error unmarshaling request bodyMap: "), "{body}: {error}");
    }
    assert_eq!(BodyError::ModelNotFound.to_string(), "model not found in request body");
}

/// The texts of the recorded answers (`v04-*`), after their prefix.
#[test]
fn what_the_older_rules_refuse() {
    let no_message = "failed to extract request data: inference gateway: BadRequest - invalid chat-completions request: \
                      inference gateway: BadRequest - chat-completions request must have at least one message";
    let cases = [
        (COMPLETIONS, "no healthy upstream", "Error unmarshaling request body"),
        (COMPLETIONS, "[1,2,3]", "Error unmarshaling request body"),
        (COMPLETIONS, "", "Error unmarshaling request body"),
        (COMPLETIONS, r#"{"prompt": "hello"}"#, "model not found in request body"),
        (COMPLETIONS, r#"{"model": 7, "prompt": "hello"}"#, "model not found in request body"),
        (COMPLETIONS, "{}", "model not found in request body"),
        (COMPLETIONS, r#"{"model": "food-review"}"#, no_message),
        (CHAT, r#"{"messages": [], "model": "food-review"}"#, no_message),
        (COMPLETIONS, r#"{"model": "food-review", "prompt": ""}"#, no_message),
        ("/v1/embeddings", r#"{"model": "food-review"}"#, no_message),
    ];
    for (path, body, text) in cases {
        assert_eq!(gaie(path, body).unwrap_err().to_string(), text, "{path} {body}");
    }
}

#[test]
fn the_older_rules_go_by_the_body_where_the_path_does_not_fit() {
    let chat = gaie(COMPLETIONS, r#"{"model":"m","messages":[1]}"#).unwrap();
    assert_eq!(chat.api, Api::ChatCompletions);
    let completions = gaie(CHAT, r#"{"model":"m","prompt":"hi"}"#).unwrap();
    assert_eq!(completions.api, Api::Completions);
    assert_eq!(gaie("/v1/rerank", "{}").unwrap().api, Api::Opaque);
    assert!(gaie(COMPLETIONS, r#"{"model":"m","prompt":[1,2]}"#).is_ok());
    assert!(gaie("/v1/embeddings", r#"{"model":"m","input":["a"]}"#).is_ok());
}

#[test]
fn an_explicit_list_of_parsers_is_taken_as_it_is() {
    let only_openai = Parsers::new([Parser::OpenAi]);
    let error = parse("/v1/rerank?a=b", b"{}", &only_openai, Dialect::Router).unwrap_err();
    assert_eq!(error.to_string(), "no parser registered matching path suffix for: /v1/rerank");
    assert_eq!(only_openai.api("/v1/messages"), None);
    assert_eq!(only_openai.api("/v1/chat/completions"), Some(Api::ChatCompletions));
    let vllm = Parsers::new([Parser::VllmHttp]);
    assert_eq!(vllm.api("/inference/v1/generate"), Some(Api::Generate));
    assert_eq!(vllm.api("/v1/completions"), Some(Api::Completions));
    let never_asked = Parsers::new([Parser::Passthrough, Parser::OpenAi]);
    assert_eq!(never_asked.api("/v1/completions"), Some(Api::Opaque));
    assert_eq!(Parsers::new([]).api("/v1/completions"), None);
}

#[test]
fn the_values_that_decide() {
    let body = r#"{"model":"a\/b","stream":true,"max_tokens":16,"cache_salt":"s","prompt":"x"}"#;
    let parsed = router(COMPLETIONS, body).unwrap();
    assert_eq!(parsed.model.as_deref(), Some("a/b"));
    assert_eq!(&body[parsed.model_span.unwrap()], r#""a\/b""#);
    assert!(parsed.stream);
    assert_eq!(parsed.max_tokens, Some(16));
    assert_eq!(parsed.cache_salt.as_deref(), Some("s"));

    let limits = [
        (CHAT, r#"{"messages":[1],"max_tokens":1,"max_completion_tokens":2}"#, Some(2)),
        (CHAT, r#"{"messages":[1],"max_tokens":1,"max_completion_tokens":null}"#, Some(1)),
        ("/v1/responses", r#"{"input":"x","max_output_tokens":3,"max_tokens":1}"#, Some(3)),
        ("/v1/messages", r#"{"messages":[1],"max_tokens":4}"#, Some(4)),
        ("/inference/v1/generate", r#"{"token_ids":[1],"sampling_params":{"n":1,"max_tokens":5}}"#, Some(5)),
        (COMPLETIONS, r#"{"prompt":"x","max_tokens":-1}"#, None),
        (COMPLETIONS, r#"{"prompt":"x","max_tokens":99999999999}"#, None),
        ("/v1/embeddings", r#"{"input":"x","max_tokens":4}"#, None),
    ];
    for (path, body, limit) in limits {
        assert_eq!(router(path, body).unwrap().max_tokens, limit, "{body}");
    }
}

#[test]
fn a_model_that_is_no_name_can_still_be_replaced() {
    for body in [
        r#"{"model":7,"prompt":"x"}"#,
        r#"{"model":"","prompt":"x"}"#,
        r#"{"prompt":"x"}"#,
        r#"{ "prompt":"x"}"#,
    ] {
        let parsed = router(COMPLETIONS, body).unwrap();
        assert_eq!(parsed.model, None, "{body}");
        let replaced = concat(&parsed.with_model(&Bytes::from(body), "tuned"));
        assert_eq!(
            serde_json::from_slice::<Value>(&replaced).unwrap(),
            json!({"model": "tuned", "prompt": "x"})
        );
    }
    let opaque = router("/v1/rerank", "abc").unwrap();
    assert_eq!(concat(&opaque.with_model(&Bytes::from("abc"), "tuned")), b"abc");
}

#[test]
fn every_other_byte_is_kept() {
    let body = Bytes::from(
        r#"{ "z" : 1,  "prompt":"a <b> & c \u00e9 é", "seed": 9007199254740993, "model" : "food-review", "a": 1.0 }"#,
    );
    let parsed = parse(COMPLETIONS, &body, &Parsers::default(), Dialect::Router).unwrap();
    let parts = parsed.with_model(&body, "tu\"ned");
    let expected = String::from_utf8(body.to_vec()).unwrap().replace(r#""food-review""#, r#""tu\"ned""#);
    assert_eq!(concat(&parts), expected.as_bytes());
    assert_eq!(parts[0].as_ptr(), body.as_ptr(), "nothing is copied");
}

#[test]
fn a_span_that_does_not_fit_is_cut() {
    let body = Bytes::from("{}");
    for (span, expected) in [(5..9, "{}\"m\""), (1..9, "{\"m\""), (Range { start: 2, end: 1 }, "{}\"m\"")] {
        assert_eq!(concat(&splice_model(&body, &span, "m")), expected.as_bytes());
    }
}

#[test]
fn a_repeated_or_escaped_key_counts_as_the_engine_counts_it() {
    let body = r#"{"model":"one","prompt":"first","prompt":"second","\u006dodel":"two"}"#;
    let parsed = router(COMPLETIONS, body).unwrap();
    assert_eq!(parsed.model.as_deref(), Some("two"));
    assert_eq!(prompt(&parsed, body), ["second"]);
}

/// Any JSON value, not too deep.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A completions body with random members, among them those that are read.
fn body() -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![
        prop::sample::select(vec!["model", "stream", "max_tokens", "user"]).prop_map(str::to_owned),
        any::<String>()
    ];
    let members = prop::collection::vec((key, value()), 0..8);
    let model = prop::option::of(any::<String>());
    (members, model).prop_map(|(members, model)| {
        let mut body: Map<_, _> = members.into_iter().collect();
        body.extend(model.map(|model| ("model".to_owned(), Value::from(model))));
        body.insert("prompt".to_owned(), "x".into());
        body
    })
}

fn spelled(body: &Map<String, Value>, pretty: bool) -> Bytes {
    let text = if pretty { serde_json::to_string_pretty(body) } else { serde_json::to_string(body) };
    Bytes::from(text.unwrap())
}

proptest! {
    #[test]
    fn nothing_panics(path in "/[a-z/1?]{0,30}|/v1/(chat/)?completions", body: Vec<u8>, older: bool) {
        let dialect = if older { Dialect::Gaie } else { Dialect::Router };
        if let Ok(parsed) = parse(&path, &body, &Parsers::default(), dialect) {
            prop_assert!(parsed.prompt_bytes() <= body.len());
        }
    }

    #[test]
    fn what_is_read_is_what_serde_json_reads(body in body(), pretty: bool) {
        let text = spelled(&body, pretty);
        let parsed = parse(COMPLETIONS, &text, &Parsers::default(), Dialect::Router).unwrap();
        let model = body.get("model").and_then(Value::as_str).filter(|model| !model.is_empty());
        let limit = body.get("max_tokens").and_then(Value::as_u64).and_then(|limit| u32::try_from(limit).ok());
        prop_assert_eq!(parsed.model.as_deref(), model);
        prop_assert_eq!(parsed.stream, body.get("stream") == Some(&Value::Bool(true)));
        prop_assert_eq!(parsed.max_tokens, limit);
        prop_assert_eq!(parsed.model_span.is_some(), body.contains_key("model"));
    }

    #[test]
    fn a_spliced_model_is_a_replaced_one(body in body(), pretty: bool, model: String) {
        let text = spelled(&body, pretty);
        let parsed = parse(COMPLETIONS, &text, &Parsers::default(), Dialect::Router).unwrap();
        let replaced = concat(&parsed.with_model(&text, &model));
        // Both are read back: serde_json may read a float one off what it wrote.
        let mut expected: Map<String, Value> = serde_json::from_slice(&text).unwrap();
        expected.insert("model".to_owned(), model.into());
        prop_assert_eq!(serde_json::from_slice::<Value>(&replaced).unwrap(), Value::from(expected));
    }
}
