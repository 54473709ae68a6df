//! How it ends.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use llmd_proto::health::health_check_response::ServingStatus::NotServing;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::clients::model_server;
use crate::patience::{until, within};
use crate::place::Place;

/// A drain that no test waits for.
const LONG: &str = "--drain-timeout=1h";

#[tokio::test]
async fn told_to_end_it_says_so_and_serves_on() {
    let server = model_server(|| "hello").await;
    let process = Place::new(&[server]).start(&[LONG, "--secure-serving=false"]);
    let mut process = process.until_serving().await;
    process.signal("TERM");
    process.until_health(NotServing).await;
    assert_eq!(process.complete(&[]).await.status(), 200);
    assert_eq!(process.destination().await, server.to_string());
    assert_eq!(process.page("/metrics").await.0, 200);
    assert_eq!(process.page("/readyz").await.0, 503);
    assert!(process.is_running());
    process.signal("TERM");
    process.ends(130, &["draining"]);
}

#[tokio::test]
async fn it_ends_when_the_drain_is_over() {
    let process = Place::new(&[]).start(&["--drain-timeout=1ms"]).until_serving().await;
    process.signal("TERM");
    process.ends(0, &["draining", "ended"]);
}

#[tokio::test]
async fn somebody_at_a_terminal_does_not_wait() {
    let process = Place::new(&[]).start(&[LONG]).until_serving().await;
    process.signal("INT");
    process.ends(0, &["ended"]);
}

#[tokio::test]
async fn impatience_during_the_drain_ends_it_at_once() {
    let process = Place::new(&[]).start(&[LONG]).until_serving().await;
    process.signal("TERM");
    process.until_health(NotServing).await;
    process.signal("INT");
    process.ends(130, &[]);
}

#[tokio::test]
async fn what_is_under_way_is_finished() {
    let (pieces, receiver) = mpsc::unbounded_channel::<Bytes>();
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let server = model_server(move || {
        let receiver = receiver.lock().unwrap().take();
        let Some(receiver) = receiver else { return Body::empty() };
        Body::from_stream(UnboundedReceiverStream::new(receiver).map(Ok::<_, Infallible>))
    })
    .await;
    // No scrape may take the answer that is for the client.
    let process = Place::new(&[server]).start(&[
        LONG,
        "--refresh-metrics-interval=1h",
        "--model-server-metrics-port=1",
    ]);
    let process = process.until_serving().await;
    let mut answer = process.complete(&[]).await;
    pieces.send("one ".into()).unwrap();
    let first = within("a piece", answer.body_mut().frame()).await.unwrap().unwrap();
    assert_eq!(first.data_ref().unwrap(), "one ");
    process.signal("INT");
    until("the drain", async || process.stderr().contains("draining")).await;
    pieces.send("two".into()).unwrap();
    drop(pieces);
    assert_eq!(within("the rest", answer.into_body().collect()).await.unwrap().to_bytes(), "two");
    process.ends(0, &["drained=true"]);
}
