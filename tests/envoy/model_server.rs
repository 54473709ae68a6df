//! A stand-in for vLLM: says what it received, streams as many tokens as it is asked for.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// A model server on a loopback address of its own.
pub(crate) struct ModelServer {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
    serving: JoinHandle<()>,
}

struct Seen {
    name: String,
    requests: AtomicUsize,
    under_way: AtomicUsize,
    /// Requests by the first word of their prompt.
    by_prefix: Mutex<BTreeMap<String, usize>>,
}

impl ModelServer {
    pub(crate) fn start(runtime: &Handle, index: usize) -> Self {
        let name = format!("server-{index}");
        let seen = Arc::new(Seen {
            name: name.clone(),
            requests: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            by_prefix: Mutex::default(),
        });
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route(
                "/v1/models",
                get(|| async { axum::Json(json!({"object": "list", "data": [{"id": "m"}]})) }),
            )
            .route("/metrics", get(metrics))
            .route("/v1/completions", post(answer))
            .route("/v1/chat/completions", post(answer))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(Arc::clone(&seen));
        let serving = runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        Self { name, address, seen, serving }
    }

    /// Requests that it answered or answers.
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::Relaxed)
    }

    /// How many requests had a prompt that begins with this word.
    pub(crate) fn requests_of(&self, prefix: &str) -> usize {
        self.seen.by_prefix.lock().unwrap().get(prefix).copied().unwrap_or(0)
    }

    /// Takes no more connections, and breaks off those it has.
    pub(crate) fn kill(&self) {
        self.serving.abort();
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn metrics(State(seen): State<Arc<Seen>>) -> String {
    let running = seen.under_way.load(Ordering::Relaxed);
    format!(
        "# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{{engine=\"0\"}} {running}\n\
         # TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting{{engine=\"0\"}} 0\n\
         # TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc{{engine=\"0\"}} 0.1\n\
         # TYPE vllm:cache_config_info gauge\nvllm:cache_config_info{{block_size=\"16\",num_gpu_blocks=\"27000\"}} 1\n"
    )
}

/// The number of an answer's bytes and their sum, which tells whether a body came as it was sent.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let sum = bytes.iter().enumerate().fold(0u64, |sum, (index, byte)| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte)).wrapping_add(index as u64)
    });
    format!("{}-{sum:x}", bytes.len())
}

async fn answer(State(seen): State<Arc<Seen>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    seen.requests.fetch_add(1, Ordering::Relaxed);
    let under_way = UnderWay::begin(&seen);
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let prompt = match &request["prompt"] {
        Value::String(prompt) => prompt.clone(),
        _ => request["messages"][0]["content"].as_str().unwrap_or_default().to_owned(),
    };
    let first = prompt.split(' ').next().unwrap_or_default().to_owned();
    *seen.by_prefix.lock().unwrap().entry(first).or_default() += 1;
    let tokens = request["max_tokens"].as_u64().unwrap_or(3);
    let usage = json!({"prompt_tokens": prompt.len() / 4, "completion_tokens": tokens, "total_tokens": 0});
    let echo = json!({
        "model": request["model"], "server": seen.name, "path": uri.path(), "body": digest(&body),
        "destination": headers.get("x-gateway-destination-endpoint").and_then(|value| value.to_str().ok()),
    });
    if request["stream"] != true {
        let mut answer = echo;
        answer["choices"] = json!([{"index": 0, "text": "x".repeat(usize::try_from(tokens).unwrap())}]);
        answer["usage"] = usage;
        return axum::Json(answer).into_response();
    }
    let pause = Duration::from_millis(request["pause_ms"].as_u64().unwrap_or(0));
    let events = (0..tokens)
        .map(|index| {
            json!({"choices": [{"index": 0, "text": format!(" t{index}")}], "echo": echo}).to_string()
        })
        .chain([json!({"choices": [], "usage": usage}).to_string(), "[DONE]".to_owned()])
        .collect::<Vec<_>>();
    let stream = futures::stream::iter(events).then(move |event| {
        let _under_way = &under_way;
        let event = Ok::<_, Infallible>(Bytes::from(format!("data: {event}\n\n")));
        async move {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            event
        }
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
}

/// Counts a request until its answer ends or breaks off.
struct UnderWay(Arc<Seen>);

impl UnderWay {
    fn begin(seen: &Arc<Seen>) -> Self {
        seen.under_way.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(seen))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
