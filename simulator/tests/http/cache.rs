//! What is found in the prefix cache.

use serde_json::{Value, json};

use crate::server::Server;

fn cached(body: &Value) -> u64 {
    body["usage"]["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap()
}

/// A prompt of that many tokens.
fn prompt(tokens: u32) -> Vec<u32> {
    (1..=tokens).collect()
}

#[tokio::test]
async fn a_repeated_prompt_is_cached_but_for_its_end() {
    let server = Server::start("").await;
    let asked = json!({"prompt": prompt(100), "max_tokens": 2});
    assert_eq!(cached(&server.completion(&asked).await), 0);
    assert_eq!(cached(&server.completion(&asked).await), 96);
    assert_eq!(server.metric("vllm:prefix_cache_hits_total").await, Some(96.0));
    assert_eq!(server.metric("vllm:prefix_cache_queries_total").await, Some(200.0));
    // The last token is always computed, so that there is a next one.
    let whole_blocks = json!({"prompt": prompt(96), "max_tokens": 2});
    assert_eq!(cached(&server.completion(&whole_blocks).await), 80);
}

#[tokio::test]
async fn the_next_turn_of_a_chat_finds_the_last_answer() {
    let server = Server::start("").await;
    let mut messages = vec![json!({"role": "user", "content": "Tell me about bridges, rivers and mills."})];
    let chat = |messages: &[Value]| json!({"messages": messages, "max_tokens": 200, "ignore_eos": true});
    let first = server.ok("/v1/chat/completions", &chat(&messages)).await;
    messages.push(first["choices"][0]["message"].clone());
    messages.push(json!({"role": "user", "content": "And about the sea?"}));
    let second = server.ok("/v1/chat/completions", &chat(&messages)).await;
    let tokens = first["usage"]["total_tokens"].as_u64().unwrap();
    // All full blocks of the first turn, but for the last token of the answer, whose KV was never computed.
    assert_eq!(cached(&second), (tokens - 1) / 16 * 16, "{second}");
}

#[tokio::test]
async fn a_reset_forgets_it() {
    let server = Server::start("").await;
    let asked = json!({"prompt": prompt(100), "max_tokens": 2});
    server.completion(&asked).await;
    assert_eq!(server.post("/reset_prefix_cache", &Value::Null).send().await.unwrap().status(), 200);
    assert_eq!(cached(&server.completion(&asked).await), 0);
}

#[tokio::test]
async fn a_salt_keeps_requests_apart() {
    let server = Server::start("").await;
    let salted = |salt: &str| json!({"prompt": prompt(100), "max_tokens": 2, "cache_salt": salt});
    server.completion(&salted("a")).await;
    assert_eq!(cached(&server.completion(&salted("b")).await), 0);
    assert_eq!(cached(&server.completion(&salted("a")).await), 96);
}
