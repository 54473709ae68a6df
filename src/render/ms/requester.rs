//! Fast model actuation: small pods that ask for a model server, whose pod they describe in an annotation.

use serde_json::{Map, Value, json};

use super::container::Container;
use super::model::plain;
use super::proxy::Proxy;
use super::servers::{Servers, instance_label};
use crate::render::{Manifest, Reject};

/// The requesters' pods, kept running.
pub(super) fn manifest(servers: &Servers<'_>) -> Result<Manifest, Reject> {
    let renderer = servers.renderer;
    let values = &renderer.values().requester;
    let mut pod_labels = Map::from_iter([("app".to_owned(), Value::from("dp-app"))]);
    pod_labels.extend(instance_label(renderer));
    let probes = values.port.probes.unwrap_or(8080);
    let spi = values.port.spi.unwrap_or(8081);
    let limits = &values.resources.limits;
    let view = json!({
        "name": servers.name,
        "replicas": servers.replicas(),
        "pod_labels": pod_labels,
        "admin_port": values.admin_port.unwrap_or(8081).to_string(),
        "server_patch": server_patch(servers)?,
        "image": values.image,
        "probes_port": probes,
        "spi_port": spi,
        "initial_delay_seconds": values.readiness_probe.initial_delay_seconds.filter(|s| *s != 0).unwrap_or(2),
        "period_seconds": values.readiness_probe.period_seconds.filter(|s| *s != 0).unwrap_or(5),
        "gpus": limits.gpus.as_ref().map(unquoted),
        "cpus": limits.cpus.as_ref().map(unquoted),
        "memory": limits.memory.as_ref().map(unquoted),
    });
    renderer.manifest("model-servers/requester.yaml.j2", &view)
}

/// What turns a requester's pod into the model server's, as YAML text.
fn server_patch(servers: &Servers<'_>) -> Result<String, Reject> {
    let mut parts = servers.model.served_name().split('/');
    let repository = parts.next().unwrap_or_default();
    let registry = parts.next().unwrap_or_default();
    let view = json!({
        "registry": registry,
        "repository": repository,
        "proxy": Proxy::of(servers.renderer)?,
        "containers": Container::all(servers)?,
    });
    servers.renderer.text("model-servers/server_patch.txt.j2", &view)
}

/// A value as the chart writes it without quotes.
fn unquoted(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), plain)
}
