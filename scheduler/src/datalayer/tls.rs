//! Scraping over TLS.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use thiserror::Error;

/// Whom a scrape over HTTPS believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Any certificate: model servers mostly have self-signed ones
    /// (`--model-server-metrics-https-insecure-skip-verify`).
    Anyone,
    /// What the certificate authorities of the system vouch for.
    System,
}

/// Why there is no TLS configuration.
#[derive(Debug, Error)]
pub enum TlsError {
    #[error("read the certificate authorities in {path}: {source}")]
    Read { path: PathBuf, source: rustls::pki_types::pem::Error },
    #[error("find the certificate authorities of the system: none of {SYSTEM_FILES:?} is there")]
    NoSystemFile,
    #[error("use a certificate authority: {0}")]
    Rustls(#[from] Error),
}

/// Where Linux distributions keep the certificate authorities, the most usual first.
const SYSTEM_FILES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The TLS configuration that trusts as `trust` says. Reads files; meant for start-up.
pub fn client_config(trust: &Trust) -> Result<Arc<ClientConfig>, TlsError> {
    match trust {
        Trust::Anyone => {
            let provider = Arc::new(ring::default_provider());
            let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
            let builder = builder.with_safe_default_protocol_versions()?.dangerous();
            let builder = builder.with_custom_certificate_verifier(Arc::new(BelieveAnyone(provider)));
            Ok(Arc::new(builder.with_no_client_auth()))
        }
        Trust::System => {
            let files = SYSTEM_FILES.iter().map(PathBuf::from);
            trusting(files.into_iter().find(|path| path.exists()).ok_or(TlsError::NoSystemFile)?)
        }
    }
}

/// Trusts what the certificate authorities in a PEM file vouch for.
pub(super) fn trusting(path: PathBuf) -> Result<Arc<ClientConfig>, TlsError> {
    let certificates = CertificateDer::pem_file_iter(&path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|source| TlsError::Read { path, source })?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_root_certificates(roots);
    Ok(Arc::new(builder.with_no_client_auth()))
}

/// Takes any certificate; that the server has its key is still checked.
#[derive(Debug)]
struct BelieveAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for BelieveAnyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
