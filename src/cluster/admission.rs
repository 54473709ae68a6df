//! Who stands at the API server's door and turns a request away: admission webhooks, policies, quotas, pod security.

use std::fmt;

use serde_json::Value;

use super::object::{ObjectRef, list, ready_endpoints, text};
use super::{Cluster, Error};

const GROUP: &str = "/apis/admissionregistration.k8s.io/v1";

/// What turned a request away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    kind: GateKind,
    name: String,
    /// What was found out about it.
    place: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GateKind {
    /// It answered no.
    Webhook,
    /// It did not answer, and may not be left out.
    SilentWebhook,
    Policy,
    Quota,
    PodSecurity,
}

/// Where a webhook is registered and where it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// For example `ValidatingWebhookConfiguration/guard`.
    configuration: String,
    /// The resource and the name as kubectl takes them.
    resource: String,
    /// `Service demo/guard, which has no ready endpoint`, or the URL.
    server: String,
}

impl Gate {
    /// Reads a refusal: who turned the request away, and the reason in its words. None where it was not admission.
    pub(super) fn of(message: &str) -> Option<(Self, String)> {
        let known = [
            ("failed calling webhook \"", '"', GateKind::SilentWebhook),
            ("admission webhook \"", '"', GateKind::Webhook),
            ("AdmissionPolicy '", '\'', GateKind::Policy),
            ("exceeded quota: ", ',', GateKind::Quota),
            ("violates PodSecurity \"", '"', GateKind::PodSecurity),
        ];
        let (kind, name) = known.into_iter().find_map(|(sign, end, kind)| {
            let (_, rest) = message.split_once(sign)?;
            Some((kind, rest.split(end).next().unwrap_or_default()))
        })?;
        // "admission webhook … does not support dry run" is no verdict on the request.
        let is_verdict = kind != GateKind::Webhook || message.contains("denied the request");
        // What the server puts before it says only once more who it was.
        let reason = ["denied the request: ", "denied request: ", "failed to call webhook: "]
            .into_iter()
            .find_map(|prefix| message.split_once(prefix))
            .map_or(message, |(_, reason)| reason);
        is_verdict.then(|| (Self { kind, name: name.to_owned(), place: None }, reason.to_owned()))
    }

    fn is_webhook(&self) -> bool {
        matches!(self.kind, GateKind::Webhook | GateKind::SilentWebhook)
    }

    /// The next step.
    pub(super) fn hint(&self) -> String {
        let name = &self.name;
        match (self.kind, &self.place) {
            (GateKind::Webhook, Some(place)) => format!(
                "do what it asks for, or ask whose it is: kubectl get {} -o yaml",
                place.resource
            ),
            (GateKind::SilentWebhook, Some(place)) => format!(
                "bring it back; if what it belongs to was uninstalled, it guards nothing any more: kubectl delete {}",
                place.resource
            ),
            (GateKind::Webhook | GateKind::SilentWebhook, None) => format!(
                "find its configuration: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations \
                 -o yaml | grep -B30 'name: {name}'"
            ),
            (GateKind::Policy, _) => {
                format!("do what it asks for, or ask whose it is: kubectl get validatingadmissionpolicy {name} -o yaml")
            }
            (GateKind::Quota, _) => {
                format!("make room or ask for more: kubectl describe resourcequota {name} in the namespace")
            }
            (GateKind::PodSecurity, _) => {
                "the namespace's label pod-security.kubernetes.io/enforce demands it: ask for another namespace, or \
                 change the security context in the values"
                    .to_owned()
            }
        }
    }
}

/// `admission webhook guard.example.com (ValidatingWebhookConfiguration/guard, Service demo/guard) refuses`.
impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.kind {
            GateKind::Webhook | GateKind::SilentWebhook => write!(f, "admission webhook {name}")?,
            GateKind::Policy => write!(f, "admission policy {name}")?,
            GateKind::Quota => write!(f, "ResourceQuota/{name}")?,
            GateKind::PodSecurity => write!(f, "pod security level {name}")?,
        }
        if let Some(Place { configuration, server, .. }) = &self.place {
            write!(f, " ({configuration}, {server})")?;
        }
        f.write_str(if self.kind == GateKind::SilentWebhook { " does not answer" } else { " refuses" })
    }
}

