use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use zeromq::{DealerSocket, Socket as _, SocketRecv, SocketSend as _, SubSocket, ZmqMessage};

use super::event::payload;
use super::journal::Journal;
use super::replay::Replay;
use super::*;
use crate::engine::{BlockHash, CacheEvent, SequenceId};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const PATIENCE: Duration = Duration::from_secs(20);
const NEVER: Duration = Duration::from_secs(3600);

fn settings(endpoint: Endpoint) -> Settings {
    Settings {
        endpoint,
        replay: Some(LOOPBACK),
        topic: topic("127.0.0.1:8000", "Qwen/Qwen3-32B"),
        data_parallel_rank: 0,
        batch_size: 1,
        batch_delay: NEVER,
        kept_batches: 4,
    }
}

fn removed(hash: u64) -> Event {
    Event::Removed { hashes: vec![hash] }
}

/// A publisher at work, and where its sockets are. It ends with the publisher.
async fn start(settings: Settings) -> (Publisher, String, String, JoinHandle<()>) {
    let (publisher, service) = Publisher::open(settings).await.unwrap();
    let address = service.address().to_owned();
    let replay = service.replay_address().unwrap().to_owned();
    (publisher, address, replay, tokio::spawn(service.run(CancellationToken::new())))
}

async fn frames(socket: &mut impl SocketRecv) -> Vec<Bytes> {
    timeout(PATIENCE, socket.recv()).await.expect("a message").unwrap().into_vec()
}

fn sequence(frame: &Bytes) -> u64 {
    u64::from_be_bytes(frame.as_ref().try_into().unwrap())
}

/// The events of a payload.
fn events(payload: &Bytes) -> Value {
    let batch: Value = rmp_serde::from_slice(payload).unwrap();
    assert!(batch[0].as_f64().unwrap() > 1.7e9, "{batch}");
    assert_eq!(batch[2], 0);
    batch[1].clone()
}

/// Publishes until the first batch arrives, as nothing tells that a subscription has, and gives the first number that
/// is still free.
async fn subscribed(publisher: &Publisher, subscriber: &mut SubSocket) -> u64 {
    let mut sent = 0;
    let first = loop {
        publisher.publish(Event::Cleared);
        sent += 1;
        if let Ok(message) = timeout(Duration::from_millis(20), subscriber.recv()).await {
            break message.unwrap().into_vec();
        }
    };
    for _ in sequence(&first[1]) + 1..sent {
        frames(subscriber).await;
    }
    sent
}

/// The bytes are msgpack's for Python.
#[test]
fn payloads_are_as_vllm_writes_them() {
    let time = UNIX_EPOCH + Duration::from_millis(1_764_168_000_250);
    let base = Event::Stored {
        hashes: vec![1, u64::MAX],
        parent: None,
        tokens: vec![5, 200, 70_000, 1],
        block_size: 2,
        lora_name: None,
    };
    assert_eq!(
        payload(time, &[base], 0).unwrap(),
        b"\x93\xcb\x41\xda\x49\xc4\x50\x10\x00\x00\x91\
          \x98\xabBlockStored\x92\x01\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xc0\
          \x94\x05\xcc\xc8\xce\x00\x01\x11\x70\x01\x02\xc0\xa3GPU\xc0\x00"
            .as_slice()
    );
    let adapter = Event::Stored {
        hashes: vec![7],
        parent: Some(9),
        tokens: vec![1, 2],
        block_size: 2,
        lora_name: Some("sql".into()),
    };
    assert_eq!(
        payload(time, &[adapter, Event::Removed { hashes: vec![7, 1] }, Event::Cleared], 3).unwrap(),
        b"\x93\xcb\x41\xda\x49\xc4\x50\x10\x00\x00\x93\
          \x98\xabBlockStored\x91\x07\x09\x92\x01\x02\x02\xc0\xa3GPU\xa3sql\
          \x93\xacBlockRemoved\x92\x07\x01\xa3GPU\
          \x91\xb0AllBlocksCleared\x03"
            .as_slice()
    );
}

#[test]
fn a_stored_block_brings_its_tokens() {
    let change = |first| CacheEvent::Stored {
        id: SequenceId(3),
        first,
        hashes: vec![BlockHash(11), BlockHash(12)],
        parent: Some(BlockHash(10)),
    };
    let tokens: Vec<_> = (0..9).collect();
    let sequence =
        |id| (id == SequenceId(3)).then_some(SequenceTokens { tokens: &tokens, lora_name: Some("sql") });
    let expected = Event::Stored {
        hashes: vec![11, 12],
        parent: Some(10),
        tokens: vec![2, 3, 4, 5],
        block_size: 2,
        lora_name: Some("sql".into()),
    };
    assert_eq!(Event::new(change(1), 2, sequence), Some(expected));
    assert_eq!(Event::new(change(3), 2, sequence), None, "there are no tokens for the second block");
    assert_eq!(Event::new(change(1), 2, |_| None), None);
}

