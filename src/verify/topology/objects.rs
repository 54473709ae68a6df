//! Objects as the API server gives them, by what they say of each other.

use serde_json::Value;

use crate::cluster::object::{ready_endpoints, text};
use crate::cluster::topology::{declared_ports, has_labels};

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
        self.of_kind("Pod").filter(|pod| has_labels(selector, pod)).collect()
    }

    /// How many endpoints of a Service are ready.
    pub(super) fn ready_endpoints(&self, service: &str) -> usize {
        let is_of = |slice: &&Value| slice["metadata"]["labels"]["kubernetes.io/service-name"] == *service;
        self.of_kind("EndpointSlice").filter(is_of).flat_map(ready_endpoints).count()
    }

    /// The Deployments whose pods a Service selects.
    pub(super) fn deployments_behind(&self, service: &Value) -> impl Iterator<Item = &'a Value> {
        let selector = service["spec"]["selector"].clone();
        self.of_kind("Deployment")
            .filter(move |deployment| has_labels(&selector, &deployment["spec"]["template"]))
    }
}

/// Whether a container of a pod says that it has this port; one that names no port at all may have any.
pub(super) fn listens(pod: &Value, port: i64) -> bool {
    let mut ports = declared_ports(pod).peekable();
    ports.peek().is_none() || ports.any(|declared| declared == port)
}
