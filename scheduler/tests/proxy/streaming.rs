//! Answers in pieces.

use bytes::Bytes;
use http_body_util::BodyExt as _;

use crate::front::{Front, header, streamed};
use crate::model_server::{ModelServer, Step, event, gated};
use crate::patience::within;

#[tokio::test]
async fn each_event_arrives_before_the_next_is_sent() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[server.address]).await;
    let mut answer = front.send(streamed("Tell a story")).await;
    assert_eq!(header(&answer, "content-type"), "text/event-stream");
    for token in 0..20 {
        steps.send(Step::Send(event(token))).unwrap();
        let mut got = Vec::new();
        while got.len() < event(token).len() {
            let frame = within("an event", answer.body_mut().frame()).await.unwrap().unwrap();
            got.extend_from_slice(frame.data_ref().unwrap());
        }
        assert_eq!(Bytes::from(got), event(token));
        assert_eq!(front.in_flight(), 1);
    }
    drop(steps);
    assert!(within("the end", answer.body_mut().frame()).await.is_none());
    front.until_idle().await;
}

#[tokio::test]
async fn the_head_arrives_before_any_byte_of_the_body() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[server.address]).await;
    let answer = front.send(streamed("Think first")).await;
    assert_eq!(answer.status(), 200);
    steps.send(Step::Send(event(0))).unwrap();
    drop(steps);
    let body = within("the body", answer.into_body().collect()).await.unwrap().to_bytes();
    assert_eq!(body, event(0));
}

#[tokio::test]
async fn many_streams_at_a_time_do_not_mix() {
    let server = ModelServer::start(|seen: crate::model_server::Seen| {
        let pieces: Vec<_> = (0..8).map(|_| Ok::<_, std::io::Error>(seen.body.clone())).collect();
        axum::body::Body::from_stream(futures::stream::iter(pieces))
    })
    .await;
    let front = Front::of(&[server.address]).await;
    let asked = (0..100).map(|index| {
        let front = &front;
        async move {
            let request = streamed(&format!("number {index}"));
            let sent = request.body().clone().collect().await.unwrap().to_bytes();
            assert_eq!(front.ask(request).await.into_body(), sent.repeat(8));
        }
    });
    futures::future::join_all(asked).await;
    front.until_idle().await;
}