#[test]
fn an_endpoint_binds_or_connects_as_with_vllm() {
    let bind = |address: &str| Ok(Endpoint::Bind(address.parse().unwrap()));
    let connect = |address: &str| Ok(Endpoint::Connect(address.to_owned()));
    assert_eq!("tcp://*:5557".parse(), bind("0.0.0.0:5557"));
    assert_eq!("tcp://0.0.0.0:5557".parse(), bind("0.0.0.0:5557"));
    assert_eq!("tcp://[::]:5557".parse(), bind("[::]:5557"));
    assert_eq!("tcp://127.0.0.1:5557".parse(), connect("127.0.0.1:5557"));
    assert_eq!("tcp://[::1]:5557".parse(), connect("[::1]:5557"));
    assert_eq!("tcp://gaie-epp.llm-d.svc:5557".parse(), connect("gaie-epp.llm-d.svc:5557"));
    for wrong in ["", "5557", "tcp://gaie-epp", "udp://*:5557", "ipc:///tmp/events", "tcp://*:99999"] {
        assert_eq!(wrong.parse::<Endpoint>(), Err(InvalidEndpoint(wrong.to_owned())), "{wrong}");
    }
}

#[test]
fn the_journal_forgets_the_oldest() {
    let mut journal = Journal::new(2, 0);
    let kept = |journal: &Journal, start| journal.since(start).map(|(number, _)| number).collect::<Vec<_>>();
    assert_eq!(kept(&journal, 0), [0; 0]);
    for expected in 0..5 {
        assert_eq!(journal.push(Bytes::new()), expected);
    }
    assert_eq!(kept(&journal, 0), [3, 4]);
    assert_eq!(kept(&journal, 4), [4]);
    assert_eq!(kept(&journal, 5), [0; 0]);
    assert_eq!(Journal::new(0, 0).push(Bytes::new()), 0);
}

#[test]
fn the_journal_forgets_by_size_too() {
    let mut journal = Journal::new(100, 10);
    let mut kept = |length: usize| {
        journal.push(Bytes::from(vec![0; length]));
        journal.since(0).map(|(number, _)| number).collect::<Vec<_>>()
    };
    assert_eq!(kept(4), [0]);
    assert_eq!(kept(6), [0, 1]);
    assert_eq!(kept(5), [2]);
    assert_eq!(kept(5), [2, 3]);
    assert_eq!(kept(11), [0; 0]);
    assert_eq!(kept(10), [5]);
}

#[tokio::test]
async fn a_subscriber_gets_topic_number_and_events() {
    let (publisher, address, _, service) = start(settings(Endpoint::Bind(LOOPBACK))).await;
    let mut subscriber = SubSocket::new();
    subscriber.connect(&address).await.unwrap();
    subscriber.subscribe("kv@").await.unwrap();
    let next = subscribed(&publisher, &mut subscriber).await;
    publisher.publish(removed(7));
    publisher.publish(Event::Cleared);
    let message = frames(&mut subscriber).await;
    assert_eq!(message.len(), 3);
    assert_eq!(message[0], "kv@127.0.0.1:8000@Qwen/Qwen3-32B");
    assert_eq!(sequence(&message[1]), next);
    assert_eq!(events(&message[2]), json!([["BlockRemoved", [7], "GPU"]]));
    let message = frames(&mut subscriber).await;
    assert_eq!(sequence(&message[1]), next + 1);
    assert_eq!(events(&message[2]), json!([["AllBlocksCleared"]]));
    drop(publisher);
    timeout(PATIENCE, service).await.expect("the service ends").unwrap();
}

/// What the replay socket still has, by number.
async fn replayed(replay: &str, start: u64) -> Vec<(u64, Value)> {
    let mut dealer = DealerSocket::new();
    dealer.connect(replay).await.unwrap();
    ask(&mut dealer, start).await;
    let mut batches = Vec::new();
    loop {
        let message = frames(&mut dealer).await;
        assert_eq!(message.len(), 3);
        assert!(message[0].is_empty());
        if sequence(&message[1]) == u64::MAX {
            assert!(message[2].is_empty());
            return batches;
        }
        batches.push((sequence(&message[1]), events(&message[2])));
    }
}

