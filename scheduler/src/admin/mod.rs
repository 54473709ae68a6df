//! What operators and Kubernetes ask the picker: metrics, health, and why it decided as it did.

mod debug;
mod guard;
mod health;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use futures::StreamExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use guard::Guard;
pub(crate) use health::{Health, HealthState};

use crate::clock::Clock;
use crate::datastore::Datastore;
use crate::observability::{DecisionLog, Metrics};
use crate::{listener, tls};

/// How long a client may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(10);

/// What the pages are made of.
#[derive(Clone)]
pub(crate) struct Admin {
    pub metrics: Arc<Metrics>,
    pub datastore: Arc<Datastore>,
    pub log: Arc<DecisionLog>,
    pub clock: Clock,
    /// The configuration with its defaults.
    pub config: Arc<llmd_api::Config>,
    /// The configuration as it was written.
    pub config_text: Arc<str>,
    pub guard: Guard,
    pub health: Arc<HealthState>,
}

/// The pages; all but `/healthz` and `/readyz` are guarded.
fn router(admin: Admin) -> Router {
    let guard = admin.guard.clone();
    Router::new()
        .route("/metrics", get(metrics))
        .route("/debug/endpoints", get(debug::endpoints))
        .route("/debug/config", get(debug::config))
        .route("/debug/decide", get(debug::decide))
        .layer(middleware::from_fn_with_state(guard, guard::check))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .with_state(admin)
}

/// What gRPC health says of readiness.
async fn readyz(State(admin): State<Admin>) -> (StatusCode, &'static str) {
    if admin.health.is_ready() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

/// A page of many series takes a while to write, which nobody else shall wait for.
async fn metrics(State(admin): State<Admin>) -> Result<impl IntoResponse, StatusCode> {
    let page = tokio::task::spawn_blocking(move || admin.metrics.render()).await;
    let page = page.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page))
}

/// Serves the pages until `stop`.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    admin: Admin,
    stop: CancellationToken,
) {
    let router = router(admin);
    let connections = TaskTracker::new();
    let serving = async {
        match tls {
            None => loop {
                let stream = listener::accept(&listener).await;
                connections.spawn(connection(stream, router.clone(), stop.clone()));
            },
            Some(config) => {
                let mut accepted = Box::pin(tls::accept(listener, config));
                while let Some(accepted) = accepted.next().await {
                    if let Ok(stream) = accepted {
                        connections.spawn(connection(stream, router.clone(), stop.clone()));
                    }
                }
            }
        }
    };
    tokio::select! {
        () = serving => {}
        () = stop.cancelled() => {}
    }
    connections.close();
    connections.wait().await;
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    stop: CancellationToken,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let serving = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut serving = std::pin::pin!(serving);
    // What an operator's client does wrong with its connection is no news.
    let _ = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
}
