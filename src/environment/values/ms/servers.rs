//! Values of one role's model servers, `ms.decode` or `ms.prefill`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Fragment, whole};

/// The model servers of one role.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleServers {
    pub create: bool,
    /// Pods, or groups of pods with `multinode`.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub replicas: Option<i64>,
    pub autoscaling: Autoscaling,
    pub parallelism: Parallelism,
    pub containers: Vec<ModelContainer>,
    /// Run before the containers, after the routing sidecar.
    pub init_containers: Vec<Fragment>,
    pub volumes: Vec<Fragment>,
    /// Annotations of the Deployment or LeaderWorkerSet.
    pub annotations: Fragment,
    pub pod_annotations: Fragment,
    pub node_selector: Fragment,
    pub accelerator_types: AcceleratorTypes,
    pub tolerations: Vec<Fragment>,
    pub image_pull_secrets: Vec<Fragment>,
    pub scheduler_name: Option<String>,
    /// The pods' securityContext.
    pub pod_security_context: Fragment,
    pub enable_service_links: Option<bool>,
    #[schemars(schema_with = "seconds")]
    pub termination_grace_period_seconds: Option<Value>,
    /// Any other fields of a pod's spec (templated).
    pub extra_config: Fragment,
    pub monitoring: ModelMonitoring,
    /// Only read with `multinode`.
    #[serde(rename = "hostIPC")]
    pub host_ipc: Option<bool>,
    /// Only read with `multinode`.
    #[serde(rename = "hostPID")]
    pub host_pid: Option<bool>,
    /// How a group of pods is divided; only read with `multinode`.
    pub sub_group_policy: Fragment,
    /// Keep each subgroup on one node; only read with `multinode`.
    pub sub_group_exclusive_topology: bool,
}

/// Whether something else sets the number of replicas.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Autoscaling {
    /// Leaves `replicas` out of a LeaderWorkerSet; Deployments keep it.
    pub enabled: bool,
}

/// How the model is spread over accelerators. What is null follows from the others.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Parallelism {
    /// Accelerators per rank.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub tensor: Option<i64>,
    /// Ranks in all: `dataLocal` × `workers`.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub data: Option<i64>,
    /// Ranks per pod: `data` / `workers`.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub data_local: Option<i64>,
    /// Pods per group: `data` / `dataLocal`. The size of a LeaderWorkerSet.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub workers: Option<i64>,
}

/// The nodes that a pod may run on, by a label of theirs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AcceleratorTypes {
    pub label_key: Option<String>,
    pub label_values: Vec<String>,
}

/// A container of a model pod. Every one of them gets the accelerators, the variables and the token.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelContainer {
    /// `vllm` if not given.
    pub name: Option<String>,
    /// Needed.
    pub image: Option<String>,
    pub image_pull_policy: Option<String>,
    /// What runs: `vllm serve`, the image's own command with a server's arguments, or `command` and `args` alone.
    pub model_command: Option<ModelCommand>,
    /// The command, with `modelCommand: custom`.
    pub command: Vec<Value>,
    /// Arguments after those of `modelCommand`; not templated.
    pub args: Vec<Value>,
    /// Environment variables before all others (templated).
    pub env: Vec<Fragment>,
    /// Ports (templated).
    pub ports: Vec<Fragment>,
    pub resources: ContainerResources,
    /// Mount the model at `modelArtifacts.mountPath`.
    pub mount_model_volume: bool,
    pub volume_mounts: Vec<Fragment>,
    pub startup_probe: Fragment,
    pub liveness_probe: Fragment,
    pub readiness_probe: Fragment,
    pub security_context: Fragment,
    pub working_dir: Option<String>,
    pub stdin: bool,
    pub tty: bool,
    /// Any other fields of a container (templated).
    pub extra_config: Fragment,
    /// Not read by any template.
    pub device: Option<String>,
}

/// Who makes a container's command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ModelCommand {
    VllmServe,
    ImageDefault,
    #[default]
    Custom,
}

/// Resources of a container. Accelerators are added where they are not given.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContainerResources {
    pub limits: Fragment,
    pub requests: Fragment,
}

/// Who scrapes the model servers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelMonitoring {
    pub podmonitor: PodMonitor,
}

/// A PodMonitor for the Prometheus operator.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodMonitor {
    pub enabled: bool,
    /// Name of the container's port with the metrics.
    pub port_name: Option<String>,
    pub path: Option<String>,
    /// Between two scrapes, such as `30s`.
    pub interval: Option<String>,
    pub labels: Fragment,
    pub annotations: Fragment,
    pub relabelings: Vec<Fragment>,
    pub metric_relabelings: Vec<Fragment>,
}

fn seconds(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"type": "integer", "minimum": 0})
}
