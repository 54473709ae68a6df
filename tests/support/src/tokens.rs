//! Tokens of service accounts with dates of the caller's choice: the API server itself signs none for less than ten minutes.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use k8s_openapi::jiff::Timestamp;
use rcgen::{KeyPair, SigningKey as _};
use serde_json::{Value, json};

use crate::ControlPlane;

const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

impl ControlPlane {
    /// A token of a namespace's service account `default`, signed with the API server's own key.
    pub fn token(&self, namespace: &str, from: Timestamp, until: Timestamp) -> String {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
        let account = self.wait_for("the default service account", &path, |_| true);
        let claims = json!({
            "iss": ISSUER, "aud": [ISSUER], "sub": format!("system:serviceaccount:{namespace}:default"),
            "iat": from.as_second(), "nbf": from.as_second(), "exp": until.as_second(),
            "kubernetes.io": {
                "namespace": namespace,
                "serviceaccount": {"name": "default", "uid": account["metadata"]["uid"]},
            },
        });
        let part = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "typ": "JWT"})), part(&claims));
        let key = fs::read_to_string(self.pki().token_key()).expect("the key was written at the start");
        let key = KeyPair::from_pem(&key).expect("it is the key that was written");
        let signature = key.sign(signed.as_bytes()).expect("the key can sign");
        format!("{signed}.{}", BASE64.encode(fixed(&signature)))
    }
}

/// The two numbers of a signature, 32 bytes each (RFC 7518, 3.4), out of their DER sequence.
fn fixed(der: &[u8]) -> [u8; 64] {
    let mut fixed = [0; 64];
    let mut rest = &der[2..];
    for half in fixed.chunks_mut(32) {
        let (number, others) = rest[2..].split_at(rest[1].into());
        let digits = &number[number.len().saturating_sub(32)..];
        half[32 - digits.len()..].copy_from_slice(digits);
        rest = others;
    }
    fixed
}
