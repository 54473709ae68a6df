//! A model server in the test's own process.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures::StreamExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

/// A request as the model server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    /// A header that must be there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }
}

/// What answers, what it saw, and over how many connections.
pub(crate) struct ModelServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl ModelServer {
    /// Answers each request as `reply` says.
    pub(crate) async fn start<R: IntoResponse>(
        reply: impl Fn(Seen) -> R + Clone + Send + Sync + 'static,
    ) -> Self {
        let (seen, connections) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::<AtomicUsize>::default());
        let kept = Arc::clone(&seen);
        let answer = async move |request: Request| {
            let (head, body) = request.into_parts();
            let target = head.uri.path_and_query().unwrap().to_string();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let request = Seen { method: head.method, target, headers: head.headers, body };
            kept.lock().unwrap().push(request.clone());
            reply(request).into_response()
        };
        let router = Router::new().fallback(move |request: Request| {
            let answer = answer.clone();
            async move { answer(request).await }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let count = Arc::clone(&connections);
        let listener = listener.tap_io(move |_| {
            count.fetch_add(1, Relaxed);
        });
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { address, seen, connections }
    }

    /// Gives every request its own body back.
    pub(crate) async fn echo() -> Self {
        Self::start(|seen: Seen| seen.body).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The one request that came.
    #[track_caller]
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }

    /// Connections that were ever opened.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }
}

/// What a [`gated`] answer does next.
pub(crate) enum Step {
    Send(Bytes),
    /// The connection breaks.
    Break,
}

/// An answer of server-sent events that come when the test says so; it ends when the sender is dropped.
pub(crate) fn gated()
-> (mpsc::UnboundedSender<Step>, impl Fn(Seen) -> Response + Clone + Send + Sync + 'static) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let reply = move |_: Seen| {
        let receiver = receiver.lock().unwrap().take().unwrap();
        let steps = UnboundedReceiverStream::new(receiver).map(|step| match step {
            Step::Send(bytes) => Ok(bytes),
            Step::Break => Err(std::io::Error::other("the test says so")),
        });
        ([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(steps)).into_response()
    };
    (sender, reply)
}

/// A server-sent event with a token in it.
pub(crate) fn event(token: usize) -> Bytes {
    format!("data: {{\"model\":\"m\",\"choices\":[{{\"index\":0,\"text\":\" t{token}\"}}]}}\n\n").into()
}
