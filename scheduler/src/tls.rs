//! Certificates of the picker's own servers.

mod server_name;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use futures::stream::{FuturesUnordered, Stream, StreamExt as _};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::listener;
use server_name::hello::ReadableHello;
use server_name::transcript;

/// How often a folder is looked at for another certificate.
const LOOK: Duration = Duration::from_secs(1);
/// How long a client may take for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Most handshakes at a time; further connections wait to be accepted.
const HANDSHAKES: usize = 1024;

/// Why there is no TLS.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    #[error("failed to read {}", path.display())]
    Read { path: PathBuf, source: rustls::pki_types::pem::Error },
    #[error("failed to make a certificate")]
    Make(#[from] rcgen::Error),
    #[error("failed to use a certificate")]
    Rustls(#[from] rustls::Error),
    #[error("failed to use tls.crt with tls.key of {}", folder.display())]
    Pair { folder: PathBuf, source: rustls::Error },
    #[error("failed to use the authority of client certificates")]
    ClientAuthority(#[from] rustls::server::VerifierBuilderError),
    #[error("`{0}` is no TLS version: `VersionTLS12` or `VersionTLS13`")]
    UnknownVersion(String),
}

/// A certificate and its key, replaced while connections go on.
#[derive(Debug)]
pub(crate) struct Certificates {
    current: ArcSwap<CertifiedKey>,
    folder: Option<PathBuf>,
}

impl Certificates {
    /// Makes one: ECDSA P-256, for nobody in particular, as proxies do not verify it.
    pub(crate) fn self_signed() -> Result<Arc<Self>, TlsError> {
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()])?;
        parameters.distinguished_name = DistinguishedName::new();
        parameters.distinguished_name.push(DnType::OrganizationName, "Inference Ext");
        let year = i32::from(jiff::Zoned::now().year());
        parameters.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(year + 10, 1, 1);
        let key = KeyPair::generate()?;
        let certificate = parameters.self_signed(&key)?;
        let chain = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der())
            .map_err(|error| rustls::Error::General(error.into()))?;
        Ok(Arc::new(Self { current: ArcSwap::from_pointee(certified(chain, &key)?), folder: None }))
    }

    /// Reads `tls.crt` and `tls.key` of a folder.
    pub(crate) fn from_folder(folder: &Path) -> Result<Arc<Self>, TlsError> {
        let current = ArcSwap::from_pointee(read(folder)?);
        Ok(Arc::new(Self { current, folder: Some(folder.to_owned()) }))
    }

    /// Follows changes of the folder, if there is one, until `stop`. A pair that cannot be used is told of once, and the
    /// old one stays.
    pub(crate) async fn follow(self: Arc<Self>, stop: CancellationToken) {
        let following = async {
            let Some(folder) = &self.folder else { return std::future::pending().await };
            let mut ticks = tokio::time::interval(LOOK);
            let mut told = String::new();
            loop {
                ticks.tick().await;
                let folder = folder.clone();
                // Files, and the checking of a key, take longer than a request may wait.
                match tokio::task::spawn_blocking(move || read(&folder)).await {
                    Ok(pair) => self.take(pair, &mut told),
                    Err(_) => return,
                }
            }
        };
        tokio::select! {
            () = following => {}
            () = stop.cancelled() => {}
        }
    }

    /// Takes what the folder has now. `told` is the last complaint.
    fn take(&self, pair: Result<CertifiedKey, TlsError>, told: &mut String) {
        match pair {
            Ok(pair) => {
                told.clear();
                if pair.cert != self.current.load().cert {
                    self.current.store(Arc::new(pair));
                    tracing::info!(folder = ?self.folder, "the certificate has changed");
                }
            }
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                if error != *told {
                    tracing::warn!(%error, "the new certificate cannot be used, the old one stays");
                    *told = error;
                }
            }
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn read(folder: &Path) -> Result<CertifiedKey, TlsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Read { path, source }
    };
    let path = folder.join("tls.crt");
    let chain = CertificateDer::pem_file_iter(&path).map_err(failed(&path))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(failed(&path))?;
    let path = folder.join("tls.key");
    let key = PrivateKeyDer::from_pem_file(&path).map_err(failed(&path))?;
    certified(chain, &key).map_err(|source| TlsError::Pair { folder: folder.to_owned(), source })
}

/// Checks that key and certificate belong together.
fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    let certified = CertifiedKey::new(chain, ring::sign::any_supported_type(key)?);
    certified.keys_match()?;
    Ok(certified)
}

/// A TLS version by Go's name for it.
pub(crate) fn parse_version(text: &str) -> Result<&'static SupportedProtocolVersion, TlsError> {
    match text {
        "VersionTLS12" => Ok(&rustls::version::TLS12),
        "VersionTLS13" => Ok(&rustls::version::TLS13),
        other => Err(TlsError::UnknownVersion(other.to_owned())),
    }
}

/// A server's side of TLS, of this version or a later one. With `client_authority`, a PEM file, clients need a certificate of its.
pub(crate) fn server_config(
    certificates: &Arc<Certificates>,
    alpn: &[&[u8]],
    minimum: Option<&'static SupportedProtocolVersion>,
    client_authority: Option<&Path>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(transcript::provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = if minimum == Some(&rustls::version::TLS13) {
        builder.with_protocol_versions(&[&rustls::version::TLS13])?
    } else {
        builder.with_safe_default_protocol_versions()?
    };
    let resolver = Arc::clone(certificates) as Arc<dyn ResolvesServerCert>;
    let mut config = match client_authority {
        None => builder.with_no_client_auth().with_cert_resolver(resolver),
        Some(path) => {
            let failed = |source| TlsError::Read { path: path.to_owned(), source };
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(path).map_err(failed)? {
                roots.add(certificate.map_err(failed)?)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier).with_cert_resolver(resolver)
        }
    };
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(Arc::new(config))
}

/// Connections whose handshake is done. Handshakes run beside each other, and one that fails is nobody else's matter.
/// The stream has no errors and no end.
pub(crate) fn accept(
    listener: TcpListener,
    config: Arc<ServerConfig>,
) -> impl Stream<Item = io::Result<TlsStream<ReadableHello<TcpStream>>>> {
    let acceptor = TlsAcceptor::from(config);
    let state = (listener, acceptor, FuturesUnordered::new());
    futures::stream::unfold(state, |(listener, acceptor, mut handshakes)| async move {
        loop {
            tokio::select! {
                Some(done) = handshakes.next() => match done {
                    Ok(Ok(stream)) => return Some((Ok(stream), (listener, acceptor, handshakes))),
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                },
                stream = listener::accept(&listener), if handshakes.len() < HANDSHAKES => {
                    let stream = ReadableHello::new(stream);
                    handshakes.push(tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)));
                }
            }
        }
    })
}

#[cfg(test)]
mod tests;
