//! Opens connections.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::failure::{failed, io_text};
use super::url::Origin;
use crate::sample::{Failure, FailureKind};

/// What HTTP is spoken over.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// Opens connections to servers of any origin.
pub(super) struct Dialer {
    timeout: Duration,
    /// Reading the machine's certificates takes a while, so only when one is needed.
    tls: OnceLock<Result<TlsConnector, String>>,
}

impl Dialer {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { timeout, tls: OnceLock::new() }
    }

    pub(super) async fn dial(&self, origin: &Origin) -> Result<Box<dyn Transport>, Failure> {
        let connected = timeout(self.timeout, self.connect(origin)).await;
        connected.unwrap_or_else(|_| {
            let seconds = self.timeout.as_secs_f64();
            Err(failed(FailureKind::Connect, format!("{}: no connection in {seconds} s", origin.authority)))
        })
    }

    async fn connect(&self, origin: &Origin) -> Result<Box<dyn Transport>, Failure> {
        let refused = |error: &io::Error| {
            failed(FailureKind::Connect, format!("{}: {}", origin.authority, io_text(error)))
        };
        let tcp = TcpStream::connect((&*origin.host, origin.port)).await.map_err(|error| refused(&error))?;
        tcp.set_nodelay(true).map_err(|error| refused(&error))?;
        if !origin.is_tls {
            return Ok(Box::new(tcp));
        }
        let insecure = |problem: String| failed(FailureKind::Tls, format!("{}: {problem}", origin.authority));
        let connector =
            self.tls.get_or_init(connector).as_ref().map_err(|problem| insecure(problem.clone()))?;
        let name =
            ServerName::try_from(origin.host.to_string()).map_err(|error| insecure(error.to_string()))?;
        let tls = connector.connect(name, tcp).await.map_err(|error| insecure(io_text(&error)))?;
        Ok(Box::new(tls))
    }
}

/// Trusts whom the machine trusts.
fn connector() -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
        return Err(format!("this machine has no certificates to trust{why}"));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

impl std::fmt::Debug for Dialer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Dialer").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
