//! Adapters.

use serde_json::json;

use crate::server::{Server, answer};

const FLAGS: &str =
    r#"--lora-modules food=/adapters/food {"name":"law","path":"/adapters/law"} --max-loras 4"#;

#[tokio::test]
async fn adapters_are_models_of_their_own() {
    let server = Server::start(FLAGS).await;
    let (_, body) = answer(server.get("/v1/models")).await;
    let card = |index: usize| (body["data"][index]["id"].clone(), body["data"][index]["parent"].clone());
    assert_eq!(card(0), (json!("base"), json!(null)));
    assert_eq!(card(1), (json!("food"), json!("base")));
    assert_eq!(card(2), (json!("law"), json!("base")));
    let prompt: Vec<u32> = (1..100).collect();
    let asked = |model: &str| json!({"model": model, "prompt": prompt, "max_tokens": 2});
    let body = server.completion(&asked("law")).await;
    assert_eq!(body["model"], "law");
    // They share no cache.
    let body = server.completion(&asked("food")).await;
    assert_eq!(body["usage"]["prompt_tokens_details"]["cached_tokens"], 0);
}

#[tokio::test]
async fn metrics_tell_whose_requests_there_are() {
    let server = Server::start(&format!("{FLAGS} --max-num-seqs 1 --time-scale 1")).await;
    let series = |running: &str, waiting: &str| {
        format!(
            r#"vllm:lora_requests_info{{max_lora="4",running_lora_adapters="{running}",waiting_lora_adapters="{waiting}"}}"#
        )
    };
    assert!(server.metric(&series("", "")).await.unwrap() > 1.7e9);
    let asked = |model: &str| json!({"model": model, "prompt": "Hello", "max_tokens": 30_000, "ignore_eos": true, "stream": true});
    let first = server.post("/v1/completions", &asked("food")).send().await.unwrap();
    server.until_metric("vllm:num_requests_running", 1.0).await;
    let second = server.post("/v1/completions", &asked("law")).send().await.unwrap();
    server.until_metric("vllm:num_requests_waiting", 1.0).await;
    assert!(server.metric(&series("food", "law")).await.is_some());
    drop((first, second));
    server.until_metric("vllm:num_requests_running", 0.0).await;
    assert!(server.metric(&series("", "")).await.is_some());
}
