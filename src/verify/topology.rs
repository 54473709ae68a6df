//! Whether each object of a deployment leads to the next: `deploytools.md` §3.5, V2, with the causes of `gateway.md` §5.
//!
//! ```text
//!  Gateway ◄─ HTTPRoute ─► InferencePool ─► Service ─► EndpointSlice ─► picker
//!                               └─ selector, targetPorts ─► model pods
//! ```

mod objects;

use serde_json::Value;

use super::Finding;
use super::deployment::Deployment;
use crate::cluster::object::{list, number, text};
use crate::cluster::readiness::pod::is_serving;
use crate::cluster::topology::{TlsFault, argument, has_labels, tls_fault};
use objects::{Objects, listens};

const POOL_GROUP: &str = "inference.networking.k8s.io";
/// Where a pool asks its picker unless it says another port.
const EXT_PROC: u64 = 9002;
const EMPTY_500: &str = "the gateway answers every request by 500 with an empty body";
const APPLY: &str = "`llmd apply` puts it back";

/// The way through a deployment.
#[derive(Debug, Default)]
pub(super) struct Join {
    /// What leads to what, in order.
    pub(super) steps: Vec<String>,
    /// Where it does not.
    pub(super) findings: Vec<Finding>,
    /// Whether Istio serves the Gateway.
    is_istio: bool,
}

/// Goes the way of a request from object to object.
pub(super) fn join(deployment: &Deployment) -> Join {
    let mut join = Join::default();
    let objects = Objects { all: &deployment.surrounding, unreadable: &deployment.unreadable };
    let Some(name) = deployment.recorded("InferencePool").next() else {
        join.wrong("the releases have no InferencePool", "nothing says who picks the model pods", APPLY);
        return join;
    };
    if deployment.recorded("Gateway").next().is_some() || deployment.recorded("HTTPRoute").next().is_some() {
        join.routes(&objects, deployment, name);
    }
    let Some(pool) = objects.named("InferencePool", name) else {
        if objects.is_readable("InferencePool") {
            join.wrong(&format!("InferencePool/{name} is not there"), EMPTY_500, APPLY);
        }
        return join;
    };
    join.steps.push(format!("InferencePool/{name}"));
    join.picker(&objects, pool, name);
    join.members(&objects, pool, name);
    join.rivals(&objects, pool, name);
    join
}

impl Join {
    fn wrong(&mut self, what: &str, cause: &str, hint: &str) {
        let [what, cause, hint] = [what, cause, hint].map(str::to_owned);
        self.findings.push(Finding { what, cause: Some(cause), hint: Some(hint) });
    }

    /// Gateway ◄─ HTTPRoute ─► pool.
    fn routes(&mut self, objects: &Objects<'_>, deployment: &Deployment, pool: &str) {
        let mut leads_here = false;
        for name in deployment.recorded("HTTPRoute") {
            let Some(route) = objects.named("HTTPRoute", name) else { continue };
            for parent in list(route, "/spec/parentRefs") {
                self.parent(objects, name, route, parent);
            }
            for backend in list(route, "/spec/rules")
                .iter()
                .flat_map(|rule| list(rule, "/backendRefs"))
                .filter(|backend| text(backend, "/kind") == "InferencePool")
            {
                let (target, group) = (text(backend, "/name"), text(backend, "/group"));
                if group != POOL_GROUP {
                    self.wrong(
                        &format!("HTTPRoute/{name} leads to InferencePool/{target} of group {group}"),
                        EMPTY_500,
                        &format!("name the group {POOL_GROUP}"),
                    );
                } else if objects.named("InferencePool", target).is_none() {
                    self.wrong(
                        &format!("HTTPRoute/{name} leads to InferencePool/{target}, which is not there"),
                        EMPTY_500,
                        APPLY,
                    );
                }
                leads_here |= target == pool;
            }
        }
        if !leads_here && objects.is_readable("HTTPRoute") {
            self.wrong(
                &format!("no HTTPRoute leads to InferencePool/{pool}"),
                "the gateway knows no way to the model servers: it answers by 404",
                APPLY,
            );
        }
    }

