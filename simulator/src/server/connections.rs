//! TCP connections, from accept to close.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::outbox::Connection;

/// Serves connections until `stop`, then finishes the requests that are under way for `grace` at most. Dropped, it cuts
/// every connection at once.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: &CancellationToken, grace: Duration) {
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = stop.cancelled() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        // Without it a token would wait for the client's acknowledgement of the last.
        let _ = stream.set_nodelay(true);
        let connection = Connection::new(stream);
        let (outbox, router) = (connection.outbox(), router.clone());
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(Arc::clone(&outbox));
            TowerToHyperService::new(router.clone()).call(request)
        });
        let connection = server.serve_connection(TokioIo::new(connection), service);
        let stop = stop.clone();
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
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener); // so that who comes now is refused, instead of waiting for nobody
    let finished =
        tokio::time::timeout(grace, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(cut = connections.len(), "connections are cut: their requests have not ended in time");
    }
}
