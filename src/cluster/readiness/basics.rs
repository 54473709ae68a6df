//! Objects without pods and routes.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Readiness, is_true};
use crate::cluster::object::{list, meta, text};

const TOKEN: &str = "kubernetes.io/service-account-token";

/// A token Secret is ready when the controller has filled it.
pub(super) fn secret(live: &Value) -> Readiness {
    if text(live, "/type") != TOKEN || !text(live, "/data/token").is_empty() {
        return Readiness::ready("applied");
    }
    let account = meta(live, "annotations", "kubernetes.io/service-account.name");
    Readiness::blocked(Cause {
        code: "TokenMissing",
        message: format!("waits for the token of ServiceAccount/{account}"),
        hint: format!("check that ServiceAccount/{account} exists and that the token controller runs"),
        grace: Duration::from_secs(10),
        ..Cause::default()
    })
}

/// A load balancer needs an address; other Services are ready at once.
pub(super) fn service(live: &Value) -> Readiness {
    let waits =
        text(live, "/spec/type") == "LoadBalancer" && list(live, "/status/loadBalancer/ingress").is_empty();
    if waits { Readiness::progressing("waits for an address") } else { Readiness::ready("applied") }
}

/// A claim is ready when it is bound; one that waits for its first pod is too.
pub(super) fn claim(live: &Value) -> Readiness {
    match text(live, "/status/phase") {
        "Bound" => Readiness::ready("bound"),
        "Lost" => Readiness::blocked(Cause {
            code: "ClaimLost",
            message: "its volume is lost".to_owned(),
            hint: "restore the PersistentVolume or make the claim anew".to_owned(),
            grace: Duration::ZERO,
            ..Cause::default()
        }),
        _ => Readiness::progressing("waits for a volume"),
    }
}

pub(super) fn namespace(live: &Value) -> Readiness {
    match text(live, "/status/phase") {
        "" | "Active" => Readiness::ready("active"),
        phase => Readiness::progressing(phase.to_lowercase()),
    }
}

pub(super) fn definition(live: &Value) -> Readiness {
    if is_true(list(live, "/status/conditions"), "Established") {
        Readiness::ready("established")
    } else {
        Readiness::progressing("waits to be established")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn table() {
        let token = |data: Value| {
            json!({"type": TOKEN, "data": data,
                   "metadata": {"annotations": {"kubernetes.io/service-account.name": "epp"}}})
        };
        let cases = [
            (secret(&json!({"type": "Opaque"})), "ready", "applied"),
            (secret(&token(json!({"token": "dG9r"}))), "ready", "applied"),
            (secret(&token(Value::Null)), "blocked", "waits for the token of ServiceAccount/epp"),
            (service(&json!({"spec": {"type": "ClusterIP"}})), "ready", "applied"),
            (service(&json!({"spec": {"type": "LoadBalancer"}})), "progressing", "waits for an address"),
            (claim(&json!({"status": {"phase": "Pending"}})), "progressing", "waits for a volume"),
            (claim(&json!({"status": {"phase": "Lost"}})), "blocked", "its volume is lost"),
            (namespace(&json!({"status": {"phase": "Terminating"}})), "progressing", "terminating"),
            (definition(&json!({"status": {"conditions": null}})), "progressing", "waits to be established"),
            (
                definition(&json!({"status": {"conditions": [{"type": "Established", "status": "True"}]}})),
                "ready",
                "established",
            ),
        ];
        for (readiness, state, message) in cases {
            assert_eq!((readiness.word(), readiness.message()), (state, message));
        }
    }
}