    fn parent(&mut self, objects: &Objects<'_>, name: &str, route: &Value, parent: &Value) {
        let (gateway, place) = (text(parent, "/name"), text(parent, "/namespace"));
        // A Gateway of another namespace is not among what was read.
        if !place.is_empty() && place != text(route, "/metadata/namespace") {
            return;
        }
        let Some(live) = objects.named("Gateway", gateway) else {
            if objects.is_readable("Gateway") {
                self.wrong(
                    &format!("HTTPRoute/{name} belongs to Gateway/{gateway}, which is not there"),
                    "no gateway serves the route: requests are answered by 404",
                    &format!(
                        "name the Gateway that is there in the route's parentRefs, or make Gateway/{gateway}"
                    ),
                );
            }
            return;
        };
        let section = text(parent, "/sectionName");
        let listeners = list(live, "/spec/listeners");
        if !section.is_empty() && !listeners.iter().any(|one| text(one, "/name") == section) {
            self.wrong(
                &format!(
                    "HTTPRoute/{name} belongs to listener {section} of Gateway/{gateway}, which has none such"
                ),
                "no listener serves the route: requests are answered by 404",
                "name a listener that is there, or leave sectionName out",
            );
        }
        self.is_istio |= text(live, "/spec/gatewayClassName").starts_with("istio");
        self.steps.push(format!("Gateway/{gateway}"));
        self.steps.push(format!("HTTPRoute/{name}"));
    }

    /// Pool ─► Service ─► ready picker, and the TLS between.
    fn picker(&mut self, objects: &Objects<'_>, pool: &Value, name: &str) {
        let service = text(pool, "/spec/endpointPickerRef/name");
        let port = pool.pointer("/spec/endpointPickerRef/port/number").and_then(Value::as_u64);
        let port = port.unwrap_or(EXT_PROC);
        let Some(live) = objects.named("Service", service) else {
            if objects.is_readable("Service") {
                let what = format!("InferencePool/{name} asks Service/{service}, which is not there");
                self.wrong(&what, EMPTY_500, APPLY);
            }
            return;
        };
        let ports = list(live, "/spec/ports");
        if !ports.iter().any(|entry| entry["port"].as_u64() == Some(port)) {
            let what =
                format!("InferencePool/{name} asks Service/{service} on port {port}, which it has not");
            self.wrong(&what, EMPTY_500, "make endpointPickerRef.port the Service's port of grpc-ext-proc");
        }
        let ready = objects.ready_endpoints(service);
        if ready == 0 && objects.is_readable("EndpointSlice") {
            let cause = match text(pool, "/spec/endpointPickerRef/failureMode") {
                "FailOpen" => "the picker is down: requests are spread without it (failureMode FailOpen)",
                _ => "the picker is down: every request is answered by 500 at once (failureMode FailClose)",
            };
            let what = format!("no pod behind Service/{service} is ready");
            self.wrong(&what, cause, "`llmd status` tells why; `kubectl logs` of the picker's pod, more");
        }
        self.steps.push(format!("Service/{service}:{port} ({ready} ready)"));
        self.destination_rule(objects, live, service);
    }

    /// Whether the gateway speaks to the picker as it should.
    fn destination_rule(&mut self, objects: &Objects<'_>, live: &Value, service: &str) {
        if !self.is_istio || !objects.is_readable("DestinationRule") {
            return;
        }
        let Some(picker) = objects.deployments_behind(live).next() else { return };
        let rule = match tls_fault(live, picker, objects.of_kind("DestinationRule")) {
            Ok(rule) => rule,
            Err(fault) => self.speech(fault, service, text(live, "/metadata/namespace")),
        };
        if let Some(rule) = rule {
            self.steps.push(format!("DestinationRule/{}", text(rule, "/metadata/name")));
        }
    }

