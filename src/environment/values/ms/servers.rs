//! Values of one role's model servers, `ms.decode` or `ms.prefill`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Fragment, whole};

/// The model servers of one role.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleServers {
    /// Whether there are any.
    pub create: bool,
    /// Pods, or groups of pods with `multinode`.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub replicas: Option<i64>,
    /// Whether something else sets the number of replicas.
    pub autoscaling: Autoscaling,
    pub parallelism: Parallelism,
    /// The containers of a pod; the first is the server.
    pub containers: Vec<ModelContainer>,
    /// Run before the containers, after the routing sidecar.
    pub init_containers: Vec<Fragment>,
    /// The pods' volumes, beside the model's.
    pub volumes: Vec<Fragment>,
    /// Annotations of the Deployment or LeaderWorkerSet.
    pub annotations: Fragment,
    /// Annotations of the pods.
    pub pod_annotations: Fragment,
    /// Labels of the nodes that a pod may run on.
    pub node_selector: Fragment,
    pub accelerator_types: AcceleratorTypes,
    /// Taints of nodes that do not keep a pod away.
    pub tolerations: Vec<Fragment>,
    /// Secrets for pulling the images.
    pub image_pull_secrets: Vec<Fragment>,
    /// The Kubernetes scheduler that places the pods.
    pub scheduler_name: Option<String>,
    /// The pods' securityContext.
    pub pod_security_context: Fragment,
    /// Whether containers see variables for the namespace's Services.
    pub enable_service_links: Option<bool>,
    /// How long a pod may take to stop.
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
    /// The label's key; empty for any node.
    pub label_key: Option<String>,
    /// The values that are good.
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
    /// `Always`, `IfNotPresent` or `Never`; empty for Kubernetes' own default.
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
    /// Limits and requests; accelerators are added where they are not given.
    pub resources: ContainerResources,
    /// Mount the model at `modelArtifacts.mountPath`.
    pub mount_model_volume: bool,
    /// Where the pod's volumes are mounted.
    pub volume_mounts: Vec<Fragment>,
    /// Until it succeeds, the other probes wait.
    pub startup_probe: Fragment,
    /// When it fails, the container is restarted.
    pub liveness_probe: Fragment,
    /// While it fails, the pod gets no requests.
    pub readiness_probe: Fragment,
    /// The container's securityContext.
    pub security_context: Fragment,
    /// The folder that the command starts in.
    pub working_dir: Option<String>,
    /// Whether the container keeps a standard input.
    pub stdin: bool,
    /// Whether the container has a terminal.
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
    /// The most that the container may use.
    pub limits: Fragment,
    /// What the container is sure to get.
    pub requests: Fragment,
}

/// Who scrapes the model servers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelMonitoring {
    /// A PodMonitor for the Prometheus operator.
    pub podmonitor: PodMonitor,
}

/// A PodMonitor for the Prometheus operator.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodMonitor {
    /// Whether there is one.
    pub enabled: bool,
    /// Name of the container's port with the metrics.
    pub port_name: Option<String>,
    /// Path of the metrics.
    pub path: Option<String>,
    /// Between two scrapes, such as `30s`.
    pub interval: Option<String>,
    /// More labels of the PodMonitor.
    pub labels: Fragment,
    /// Annotations of the PodMonitor.
    pub annotations: Fragment,
    /// What is changed before a scrape.
    pub relabelings: Vec<Fragment>,
    /// What is changed after a scrape.
    pub metric_relabelings: Vec<Fragment>,
}

fn seconds(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"type": "integer", "minimum": 0})
}
