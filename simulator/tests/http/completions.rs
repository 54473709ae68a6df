//! Whole answers.

use serde_json::{Value, json};

use crate::server::Server;

#[tokio::test]
async fn a_completion_has_vllms_fields() {
    let server = Server::start("").await;
    let asked = json!({"model": "base", "prompt": "Hello world", "max_tokens": 3, "ignore_eos": true});
    let request = server.post("/v1/completions", &asked).header("x-request-id", "r-1");
    let mut body: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(body["created"].take().as_u64().unwrap() > 1_700_000_000);
    let text = body["choices"][0]["text"].take();
    assert!(text.as_str().unwrap().starts_with(' '), "{text}");
    assert_eq!(
        body,
        json!({
            "id": "cmpl-r-1",
            "object": "text_completion",
            "created": null,
            "model": "base",
            "choices": [{
                "index": 0, "text": null, "logprobs": null, "finish_reason": "length", "stop_reason": null,
            }],
            "service_tier": null,
            "system_fingerprint": null,
            "usage": {
                "prompt_tokens": 2, "total_tokens": 5, "completion_tokens": 3,
                "prompt_tokens_details": {"cached_tokens": 0},
            },
            "kv_transfer_params": null,
        })
    );
}

#[tokio::test]
async fn a_chat_completion_has_vllms_fields() {
    let server = Server::start("").await;
    let messages = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}, {"type": "text", "text": "there"}]},
    ]);
    let asked =
        json!({"messages": messages, "max_completion_tokens": 3, "max_tokens": 5, "ignore_eos": true});
    let mut body = server.ok("/v1/chat/completions", &asked).await;
    assert!(body["id"].as_str().unwrap().starts_with("chatcmpl-"));
    assert_eq!((&body["object"], &body["model"]), (&json!("chat.completion"), &json!("base")));
    assert_eq!(body["usage"]["completion_tokens"], 3);
    let content = body["choices"][0]["message"]["content"].take();
    assert!(!content.as_str().unwrap().starts_with(' '), "{content}");
    assert_eq!(
        body["choices"],
        json!([{
            "index": 0,
            "message": {
                "role": "assistant", "content": null, "refusal": null, "annotations": null, "audio": null,
                "function_call": null, "tool_calls": [],
            },
            "logprobs": null,
            "finish_reason": "length",
            "stop_reason": null,
        }])
    );
}

#[tokio::test]
async fn an_answer_tokenizes_to_as_many_tokens() {
    let server = Server::start("").await;
    let asked = json!({"prompt": "Count", "max_tokens": 100, "ignore_eos": true});
    let text = server.completion(&asked).await["choices"][0]["text"].take();
    assert_eq!(server.ok("/tokenize", &json!({"prompt": text})).await["count"], 100);
}

#[tokio::test]
async fn answers_depend_on_prompt_and_seeds() {
    let text = async |server: &Server, prompt: &str, more: Value| {
        let mut asked = json!({"prompt": prompt, "max_tokens": 20, "ignore_eos": true});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.completion(&asked).await["choices"][0]["text"].take()
    };
    let [one, same, other] =
        [Server::start("").await, Server::start("").await, Server::start("--seed 1").await];
    let seeded = json!({"seed": 0});
    let answer = text(&one, "Hello", seeded.clone()).await;
    assert_eq!(text(&one, "Hello", seeded.clone()).await, answer);
    assert_eq!(text(&same, "Hello", seeded.clone()).await, answer);
    assert_ne!(text(&one, "Hallo", seeded.clone()).await, answer);
    assert_ne!(text(&one, "Hello", json!({"seed": 7})).await, answer);
    assert_ne!(text(&other, "Hello", seeded.clone()).await, answer);

    // Without a seed every answer is another, and a run is like the next.
    let answers = [text(&one, "Hello", json!({})).await, text(&one, "Hello", json!({})).await];
    assert_ne!(answers[0], answers[1]);
    assert!(!answers.contains(&answer));
    assert_eq!([text(&same, "Hello", json!({})).await, text(&same, "Hello", json!({})).await], answers);
    assert_ne!(text(&other, "Hello", json!({})).await, answers[0]);

    let greedy = text(&one, "Hello", json!({"temperature": 0})).await;
    assert_eq!(text(&other, "Hello", json!({"temperature": 0, "seed": 7})).await, greedy);
    assert_ne!(text(&one, "Hallo", json!({"temperature": 0})).await, greedy);
}