    /// Tells of a fault; the rule that it is of.
    fn speech<'a>(&mut self, fault: TlsFault<'a>, service: &str, namespace: &str) -> Option<&'a Value> {
        let named = |rule: &Value| format!("DestinationRule/{}", text(rule, "/metadata/name"));
        let (what, cause, rule) = match fault {
            TlsFault::NoRule => (
                format!("no DestinationRule has the host {service}.{namespace}.svc.cluster.local"),
                "the picker speaks TLS and no DestinationRule tells the gateway to: it answers every request by 500 with \
                 an empty body",
                None,
            ),
            TlsFault::Missing(rule) => (
                format!("{} has no TLS", named(rule)),
                "the picker speaks TLS and the gateway does not: it answers every request by 500",
                Some(rule),
            ),
            TlsFault::Verified(rule) => (
                format!("{} has no insecureSkipVerify", named(rule)),
                "the picker's certificate is its own, and the gateway does not take it: it answers by 500",
                Some(rule),
            ),
            TlsFault::Unwanted(rule) => (
                format!("{} has TLS", named(rule)),
                "the picker speaks plain text and the gateway does not: it answers every request by 500",
                Some(rule),
            ),
        };
        self.wrong(&what, cause, APPLY);
        rule
    }

    /// Pool ─► ready model pods that listen where it sends.
    fn members(&mut self, objects: &Objects<'_>, pool: &Value, name: &str) {
        if !objects.is_readable("Pod") {
            return;
        }
        let members = objects.members(pool);
        let ready: Vec<&Value> = members.iter().copied().filter(|pod| is_serving(pod)).collect();
        if ready.is_empty() {
            let what = match members.len() {
                0 => format!("the selector of InferencePool/{name} matches no pod"),
                count => format!("of {count} pods that InferencePool/{name} selects none is ready"),
            };
            let cause = "the picker finds no endpoint: requests are answered by 503";
            self.wrong(&what, cause, "compare the selector with the model pods' labels; `llmd status` tells why pods are not ready");
            return;
        }
        for port in list(pool, "/spec/targetPorts").iter().filter_map(|port| number(port, "/number")) {
            if let Some(pod) = ready.iter().find(|pod| !listens(pod, port)) {
                self.wrong(
                    &format!(
                        "InferencePool/{name} sends to port {port}, on which Pod/{} does not listen",
                        text(pod, "/metadata/name")
                    ),
                    "nobody takes the connection in the model pod: requests are answered by 503",
                    "make the pool's targetPorts the port of the model servers",
                );
            }
        }
        self.steps.push(format!("{} model pods", ready.len()));
    }

    /// Nobody else picks among the same pods, and the picker picks among these.
    fn rivals(&mut self, objects: &Objects<'_>, pool: &Value, name: &str) {
        const BLIND: &str = "two pickers share the model pods, and neither sees what the other sends";
        const APART: &str = "give each stack a --postfix of its own, or take the other away";
        let members = objects.members(pool);
        for other in objects.of_kind("InferencePool").filter(|other| *other != pool) {
            if members.iter().any(|pod| has_labels(&other["spec"]["selector"]["matchLabels"], pod)) {
                let rival = text(other, "/metadata/name");
                let what =
                    format!("InferencePool/{rival} selects the model pods of InferencePool/{name} too");
                self.wrong(&what, BLIND, APART);
            }
        }
        let service = objects.named("Service", text(pool, "/spec/endpointPickerRef/name"));
        let Some(service) = service else { return };
        let own: Vec<&Value> = objects.deployments_behind(service).collect();
        for deployment in objects.of_kind("Deployment") {
            let is_own = own.contains(&deployment);
            let Some(watched) = argument(deployment, "pool-name") else { continue };
            let picker = text(deployment, "/metadata/name");
            if is_own && watched != name {
                let what = format!("Deployment/{picker} watches the pool {watched}, not {name}");
                self.wrong(&what, "the picker never gets ready: requests are answered by 500", APPLY);
            } else if !is_own && watched == name {
                self.wrong(&format!("Deployment/{picker} picks for InferencePool/{name} too"), BLIND, APART);
            }
        }
    }
}

#[cfg(test)]
mod tests;
