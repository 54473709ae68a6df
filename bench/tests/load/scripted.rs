//! A server that does as it is told, byte by byte.

use std::sync::{Arc, Mutex};

use llmd_bench::client::Url;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// What is done for one request, in order. Without [`Step::Close`] the connection then takes another.
pub enum Step {
    Say(Vec<u8>),
    Await(CancellationToken),
    Close,
}

/// What was seen.
#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    /// Heads and bodies, in the order in which they were read.
    pub requests: Vec<(String, Value)>,
    pub in_flight: usize,
    pub most_in_flight: usize,
}

pub struct Scripted {
    pub url: Url,
    pub seen: Arc<Mutex<Seen>>,
}

type Script = dyn Fn(usize, &Value) -> Vec<Step> + Send + Sync;

impl Scripted {
    /// The script gets the request's number, from 0, and its body.
    pub async fn start(script: impl Fn(usize, &Value) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (shared, script): (_, Arc<Script>) = (Arc::clone(&seen), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, Arc::clone(&shared), Arc::clone(&script)));
            }
        });
        Self { url, seen }
    }

    pub fn bodies(&self) -> Vec<Value> {
        self.seen.lock().unwrap().requests.iter().map(|(_, body)| body.clone()).collect()
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().requests.len()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, script: Arc<Script>) {
    let mut buffer = Vec::new();
    while let Some((head, body)) = read_request(&mut stream, &mut buffer).await {
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.requests.push((head, body.clone()));
            seen.in_flight += 1;
            seen.most_in_flight = seen.most_in_flight.max(seen.in_flight);
            seen.requests.len() - 1
        };
        let mut is_open = true;
        for step in script(number, &body) {
            match step {
                Step::Say(bytes) => is_open &= stream.write_all(&bytes).await.is_ok(),
                Step::Await(gate) => gate.cancelled().await,
                Step::Close => is_open = false,
            }
        }
        seen.lock().unwrap().in_flight -= 1;
        if !is_open {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, Value)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap().to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = serde_json::from_slice(&buffer[end + 4..end + 4 + length]).unwrap_or_default();
                buffer.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

pub fn say(bytes: impl Into<Vec<u8>>) -> Step {
    Step::Say(bytes.into())
}

pub const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
pub const END: &str = "0\r\n\r\n";
pub const DONE: &str = "data: [DONE]\n\n";

pub fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

pub fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

pub fn text_event(text: &str) -> String {
    event(&serde_json::json!({"choices": [{"index": 0, "text": text, "finish_reason": null}], "usage": null}))
}

pub fn usage_event(prompt: u32, output: u32) -> String {
    event(
        &serde_json::json!({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": output}}),
    )
}

pub fn whole(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let kind = "content-type: application/json";
    format!("HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A good stream: one text, the tokens that were asked for.
pub fn answer(body: &Value, text: &str) -> Vec<Step> {
    let tokens = body["max_tokens"].as_u64().or_else(|| body["max_completion_tokens"].as_u64()).unwrap_or(1);
    let tokens = u32::try_from(tokens).unwrap();
    let events = [text_event(text), usage_event(7, tokens), DONE.to_owned()].concat();
    vec![say([STREAM, &chunk(&events), END].concat())]
}
