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
    /// Reads what [`faults`] needs beside the objects; nothing where no Gateway of Istio's is among them.
    pub(super) async fn neighbourhood(
        &self,
        namespace: &str,
        objects: &[&Value],
    ) -> Result<Neighbourhood, Error> {
        if !objects.iter().any(|object| is_istio_gateway(object)) {
            return Ok(Neighbourhood::default());
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
        let Some(labels) = labels.as_object().filter(|labels| !labels.is_empty()) else { return Vec::new() };
        let fits = |template: &Value| {
            let of_pods = template.pointer("/metadata/labels").unwrap_or(&Value::Null);
            labels.iter().all(|(key, value)| of_pods.get(key) == Some(value))
        };
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
        let declared: Vec<i64> = servers
            .iter()
            .flat_map(|server| templates(server))
            .flat_map(|template| {
                ["/spec/containers", "/spec/initContainers"].map(|path| list(template, path))
            })
            .flatten()
            .flat_map(|container| list(container, "/ports"))
            .filter_map(|port| number(port, "/containerPort"))
            .collect();
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
        let watched = ["--pool-name", "--poolName"].iter().find_map(|flag| argument(picker, flag))?;
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

    /// An Istio gateway speaks plain text to a Service unless a `DestinationRule` says otherwise, and the picker TLS
    /// unless a flag says otherwise.
    fn plain_text(&self, rules: &[Value]) -> Option<Cause> {
        if !self.objects.iter().any(|object| is_istio_gateway(object)) {
            return None;
        }
        let service = self.picker_service()?;
        let is_plain = argument(self.picker()?, "--secure-serving").is_some_and(|value| value == "false");
        let name = text(service, "/metadata/name");
        let rule = rules.iter().find(|rule| is_host(rule, service));
        let mode = rule.map_or("", |rule| text(rule, "/spec/trafficPolicy/tls/mode"));
        let speaks_tls = !matches!(mode, "" | "DISABLE");
        let told = match rule {
            None => "no DestinationRule is there".to_owned(),
            Some(rule) => format!("{} says so", reference(rule)),
        };
        if is_plain && speaks_tls {
            return Some(certain(
                "PickerPlainText",
                format!(
                    "Service/{name} speaks plain text, and the gateway TLS with it ({told}): every request ends with 500"
                ),
                "let the picker speak TLS (without --secure-serving=false), or take the DestinationRule away",
            ));
        }
        if !is_plain && !speaks_tls {
            return Some(certain(
                "PickerTls",
                format!(
                    "Service/{name} speaks TLS, and the gateway plain text with it ({told}): every request ends with 500"
                ),
                "apply again: the DestinationRule that belongs to it is rendered with gaie provider.name istio",
            ));
        }
        let rule = rule.filter(|_| speaks_tls)?;
        let trusts = rule.pointer("/spec/trafficPolicy/tls/insecureSkipVerify") == Some(&true.into())
            || ["caCertificates", "credentialName"]
                .iter()
                .any(|field| !text(rule, &format!("/spec/trafficPolicy/tls/{field}")).is_empty());
        (!trusts).then(|| {
            certain(
                "PickerCertificate",
                format!(
                    "{} makes the gateway verify the picker's certificate, which is self-signed: every request ends \
                     with 500",
                    reference(rule)
                ),
                "set spec.trafficPolicy.tls.insecureSkipVerify: true, or name the caCertificates that signed it",
            )
        })
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

/// The value of a flag among the arguments of a workload's containers: `--flag value` or `--flag=value`.
fn argument<'a>(workload: &'a Value, flag: &str) -> Option<&'a str> {
    let mut containers = templates(workload).flat_map(|template| list(template, "/spec/containers"));
    containers.find_map(|container| {
        let arguments = || list(container, "/args").iter().filter_map(Value::as_str);
        let joined = arguments().find_map(|argument| argument.strip_prefix(flag)?.strip_prefix('='));
        joined.or_else(|| arguments().skip_while(|argument| *argument != flag).nth(1))
    })
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
