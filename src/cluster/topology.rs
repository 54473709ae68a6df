//! Faults that no status tells: what the objects of a deployment say about each other, read together.
//!
//! A gateway's controller says "True" to all of them (`gateway.md` §5), and every request fails.

use kube::api::ListParams;
use serde_json::Value;

use super::object::{collection, list, number, text};
use super::readiness::{self, Cause};
use super::{Cluster, Error};

/// What is known beside the objects themselves.
#[derive(Debug, Default)]
pub(super) struct Neighbourhood {
    /// The `DestinationRules` of the namespace; None where the cluster has no such kind, or they may not be read.
    pub(super) destination_rules: Option<Vec<Value>>,
}

impl Cluster {
    /// Reads what [`faults`] needs beside the objects; nothing where no Gateway of Istio's is among them, or where their
    /// own `DestinationRules` tell all: a namespace may hold many of others.
    pub(super) async fn neighbourhood(
        &self,
        namespace: &str,
        objects: &[&Value],
    ) -> Result<Neighbourhood, Error> {
        if !objects.iter().any(|object| is_istio_gateway(object)) {
            return Ok(Neighbourhood::default());
        }
        let own: Vec<Value> = of_kind(objects, "DestinationRule").cloned().collect();
        let are_told = |pool| {
            let pool = Pool { pool, objects };
            pool.picker_service().is_none_or(|service| own.iter().any(|rule| is_host(rule, service)))
        };
        if of_kind(objects, "InferencePool").all(are_told) {
            return Ok(Neighbourhood { destination_rules: Some(own) });
        }
        let path = collection("networking.istio.io/v1", "destinationrules", Some(namespace));
        match self.list_where(&path, &ListParams::default()).await {
            Ok(rules) => Ok(Neighbourhood { destination_rules: Some(rules) }),
            Err(Error::Forbidden { .. }) => Ok(Neighbourhood::default()),
            Err(error) if error.is_passing() => Ok(Neighbourhood::default()),
            Err(error) => Err(error),
        }
    }
}

/// What is wrong between the objects of one deployment, by the index of the object that it is told of.
pub(super) fn faults(objects: &[&Value], around: &Neighbourhood) -> Vec<(usize, Cause)> {
    let mut faults = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let fault = match text(object, "/kind") {
            "InferencePool" => Pool { pool: object, objects }.fault(around),
            "Gateway" => broken_parameters(object, objects),
            _ => None,
        };
        faults.extend(fault.map(|cause| (index, cause)));
    }
    faults
}

fn of_kind<'a>(objects: &[&'a Value], kind: &str) -> impl Iterator<Item = &'a Value> {
    objects.iter().copied().filter(move |object| text(object, "/kind") == kind)
}

/// A fault that lasts.
fn certain(code: &'static str, message: String, hint: impl Into<String>) -> Cause {
    Cause { code, message, hint: hint.into(), ..Cause::default() }
}

fn is_istio_gateway(object: &Value) -> bool {
    text(object, "/kind") == "Gateway" && readiness::is_istio(object)
}

/// A pool among the objects of its deployment.
struct Pool<'a> {
    pool: &'a Value,
    objects: &'a [&'a Value],
}

