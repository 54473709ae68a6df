//! An admission webhook that says no to whatever it is asked.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::tls_server::{Answer, PROTOCOLS, TlsServer};

/// Runs until it is dropped.
pub struct Webhook {
    server: TlsServer,
    authority: String,
}

impl Webhook {
    /// A webhook that refuses with this message.
    pub fn refusing(cluster: &ControlPlane, message: &'static str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let pki = cluster.pki();
        let name = format!("webhook-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let issued = pki.server(&name, &["127.0.0.1"]);
        let server =
            TlsServer::start(&issued, PROTOCOLS, move |request| async move { refuse(&request, message) });
        let authority = std::fs::read(pki.ca()).expect("the authority's certificate was written");
        Self { server, authority: BASE64.encode(authority) }
    }

    /// The `clientConfig` of its registration.
    pub fn client_config(&self) -> Value {
        json!({"url": self.server.url(), "caBundle": self.authority})
    }
}

fn refuse(request: &Request<Bytes>, message: &str) -> Answer {
    let review: Value = serde_json::from_slice(request.body())?;
    let answer = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {"uid": review["request"]["uid"], "allowed": false, "status": {"message": message}},
    });
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(answer.to_string().into_bytes()))
        .map_err(std::io::Error::other)
}
