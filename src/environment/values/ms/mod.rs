//! Values of `ms`: the chart llm-d-modelservice v0.3.17 (`charts.md` §7).

mod servers;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

pub use self::servers::*;
use super::Values;
use crate::yaml;

/// A piece of a Kubernetes object, handed on as it is.
pub type Fragment = IndexMap<String, Value>;

/// The model servers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ms {
    /// Values of bitnami's library chart; no template reads them.
    pub common: Fragment,
    /// Not read by any template.
    pub enabled: Option<bool>,
    /// Begins the names of all objects, instead of `RELEASE-llm-d-modelservice`.
    pub fullname_override: Option<String>,
    /// An existing service account for the model servers; given, none is made.
    pub service_account_override: Option<String>,
    /// More objects (templated).
    pub extra_objects: Vec<Fragment>,
    /// Whether a model server spans nodes: a LeaderWorkerSet per role instead of a Deployment.
    pub multinode: bool,
    /// The model and where it comes from.
    pub model_artifacts: ModelArtifacts,
    /// The kind of accelerator.
    pub accelerator: Accelerator,
    /// Accelerators by Dynamic Resource Allocation.
    pub dra: Dra,
    /// Ports, and the routing sidecar.
    pub routing: ModelRouting,
    /// Fast model actuation.
    pub requester: Requester,
    /// The servers that decode, or that do all the work when there are no prefill servers.
    pub decode: RoleServers,
    /// The servers that prefill for the decode servers.
    pub prefill: RoleServers,
}

impl Values for Ms {
    const KEY: &'static str = "ms";
}

/// The model and where it comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelArtifacts {
    /// The name that clients ask for.
    pub name: Option<String>,
    /// `hf://MODEL` (templated), `pvc://CLAIM/PATH`, `pvc+hf://CLAIM/PATH/NAMESPACE/MODEL` or `oci://IMAGE`.
    pub uri: Option<String>,
    /// Room for a model that is downloaded (`hf://`).
    pub size: Option<String>,
    /// A Secret whose key `HF_TOKEN` is the token for Hugging Face.
    pub auth_secret_name: Option<String>,
    /// Where containers with `mountModelVolume` see the model.
    pub mount_path: Option<String>,
    /// Labels of the model pods, which the InferencePool selects by.
    pub labels: ModelLabels,
}

/// The two labels that the chart lets one set.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelLabels {
    /// Tells model pods from all others.
    #[serde(rename = "llm-d.ai/inferenceServing", skip_serializing_if = "Option::is_none")]
    pub inference_serving: Option<String>,
    /// Tells one model's pods from another's.
    #[serde(rename = "llm-d.ai/model", skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// The kind of accelerator.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Accelerator {
    /// A key of `resources`, or `cpu` for none; any other type means `nvidia.com/gpu`.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// The resource of each type.
    pub resources: AcceleratorResources,
    /// The environment variables that each type needs.
    pub env: AcceleratorEnv,
}

/// The resource that a device plugin offers, by type.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct AcceleratorResources {
    /// NVIDIA GPUs.
    pub nvidia: Option<String>,
    /// Intel GPUs with the driver i915.
    #[serde(rename = "intel-i915")]
    pub intel_i915: Option<String>,
    /// Intel GPUs with the driver xe.
    pub intel_xe: Option<String>,
    /// Intel Gaudi.
    pub intel_gaudi: Option<String>,
    /// AMD GPUs.
    pub amd: Option<String>,
    /// Google TPUs.
    pub google: Option<String>,
}

/// Environment variables that all containers get, by type.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AcceleratorEnv {
    /// Those of Intel GPUs with the driver i915.
    #[serde(rename = "intel-i915")]
    pub intel_i915: Option<Vec<AcceleratorVariable>>,
}

/// An environment variable.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AcceleratorVariable {
    pub name: String,
    pub value: String,
}

/// Accelerators by Dynamic Resource Allocation (Kubernetes 1.34 and later) instead of a device plugin.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Dra {
    /// Claim devices; the containers' own limits and requests are dropped then.
    pub enabled: bool,
    /// The name of one of `claimTemplates`.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// What can be claimed.
    pub claim_templates: Vec<ClaimTemplate>,
}

