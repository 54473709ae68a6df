//! What keeps the pods of a role running, and what scrapes them.

use serde_json::{Map, Value, json};

use super::servers::Servers;
use super::{accelerator, labels, parallelism, pod};
use crate::environment::names;
use crate::environment::values::Fragment;
use crate::render::{Manifest, Reject};

/// Keeps the pods of a subgroup on one node.
const EXCLUSIVE_TOPOLOGY: &str = "leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology";

/// The Deployment or, over several nodes, the LeaderWorkerSet.
pub(super) fn manifest(servers: &Servers<'_>) -> Result<Manifest, Reject> {
    let values = servers.values;
    let multinode = servers.is_multinode();
    let mut labels = labels();
    let mut annotations = copy(&values.annotations);
    let mut pod_annotations = copy(&values.pod_annotations);
    if multinode {
        labels.extend(servers.pod_labels.clone());
        if values.sub_group_exclusive_topology {
            annotations.insert(EXCLUSIVE_TOPOLOGY.to_owned(), "kubernetes.io/hostname".into());
            pod_annotations.insert(EXCLUSIVE_TOPOLOGY.to_owned(), "kubernetes.io/hostname".into());
        }
    }
    if let Some(warning) = warning(servers) {
        annotations.insert("llm-d.ai/accelerator-warning".to_owned(), warning.into());
    }
    let scaled_elsewhere = multinode && values.autoscaling.enabled;
    let size = multinode.then(|| parallelism::workers(&values.parallelism)).transpose();
    let view = json!({
        "name": servers.name,
        "labels": labels,
        "annotations": annotations,
        "pod_labels": servers.pod_labels,
        "pod_annotations": pod_annotations,
        "replicas": (!scaled_elsewhere).then(|| servers.replicas()),
        "size": size.map_err(|fault| servers.reject("parallelism.data", fault.to_string()))?,
        "sub_group_policy": values.sub_group_policy,
        "pod": pod::spec(servers)?,
    });
    let template = if multinode {
        "model-servers/leader_worker_set.yaml.j2"
    } else {
        "model-servers/deployment.yaml.j2"
    };
    servers.renderer.manifest(template, &view)
}

/// The PodMonitor, if there is to be one.
pub(super) fn pod_monitor(servers: &Servers<'_>) -> Result<Option<Manifest>, Reject> {
    let values = &servers.values.monitoring.podmonitor;
    if !values.enabled {
        return Ok(None);
    }
    let mut labels = labels();
    labels.insert("app.kubernetes.io/component".to_owned(), servers.role.to_string().into());
    labels.extend(copy(&values.labels));
    let view = json!({
        "name": names::pod_monitor(&servers.name),
        "namespace": servers.renderer.namespace(),
        "labels": labels,
        "annotations": values.annotations,
        "pod_labels": servers.pod_labels,
        "port": values.port_name.as_deref().unwrap_or("metrics"),
        "path": values.path.as_deref().unwrap_or("/metrics"),
        "interval": values.interval.as_deref().unwrap_or("30s"),
        "relabelings": values.relabelings,
        "metric_relabelings": values.metric_relabelings,
    });
    Ok(Some(servers.renderer.manifest("monitoring/pod_monitor.yaml.j2", &view)?))
}

/// The chart looks at the first container alone.
fn warning(servers: &Servers<'_>) -> Option<String> {
    let container = servers.values.containers.first()?;
    let resource = accelerator::resource(&servers.renderer.values().accelerator, container);
    accelerator::warning(&container.resources, resource.as_deref(), servers.spread.accelerators_per_pod())
}

fn copy(fragment: &Fragment) -> Map<String, Value> {
    fragment.clone().into_iter().collect()
}