impl Pool<'_> {
    fn name(&self) -> &str {
        text(self.pool, "/metadata/name")
    }

    fn fault(&self, around: &Neighbourhood) -> Option<Cause> {
        self.without_pods()
            .or_else(|| self.wrong_port())
            .or_else(|| self.of_picker())
            .or_else(|| self.plain_text(around.destination_rules.as_deref()?))
    }

    /// Every object that makes pods with all of these labels.
    fn workloads(&self, labels: &Value) -> Vec<&Value> {
        let fits = |template: &Value| has_labels(labels, template);
        self.objects.iter().copied().filter(|object| templates(object).any(fits)).collect()
    }

    fn model_servers(&self) -> Vec<&Value> {
        let selector =
            self.pool.pointer("/spec/selector/matchLabels").or_else(|| self.pool.pointer("/spec/selector"));
        selector.map_or_else(Vec::new, |labels| self.workloads(labels))
    }

    /// Its selector fits no pods that this deployment makes, and the deployment makes model servers.
    fn without_pods(&self) -> Option<Cause> {
        let selector = self.pool.pointer("/spec/selector")?;
        let picker = self.picker();
        let has_others = self.objects.iter().any(|object| {
            templates(object).next().is_some() && picker.is_none_or(|picker| !std::ptr::eq(*object, picker))
        });
        (has_others && self.model_servers().is_empty()).then(|| {
            certain(
                "EmptyPool",
                format!("its selector {selector} fits no pods of this deployment: every request ends with 503"),
                "make the pool's selector (gaie inferencePool.modelServers.matchLabels) and the labels of the model \
                 servers' pods the same",
            )
        })
    }

    /// It leads to a port that no model server has.
    fn wrong_port(&self) -> Option<Cause> {
        let servers = self.model_servers();
        let declared: Vec<i64> =
            servers.iter().flat_map(|server| templates(server)).flat_map(declared_ports).collect();
        let targets = list(self.pool, "/spec/targetPorts").iter().filter_map(|port| number(port, "/number"));
        let wrong = targets
            .chain(number(self.pool, "/spec/targetPortNumber"))
            .find(|port| !declared.is_empty() && !declared.contains(port))?;
        let declared: Vec<String> = declared.iter().map(ToString::to_string).collect();
        Some(certain(
            "WrongPort",
            format!(
                "leads to port {wrong}, and its pods listen on {}: every request ends with 503",
                declared.join(", ")
            ),
            "make the pool's targetPorts (gaie inferencePool.targetPorts) the port of the model servers",
        ))
    }

    /// The Service of the picker that it names, as this deployment has it.
    fn picker_service(&self) -> Option<&Value> {
        let name = ["/spec/endpointPickerRef/name", "/spec/extensionRef/name"]
            .into_iter()
            .find_map(|path| self.pool.pointer(path)?.as_str())?;
        let is_named =
            |object: &&&Value| text(object, "/kind") == "Service" && text(object, "/metadata/name") == name;
        self.objects.iter().find(is_named).copied()
    }

    fn picker(&self) -> Option<&Value> {
        let selector = self.picker_service()?.pointer("/spec/selector")?;
        self.workloads(selector).first().copied()
    }

    /// The picker watches another pool.
    fn of_picker(&self) -> Option<Cause> {
        let picker = self.picker()?;
        let watched = ["pool-name", "poolName"].iter().find_map(|flag| argument(picker, flag))?;
        (watched != self.name()).then(|| {
            certain(
                "WrongPool",
                format!(
                    "its endpoint picker {} watches a pool {watched} (--pool-name), so it never gets ready",
                    reference(picker)
                ),
                format!("start the picker with --pool-name {}", self.name()),
            )
        })
    }

    /// The gateway and the picker do not speak the same with each other.
    fn plain_text(&self, rules: &[Value]) -> Option<Cause> {
        if !self.objects.iter().any(|object| is_istio_gateway(object)) {
            return None;
        }
        let (service, picker) = (self.picker_service()?, self.picker()?);
        let fault = tls_fault(service, picker, rules).err()?;
        let name = text(service, "/metadata/name");
        Some(match fault {
            TlsFault::NoRule | TlsFault::Missing(_) => {
                let told = match fault {
                    TlsFault::Missing(rule) => format!("{} says so", reference(rule)),
                    _ => "no DestinationRule is there".to_owned(),
                };
                certain(
                    "PickerTls",
                    format!(
                        "Service/{name} speaks TLS, and the gateway plain text with it ({told}): every request ends \
                         with 500"
                    ),
                    "apply again: the DestinationRule that belongs to it is rendered with gaie provider.name istio",
                )
            }
            TlsFault::Unwanted(rule) => certain(
                "PickerPlainText",
                format!(
                    "Service/{name} speaks plain text, and the gateway TLS with it ({} says so): every request ends \
                     with 500",
                    reference(rule)
                ),
                "let the picker speak TLS (without --secure-serving=false), or take the DestinationRule away",
            ),
            TlsFault::Verified(rule) => certain(
                "PickerCertificate",
                format!(
                    "{} makes the gateway verify the picker's certificate, which is self-signed: every request ends \
                     with 500",
                    reference(rule)
                ),
                "set spec.trafficPolicy.tls.insecureSkipVerify: true, or name the caCertificates that signed it",
            ),
        })
    }
}