impl Cluster {
    /// The error of a request that was to change something. Looks up who turned it away.
    pub(super) async fn refused(&self, doing: String, error: kube::Error) -> Error {
        match self.error(doing, error) {
            Error::Denied { doing, mut gate, reason } => {
                if gate.is_webhook() {
                    gate.place = self.find_webhook(&gate.name).await;
                }
                Error::Denied { doing, gate, reason }
            }
            other => other,
        }
    }

    /// The configuration that registers a webhook. None where there is none or more than one, or where we may not look.
    async fn find_webhook(&self, name: &str) -> Option<Place> {
        let mut found = Vec::new();
        for (kind, plural) in [
            ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
            ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
        ] {
            for configuration in self.list(&format!("{GROUP}/{plural}"), "").await.ok()? {
                let mut webhooks = list(&configuration, "/webhooks").iter();
                if let Some(webhook) = webhooks.find(|webhook| text(webhook, "/name") == name) {
                    found.push((kind, text(&configuration, "/metadata/name").to_owned(), webhook.clone()));
                }
            }
        }
        let [(kind, configuration, webhook)] = found.as_slice() else { return None };
        Some(Place {
            configuration: format!("{kind}/{configuration}"),
            resource: format!("{} {configuration}", kind.to_lowercase()),
            server: self.webhook_server(webhook).await,
        })
    }

    async fn webhook_server(&self, webhook: &Value) -> String {
        let (namespace, name) =
            (text(webhook, "/clientConfig/service/namespace"), text(webhook, "/clientConfig/service/name"));
        if name.is_empty() {
            return text(webhook, "/clientConfig/url").to_owned();
        }
        let service = ObjectRef::namespaced("v1", "Service", "services", namespace, name);
        let slices = format!("/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices");
        let selector = format!("kubernetes.io/service-name={name}");
        let fate = match futures::join!(self.get(&service), self.list(&slices, &selector)) {
            (Ok(None), _) => ", which does not exist",
            (Ok(Some(_)), Ok(slices)) if slices.iter().flat_map(ready_endpoints).next().is_none() => {
                ", which has no ready endpoint"
            }
            _ => "",
        };
        format!("Service {namespace}/{name}{fate}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(message: &str) -> String {
        let (gate, reason) = Gate::of(message).unwrap();
        format!("{gate}: {reason}")
    }

    #[test]
    fn every_kind_of_gate_is_known_by_its_words() {
        let denied = "admission webhook \"guard.example.com\" denied the request: not today";
        assert_eq!(read(denied), "admission webhook guard.example.com refuses: not today");
        let silent = "Internal error occurred: failed calling webhook \"slow.example.com\": failed to call webhook: \
                      Post \"https://10.0.0.1:443/?timeout=1s\": context deadline exceeded";
        assert_eq!(
            read(silent),
            "admission webhook slow.example.com does not answer: Post \"https://10.0.0.1:443/?timeout=1s\": context \
             deadline exceeded"
        );
        let policy = "deployments.apps \"decode\" is forbidden: ValidatingAdmissionPolicy 'frozen' with binding \
                      'frozen' denied request: no changes today";
        assert_eq!(read(policy), "admission policy frozen refuses: no changes today");
        let quota = "pods \"a\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1";
        assert_eq!(read(quota), format!("ResourceQuota/small refuses: {quota}"));
        let pod = "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true";
        assert_eq!(read(pod), format!("pod security level restricted:latest refuses: {pod}"));
    }

    #[test]
    fn other_refusals_are_no_gate() {
        for message in [
            "secrets is forbidden: User \"jane\" cannot list resource \"secrets\"",
            "admission webhook \"guard.example.com\" does not support dry run",
            "",
        ] {
            assert_eq!(Gate::of(message), None, "{message}");
        }
    }

    #[test]
    fn a_silent_webhook_may_be_a_leftover() {
        let place = Place {
            configuration: "ValidatingWebhookConfiguration/guard".to_owned(),
            resource: "validatingwebhookconfiguration guard".to_owned(),
            server: "Service demo/guard, which does not exist".to_owned(),
        };
        let gate = Gate { kind: GateKind::SilentWebhook, name: "g".to_owned(), place: Some(place) };
        assert_eq!(
            gate.to_string(),
            "admission webhook g (ValidatingWebhookConfiguration/guard, Service demo/guard, which does not exist) does not answer"
        );
        assert!(gate.hint().ends_with("kubectl delete validatingwebhookconfiguration guard"));
    }
}