#[tokio::test]
async fn an_answer_ends_by_itself_or_by_its_limits() {
    let server = Server::start("").await;
    let ended = async |asked: Value| {
        let body = server.completion(&asked).await;
        let tokens = body["usage"]["completion_tokens"].as_u64().unwrap();
        (body["choices"][0]["finish_reason"].as_str().unwrap().to_owned(), tokens)
    };
    let (reason, tokens) = ended(json!({"prompt": "Hello", "max_tokens": 10_000, "seed": 1})).await;
    assert_eq!(reason, "stop");
    assert!(tokens < 10_000);
    let shorter = json!({"prompt": "Hello", "max_tokens": tokens - 1, "seed": 1});
    assert_eq!(ended(shorter).await, ("length".to_owned(), tokens - 1));
    let longer = json!({"prompt": "Hello", "max_tokens": 10_000, "min_tokens": tokens + 50, "seed": 1});
    assert_eq!(ended(longer).await, ("stop".to_owned(), tokens + 50));
    // vLLM's default of a completion.
    assert_eq!(ended(json!({"prompt": "Hello", "ignore_eos": true})).await, ("length".to_owned(), 16));
}

#[tokio::test]
async fn every_prompt_has_every_choice() {
    let server = Server::start("").await;
    let asked = json!({"prompt": ["Hello", "Good bye"], "n": 3, "max_tokens": 8, "ignore_eos": true});
    let body = server.completion(&asked).await;
    let choices = body["choices"].as_array().unwrap();
    let indices: Vec<&Value> = choices.iter().map(|choice| &choice["index"]).collect();
    assert_eq!(indices, [0, 1, 2, 3, 4, 5]);
    for (position, choice) in choices.iter().enumerate() {
        assert!(choices[..position].iter().all(|other| other["text"] != choice["text"]), "{body}");
    }
    // Each prompt counts once.
    assert_eq!(body["usage"]["prompt_tokens"], 1 + 2);
    assert_eq!(body["usage"]["completion_tokens"], 6 * 8);
}

#[tokio::test]
async fn token_ids_are_prompts() {
    let server = Server::start("").await;
    let body = server.completion(&json!({"prompt": [11, 12, 13], "max_tokens": 4})).await;
    assert_eq!(body["usage"]["prompt_tokens"], 3);
    let body = server.completion(&json!({"prompt": [[11, 12, 13], [14, 15]], "max_tokens": 4})).await;
    assert_eq!(body["usage"]["prompt_tokens"], 5);
    assert_eq!(body["choices"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn stop_strings_end_an_answer() {
    let server = Server::start("").await;
    let free = json!({"prompt": "Hello", "max_tokens": 40, "ignore_eos": true, "seed": 1});
    let text = server.completion(&free).await["choices"][0]["text"].as_str().unwrap().to_owned();
    let words: Vec<&str> = text.split(' ').collect();
    let stop = format!("{} {}", words[20], words[21]);
    let before = text.find(&stop).unwrap();

    let mut stopped = free.clone();
    stopped["stop"] = json!(["%", stop]);
    let body = server.completion(&stopped).await;
    assert_eq!(body["choices"][0]["text"], text[..before]);
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
    assert_eq!(body["choices"][0]["stop_reason"], stop);
    assert_eq!(body["usage"]["completion_tokens"], 21);

    let mut included = stopped.clone();
    included["include_stop_str_in_output"] = json!(true);
    let body = server.completion(&included).await;
    assert_eq!(body["choices"][0]["text"], text[..before + stop.len()]);

    let mut later = stopped.clone();
    later["min_tokens"] = json!(40);
    assert_eq!(server.completion(&later).await["choices"][0]["finish_reason"], "length");
}
