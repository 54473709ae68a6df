//! Values of `infra`: the chart llm-d-infra v1.3.6 (`charts.md` §5).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Values;

/// The Gateway and what configures its proxy.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Infra {
    /// Values of bitnami's library chart; no template reads them.
    pub common: IndexMap<String, Value>,
    /// Not read by any template.
    pub kube_version: Option<String>,
    /// Not read by any template.
    pub cluster_domain: Option<String>,
    /// The label `app.kubernetes.io/name` of all objects.
    pub name_override: Option<String>,
    /// Not read by any template; `gateway.fullnameOverride` names the Gateway.
    pub fullname_override: Option<String>,
    /// Labels of the Gateway, its parameters and the Ingress (templated).
    pub common_labels: IndexMap<String, Value>,
    /// Annotations of the Gateway, its parameters and the Ingress (templated).
    pub common_annotations: IndexMap<String, Value>,
    /// More objects: mappings or texts (templated).
    pub extra_deploy: Vec<Value>,
    pub gateway: Gateway,
    pub ingress: Ingress,
}

impl Values for Infra {
    const KEY: &'static str = "infra";
}

/// The Gateway.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gateway {
    /// Whether anything but `extraDeploy` is rendered.
    pub enabled: bool,
    /// The Gateway's whole name.
    pub fullname_override: Option<String>,
    /// The end of the Gateway's name, instead of `inference-gateway`.
    pub name_override: Option<String>,
    /// Who implements the Gateway: `istio`, `kgateway`, `agentgateway-v2`, `gke-l7-regional-external-managed`, ….
    pub gateway_class_name: Option<String>,
    /// Labels of the Gateway alone.
    pub labels: IndexMap<String, Value>,
    /// Annotations of the Gateway and its parameters.
    pub annotations: IndexMap<String, Value>,
    pub gateway_parameters: GatewayParameters,
    pub destination_rule: InfraDestinationRule,
    /// At least one is needed.
    #[schemars(length(min = 1))]
    pub listeners: Vec<Listener>,
    pub service: GatewayService,
}

/// How the Gateway's proxy runs (classes `istio` and `kgateway`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatewayParameters {
    /// Whether the Gateway has parameters of its own.
    pub enabled: bool,
    /// Write an access log (class `istio`: a Telemetry object).
    pub access_logging: bool,
    /// Log level of the proxy.
    pub log_level: Option<LogLevel>,
    /// Resources of the proxy's container.
    pub resources: IndexMap<String, Value>,
}

/// Log level of Envoy.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

/// A DestinationRule beside the Gateway (class `istio`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InfraDestinationRule {
    /// Whether there is one.
    pub enabled: bool,
    /// The Service that it is for; needed when enabled.
    pub host: Option<String>,
    /// As in the DestinationRule.
    pub traffic_policy: IndexMap<String, Value>,
    /// As in the DestinationRule.
    pub subsets: Vec<Value>,
    /// Namespaces that see the rule.
    pub export_to: Vec<String>,
    /// Whose clients the rule is for.
    pub workload_selector: Value,
}

/// One port that the Gateway listens on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The listener's name.
    pub name: Option<String>,
    /// Port that the Gateway listens on.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i64,
    /// HTTP, HTTPS, TLS, ….
    pub protocol: String,
    /// Which routes may attach.
    pub allowed_routes: Option<Value>,
    pub tls: Option<ListenerTls>,
    /// Path in the Ingress.
    pub path: Option<String>,
    /// Path type in the Ingress.
    pub path_type: Option<String>,
}

/// TLS of a listener.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ListenerTls {
    /// The host that the listener answers for.
    pub hostname: Option<String>,
    pub mode: Option<TlsMode>,
    /// Certificates to serve with.
    pub certificate_refs: Option<Vec<CertificateRef>>,
}

/// What the Gateway does with TLS.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
pub enum TlsMode {
    Terminate,
    Passthrough,
}

/// A certificate, by the Secret that holds it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateRef {
    /// The Secret's name.
    pub name: String,
    /// API group of what is referred to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Kind of what is referred to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The Secret's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// The Service in front of the proxy (classes `istio` and `kgateway`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatewayService {
    #[serde(rename = "type")]
    pub type_: Option<ServiceType>,
    /// Ports of the Service, in place of the listeners'.
    pub ports: Vec<GatewayServicePort>,
    /// Only for `LoadBalancer`, and only read for class `istio`.
    pub load_balancer_class: Option<String>,
}

/// Type of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ServiceType {
    LoadBalancer,
    #[serde(rename = "ClusterIP")]
    ClusterIp,
    NodePort,
}

/// A port of the proxy's Service.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GatewayServicePort {
    /// Port of the Service.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i64,
    /// Port of the nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 30000, max = 32767))]
    pub node_port: Option<i64>,
    /// Other fields of a Service port.
    #[serde(flatten)]
    pub others: IndexMap<String, Value>,
}

/// A plain Ingress to the proxy's Service, when its type is `ClusterIP`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ingress {
    /// Whether there is one.
    pub enabled: bool,
    /// Who implements the Ingress.
    pub ingress_class_name: Option<String>,
    /// Host of the listeners' paths (templated).
    pub host: Option<String>,
    /// Path of `extraHosts` that have none of their own.
    pub path: Option<String>,
    /// Annotations (templated).
    pub annotations: IndexMap<String, Value>,
    /// More hosts.
    pub extra_hosts: Vec<ExtraHost>,
    /// More TLS entries, as in an Ingress (templated).
    pub extra_tls: Vec<Value>,
    /// Not read by any template.
    pub rules: Vec<Value>,
    pub tls: IngressTls,
}

/// One more host of the Ingress.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ExtraHost {
    /// The host's name (templated).
    pub name: Option<String>,
    /// The host's path.
    pub path: Option<String>,
    /// How the path matches.
    pub path_type: Option<String>,
    /// Port of the Service; the first listener's when not given.
    pub port: Option<i64>,
}

/// TLS of the Ingress.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IngressTls {
    /// Whether the Ingress has TLS for `host`.
    pub enabled: bool,
    /// Secret with the certificate (templated).
    pub secret_name: Option<String>,
}
