use std::fs;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

/// Connects to a server of this configuration and reads what it says to those whom it lets in.
async fn greeting(server: Arc<ServerConfig>, client: ClientConfig) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let mut accepted = Box::pin(accept(listener, server));
        while let Some(Ok(mut stream)) = accepted.next().await {
            // A client that refuses the server has gone by now.
            let _ = stream.write_all(b"welcome").await;
            let _ = stream.shutdown().await;
        }
    });
    // One that says nothing, and one that says nonsense, keep nobody waiting.
    let _silent = TcpStream::connect(address).await?;
    TcpStream::connect(address).await?.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
    let connector = TlsConnector::from(Arc::new(client));
    let stream = TcpStream::connect(address).await?;
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

fn trusting() -> ClientConfig {
    ClientConfig::clone(&crate::datalayer::client_config(&crate::datalayer::Trust::Anyone).unwrap())
}

#[tokio::test]
async fn versions_below_the_lowest_are_refused() {
    let old = || {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS12])
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    };
    let certificates = Certificates::self_signed().unwrap();
    for (minimum, is_too_old) in [(None, false), (Some("VersionTLS12"), false), (Some("VersionTLS13"), true)]
    {
        let minimum = minimum.map(|minimum| parse_version(minimum).unwrap());
        let server = server_config(&certificates, &[], minimum, None).unwrap();
        assert_eq!(greeting(Arc::clone(&server), trusting()).await.unwrap(), "welcome");
        // Without roots the client refuses the certificate, once it gets to see one.
        let failure = greeting(server, old()).await.unwrap_err().to_string();
        assert_eq!(failure.contains("ProtocolVersion"), is_too_old, "{failure}");
    }
}

#[tokio::test]
async fn only_clients_of_the_authority_are_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.crt");
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    fs::write(&file, authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let client = CertificateParams::new(["scraper".to_owned()]).unwrap();
    let client = client.signed_by(&key, &rcgen::Issuer::new(authority, authority_key)).unwrap();

    let certificates = Certificates::self_signed().unwrap();
    let server = server_config(&certificates, &[], None, Some(&file)).unwrap();
    assert!(greeting(Arc::clone(&server), trusting()).await.is_err());
    let mut known = trusting();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let pair = CertifiedKey::from_der(vec![client.der().clone()], key, &ring::default_provider()).unwrap();
    known.client_auth_cert_resolver = Arc::new(rustls::sign::SingleCertAndKey::from(pair));
    assert_eq!(greeting(server, known).await.unwrap(), "welcome");

    fs::write(&file, "").unwrap();
    let nobody = server_config(&certificates, &[], None, Some(&file));
    assert!(nobody.is_err(), "an authority without certificates lets nobody in");
}

/// A kubelet swaps one link for both files.
#[tokio::test]
async fn a_swapped_link_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    write_pair(&folder.path().join("one"));
    let second = write_pair(&folder.path().join("two"));
    let data = folder.path().join("..data");
    std::os::unix::fs::symlink("one", &data).unwrap();
    for name in ["tls.crt", "tls.key"] {
        std::os::unix::fs::symlink(format!("..data/{name}"), folder.path().join(name)).unwrap();
    }
    let certificates = Certificates::from_folder(folder.path()).unwrap();
    let stop = CancellationToken::new();
    let following = tokio::spawn(Arc::clone(&certificates).follow(stop.clone()));
    let new = folder.path().join("..new");
    std::os::unix::fs::symlink("two", &new).unwrap();
    fs::rename(new, data).unwrap();
    while certificates.current.load().cert[0] != second {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    following.await.unwrap();
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
    certificates.take(read(folder.path()), &mut told);
    assert_eq!(certificates.current.load().cert[0], first, "the key is not the certificate's");
    assert!(told.contains(&folder.path().display().to_string()), "{told}");

    let second = write_pair(folder.path());
    certificates.take(read(folder.path()), &mut told);
    assert_eq!(certificates.current.load().cert[0], second);
    assert!(told.is_empty());
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Certificates::from_folder(folder.path()).unwrap_err().to_string();
    assert!(error.contains("tls.crt"), "{error}");
    assert!(parse_version("1.2").unwrap_err().to_string().contains("VersionTLS12"));
}
