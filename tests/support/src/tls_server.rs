//! An HTTPS server on the loopback address whose answers a test decides.

use std::future;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use kube::client::Body;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::api;
use crate::pki::Issued;

/// An error ends the connection without an answer.
pub(crate) type Answer = io::Result<Response<Body>>;

/// Runs until it is dropped.
pub(crate) struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

/// What an API server speaks, by the names of ALPN.
pub(crate) const PROTOCOLS: &[&str] = &["h2", "http/1.1"];

impl TlsServer {
    pub(crate) fn start<F, A>(issued: &Issued, protocols: &[&str], answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        let acceptor = TlsAcceptor::from(Arc::new(config(issued, protocols)));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        listener.set_nonblocking(true).expect("a listener can be told not to block");
        let port = listener.local_addr().expect("it is bound").port();
        let task = api::spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("the runtime takes a listener");
            // Connections end with this task.
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                open.spawn(serve(acceptor.clone(), stream, answer.clone()));
            }
        });
        Self { port, connections, task }
    }

    /// How many connections it has taken.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn config(issued: &Issued, protocols: &[&str]) -> ServerConfig {
    let chain = CertificateDer::pem_file_iter(&issued.certificate)
        .and_then(Iterator::collect)
        .expect("the certificate was just written");
    let key = PrivateKeyDer::from_pem_file(&issued.key).expect("the key was just written");
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("key and certificate fit");
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

async fn serve<F, A>(acceptor: TlsAcceptor, stream: TcpStream, answer: F)
where
    F: Fn(Request<Bytes>) -> A + Clone + Send + 'static,
    A: Future<Output = Answer> + Send + 'static,
{
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let cut = Arc::new(Notify::new());
    let cutting = Arc::clone(&cut);
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, cut) = (answer.clone(), Arc::clone(&cutting));
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
            let answer = answer(Request::from_parts(head, body)).await;
            if answer.is_err() {
                // An answer of any kind would come before the end.
                cut.notify_one();
                future::pending::<()>().await;
            }
            answer
        }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    // How a connection ends is the client's to notice.
    tokio::select! {
        _ = server.serve_connection(TokioIo::new(stream), service) => {}
        () = cut.notified() => {}
    }
}