async fn ask(dealer: &mut DealerSocket, start: u64) {
    let mut request = ZmqMessage::from(Bytes::new());
    request.push_back(Bytes::copy_from_slice(&start.to_be_bytes()));
    dealer.send(request).await.unwrap();
}

/// What the replay socket has once it has `count` batches from 0 on.
async fn replayed_all(replay: &str, count: usize) -> Vec<(u64, Value)> {
    let all = async {
        loop {
            let batches = replayed(replay, 0).await;
            if batches.len() >= count {
                return batches;
            }
        }
    };
    timeout(PATIENCE, all).await.expect("batches")
}

#[tokio::test]
async fn who_missed_some_gets_what_is_kept() {
    let (publisher, _, replay, _service) = start(settings(Endpoint::Bind(LOOPBACK))).await;
    for hash in 0..6 {
        publisher.publish(removed(hash));
    }
    let batch = |number: u64| (number, json!([["BlockRemoved", [number], "GPU"]]));
    while replayed(&replay, 5).await.is_empty() {}
    assert_eq!(replayed(&replay, 0).await, [batch(2), batch(3), batch(4), batch(5)]);
    assert_eq!(replayed(&replay, 4).await, [batch(4), batch(5)]);
    assert_eq!(replayed(&replay, 6).await, []);
}

#[tokio::test]
async fn who_takes_no_answer_does_not_keep_others_from_theirs() {
    const BATCHES: u64 = 10_000;
    let mut journal = Journal::new(usize::MAX, usize::MAX);
    for _ in 0..BATCHES {
        journal.push(Bytes::from_static(&[0; 4096]));
    }
    let mut replay = Replay::open(LOOPBACK, Arc::new(Mutex::new(journal))).await.unwrap();
    let address = replay.address().to_owned();
    let service = tokio::spawn(async move { replay.serve().await });
    // Ten answers fill the queue of 100,000 messages, the next ones whatever the network buffers.
    let mut stuck = DealerSocket::new();
    stuck.connect(&address).await.unwrap();
    for _ in 0..20 {
        ask(&mut stuck, 0).await;
    }
    // Clients take turns: by the last of these, the stuck one had all of its own.
    for _ in 0..20 {
        assert_eq!(replayed(&address, BATCHES).await, []);
    }
    service.abort();
}

#[tokio::test]
async fn a_request_that_is_none_does_no_harm() {
    let (publisher, _, replay, _service) = start(settings(Endpoint::Bind(LOOPBACK))).await;
    let mut dealer = DealerSocket::new();
    dealer.connect(&replay).await.unwrap();
    dealer.send(ZmqMessage::from("what?")).await.unwrap();
    publisher.publish(Event::Cleared);
    assert_eq!(replayed_all(&replay, 1).await.len(), 1);
}

#[tokio::test]
async fn a_full_batch_goes_at_once() {
    let full = Settings { batch_size: 2, ..settings(Endpoint::Bind(LOOPBACK)) };
    let (publisher, _, replay, _service) = start(full).await;
    for hash in 0..5 {
        publisher.publish(removed(hash));
    }
    let event = |hash: u64| json!(["BlockRemoved", [hash], "GPU"]);
    let expected = [(0, json!([event(0), event(1)])), (1, json!([event(2), event(3)]))];
    assert_eq!(replayed_all(&replay, 2).await, expected);
}

#[tokio::test]
async fn a_batch_that_is_not_full_goes_in_time() {
    let slow =
        Settings { batch_size: 100, batch_delay: Duration::ZERO, ..settings(Endpoint::Bind(LOOPBACK)) };
    let (publisher, _, replay, _service) = start(slow).await;
    publisher.publish(removed(1));
    assert_eq!(replayed_all(&replay, 1).await, [(0, json!([["BlockRemoved", [1], "GPU"]]))]);
}

#[tokio::test]
async fn the_publisher_goes_to_a_subscriber_that_comes_late_and_again() {
    // A port that was free a moment ago; the publisher tries it before anybody listens there.
    let listener = std::net::TcpListener::bind(LOOPBACK).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (publisher, to, _, _service) = start(settings(Endpoint::Connect(address))).await;
    for _ in 0..2 {
        let mut subscriber = SubSocket::new();
        subscriber.bind(&to).await.unwrap();
        subscriber.subscribe("kv@").await.unwrap();
        let next = subscribed(&publisher, &mut subscriber).await;
        assert!(next > 0);
        subscriber.unbind_all().await;
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind(LOOPBACK).unwrap();
    let address = taken.local_addr().unwrap();
    let error = Publisher::open(settings(Endpoint::Bind(address))).await.err().unwrap();
    assert_eq!(error.to_string(), format!("listen for subscribers of KV events on {address}"));
}
