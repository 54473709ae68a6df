//! A proxy in front of the API server that breaks the calls it is told to break.

use std::future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HOST, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, Version};
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use serde_json::json;

use crate::api::Api;
use crate::control_plane::ControlPlane;
use crate::tls_server::{Answer, PROTOCOLS, TlsServer};

/// One call on its way to the API server.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Its number among those that change something, from 1 on; 0 for the others.
    pub write: usize,
}

/// What becomes of a call.
#[derive(Debug)]
pub enum Fate {
    /// It is passed on, and so is its answer, once it is whole.
    Pass,
    /// The same, and the answer says that it is so much later than it is.
    Later(SignedDuration),
    /// The proxy answers in the server's place; `retry_after` in seconds.
    Refuse { status: u16, reason: &'static str, message: &'static str, retry_after: Option<u32> },
    /// The connection ends without an answer, and the server hears nothing.
    Cut,
    /// No answer ever, and the server hears nothing.
    Hang,
    /// It is passed on; when the server has answered, this is told, and the answer kept back for ever.
    Withhold(mpsc::Sender<()>),
}

/// Runs until it is dropped.
pub struct Proxy {
    server: TlsServer,
    kubeconfig: PathBuf,
    bytes: Arc<AtomicU64>,
}

impl Proxy {
    /// A proxy that passes the calls of a user who may do everything, as `decide` says.
    pub fn start(cluster: &ControlPlane, decide: impl Fn(&Call) -> Fate + Send + Sync + 'static) -> Self {
        Self::speaking(PROTOCOLS, cluster, decide)
    }

    /// The same, which speaks protocols of these names of ALPN.
    pub fn speaking(
        protocols: &[&str],
        cluster: &ControlPlane,
        decide: impl Fn(&Call) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let user = user();
        let issued = cluster.pki().server(&format!("{user}-server"), &["127.0.0.1"]);
        let upstream = Api::new(&cluster.kubeconfig_for(&user)).client();
        let (decide, writes) = (Arc::new(decide), Arc::new(AtomicUsize::new(0)));
        let bytes = Arc::new(AtomicU64::new(0));
        let way = Way { upstream, bytes: Arc::clone(&bytes) };
        let server = TlsServer::start(&issued, protocols, move |request| {
            answer(request, way.clone(), Arc::clone(&decide), Arc::clone(&writes))
        });
        Self { bytes, ..Self::at(cluster, server, &user) }
    }

    /// A server whose certificate is valid from the beginning of a year, and that nobody should talk to.
    pub fn from_year(cluster: &ControlPlane, year: i32) -> Self {
        let user = user();
        let issued = cluster.pki().server_from(year, &format!("{user}-server"), &["127.0.0.1"]);
        let server =
            TlsServer::start(&issued, PROTOCOLS, |_| future::ready(Err(io::ErrorKind::Other.into())));
        Self::at(cluster, server, &user)
    }

    fn at(cluster: &ControlPlane, server: TlsServer, user: &str) -> Self {
        let kubeconfig = cluster.kubeconfig_at(&server.url(), &format!("{user}-client"));
        Self { server, kubeconfig, bytes: Arc::default() }
    }

    /// How many connections it has taken so far.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// How many bytes the server's answers had so far, without their heads.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Leads to the proxy.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }
}

/// Every proxy has a user of its own, and so a kubeconfig.
fn user() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("proxied-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// To the API server.
#[derive(Clone)]
struct Way {
    upstream: Client,
    bytes: Arc<AtomicU64>,
}

async fn answer<D: Fn(&Call) -> Fate>(
    request: Request<Bytes>,
    way: Way,
    decide: Arc<D>,
    writes: Arc<AtomicUsize>,
) -> Answer {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let write = if is_write(request.method(), &path) { writes.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
    match decide(&Call { method: request.method().to_string(), path, write }) {
        Fate::Pass => way.pass(request).await,
        Fate::Later(by) => {
            let mut response = way.pass(request).await?;
            let now = (Timestamp::now() + by).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            response.headers_mut().insert(DATE, HeaderValue::from_str(&now).map_err(io::Error::other)?);
            Ok(response)
        }
        Fate::Refuse { status, reason, message, retry_after } => {
            refusal(status, reason, message, retry_after)
        }
        Fate::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
        Fate::Hang => future::pending().await,
        Fate::Withhold(answered) => {
            way.pass(request).await?;
            // A test that has ended wants to know nothing more.
            let _ = answered.send(());
            future::pending().await
        }
    }
}

/// Whether a call may change what is stored. Reviews, which are asked by creating them, and dry runs are none of these.
fn is_write(method: &Method, path: &str) -> bool {
    *method != Method::GET && !path.contains("dryRun=All") && !path.contains("accessreviews")
}

impl Way {
    async fn pass(&self, request: Request<Bytes>) -> Answer {
        let (mut head, body) = request.into_parts();
        head.headers.remove(HOST);
        head.version = Version::default();
        let answer = self.upstream.send(Request::from_parts(head, Body::from(body))).await;
        let (head, body) = answer.map_err(io::Error::other)?.into_parts();
        let body = body.collect_bytes().await.map_err(io::Error::other)?;
        self.bytes.fetch_add(body.len() as u64, Ordering::SeqCst);
        Ok(Response::from_parts(head, Body::from(body)))
    }
}

/// In the words of an API server.
fn refusal(status: u16, reason: &str, message: &str, retry_after: Option<u32>) -> Answer {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": status,
    });
    let mut response = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    if let Some(seconds) = retry_after {
        response = response.header(RETRY_AFTER, seconds);
    }
    response.body(Body::from(body.to_string().into_bytes())).map_err(io::Error::other)
}
