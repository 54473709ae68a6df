//! A server before another one that passes everything on, but for one fault.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{Request, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) type Asked = Request<Bytes>;
pub(crate) type Reply = Response<Bytes>;

type Of<T> = Box<dyn Fn(&Asked) -> T + Send + Sync>;

/// What is wrong with a door.
pub(crate) enum Fault {
    /// It answers some requests by itself.
    Instead(Of<Option<Reply>>),
    /// It sends something else on.
    Request(Of<Option<Bytes>>),
    /// It reads the whole answer to some requests, and changes it.
    Answer(Of<bool>, Box<dyn Fn(&mut Reply) + Send + Sync>),
}

impl Fault {
    pub(crate) fn instead(answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::Instead(Box::new(answer))
    }

    pub(crate) fn request(change: impl Fn(&Asked) -> Option<Bytes> + Send + Sync + 'static) -> Self {
        Self::Request(Box::new(change))
    }

    pub(crate) fn answer(
        is_meant: impl Fn(&Asked) -> bool + Send + Sync + 'static,
        change: impl Fn(&mut Reply) + Send + Sync + 'static,
    ) -> Self {
        Self::Answer(Box::new(is_meant), Box::new(change))
    }
}

pub(crate) struct Door {
    pub(crate) url: String,
    task: JoinHandle<std::io::Result<()>>,
}

impl Door {
    pub(crate) async fn before(target: &str, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (client, target, fault) = (test_support::http_client(), target.to_owned(), Arc::new(fault));
        let router = Router::new().fallback(async move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let asked = Asked::from_parts(head, to_bytes(body, usize::MAX).await.unwrap());
            answer(&client, &target, asked, &fault).await
        });
        Self { url, task: tokio::spawn(axum::serve(listener, router).into_future()) }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(client: &reqwest::Client, target: &str, asked: Asked, fault: &Fault) -> Response<Body> {
    if let Fault::Instead(fault) = fault
        && let Some(reply) = fault(&asked)
    {
        return reply.map(Body::from);
    }
    let changed = if let Fault::Request(fault) = fault { fault(&asked) } else { None };
    let mut request = client.request(asked.method().clone(), format!("{target}{}", asked.uri()));
    if let Some(kind) = asked.headers().get(CONTENT_TYPE) {
        request = request.header(CONTENT_TYPE, kind);
    }
    let got = request.body(changed.unwrap_or_else(|| asked.body().clone())).send().await.unwrap();
    let mut reply = Reply::default();
    *reply.status_mut() = got.status();
    *reply.headers_mut() = got.headers().clone();
    for of_the_connection in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        reply.headers_mut().remove(of_the_connection);
    }
    match fault {
        Fault::Answer(is_meant, change) if is_meant(&asked) => {
            *reply.body_mut() = got.bytes().await.unwrap();
            change(&mut reply);
            reply.map(Body::from)
        }
        _ => reply.map(|_| Body::from_stream(got.bytes_stream())),
    }
}

/// The JSON of a request's body; null where it is none.
pub(crate) fn json(asked: &Asked) -> Value {
    serde_json::from_slice(asked.body()).unwrap_or_default()
}

pub(crate) fn is_stream(asked: &Asked) -> bool {
    json(asked)["stream"] == true
}

pub(crate) fn is_page_of_metrics(asked: &Asked) -> bool {
    asked.uri().path() == "/metrics"
}

/// Changes the JSON of an answer.
pub(crate) fn edit(reply: &mut Reply, change: impl FnOnce(&mut Value)) {
    let mut body: Value = serde_json::from_slice(reply.body()).unwrap();
    change(&mut body);
    *reply.body_mut() = body.to_string().into();
}

/// Takes out the lines of some families of a page of metrics.
pub(crate) fn without(reply: &mut Reply, families: &[&str]) {
    let page = String::from_utf8(reply.body().to_vec()).unwrap();
    let kept: Vec<&str> =
        page.lines().filter(|line| !families.iter().any(|family| line.starts_with(family))).collect();
    *reply.body_mut() = (kept.join("\n") + "\n").into();
}

/// Says on a picker's page that it knows one endpoint.
pub(crate) fn knows_one(reply: &mut Reply) {
    without(reply, &["inference_pool_ready_pods", "llm_d_epp_ready_endpoints"]);
    let page = String::from_utf8(reply.body().to_vec()).unwrap();
    *reply.body_mut() = (page + "inference_pool_ready_pods{name=\"pool\"} 1\n").into();
}
