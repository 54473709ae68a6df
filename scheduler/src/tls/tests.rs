use std::fs;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::*;

fn write_pair(folder: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    fs::write(folder.join("tls.crt"), certificate.pem()).unwrap();
    fs::write(folder.join("tls.key"), key.serialize_pem()).unwrap();
    certificate.der().clone()
}

/// Shakes hands with a server of these certificates and gives what it showed.
async fn shown(certificates: &Arc<Certificates>) -> CertificateDer<'static> {
    let config = server_config(certificates, &[b"h2"], None, None).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut accepted = Box::pin(accept(listener, config));
    let client: Arc<ClientConfig> =
        crate::datalayer::client_config(&crate::datalayer::Trust::Anyone).unwrap();
    let mut client = ClientConfig::clone(&client);
    client.alpn_protocols = vec![b"h2".to_vec()];
    let connect = async {
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap()
    };
    let (connected, server) = tokio::join!(connect, accepted.next());
    assert!(server.unwrap().is_ok());
    let connection = connected.get_ref().1;
    assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
    connection.peer_certificates().unwrap()[0].clone().into_owned()
}

#[tokio::test]
async fn a_certificate_is_made() {
    let certificates = Certificates::self_signed().unwrap();
    assert_eq!(shown(&certificates).await, certificates.current.load().cert[0]);
}

#[test]
fn a_new_pair_is_taken_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = write_pair(folder.path());
    let certificates = Certificates::from_folder(folder.path()).unwrap();
    assert_eq!(certificates.current.load().cert[0], first);
    let mut told = String::new();

    let other = tempfile::tempdir().unwrap();
    write_pair(other.path());
    fs::copy(other.path().join("tls.key"), folder.path().join("tls.key")).unwrap();
    certificates.look(&mut told);
    assert_eq!(certificates.current.load().cert[0], first, "the key is not the certificate's");
    assert!(!told.is_empty());

    let second = write_pair(folder.path());
    certificates.look(&mut told);
    assert_eq!(certificates.current.load().cert[0], second);
    assert!(told.is_empty());
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Certificates::from_folder(folder.path()).unwrap_err().to_string();
    assert!(error.contains("tls.crt"), "{error}");
    assert!(parse_min_version("1.2").unwrap_err().to_string().contains("VersionTLS12"));
}
