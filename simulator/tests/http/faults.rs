//! Failures on purpose.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::server::ServerError;

use crate::server::{Events, PATIENCE, Server, answer};

const ASKED: &str = "/v1/completions";

fn short() -> Value {
    json!({"prompt": "Hello", "max_tokens": 3, "ignore_eos": true})
}

#[tokio::test]
async fn flags_and_members_have_the_same_names() {
    let server = Server::start("--failure-injection-rate 5 --failure-types rate_limit,server_error").await;
    let (status, body) = answer(server.get("/admin/faults")).await;
    let mut expected = json!({
        "failure-injection-rate": 5.0,
        "failure-types": ["rate_limit", "server_error"],
        "fault-latency-ms": 0,
        "fault-slow-factor": 1.0,
        "fault-crash-after": null,
        "fault-hang": false,
        "fault-drop-after-tokens": null,
        "fault-refuse-metrics": false,
    });
    assert_eq!((status, &body), (200, &expected));
    // What is not named stays.
    expected["fault-latency-ms"] = json!(7);
    assert_eq!(server.ok("/admin/faults", &json!({"fault-latency-ms": 7})).await, expected);
    // As in flags.
    assert_eq!(server.ok("/admin/faults", &json!({"fault_latency_ms": 7})).await, expected);
    for (wrong, message) in [
        (json!({"fault-latency": 7}), "fault-latency: unknown field `fault-latency`"),
        (json!({"failure-injection-rate": 101}), "failure-injection-rate must be between 0 and 100, not 101"),
        (json!({"fault-slow-factor": 0}), "fault-slow-factor must be above 0, not 0"),
        (
            json!({"fault-hang": true, "fault-latency-ms": -1}),
            "fault-latency-ms: invalid value: integer `-1`",
        ),
    ] {
        let (status, body) = server.ask("/admin/faults", &wrong).await;
        assert_eq!(status, 400, "{body}");
        assert!(body["error"]["message"].as_str().unwrap().starts_with(message), "{body}");
    }
    assert_eq!(answer(server.get("/admin/faults")).await.1, expected);
}

#[tokio::test]
async fn a_share_of_requests_fails() {
    let server = Server::start("").await;
    for (kind, status) in [
        ("rate_limit", 429),
        ("invalid_api_key", 401),
        ("context_length", 400),
        ("server_error", 503),
        ("invalid_request", 400),
        ("model_not_found", 404),
    ] {
        server.set_faults(&json!({"failure-injection-rate": 100, "failure-types": [kind]})).await;
        let (answered, body) = server.ask(ASKED, &short()).await;
        assert_eq!((answered, &body["error"]["code"]), (status, &json!(status)), "{body}");
    }
    server.set_faults(&json!({"failure-injection-rate": 30, "failure-types": []})).await;
    let mut failed = 0;
    for _ in 0..200 {
        failed += u32::from(server.ask(ASKED, &short()).await.0 != 200);
    }
    assert!((30..90).contains(&failed), "{failed}");
}

#[tokio::test]
async fn requests_are_held_back() {
    let server = Server::start("--fault-latency-ms 120").await;
    let start = Instant::now();
    server.completion(&short()).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_slow_engine_takes_longer() {
    let server = Server::start("--fault-slow-factor 2000").await;
    let start = Instant::now();
    server.completion(&short()).await;
    // Three steps of at least 14.9 ms, a thousandth of it for the time scale, times 2000.
    assert!(start.elapsed() >= Duration::from_millis(3 * 29));
}

#[tokio::test]
async fn a_hang_ends_when_it_is_lifted() {
    let server = Server::start("--fault-hang").await;
    let asked = tokio::spawn(server.post(ASKED, &short()).send());
    // All else is answered.
    assert_eq!(server.get("/health").send().await.unwrap().status(), 200);
    assert_eq!(server.metric("vllm:generation_tokens_total").await, Some(0.0));
    server.set_faults(&json!({"fault-hang": false})).await;
    let answered = tokio::time::timeout(PATIENCE, asked).await.unwrap().unwrap().unwrap();
    assert_eq!(answered.status(), 200);
}

#[tokio::test]
async fn a_stream_breaks_in_the_middle() {
    let server = Server::start("--fault-drop-after-tokens 3").await;
    let mut asked = json!({"prompt": "Hello", "max_tokens": 10, "ignore_eos": true, "stream": true});
    let response = server.post(ASKED, &asked).send().await.unwrap();
    let broken = Events::read(response).await;
    assert_eq!((broken.events.len(), broken.is_done), (3, false));
    server.until_metric("vllm:num_requests_running", 0.0).await;
    asked["stream"] = json!(false);
    assert_eq!(server.completion(&asked).await["usage"]["completion_tokens"], 10);
}

#[tokio::test]
async fn metrics_are_refused() {
    let server = Server::start("--fault-refuse-metrics").await;
    let (status, body) = answer(server.get("/metrics")).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!(503)));
    server.set_faults(&json!({"fault-refuse-metrics": false})).await;
    assert!(server.metric("vllm:num_requests_running").await.is_some());
}

#[tokio::test]
async fn a_crash_cuts_every_connection() {
    let server = Server::start("--fault-crash-after 2 --time-scale 1").await;
    let asked = json!({"prompt": "Hello", "max_tokens": 30_000, "ignore_eos": true, "stream": true});
    let streaming = server.post(ASKED, &asked).send().await.unwrap();
    let other = server.post(ASKED, &asked).send().await.unwrap();
    assert!(server.post(ASKED, &asked).send().await.is_err());
    assert!(!Events::read(streaming).await.is_done);
    assert!(!Events::read(other).await.is_done);
    let ended = server.task.await.unwrap();
    assert!(matches!(ended, Err(ServerError::Crashed)), "{ended:?}");
}
