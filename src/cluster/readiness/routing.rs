//! Gateways, routes, pools and their policies, by the statuses that their controllers write.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Readiness, Surroundings, condition};
use crate::cluster::object::{list, number, text};

/// Controllers write wrong-looking conditions for a moment while objects arrive one by one.
const SETTLING: Duration = Duration::from_secs(15);
/// After this time without a word nobody controls a Gateway.
const UNCLAIMED: Duration = Duration::from_secs(30);
/// After this time without a look at a change its controller is taken to be down.
const SILENT: Duration = Duration::from_secs(60);
/// How long a cloud may take to give out an address.
const ADDRESS: Duration = Duration::from_secs(5 * 60);

/// A Gateway is ready when it and each of its listeners are programmed. Its pods are another matter.
pub(super) fn gateway(live: &Value) -> Readiness {
    let conditions = list(live, "/status/conditions");
    let class = text(live, "/spec/gatewayClassName");
    let accepted = condition(conditions, "Accepted");
    if accepted.is_none_or(|accepted| text(accepted, "/reason") == "Pending") {
        return Readiness::blocked(Cause {
            code: "NoController",
            message: format!("waits for a controller of GatewayClass {class}"),
            hint: format!(
                "no controller takes the class: check kubectl get gatewayclass {class}, and that its controller runs"
            ),
            grace: UNCLAIMED,
            ..Cause::default()
        });
    }
    let generation = number(live, "/metadata/generation");
    let listeners = list(live, "/status/listeners");
    let own = ["Accepted", "Programmed"].map(|kind| (kind, conditions, String::new()));
    let listened = listeners.iter().flat_map(|listener| {
        ["Programmed", "ResolvedRefs"].map(|kind| {
            (kind, list(listener, "/conditions"), format!("listener {}: ", text(listener, "/name")))
        })
    });
    for (kind, conditions, place) in own.into_iter().chain(listened) {
        if let Some(unready) = unmet(conditions, kind, generation, &place) {
            return unready;
        }
    }
    let conflicted = listeners.iter().find(|listener| {
        condition(list(listener, "/conditions"), "Conflicted")
            .is_some_and(|condition| text(condition, "/status") == "True")
    });
    if let Some(listener) = conflicted {
        return Readiness::blocked(settling(
            "Conflicted",
            format!("listener {} conflicts with another", text(listener, "/name")),
        ));
    }
    match list(live, "/status/addresses").first() {
        Some(address) => Readiness::ready(format!("programmed, {}", text(address, "/value"))),
        None => Readiness::progressing("waits for an address"),
    }
}

/// A route is ready when each Gateway that it names has accepted it and resolved its references.
pub(super) fn http_route(live: &Value) -> Readiness {
    let generation = number(live, "/metadata/generation");
    let statuses = list(live, "/status/parents");
    for parent in list(live, "/spec/parentRefs") {
        let name = text(parent, "/name");
        let ours = statuses.iter().filter(|status| {
            text(status, "/parentRef/name") == name
                && text(status, "/parentRef/sectionName") == text(parent, "/sectionName")
        });
        let mut answers = 0;
        for status in ours {
            answers += 1;
            for kind in ["Accepted", "ResolvedRefs"] {
                if let Some(unready) = unmet(list(status, "/conditions"), kind, generation, "") {
                    return unready;
                }
            }
        }
        if answers == 0 {
            return Readiness::blocked(Cause {
                code: "NoParent",
                message: format!("waits for Gateway/{name}"),
                hint: format!(
                    "no controller answers for this route: check that Gateway/{name} exists in the namespace and is \
                     programmed; --as-upstream names the guide's own Gateway whatever the postfix"
                ),
                grace: Duration::from_secs(120),
                ..Cause::default()
            });
        }
    }
    Readiness::ready("accepted")
}

/// A pool that a route leads to is ready when our Gateway says so; to other pools nobody ever writes a status.
pub(super) fn inference_pool(live: &Value, surroundings: &Surroundings) -> Readiness {
    if !surroundings.routed_pools.contains(text(live, "/metadata/name")) {
        return Readiness::ready("applied");
    }
    let generation = number(live, "/metadata/generation");
    let ours = list(live, "/status/parents")
        .iter()
        .filter(|status| surroundings.gateways.contains(text(status, "/parentRef/name")));
    let mut answers = 0;
    for status in ours {
        answers += 1;
        for kind in ["Accepted", "ResolvedRefs"] {
            if let Some(unready) = unmet(list(status, "/conditions"), kind, generation, "") {
                return unready;
            }
        }
    }
    if answers == 0 { Readiness::progressing("waits for its Gateway") } else { Readiness::ready("accepted") }
}

