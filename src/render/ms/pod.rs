//! The pods of the model servers.

use serde_json::{Value, json};

use super::container::Container;
use super::model::Source;
use super::proxy::Proxy;
use super::servers::{Role, Servers};
use super::{claim, security_context};
use crate::environment::fixes;
use crate::environment::values::ModelCommand;
use crate::render::Reject;

/// The spec of a pod.
pub(super) fn spec(servers: &Servers<'_>) -> Result<Value, Reject> {
    check_model(servers)?;
    let renderer = servers.renderer;
    let values = servers.values;
    let mut containers = Vec::new();
    for (index, container) in Container::all(servers)?.iter().enumerate() {
        let fields = renderer.value("model-servers/container.yaml.j2", container)?;
        let key = format!("containers[{index}].extraConfig");
        containers.push(with_extra(servers, &key, fields, container.extra_config())?);
    }
    let types = &values.accelerator_types;
    let view = json!({
        "node_selector": values.node_selector,
        "init_containers": init_containers(servers)?,
        "enable_service_links": values.enable_service_links,
        "termination_grace_period_seconds": values.termination_grace_period_seconds,
        "image_pull_secrets": values.image_pull_secrets,
        "scheduler_name": values.scheduler_name.as_deref().filter(|name| !name.is_empty()),
        "security_context": values.pod_security_context,
        "service_account": servers.service_account,
        "affinity_key": types.label_key.as_deref().filter(|key| !key.is_empty()),
        "affinity_values": types.label_values,
        "volumes": volumes(servers),
        "resource_claims": claim::of_pod(renderer),
        "containers": containers,
        "tolerations": values.tolerations,
        "host_ipc": values.host_ipc.filter(|_| servers.is_multinode()),
        "host_pid": values.host_pid.filter(|_| servers.is_multinode()),
    });
    let pod = renderer.value("model-servers/pod.yaml.j2", &view)?;
    let extra = servers.templated("extraConfig", &json!(values.extra_config))?;
    let mut pod = with_extra(servers, "extraConfig", pod, &extra)?;
    if security_context::is_misplaced(&pod) && renderer.mends(fixes::XPU_FS_GROUP) {
        security_context::move_to_pod(&mut pod);
    }
    Ok(pod)
}

/// A scheme that nobody knows gives a pod that cannot start, which only Helm's own output may show.
fn check_model(servers: &Servers<'_>) -> Result<(), Reject> {
    let Source::Other { scheme } = servers.model.source else { return Ok(()) };
    let needs_model = servers.values.containers.iter().any(|container| {
        container.mount_model_volume || container.model_command.unwrap_or_default() != ModelCommand::Custom
    });
    if servers.renderer.is_upstream() || !needs_model {
        return Ok(());
    }
    let message = format!("{scheme:?} is no known scheme; known are hf://, pvc://, pvc+hf:// and oci://");
    Err(servers.renderer.reject("modelArtifacts.uri", message))
}

/// The sidecar, then the user's own.
fn init_containers(servers: &Servers<'_>) -> Result<Vec<Value>, Reject> {
    let own = &servers.values.init_containers;
    let mut all = Vec::new();
    if servers.role == Role::Decode
        && let Some(proxy) = Proxy::of(servers.renderer)?
    {
        if servers.is_multinode() && !own.is_empty() && servers.renderer.is_upstream() {
            let message = "in a LeaderWorkerSet the chart cannot render them beside the routing sidecar";
            return Err(servers.reject("initContainers", message));
        }
        all.push(servers.renderer.value("model-servers/routing_proxy.yaml.j2", &proxy)?);
    }
    all.extend(own.iter().map(|container| json!(container)));
    Ok(all)
}

fn volumes(servers: &Servers<'_>) -> Vec<Value> {
    let mut volumes: Vec<Value> = servers.values.volumes.iter().map(|volume| json!(volume)).collect();
    let mounted = servers.values.containers.iter().any(|container| container.mount_model_volume);
    volumes.extend(servers.model.volume().filter(|_| mounted));
    volumes
}

/// Adds the user's other fields to what the chart's own keys give.
fn with_extra(servers: &Servers<'_>, key: &str, fields: Value, extra: &Value) -> Result<Value, Reject> {
    let (Value::Object(mut fields), Some(extra)) = (fields, extra.as_object()) else {
        return Err(servers.reject(key, "a mapping is needed after templating"));
    };
    for (field, value) in extra {
        // The chart writes `volumes` even for none, so that upstream the key would stand there twice.
        let is_set = fields.contains_key(field) || field == "volumes" && servers.renderer.is_upstream();
        if is_set {
            let message = "the chart sets this field already: use the chart's own key for it";
            return Err(servers.reject(&format!("{key}.{field}"), message));
        }
        fields.insert(field.clone(), value.clone());
    }
    Ok(fields.into())
}
