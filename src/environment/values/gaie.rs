//! Values of `gaie`: the chart inferencepool v1.3.0 (`charts.md` §6).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{LatencyPredictor, Values};

/// The InferencePool and its endpoint picker (EPP).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gaie {
    pub inference_extension: InferenceExtension,
    pub inference_pool: InferencePool,
    pub provider: GatewayProvider,
    /// The older place of `provider.istio`; read only when that is null.
    pub istio: IstioProvider,
    pub experimental_http_route: ExperimentalHttpRoute,
}

impl Values for Gaie {
    const KEY: &'static str = "gaie";
}

/// The endpoint picker.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InferenceExtension {
    /// More than one makes them elect a leader; 0 counts as 1.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub replicas: Option<i64>,
    pub image: Image,
    /// Port of `ext_proc` in the Service and the pool's reference; the container listens on 9002 in any case.
    #[schemars(range(min = 1, max = 65535))]
    pub ext_proc_port: Option<i64>,
    /// Port of the metrics in the Service (9090).
    #[schemars(range(min = 1, max = 65535))]
    pub metrics_port: Option<i64>,
    /// More environment variables.
    pub env: Vec<Value>,
    /// More ports of the picker's container.
    pub extra_container_ports: Vec<Value>,
    /// More ports of the picker's Service.
    pub extra_service_ports: Vec<Value>,
    /// Tolerations of the picker's pod.
    pub tolerations: Vec<Value>,
    /// Affinity of the picker's pod.
    pub affinity: IndexMap<String, Value>,
    /// More volumes of the picker's pod.
    pub volumes: Vec<Value>,
    /// More mounts of the picker's container.
    pub volume_mounts: Vec<Value>,
    /// Flags of the endpoint picker without their dashes; a null is an empty text.
    pub flags: IndexMap<String, Value>,
    /// Whether requests pass when the picker is down (InferencePool v1alpha2 only).
    pub failure_mode: Option<FailureMode>,
    /// Which file of `pluginsCustomConfig`, or `default-plugins.yaml`, the picker reads.
    pub plugins_config_file: Option<String>,
    /// EndpointPickerConfig files by name.
    pub plugins_custom_config: IndexMap<String, String>,
    pub sidecar: Sidecar,
    pub monitoring: EppMonitoring,
    pub tracing: Tracing,
    pub latency_predictor: LatencyPredictor,
}

/// Where an image is: `hub/name:tag`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Image {
    /// Registry and path, without the name.
    pub hub: Option<String>,
    /// The image's name.
    pub name: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// `Always`, `IfNotPresent` or `Never`.
    pub pull_policy: Option<String>,
}

impl Image {
    pub fn reference(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        format!("{}/{}:{}", part(&self.hub), part(&self.name), part(&self.tag))
    }
}

/// What a Gateway does when its endpoint picker does not answer.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize, JsonSchema)]
pub enum FailureMode {
    FailOpen,
    FailClose,
}

/// A container beside the endpoint picker, such as Envoy.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Sidecar {
    /// Whether there is one.
    pub enabled: bool,
    /// The container's name.
    pub name: Option<String>,
    /// The container's image.
    pub image: Option<String>,
    /// `Always`, `IfNotPresent` or `Never`.
    pub image_pull_policy: Option<String>,
    /// The executable.
    pub command: Option<String>,
    /// Arguments (templated).
    pub args: Vec<String>,
    /// Environment variables.
    pub env: Vec<Value>,
    /// Ports of the container.
    pub ports: Vec<Value>,
    /// As in a container.
    pub liveness_probe: Option<Value>,
    /// As in a container.
    pub readiness_probe: Option<Value>,
    /// As in a container.
    pub resources: Option<Value>,
    /// As in a container.
    pub volume_mounts: Vec<Value>,
    /// Volumes of the pod (templated), even when the sidecar is off.
    pub volumes: Vec<Value>,
    /// Files of the sidecar's ConfigMap.
    pub config_map_data: IndexMap<String, String>,
    /// The place of `configMapData` before chart v1.3.0; not read.
    pub config_map: Option<Value>,
}

/// How the picker's metrics are scraped.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EppMonitoring {
    /// Time between scrapes, such as `10s`.
    pub interval: Option<String>,
    pub prometheus: Prometheus,
    /// The place of `prometheus.auth.secretName` before chart v1.3.0; not read.
    pub secret: Option<Value>,
    /// Not read since chart v1.3.0.
    pub gke: Option<Value>,
}

/// Scraping by Prometheus.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Prometheus {
    /// Whether the picker's metrics are scraped.
    pub enabled: bool,
    pub auth: PrometheusAuth,
    /// Labels of the ServiceMonitor, for a Prometheus that selects by them.
    pub extra_labels: IndexMap<String, Value>,
}

/// Whether a scrape needs a token.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrometheusAuth {
    /// Whether a token is needed to read the metrics.
    pub enabled: bool,
    /// Secret that holds the token.
    pub secret_name: Option<String>,
}

/// OpenTelemetry traces of the picker.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tracing {
    /// Whether traces are sent.
    pub enabled: bool,
    /// Collector that the traces go to.
    pub otel_exporter_endpoint: Option<String>,
    pub sampling: Sampling,
}

/// Which traces are kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Sampling {
    /// Name of the sampler, such as `parentbased_traceidratio`.
    pub sampler: Option<String>,
    /// A text or a number.
    pub sampler_arg: Option<Value>,
}

/// The InferencePool.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InferencePool {
    /// Ports of the model servers.
    pub target_ports: Vec<TargetPort>,
    /// Port of the model servers for InferencePool v1alpha2 and for GKE's health check.
    #[schemars(range(min = 1, max = 65535))]
    pub target_port_number: Option<i64>,
    /// What the model servers are: `vllm` or `triton-tensorrt-llm`.
    pub model_server_type: Option<String>,
    /// `inference.networking.k8s.io/v1` or `inference.networking.x-k8s.io/v1alpha2`.
    pub api_version: Option<String>,
    pub model_servers: ModelServers,
}

/// One port of the model servers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetPort {
    /// Port that the model servers listen on.
    #[schemars(range(min = 1, max = 65535))]
    pub number: i64,
}

/// Which pods are model servers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModelServers {
    /// Labels of the pods; at least one is needed.
    pub match_labels: IndexMap<String, Value>,
}

/// Who implements the Gateway.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatewayProvider {
    /// `none`, `istio` or `gke`.
    pub name: Option<String>,
    pub gke: GkeProvider,
    pub istio: Option<IstioProvider>,
}

/// What GKE needs to know.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GkeProvider {
    /// Whether the cluster is an Autopilot one.
    pub autopilot: bool,
}

/// What Istio needs to know.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IstioProvider {
    pub destination_rule: EppDestinationRule,
}

/// How Istio speaks to the endpoint picker.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EppDestinationRule {
    /// The picker's Service; empty for its own.
    pub host: Option<String>,
    /// Only `connectionPool` is read.
    pub traffic_policy: IndexMap<String, Value>,
}

/// The chart's own HTTPRoute; the guide does not use it, see `route`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExperimentalHttpRoute {
    /// Whether there is one.
    pub enabled: bool,
    /// The Gateway that it attaches to.
    pub inference_gateway_name: Option<String>,
    /// Route only requests with this value of `X-Gateway-Base-Model-Name`.
    pub base_model: Option<String>,
}