/// GKE's policies say when they are attached; on other clusters nobody says anything.
pub(super) fn policy(live: &Value) -> Readiness {
    match unmet(list(live, "/status/conditions"), "Attached", None, "") {
        Some(Readiness::Blocked { message, cause }) => Readiness::Blocked { message, cause },
        _ => Readiness::ready("applied"),
    }
}

/// What a condition that has to be True says when it is not.
fn unmet(conditions: &[Value], kind: &str, generation: Option<i64>, place: &str) -> Option<Readiness> {
    let Some(condition) = condition(conditions, kind) else {
        return Some(Readiness::progressing(format!("{place}waits for {kind}")));
    };
    if let (Some(observed), Some(generation)) = (number(condition, "/observedGeneration"), generation)
        && observed < generation
    {
        return Some(Readiness::blocked(silent(place, generation)));
    }
    let (reason, message) = (text(condition, "/reason"), text(condition, "/message"));
    match text(condition, "/status") {
        "True" => None,
        "False" if matches!(reason, "AddressNotAssigned" | "AddressNotUsable") => {
            Some(Readiness::blocked(without_address(format!("{place}waits for {kind}: {message}"), reason)))
        }
        "False" if reason != "Pending" => {
            Some(Readiness::blocked(settling(kind, format!("{place}not {kind}: {reason}: {message}"))))
        }
        _ => Some(Readiness::progressing(format!("{place}waits for {kind}: {message}"))),
    }
}

/// A status that tells of an older generation: whoever should write it has not looked since.
fn silent(place: &str, generation: i64) -> Cause {
    Cause {
        code: "ControllerSilent",
        message: format!("{place}waits for its controller, which has not looked at generation {generation}"),
        hint: "check that the gateway's controller runs, and that the Gateway's class is one of its classes"
            .to_owned(),
        grace: SILENT,
        ..Cause::default()
    }
}

/// A Gateway that gets no address.
fn without_address(message: String, reason: &str) -> Cause {
    let hint = if reason == "AddressNotAssigned" {
        "nobody gives the Gateway's Service an address: where there is no load balancer, its type has to be ClusterIP \
         (infra gateway.service.type)"
    } else {
        "its controller has made no Service for it: look at the controller's log (Istio: is the ConfigMap \
         istio-sidecar-injector in istio-system?)"
    };
    Cause { code: "NoAddress", message, hint: hint.to_owned(), grace: ADDRESS, ..Cause::default() }
}

fn settling(kind: &str, message: String) -> Cause {
    let code = match kind {
        "Accepted" => "NotAccepted",
        "ResolvedRefs" => "UnresolvedRefs",
        "Programmed" => "NotProgrammed",
        "Attached" => "NotAttached",
        _ => "Conflicted",
    };
    let hint = if message.contains("InferencePool is not enabled") {
        "the gateway does not know InferencePools: switch its inference extension on \
         (Istio: ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true in istiod)"
    } else if message.contains("InvalidExtensionRef") {
        "the pool names an endpoint picker Service that is not there: check gaie's Service"
    } else if message.contains("BackendNotFound") {
        "the route names a pool that is not there: check that its name is the InferencePool's"
    } else if message.contains("NoMatchingParent") || message.contains("NotAllowedByListeners") {
        "no listener of the Gateway takes the route: check its sectionName, hostnames and namespace"
    } else if message.contains("InvalidKind") {
        "the route names a kind of backend that the gateway does not know: its group has to be \
         inference.networking.k8s.io"
    } else if message.contains("RefNotPermitted") {
        "the route is in another namespace than what it leads to: put them into one, or add a ReferenceGrant"
    } else if message.contains("InvalidParameters") {
        "the Gateway's parametersRef names something that is not there or not valid"
    } else {
        "look at the object's conditions with kubectl describe, and at the gateway controller's log"
    };
    Cause { code, message, hint: hint.to_owned(), grace: SETTLING, ..Cause::default() }
}

/// The selector of what a controller makes for a Gateway.
pub(in crate::cluster) fn gateway_deployments(gateway: &str) -> String {
    format!("gateway.networking.k8s.io/gateway-name={gateway}")
}

