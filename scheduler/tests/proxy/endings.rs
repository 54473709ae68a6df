//! Every way in which an exchange ends takes it off the books.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Json;
use http_body_util::BodyExt as _;
use scheduler::model::Endpoint;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::front::{Front, completion, post, streamed};
use crate::model_server::{ModelServer, Seen, Step, event, gated};
use crate::patience::{until, within};

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[server.address]).await;
    let mut answer = front.send(streamed("Tell a story")).await;
    steps.send(Step::Send(event(0))).unwrap();
    within("an event", answer.body_mut().frame()).await.unwrap().unwrap();
    assert_eq!(front.in_flight(), 1);
    drop(answer);
    front.until_idle().await;
    within("the model server to be told", steps.closed()).await;
}

#[tokio::test]
async fn a_client_that_goes_away_before_the_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front = Front::of(&[listener.local_addr().unwrap()]).await;
    let mut client = TcpStream::connect(front.address).await.unwrap();
    let body = r#"{"model":"m","prompt":"Hello"}"#;
    let head = format!("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    client.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    // Taken, and never answered.
    let taken = within("the request", listener.accept()).await.unwrap();
    assert_eq!(front.in_flight(), 1);
    drop(client);
    front.until_idle().await;
    drop(taken);
}

#[tokio::test]
async fn an_endpoint_that_breaks_off_in_the_middle() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[server.address]).await;
    let mut answer = front.send(streamed("Tell a story")).await;
    steps.send(Step::Send(event(0))).unwrap();
    within("an event", answer.body_mut().frame()).await.unwrap().unwrap();
    steps.send(Step::Break).unwrap();
    let rest = within("the break", answer.into_body().collect()).await;
    assert!(rest.is_err(), "the client takes a broken answer for a whole one");
    front.until_idle().await;
}

/// What an answer cost is learned from its end: here, that answers are long.
#[tokio::test]
async fn an_answer_of_known_length_is_learned_from() {
    let endpoint = Arc::<OnceLock<Arc<Endpoint>>>::default();
    let expected = Arc::<Mutex<Vec<f32>>>::default();
    let (pool, kept) = (Arc::clone(&endpoint), Arc::clone(&expected));
    let server = ModelServer::start(move |_: Seen| {
        let load = pool.get().unwrap().books.load(Duration::ZERO);
        kept.lock().unwrap().push(load.remaining_tokens);
        Json(json!({"usage": {"prompt_tokens": 2, "completion_tokens": 9_000, "total_tokens": 9_002}}))
    })
    .await;
    let front = Front::of(&[server.address]).await;
    endpoint.set(Arc::clone(&front.picker.datastore.snapshot().endpoints[0])).unwrap();
    for _ in 0..50 {
        front.ask(completion("Hello")).await;
    }
    let expected = expected.lock().unwrap();
    assert!(expected[49] > expected[0], "{expected:?}");
}

/// Most answers that are no streams say how long they are; their end is an end all the same.
#[tokio::test]
async fn an_answer_of_known_length_is_counted_to_its_end() {
    let usage = json!({"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33});
    let server =
        ModelServer::start(move |_: Seen| Json(json!({"model": "m", "choices": [], "usage": usage}))).await;
    let front = Front::of(&[server.address]).await;
    let answer = front.ask(completion("Hello")).await;
    assert!(answer.headers().contains_key("content-length"));
    front.until_idle().await;
    let page = || String::from_utf8(front.picker.metrics.render()).unwrap();
    until("the tokens of the answer", || {
        page().lines().any(|line| line.contains("request_output_tokens_sum") && line.ends_with(" 22"))
    })
    .await;
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[server.address]).await;
    let idle = TcpStream::connect(front.address).await.unwrap();
    let mut answer = front.send(streamed("Tell a story")).await;
    steps.send(Step::Send(event(0))).unwrap();
    within("an event", answer.body_mut().frame()).await.unwrap().unwrap();

    front.stop.cancel();
    let mut end_of_idle = Vec::new();
    let mut idle = idle;
    let closed = tokio::io::AsyncReadExt::read_to_end(&mut idle, &mut end_of_idle);
    within("the idle connection to be closed", closed).await.unwrap();
    assert!(!front.serving.is_finished());
    within("nobody to listen", async {
        while TcpStream::connect(front.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;

    steps.send(Step::Send(event(1))).unwrap();
    drop(steps);
    let rest = within("the rest", answer.into_body().collect()).await.unwrap().to_bytes();
    assert_eq!(rest, event(1));
    assert_eq!(front.in_flight(), 0);
    within("the proxy's end", front.serving).await.unwrap();
}

#[tokio::test]
async fn a_client_that_breaks_off_its_own_body() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    let mut client = TcpStream::connect(front.address).await.unwrap();
    let head = "POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{\"model\"";
    client.write_all(head.as_bytes()).await.unwrap();
    drop(client);
    assert_eq!(front.ask(post(r#"{"model":"m","prompt":"Hello"}"#)).await.status(), 200);
    front.stop.cancel();
    within("the proxy's end", front.serving).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}
