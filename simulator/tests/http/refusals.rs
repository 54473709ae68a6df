//! Requests that are not served, with the bodies that vLLM answers.

use serde_json::{Value, json};

use crate::server::{Server, answer};

async fn refused(server: &Server, path: &str, asked: &Value) -> (u16, String, String, Value) {
    let (status, body) = server.ask(path, asked).await;
    let error = &body["error"];
    assert_eq!(error["code"], status, "{body}");
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    (status, text("type"), text("message"), error["param"].clone())
}

#[tokio::test]
async fn a_model_that_is_not_there() {
    let server = Server::start("").await;
    let (status, body) = server.ask("/v1/completions", &json!({"model": "other", "prompt": "Hello"})).await;
    assert_eq!(status, 404);
    let message = "The model `other` does not exist.";
    assert_eq!(
        body,
        json!({"error": {"message": message, "type": "NotFoundError", "param": "model", "code": 404}})
    );
}

#[tokio::test]
async fn more_tokens_than_the_model_has() {
    let server = Server::start("--max-model-len 64").await;
    let prompt: Vec<u32> = (0..60).collect();
    let message = |wanted: u32, tokens: u32| {
        format!(
            "This model's maximum context length is 64 tokens. However, you requested {wanted} output tokens and your \
             prompt contains at least {tokens} input tokens, for a total of at least {} tokens. Please reduce the \
             length of the input prompt or the number of requested output tokens. (parameter=input_tokens, \
             value={tokens})",
            wanted + tokens
        )
    };
    let asked = json!({"prompt": prompt, "max_tokens": 5});
    let expected =
        |wanted, tokens| (400, "BadRequestError".to_owned(), message(wanted, tokens), json!("input_tokens"));
    assert_eq!(refused(&server, "/v1/completions", &asked).await, expected(5, 60));
    let fits = json!({"prompt": prompt, "max_tokens": 4, "ignore_eos": true});
    assert_eq!(server.completion(&fits).await["usage"]["total_tokens"], 64);
    // What was not asked for is what is left.
    let unlimited = json!({"prompt": prompt, "ignore_eos": true});
    assert_eq!(server.completion(&unlimited).await["usage"]["total_tokens"], 64);
    let full: Vec<u32> = (0..64).collect();
    assert_eq!(refused(&server, "/v1/completions", &json!({"prompt": full})).await, expected(1, 64));
}

#[tokio::test]
async fn bodies_that_are_no_requests() {
    let server = Server::start("").await;
    let bad = |message: &str, param: &str| (400, "Bad Request".to_owned(), message.to_owned(), json!(param));
    for (path, asked, message, param) in [
        (
            "/v1/completions",
            json!({"model": "base"}),
            "1 validation error:\n  {'type': 'value_error', 'loc': 'body', 'msg': 'Value error, Either prompt or \
             prompt_embeds must be provided and non-empty. (parameter=prompt, value=None)', 'input': '<dict of 1 items>'}",
            "prompt",
        ),
        (
            "/v1/chat/completions",
            json!({"model": "base"}),
            "1 validation error:\n  {'type': 'missing', 'loc': 'body.messages', 'msg': 'Field required', 'input': \
             '<dict of 1 items>'}",
            "body.messages",
        ),
        (
            "/v1/chat/completions",
            json!({"messages": [{"content": "Hello"}]}),
            "1 validation error:\n  {'type': 'missing', 'loc': 'body.messages.0.role', 'msg': 'Field required', \
             'input': '<dict of 1 items>'}",
            "body.messages.0.role",
        ),
        (
            "/v1/completions",
            json!({"prompt": "Hello", "max_tokens": "many", "stream": "perhaps"}),
            "2 validation errors:\n  {'type': 'int_parsing', 'loc': 'body.max_tokens', 'msg': 'Input should be a valid \
             integer, unable to parse string as an integer', 'input': 'many'}\n  {'type': 'bool_type', 'loc': \
             'body.stream', 'msg': 'Input should be a valid boolean', 'input': 'perhaps'}",
            "body.max_tokens",
        ),
        (
            "/v1/completions",
            json!({"prompt": ["Hello", 7]}),
            "1 validation error:\n  {'type': 'string_type', 'loc': 'body.prompt.1', 'msg': 'Input should be a valid \
             string', 'input': '7'}",
            "body.prompt.1",
        ),
        (
            "/v1/completions",
            json!({"prompt": "Hello", "stream_options": {"include_usage": true}}),
            "1 validation error:\n  {'type': 'value_error', 'loc': 'body', 'msg': 'Value error, Stream options can only \
             be defined when `stream=True`. (parameter=stream_options, value={\"include_usage\":true})', 'input': \
             '<dict of 2 items>'}",
            "stream_options",
        ),
        (
            "/v1/completions",
            json!([]),
            "1 validation error:\n  {'type': 'model_attributes_type', 'loc': 'body', 'msg': 'Input should be a valid \
             dictionary or object to extract fields from', 'input': '<list of 0 items>'}",
            "body",
        ),
    ] {
        assert_eq!(refused(&server, path, &asked).await, bad(message, param));
    }
}

