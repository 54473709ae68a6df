//! Objects as the API server gives them, by what they say of each other.

use serde_json::Value;

/// What a namespace has.
pub(super) struct Objects<'a> {
    pub(super) all: &'a [Value],
    pub(super) unreadable: &'a [String],
}

impl<'a> Objects<'a> {
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'a Value> {
        self.all.iter().filter(move |object| text(object, "/kind") == kind)
    }

    pub(super) fn named(&self, kind: &str, name: &str) -> Option<&'a Value> {
        self.of_kind(kind).find(|object| text(object, "/metadata/name") == name)
    }

    /// Whether what is missing of this kind is not there.
    pub(super) fn is_readable(&self, kind: &str) -> bool {
        !self.unreadable.iter().any(|unreadable| unreadable == kind)
    }

    /// The pods that a pool selects.
    pub(super) fn members(&self, pool: &Value) -> Vec<&'a Value> {
        let selector = &pool["spec"]["selector"]["matchLabels"];
        self.of_kind("Pod").filter(|pod| matches(selector, pod)).collect()
    }

    /// How many endpoints of a Service are ready.
    pub(super) fn ready_endpoints(&self, service: &str) -> usize {
        let is_of = |slice: &&Value| slice["metadata"]["labels"]["kubernetes.io/service-name"] == *service;
        let slices = self.of_kind("EndpointSlice").filter(is_of);
        let endpoints = slices.flat_map(|slice| list(slice, "/endpoints"));
        endpoints.filter(|endpoint| endpoint["conditions"]["ready"] != false).count()
    }

    /// The Deployments whose pods a Service selects.
    pub(super) fn deployments_behind(&self, service: &Value) -> impl Iterator<Item = &'a Value> {
        let selector = service["spec"]["selector"].clone();
        self.of_kind("Deployment")
            .filter(move |deployment| matches(&selector, &deployment["spec"]["template"]))
    }
}

/// Whether an object has every label of a selector that has one at least.
pub(super) fn matches(selector: &Value, object: &Value) -> bool {
    let labels = &object["metadata"]["labels"];
    selector.as_object().is_some_and(|wanted| {
        !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
    })
}

pub(super) fn is_ready(pod: &Value) -> bool {
    let is_true = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
    list(pod, "/status/conditions").iter().any(is_true) && pod["metadata"]["deletionTimestamp"].is_null()
}

/// Whether a container of a pod says that it has this port; one that names no port at all may have any.
pub(super) fn listens(pod: &Value, port: u64) -> bool {
    let containers =
        ["/spec/containers", "/spec/initContainers"].into_iter().flat_map(|path| list(pod, path));
    let mut ports = containers.flat_map(|container| list(container, "/ports")).peekable();
    ports.peek().is_none() || ports.any(|entry| entry["containerPort"].as_u64() == Some(port))
}

/// The arguments of all containers of a Deployment.
pub(super) fn strings(deployment: &Value) -> impl Iterator<Item = &str> {
    let containers = list(deployment, "/spec/template/spec/containers").iter();
    containers.flat_map(|container| list(container, "/args")).filter_map(Value::as_str)
}

/// The value of a flag of a Deployment's containers, written `--flag value` or `--flag=value`.
pub(super) fn argument<'a>(deployment: &'a Value, flag: &str) -> Option<&'a str> {
    let mut arguments = strings(deployment);
    while let Some(argument) = arguments.next() {
        let Some(name) = argument.strip_prefix('-') else { continue };
        match name.trim_start_matches('-').strip_prefix(flag) {
            Some("") => return arguments.next(),
            Some(rest) if rest.starts_with('=') => return rest.strip_prefix('='),
            _ => {}
        }
    }
    None
}

/// The text at a JSON pointer; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The list at a JSON pointer; empty where there is none.
pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