/// What a pod claims.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClaimTemplate {
    /// The type that it is for.
    pub name: Option<String>,
    /// The device class.
    pub class: Option<String>,
    /// The request's field that holds the claim; Kubernetes knows `exactly`.
    #[serde(rename = "match")]
    pub match_: Option<String>,
    /// Devices per pod.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub count: Option<i64>,
    /// Which devices of the class are good.
    pub selectors: Vec<Fragment>,
}

/// Ports, and the routing sidecar of disaggregated serving.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelRouting {
    /// The port that clients of a model pod use.
    #[schemars(schema_with = "integer_or_text")]
    pub service_port: Option<Value>,
    /// The routing sidecar.
    pub proxy: RoutingProxy,
}

/// The routing sidecar, which decode pods run before their server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoutingProxy {
    /// Whether decode pods run it.
    pub enabled: Option<bool>,
    /// The sidecar's image; needed when enabled.
    pub image: Option<String>,
    /// `Always`, `IfNotPresent` or `Never`.
    pub image_pull_policy: Option<String>,
    /// The port of a decode server behind the sidecar.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 1, max = 65535))]
    pub target_port: Option<i64>,
    /// How the KV cache travels: `nixlv2`, `sglang`, ….
    pub connector: Option<String>,
    /// Whether the sidecar serves over TLS.
    pub secure: Option<bool>,
    /// Whether the sidecar speaks TLS to prefill servers.
    #[serde(rename = "prefillerUseTLS")]
    pub prefiller_use_tls: Option<bool>,
    /// Folder with the certificate.
    pub cert_path: Option<String>,
    /// A log for development.
    pub zap_devel: Option<bool>,
    /// The form of the log.
    pub zap_encoder: Option<ZapEncoder>,
    /// `debug`, `info`, `error` or a number, higher for more.
    #[schemars(schema_with = "integer_or_text")]
    pub zap_log_level: Option<Value>,
    /// From this level on with a stack trace.
    pub zap_stacktrace_level: Option<String>,
    /// How times are written in the log: `epoch`, `iso8601`, `rfc3339`, ….
    pub zap_time_encoding: Option<String>,
}

/// How the sidecar writes its log.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ZapEncoder {
    Json,
    Console,
}

/// Fast model actuation: decode pods are asked for by small requester pods instead of a Deployment.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Requester {
    /// Has no effect together with `multinode`.
    pub enable: bool,
    /// The requester's image.
    pub image: Option<String>,
    /// Where the dual-pods controller speaks to the requester.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 1, max = 65535))]
    pub admin_port: Option<i64>,
    /// Ports of the requester.
    pub port: RequesterPorts,
    /// When the requester counts as ready.
    pub readiness_probe: RequesterProbe,
    /// Resources of the requester.
    pub resources: RequesterResources,
}

/// Ports of a requester.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequesterPorts {
    /// Where the probes are answered.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 1, max = 65535))]
    pub probes: Option<i64>,
    /// Where the server's pod is found.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 1, max = 65535))]
    pub spi: Option<i64>,
}

/// When a requester counts as ready.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequesterProbe {
    /// Before the first probe.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub initial_delay_seconds: Option<i64>,
    /// Between two probes.
    #[serde(deserialize_with = "whole")]
    #[schemars(range(min = 0))]
    pub period_seconds: Option<i64>,
}

/// Resources of a requester.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequesterResources {
    /// The most that the requester may use.
    pub limits: RequesterLimits,
}

/// Limits of a requester.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequesterLimits {
    /// NVIDIA GPUs, which the server takes over.
    #[schemars(schema_with = "integer_or_text")]
    pub gpus: Option<Value>,
    /// CPU cores.
    #[schemars(schema_with = "integer_or_text")]
    pub cpus: Option<Value>,
    /// Memory.
    #[schemars(schema_with = "integer_or_text")]
    pub memory: Option<Value>,
}

fn integer_or_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["integer", "string"]})
}

/// Reads whole numbers, which large or dotted ones (`1000000`, `2.0`) are as well, though they come as floats.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else { return Ok(None) };
    match yaml::whole_number(number.clone()).as_i64() {
        Some(whole) => Ok(Some(whole)),
        None => Err(D::Error::custom(format!("{number} is no whole number"))),
    }
}
