//! TLS on the `ext_proc` port.

use rcgen::{CertificateParams, KeyPair};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use crate::clients::destination;
use crate::patience::until;
use crate::place::{Place, Process};

/// Puts another certificate into the place's folder `certificates`, and gives it.
fn renew(place: &Place) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::create_dir_all(place.path("certificates")).unwrap();
    place.write("certificates/tls.key", &key.serialize_pem());
    place.write("certificates/tls.crt", &certificate.pem());
    certificate.pem()
}

/// Connects as one who believes this certificate only.
async fn connect(process: &Process, believed: &str) -> Result<Channel, tonic::transport::Error> {
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(believed)).domain_name("localhost");
    let endpoint = Endpoint::from_shared(format!("https://127.0.0.1:{}", process.place.grpc)).unwrap();
    endpoint.tls_config(tls).unwrap().connect().await
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_to_new_connections() {
    let server = "127.0.0.1:9".parse().unwrap();
    let place = Place::new(&[server]);
    let first = renew(&place);
    let folder = format!("--cert-path={}", place.path("certificates").display());
    let process = place.start(&[&folder, "--enable-cert-reload"]).until_serving().await;
    let old = connect(&process, &first).await.unwrap();
    assert_eq!(destination(old.clone()).await, server.to_string());

    let second = renew(&process.place);
    until("the new certificate", async || connect(&process, &second).await.is_ok()).await;
    assert!(connect(&process, &first).await.is_err(), "the old certificate is still shown");
    assert_eq!(destination(old).await, server.to_string(), "the old connection goes on");
    assert_eq!(destination(connect(&process, &second).await.unwrap()).await, server.to_string());
}

#[tokio::test]
async fn without_the_flag_a_certificate_stays() {
    let place = Place::new(&["127.0.0.1:9".parse().unwrap()]);
    let first = renew(&place);
    let folder = format!("--cert-path={}", place.path("certificates").display());
    let process = place.start(&[&folder]).until_serving().await;
    let second = renew(&process.place);
    assert!(connect(&process, &second).await.is_err());
    connect(&process, &first).await.unwrap();
}
