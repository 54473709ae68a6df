//! What subscribers learn of the prefix cache.

use std::net::TcpListener;

use serde_json::{Value, json};
use zeromq::{Socket as _, SocketRecv as _, SubSocket};

use crate::server::Server;

/// The events of the next batch, as JSON.
async fn next(socket: &mut SubSocket) -> (String, Vec<Value>) {
    let message = socket.recv().await.unwrap();
    let topic = String::from_utf8(message.get(0).unwrap().to_vec()).unwrap();
    let (_, events, rank): (f64, Vec<Value>, u32) = rmp_serde::from_slice(message.get(2).unwrap()).unwrap();
    assert_eq!(rank, 0);
    (topic, events)
}

#[tokio::test]
async fn blocks_are_told_with_their_tokens() {
    // The server goes to the subscriber, as it does to a scheduler: nothing is lost to a late subscription.
    let mut socket = SubSocket::new();
    let address = socket.bind("tcp://127.0.0.1:0").await.unwrap();
    socket.subscribe("").await.unwrap();
    let mut connected = socket.monitor();
    let server = Server::start(&format!("--zmq-endpoint {address} --lora-modules food=/food")).await;
    futures::StreamExt::next(&mut connected).await.unwrap();

    let prompt: Vec<u32> = (1..=40).collect();
    let asked = json!({"model": "food", "prompt": prompt, "max_tokens": 1});
    server.completion(&asked).await;
    let (topic, events) = next(&mut socket).await;
    assert!(topic.starts_with("kv@127.0.0.1:8000@base"), "{topic}");
    let [stored] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(stored[0], "BlockStored");
    assert_eq!(stored[1].as_array().unwrap().len(), 2);
    assert_eq!((&stored[2], &stored[3]), (&Value::Null, &json!(prompt[..32])));
    assert_eq!((&stored[4], &stored[6], &stored[7]), (&json!(16), &json!("GPU"), &json!("food")));

    server.post("/reset_prefix_cache", &Value::Null).send().await.unwrap();
    assert_eq!(next(&mut socket).await.1, [json!(["AllBlocksCleared"])]);
}

#[tokio::test]
async fn a_taken_port_ends_the_server() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let server = Server::start(&format!("--host 127.0.0.1 --kv-events-port {port}")).await;
    let error = server.task.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "failed to publish KV events");
}
