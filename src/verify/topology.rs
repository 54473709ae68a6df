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
use objects::{Objects, argument, is_ready, listens, matches, strings};

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
            for parent in objects::list(route, "/spec/parentRefs") {
                self.parent(objects, name, route, parent);
            }
            for backend in objects::list(route, "/spec/rules")
                .iter()
                .flat_map(|rule| objects::list(rule, "/backendRefs"))
                .filter(|backend| objects::text(backend, "/kind") == "InferencePool")
            {
                let (target, group) = (objects::text(backend, "/name"), objects::text(backend, "/group"));
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
        let (gateway, place) = (objects::text(parent, "/name"), objects::text(parent, "/namespace"));
        // A Gateway of another namespace is not among what was read.
        if !place.is_empty() && place != objects::text(route, "/metadata/namespace") {
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
        let section = objects::text(parent, "/sectionName");
        let listeners = objects::list(live, "/spec/listeners");
        if !section.is_empty() && !listeners.iter().any(|one| objects::text(one, "/name") == section) {
            self.wrong(
                &format!(
                    "HTTPRoute/{name} belongs to listener {section} of Gateway/{gateway}, which has none such"
                ),
                "no listener serves the route: requests are answered by 404",
                "name a listener that is there, or leave sectionName out",
            );
        }
        self.is_istio |= objects::text(live, "/spec/gatewayClassName").starts_with("istio");
        self.steps.push(format!("Gateway/{gateway}"));
        self.steps.push(format!("HTTPRoute/{name}"));
    }

    /// Pool ─► Service ─► ready picker, and the TLS between.
    fn picker(&mut self, objects: &Objects<'_>, pool: &Value, name: &str) {
        let service = objects::text(pool, "/spec/endpointPickerRef/name");
        let port = pool.pointer("/spec/endpointPickerRef/port/number").and_then(Value::as_u64);
        let port = port.unwrap_or(EXT_PROC);
        let Some(live) = objects.named("Service", service) else {
            if objects.is_readable("Service") {
                let what = format!("InferencePool/{name} asks Service/{service}, which is not there");
                self.wrong(&what, EMPTY_500, APPLY);
            }
            return;
        };
        let ports = objects::list(live, "/spec/ports");
        if !ports.iter().any(|entry| entry["port"].as_u64() == Some(port)) {
            let what =
                format!("InferencePool/{name} asks Service/{service} on port {port}, which it has not");
            self.wrong(&what, EMPTY_500, "make endpointPickerRef.port the Service's port of grpc-ext-proc");
        }
        let ready = objects.ready_endpoints(service);
        if ready == 0 && objects.is_readable("EndpointSlice") {
            let cause = match objects::text(pool, "/spec/endpointPickerRef/failureMode") {
                "FailOpen" => "the picker is down: requests are spread without it (failureMode FailOpen)",
                _ => "the picker is down: every request is answered by 500 at once (failureMode FailClose)",
            };
            let what = format!("no pod behind Service/{service} is ready");
            self.wrong(&what, cause, "`llmd status` tells why; `kubectl logs` of the picker's pod, more");
        }
        self.steps.push(format!("Service/{service}:{port} ({ready} ready)"));
        self.destination_rule(objects, live, service);
    }

    /// Istio's gateways speak plain text to a picker unless a rule says otherwise; no status shows it.
    fn destination_rule(&mut self, objects: &Objects<'_>, live: &Value, service: &str) {
        let is_plain = objects.deployments_behind(live).any(|deployment| {
            strings(deployment).any(|argument| argument.trim_start_matches('-') == "secure-serving=false")
        });
        if !self.is_istio || is_plain || !objects.is_readable("DestinationRule") {
            return;
        }
        let namespace = objects::text(live, "/metadata/namespace");
        let full = format!("{service}.{namespace}.svc.cluster.local");
        let is_host =
            |host: &str| !host.is_empty() && (full == host || full.starts_with(&format!("{host}.")));
        let rule = objects.of_kind("DestinationRule").find(|rule| is_host(objects::text(rule, "/spec/host")));
        let Some(rule) = rule else {
            let cause = "the picker speaks TLS and no DestinationRule tells the gateway to: it answers every request by \
                         500 with an empty body";
            self.wrong(&format!("no DestinationRule has the host {full}"), cause, APPLY);
            return;
        };
        let tls = &rule["spec"]["trafficPolicy"]["tls"];
        let name = objects::text(rule, "/metadata/name");
        if !matches!(tls["mode"].as_str(), Some("SIMPLE" | "MUTUAL" | "ISTIO_MUTUAL")) {
            let cause = "the picker speaks TLS and the gateway does not: it answers every request by 500";
            self.wrong(&format!("DestinationRule/{name} has no TLS"), cause, APPLY);
        } else if tls["insecureSkipVerify"] != true && tls["caCertificates"].is_null() {
            let cause =
                "the picker's certificate is its own, and the gateway does not take it: it answers by 500";
            self.wrong(&format!("DestinationRule/{name} has no insecureSkipVerify"), cause, APPLY);
        }
        self.steps.push(format!("DestinationRule/{name}"));
    }

    /// Pool ─► ready model pods that listen where it sends.
    fn members(&mut self, objects: &Objects<'_>, pool: &Value, name: &str) {
        if !objects.is_readable("Pod") {
            return;
        }
        let members = objects.members(pool);
        let ready: Vec<&Value> = members.iter().copied().filter(|pod| is_ready(pod)).collect();
        if ready.is_empty() {
            let what = match members.len() {
                0 => format!("the selector of InferencePool/{name} matches no pod"),
                count => format!("of {count} pods that InferencePool/{name} selects none is ready"),
            };
            let cause = "the picker finds no endpoint: requests are answered by 503";
            self.wrong(&what, cause, "compare the selector with the model pods' labels; `llmd status` tells why pods are not ready");
            return;
        }
        for port in objects::list(pool, "/spec/targetPorts").iter().filter_map(|port| port["number"].as_u64())
        {
            if let Some(pod) = ready.iter().find(|pod| !listens(pod, port)) {
                self.wrong(
                    &format!(
                        "InferencePool/{name} sends to port {port}, on which Pod/{} does not listen",
                        objects::text(pod, "/metadata/name")
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
            if members.iter().any(|pod| matches(&other["spec"]["selector"]["matchLabels"], pod)) {
                let rival = objects::text(other, "/metadata/name");
                let what =
                    format!("InferencePool/{rival} selects the model pods of InferencePool/{name} too");
                self.wrong(&what, BLIND, APART);
            }
        }
        let service = objects.named("Service", objects::text(pool, "/spec/endpointPickerRef/name"));
        let Some(service) = service else { return };
        let own: Vec<&Value> = objects.deployments_behind(service).collect();
        for deployment in objects.of_kind("Deployment") {
            let is_own = own.contains(&deployment);
            let Some(watched) = argument(deployment, "pool-name") else { continue };
            let picker = objects::text(deployment, "/metadata/name");
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
