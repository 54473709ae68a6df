//! Streamed answers.

use serde_json::{Value, json};

use crate::server::Server;

#[tokio::test]
async fn a_completion_comes_token_by_token() {
    let server = Server::start("").await;
    let mut asked = json!({"prompt": "Hello", "max_tokens": 12, "ignore_eos": true, "seed": 1});
    let whole = server.completion(&asked).await;
    asked["stream"] = json!(true);
    let streamed = server.stream("/v1/completions", &asked).await;
    assert!(streamed.is_done);
    assert_eq!(streamed.events.len(), 12);
    assert_eq!(streamed.text(0), whole["choices"][0]["text"]);
    for (index, event) in streamed.events.iter().enumerate() {
        let finish = if index == 11 { json!("length") } else { Value::Null };
        assert_eq!(event["choices"][0]["finish_reason"], finish);
        assert_eq!(event["id"], streamed.events[0]["id"]);
        assert_eq!((&event["object"], event.get("usage")), (&json!("text_completion"), None));
    }
}

#[tokio::test]
async fn a_chat_begins_with_its_role() {
    let server = Server::start("").await;
    let mut asked = json!({
        "messages": [{"role": "user", "content": "Hello"}], "n": 2, "max_tokens": 5, "ignore_eos": true,
        "seed": 1,
    });
    let whole = server.ok("/v1/chat/completions", &asked).await;
    asked["stream"] = json!(true);
    let streamed = server.stream("/v1/chat/completions", &asked).await;
    assert!(streamed.is_done);
    assert_eq!(streamed.events.len(), 2 + 2 * 5);
    for choice in 0..2_u8 {
        let first = &streamed.events[usize::from(choice)]["choices"][0];
        assert_eq!(first["index"], choice);
        assert_eq!(first["delta"], json!({"role": "assistant", "content": ""}));
        let whole = &whole["choices"][usize::from(choice)]["message"]["content"];
        assert_eq!(streamed.text(u64::from(choice)), *whole);
    }
    assert!(streamed.events.iter().all(|event| event["object"] == "chat.completion.chunk"));
}

#[tokio::test]
async fn the_last_event_tells_the_usage_when_asked_to() {
    let server = Server::start("").await;
    let mut asked = json!({
        "prompt": "Hello world", "max_tokens": 4, "ignore_eos": true, "stream": true,
        "stream_options": {"include_usage": true},
    });
    let usage = json!({
        "prompt_tokens": 2, "total_tokens": 6, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 0},
    });
    let streamed = server.stream("/v1/completions", &asked).await;
    let (last, tokens) = streamed.events.split_last().unwrap();
    assert_eq!((&last["choices"], &last["usage"]), (&json!([]), &usage));
    assert!(tokens.iter().all(|event| event.get("usage").is_none()));

    asked["stream_options"]["continuous_usage_stats"] = json!(true);
    let streamed = server.stream("/v1/completions", &asked).await;
    let counts: Vec<&Value> =
        streamed.events.iter().map(|event| &event["usage"]["completion_tokens"]).collect();
    assert_eq!(counts, [1, 2, 3, 4, 4]);
}

#[tokio::test]
async fn a_stop_string_is_not_streamed() {
    let server = Server::start("").await;
    let mut asked = json!({"prompt": "Hello", "max_tokens": 30, "ignore_eos": true, "seed": 1});
    let text = server.completion(&asked).await["choices"][0]["text"].as_str().unwrap().to_owned();
    let words: Vec<&str> = text.split(' ').collect();
    let stop = format!("{} {}", words[10], words[11]);
    asked["stop"] = json!(stop);
    asked["stream"] = json!(true);
    let streamed = server.stream("/v1/completions", &asked).await;
    assert_eq!(streamed.text(0), text[..text.find(&stop).unwrap()]);
    let last = &streamed.events.last().unwrap()["choices"][0];
    assert_eq!((&last["finish_reason"], &last["stop_reason"]), (&json!("stop"), &json!(stop)));
}

#[tokio::test]
async fn a_client_that_goes_frees_what_it_had() {
    let server = Server::start("--time-scale 1").await;
    let asked = json!({"prompt": "Hello", "max_tokens": 30_000, "ignore_eos": true, "stream": true, "n": 2});
    let response = server.post("/v1/completions", &asked).send().await.unwrap();
    server.until_metric("vllm:num_requests_running", 2.0).await;
    drop(response);
    server.until_metric("vllm:num_requests_running", 0.0).await;
    server.until_metric("vllm:kv_cache_usage_perc", 0.0).await;
    server.until_metric(r#"vllm:request_success_total{engine="0",finished_reason="abort""#, 2.0).await;

    // One that waits for a whole answer, too.
    let mut whole = asked.clone();
    whole["stream"] = json!(false);
    let waiting = tokio::spawn(server.post("/v1/completions", &whole).send());
    server.until_metric("vllm:num_requests_running", 2.0).await;
    waiting.abort();
    server.until_metric("vllm:num_requests_running", 0.0).await;
}