#[tokio::test]
async fn values_out_of_bounds() {
    let server = Server::start("").await;
    for (member, value, message) in [
        ("max_tokens", json!(0), "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)"),
        ("n", json!(0), "n must be at least 1, got 0. (parameter=n, value=0)"),
        (
            "temperature",
            json!(-1),
            "temperature must be non-negative, got -1.0. (parameter=temperature, value=-1.0)",
        ),
        ("top_p", json!(2), "top_p must be in (0, 1], got 2.0. (parameter=top_p, value=2.0)"),
        (
            "min_tokens",
            json!(17),
            "min_tokens must be less than or equal to max_tokens=16, got 17. (parameter=min_tokens, value=17)",
        ),
    ] {
        let mut asked = json!({"prompt": "Hello", "max_tokens": 16});
        asked[member] = value;
        let (status, kind, told, param) = refused(&server, "/v1/completions", &asked).await;
        assert_eq!((status, kind.as_str(), told.as_str()), (400, "BadRequestError", message));
        assert_eq!(param, member);
    }
    for (asked, message) in [
        (json!({"prompt": "Hello", "stop": ""}), "stop cannot contain an empty string."),
        (json!({"prompt": "Hello", "echo": true}), "echo is not supported by this simulator"),
        (json!({"prompt": "Hello", "suffix": "!"}), "suffix is not currently supported"),
        (json!({"prompt": [[]]}), "The decoder prompt cannot be empty"),
        (
            json!({"prompt": "Hello", "n": 2, "temperature": 0}),
            "n must be 1 when using greedy sampling, got 2.",
        ),
        (json!({"prompt": "Hello", "presence_penalty": 3}), "presence_penalty must be in [-2, 2], got 3.0."),
        (
            json!({"prompt": "Hello", "frequency_penalty": -2.5}),
            "frequency_penalty must be in [-2, 2], got -2.5.",
        ),
        (
            json!({"prompt": "Hello", "repetition_penalty": 0}),
            "repetition_penalty must be greater than zero, got 0.0.",
        ),
        (json!({"prompt": "Hello", "min_p": 1.5}), "min_p must be in [0, 1], got 1.5."),
        (json!({"prompt": "Hello", "top_k": -2}), "top_k must be 0 (disable), or at least 1, got -2."),
        (
            json!({"prompt": "Hello", "n": 16_384, "max_tokens": 512}),
            "Prompts and answers may have 8388608 tokens together in this simulator, a prompt counted for each of its \
             16384 answers. Please ask for fewer prompts, choices or tokens.",
        ),
    ] {
        let (status, _, told, param) = refused(&server, "/v1/completions", &asked).await;
        assert_eq!((status, told.as_str(), param), (400, message, Value::Null));
    }
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let server = Server::start("").await;
    let post = |kind: &str, body: &'static str| {
        server.post_bytes("/v1/completions").header("content-type", kind).body(body)
    };
    let (status, body) = answer(post("application/json; charset=utf-8", "{\"prompt\": ")).await;
    assert_eq!((status, &body["error"]["type"]), (400, &json!("Bad Request")));
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("1 validation error:\n  {'type': 'json_invalid'"), "{message}");

    let (status, body) = answer(post("text/plain", "{\"prompt\": \"Hello\"}")).await;
    assert_eq!(status, 400);
    let message = "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed";
    assert_eq!(body["error"]["message"], message);
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let server = Server::start("").await;
    let post = server.post_bytes("/v1/completions").header("content-type", "application/json");
    let (status, body) = answer(post.body(vec![b' '; (64 << 20) + 1])).await;
    assert_eq!((status, &body["error"]["code"]), (413, &json!(413)));
    assert_eq!(body["error"]["type"], "Payload Too Large");
}

#[tokio::test]
async fn pictures_and_sounds() {
    let server = Server::start("").await;
    let picture = json!({"type": "image_url", "image_url": {"url": "data:,"}});
    let asked = json!({"messages": [{"role": "user", "content": [picture]}]});
    let (status, _, message, _) = refused(&server, "/v1/chat/completions", &asked).await;
    assert_eq!(status, 400);
    assert!(message.contains("At most 0 image_url(s) may be provided in one prompt."), "{message}");
}