/// Whether Istio serves a Gateway: it says "programmed" before it has made the Deployment.
pub(in crate::cluster) fn is_istio(gateway: &Value) -> bool {
    text(gateway, "/spec/gatewayClassName").starts_with("istio")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conditions(generation: i64, list: &[(&str, &str, &str)]) -> Value {
        list.iter()
            .map(|(kind, status, reason)| {
                json!({"type": kind, "status": status, "reason": reason, "message": "why",
                       "observedGeneration": generation})
            })
            .collect()
    }

    fn a_gateway(own: &Value, listener: &Value) -> Value {
        json!({"metadata": {"name": "g", "generation": 2}, "spec": {"gatewayClassName": "istio"},
               "status": {"conditions": own, "addresses": [{"value": "g-istio.demo.svc"}],
                          "listeners": [{"name": "default", "conditions": listener}]}})
    }

    #[test]
    fn gateways() {
        let good = [("Accepted", "True", "Accepted"), ("Programmed", "True", "Programmed")];
        let listener = [
            ("Programmed", "True", "Programmed"),
            ("ResolvedRefs", "True", "ResolvedRefs"),
            ("Conflicted", "False", "NoConflicts"),
        ];
        let listener = conditions(2, &listener);
        let pending = json!([{"type": "Accepted", "status": "Unknown", "reason": "Pending"}]);
        let unassigned = [("Accepted", "True", "Accepted"), ("Programmed", "False", "AddressNotAssigned")];
        let invalid = [("Accepted", "False", "InvalidParameters"), ("Programmed", "True", "Programmed")];
        let cases = [
            (conditions(2, &good), "ready", "programmed, g-istio.demo.svc"),
            (
                conditions(1, &good),
                "blocked",
                "waits for its controller, which has not looked at generation 2",
            ),
            (pending, "blocked", "waits for a controller of GatewayClass istio"),
            (json!([]), "blocked", "waits for a controller of GatewayClass istio"),
            (conditions(2, &unassigned), "blocked", "waits for Programmed: why"),
            (conditions(2, &invalid), "blocked", "not Accepted: InvalidParameters: why"),
        ];
        for (own, state, message) in cases {
            let readiness = gateway(&a_gateway(&own, &listener));
            assert_eq!((readiness.word(), readiness.message()), (state, message));
        }
        let unresolved =
            conditions(2, &[("Programmed", "True", "x"), ("ResolvedRefs", "False", "InvalidRef")]);
        let readiness = gateway(&a_gateway(&conditions(2, &good), &unresolved));
        assert_eq!(readiness.message(), "listener default: not ResolvedRefs: InvalidRef: why");
    }

    #[test]
    fn routes_need_the_answer_of_their_own_parent() {
        let route = |parents: Value| {
            json!({"metadata": {"generation": 1}, "spec": {"parentRefs": [{"name": "g"}]},
                   "status": {"parents": parents}})
        };
        let answer = |parent: &str, resolved: &str, reason: &str| {
            json!([{"parentRef": {"name": parent},
                    "conditions": conditions(1, &[("Accepted", "True", "Accepted"), ("ResolvedRefs", resolved, reason)])}])
        };
        let cases = [
            (json!([]), "blocked", "waits for Gateway/g"),
            (answer("other", "True", "ResolvedRefs"), "blocked", "waits for Gateway/g"),
            (answer("g", "True", "ResolvedRefs"), "ready", "accepted"),
            (answer("g", "False", "BackendNotFound"), "blocked", "not ResolvedRefs: BackendNotFound: why"),
        ];
        for (parents, state, message) in cases {
            let readiness = http_route(&route(parents));
            assert_eq!((readiness.word(), readiness.message()), (state, message));
        }
    }

    #[test]
    fn only_routed_pools_wait_for_a_gateway() {
        let pool = json!({"metadata": {"name": "p", "generation": 1}, "status": {}});
        assert!(inference_pool(&pool, &Surroundings::default()).is_ready());
        let route = json!({"kind": "HTTPRoute", "spec": {"parentRefs": [{"name": "g"}],
            "rules": [{"backendRefs": [{"kind": "InferencePool", "name": "p"}]}]}});
        let surroundings = Surroundings::of(std::iter::once(&route));
        assert_eq!(inference_pool(&pool, &surroundings).message(), "waits for its Gateway");
        let accepted = json!({"metadata": {"name": "p", "generation": 1}, "status": {"parents": [
            {"parentRef": {"name": "g"}, "conditions": conditions(1, &[("Accepted", "True", "x"), ("ResolvedRefs", "True", "x")])},
            {"parentRef": {"name": "foreign"}, "conditions": conditions(1, &[("Accepted", "False", "x")])}]}});
        assert!(inference_pool(&accepted, &surroundings).is_ready());
    }

    #[test]
    fn policies_without_a_controller_do_not_wait() {
        assert!(policy(&json!({})).is_ready());
        let refused = json!({"status": {"conditions": conditions(1, &[("Attached", "False", "Conflict")])}});
        assert_eq!(policy(&refused).word(), "blocked");
    }
}
