//! What is not generation.

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::server::{Events, Server, answer};

#[tokio::test]
async fn health_has_no_body() {
    let server = Server::start("").await;
    let response = server.get("/health").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn models_are_listed_under_their_names() {
    let server = Server::start("--served-model-name first second --max-model-len 4096").await;
    let (status, body) = answer(server.get("/v1/models")).await;
    assert_eq!((status, &body["object"]), (200, &json!("list")));
    let cards = body["data"].as_array().unwrap();
    let names: Vec<&Value> = cards.iter().map(|card| &card["id"]).collect();
    assert_eq!(names, ["first", "second"]);
    for card in cards {
        assert_eq!((&card["root"], &card["max_model_len"]), (&json!("base"), &json!(4096)));
        assert_eq!((&card["object"], &card["owned_by"]), (&json!("model"), &json!("vllm")));
    }
    let answered = server.completion(&json!({"model": "second", "prompt": "Hello"})).await;
    assert_eq!(answered["model"], "first");
}

#[tokio::test]
async fn tokenize_counts_as_generation_does() {
    let server = Server::start("--max-model-len 4096").await;
    let prompt = "A prompt of some words, and a sign or two!";
    let body = server.ok("/tokenize", &json!({"prompt": prompt})).await;
    assert_eq!(body["tokens"].as_array().unwrap().len(), body["count"]);
    assert_eq!(body["max_model_len"], 4096);
    let answered = server.completion(&json!({"prompt": prompt})).await;
    assert_eq!(answered["usage"]["prompt_tokens"], body["count"]);

    let messages = json!([{"role": "user", "content": prompt}]);
    let body = server.ok("/tokenize", &json!({"messages": messages})).await;
    let answered = server.ok("/v1/chat/completions", &json!({"messages": messages})).await;
    assert_eq!(answered["usage"]["prompt_tokens"], body["count"]);
    let (status, body) = server.ask("/tokenize", &json!({"model": "other", "prompt": prompt})).await;
    assert_eq!((status, &body["error"]["type"]), (404, &json!("NotFoundError")));
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let server = Server::start("").await;
    assert_eq!(answer(server.get("/v2")).await, (404, json!({"detail": "Not Found"})));
    let wrong = server.get("/v1/completions").send().await.unwrap();
    assert_eq!(wrong.status(), 405);
    assert_eq!(wrong.headers()["allow"], "POST");
    assert_eq!(wrong.json::<Value>().await.unwrap(), json!({"detail": "Method Not Allowed"}));
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_lets_requests_end() {
    let server = Server::start("--time-scale 1").await;
    let asked = json!({"prompt": "Hello", "max_tokens": 10, "ignore_eos": true, "stream": true});
    let response = server.post("/v1/completions", &asked).send().await.unwrap();
    server.stop.cancel();
    let streamed = Events::read(response).await;
    assert!(streamed.is_done);
    assert_eq!(streamed.events.len(), 10);
    server.task.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}
