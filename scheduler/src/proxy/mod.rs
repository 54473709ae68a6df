//! The built-in HTTP reverse proxy: the second front door to the director, for where no Envoy stands before it.
//!
//! Streams both ways after the decision, keeps connections to model servers open, goes to the next endpoint of the list
//! when one does not take the connection, and answers refusals as ext_proc would.

mod answer;
mod forward;
mod headers;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::director::Director;
use crate::listener;
use answer::Outgoing;

/// How long a model server may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may be silent while it sends its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Idle connections to model servers are closed before uvicorn does it after 5 s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);

/// Sends requests to the endpoints that the director chooses.
#[derive(Clone)]
pub struct Proxy {
    director: Arc<Director>,
    client: Client<HttpConnector, Outgoing>,
}

impl Proxy {
    pub fn new(director: Arc<Director>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(connector);
        Self { director, client }
    }

    /// Serves connections until `stop`; then finishes the requests that are under way.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let connections = TaskTracker::new();
        let mut server = hyper::server::conn::http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        loop {
            let stream = tokio::select! {
                stream = listener::accept(&listener) => stream,
                () = stop.cancelled() => break,
            };
            let (proxy, stop) = (self.clone(), stop.clone());
            let service = service_fn(move |request| {
                let proxy = proxy.clone();
                async move { Ok::<_, Infallible>(proxy.handle(request).await) }
            });
            let connection = server.serve_connection(TokioIo::new(stream), service);
            connections.spawn(async move {
                let mut connection = std::pin::pin!(connection);
                let ended = tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = stop.cancelled() => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                };
                if let Err(error) = ended {
                    tracing::debug!(%error, "a client's connection ended early");
                }
            });
        }
        drop(listener); // so that who comes now is refused, instead of waiting for nobody
        connections.close();
        connections.wait().await;
    }
}

/// A body in one piece.
fn whole(bytes: impl Into<bytes::Bytes>) -> Full<bytes::Bytes> {
    Full::new(bytes.into())
}