/// Why a gateway of Istio's and a picker do not understand each other. No status shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TlsFault<'a> {
    /// The picker speaks TLS, and no rule tells the gateway to.
    NoRule,
    /// The same, with a rule that does not speak of it.
    Missing(&'a Value),
    /// The rule has the picker's certificate verified, which is its own.
    Verified(&'a Value),
    /// The picker speaks plain text, and the rule says TLS.
    Unwanted(&'a Value),
}

/// An Istio gateway speaks plain text to a Service unless a `DestinationRule` says otherwise, and the picker TLS unless a
/// flag says otherwise. The rule about the Service, if there is one.
pub(crate) fn tls_fault<'a>(
    service: &Value,
    picker: &Value,
    rules: impl IntoIterator<Item = &'a Value>,
) -> Result<Option<&'a Value>, TlsFault<'a>> {
    let rule = rules.into_iter().find(|rule| is_host(rule, service));
    let speaks_tls =
        rule.is_some_and(|rule| !matches!(text(rule, "/spec/trafficPolicy/tls/mode"), "" | "DISABLE"));
    let is_plain = argument(picker, "secure-serving").is_some_and(|value| value == "false");
    let trusts = |rule: &Value| {
        rule.pointer("/spec/trafficPolicy/tls/insecureSkipVerify") == Some(&true.into())
            || ["caCertificates", "credentialName"]
                .iter()
                .any(|field| !text(rule, &format!("/spec/trafficPolicy/tls/{field}")).is_empty())
    };
    match rule {
        Some(rule) if is_plain && speaks_tls => Err(TlsFault::Unwanted(rule)),
        rule if is_plain => Ok(rule),
        None => Err(TlsFault::NoRule),
        Some(rule) if !speaks_tls => Err(TlsFault::Missing(rule)),
        Some(rule) if !trusts(rule) => Err(TlsFault::Verified(rule)),
        rule => Ok(rule),
    }
}

/// A Gateway whose parameters are no YAML: its controller says nothing and takes no notice of them.
fn broken_parameters(gateway: &Value, objects: &[&Value]) -> Option<Cause> {
    let reference = gateway.pointer("/spec/infrastructure/parametersRef")?;
    let name = text(reference, "/name");
    let is_named = |object: &&&Value| {
        text(object, "/kind") == text(reference, "/kind") && text(object, "/metadata/name") == name
    };
    let parameters = objects.iter().find(is_named)?.get("data")?.as_object()?;
    parameters.iter().find_map(|(key, value)| {
        let error = crate::yaml::read_documents(value.as_str()?).err()?;
        Some(certain(
            "BrokenParameters",
            format!("takes no notice of its parameters: {key} in ConfigMap/{name} is no YAML: {error}"),
            format!("correct {key} of ConfigMap/{name}, or apply again"),
        ))
    })
}

/// The pods that a workload makes.
fn templates(object: &Value) -> impl Iterator<Item = &Value> {
    [
        "/spec/template",
        "/spec/leaderWorkerTemplate/leaderTemplate",
        "/spec/leaderWorkerTemplate/workerTemplate",
    ]
    .into_iter()
    .filter_map(|path| object.pointer(path))
}

/// The value of a flag among the arguments of a workload's containers: `--flag value` or `--flag=value`, with one dash or two
/// as Go takes them.
pub(crate) fn argument<'a>(workload: &'a Value, flag: &str) -> Option<&'a str> {
    let containers = templates(workload).flat_map(|template| list(template, "/spec/containers"));
    let mut arguments = containers.flat_map(|container| list(container, "/args")).filter_map(Value::as_str);
    while let Some(argument) = arguments.next() {
        let Some(name) = argument.strip_prefix('-') else { continue };
        match name.strip_prefix('-').unwrap_or(name).strip_prefix(flag) {
            Some("") => return arguments.next(),
            Some(rest) if rest.starts_with('=') => return rest.strip_prefix('='),
            _ => {}
        }
    }
    None
}

/// Whether an object has every label of a selector that has one at least.
pub(crate) fn has_labels(selector: &Value, object: &Value) -> bool {
    let labels = object.pointer("/metadata/labels").unwrap_or(&Value::Null);
    selector.as_object().is_some_and(|wanted| {
        !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
    })
}

/// The ports that the containers of a pod or of its template name.
pub(crate) fn declared_ports(pod: &Value) -> impl Iterator<Item = i64> {
    let containers =
        ["/spec/containers", "/spec/initContainers"].into_iter().flat_map(|path| list(pod, path));
    let ports = containers.flat_map(|container| list(container, "/ports"));
    ports.filter_map(|port| number(port, "/containerPort"))
}

/// Whether a `DestinationRule` is about a Service of its own namespace.
fn is_host(rule: &Value, service: &Value) -> bool {
    let (name, namespace) = (text(service, "/metadata/name"), text(rule, "/metadata/namespace"));
    let host = text(rule, "/spec/host");
    host == name
        || [".svc", ".svc.cluster.local", ""]
            .iter()
            .any(|suffix| host.strip_suffix(suffix) == Some(&format!("{name}.{namespace}")))
}

fn reference(object: &Value) -> String {
    let kind = match text(object, "/kind") {
        // Items of a list come without their kind, and rules come from one.
        "" => "DestinationRule",
        kind => kind,
    };
    format!("{kind}/{}", text(object, "/metadata/name"))
}

#[cfg(test)]
mod tests;
