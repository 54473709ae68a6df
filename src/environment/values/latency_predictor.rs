//! Values of `gaie.inferenceExtension.latencyPredictor`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Image;

/// Servers beside the endpoint picker that learn and predict latencies.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LatencyPredictor {
    /// Whether there are any.
    pub enabled: bool,
    pub training_server: TrainingServer,
    pub prediction_servers: PredictionServers,
    /// Environment variables of the endpoint picker.
    pub epp_env: IndexMap<String, Value>,
    pub slo_aware_routing: SloAwareRouting,
}

/// The server that learns.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TrainingServer {
    pub image: Image,
    /// Port that it listens on.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i64>,
    /// Size limit of its emptyDir.
    pub volume_size: Option<String>,
    /// As in a container.
    pub resources: Option<Value>,
    /// As in a container.
    pub liveness_probe: Option<Value>,
    /// As in a container.
    pub readiness_probe: Option<Value>,
    /// Environment variables, by its ConfigMap.
    pub config: IndexMap<String, Value>,
}

/// The servers that predict.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PredictionServers {
    /// How many there are.
    #[schemars(range(min = 0, max = 100))]
    pub count: Option<i64>,
    /// Port of the first; each next one has the next port.
    #[schemars(range(min = 1, max = 65535))]
    pub start_port: Option<i64>,
    /// Size limit of each one's emptyDir.
    pub volume_size: Option<String>,
    pub image: Image,
    /// As in a container.
    pub resources: Option<Value>,
    /// The port is the server's own.
    pub liveness_probe: IndexMap<String, Value>,
    /// The port is the server's own.
    pub readiness_probe: IndexMap<String, Value>,
    /// Environment variables, by their ConfigMap.
    pub config: IndexMap<String, Value>,
}

/// Parameters of the plugin `predicted-latency-scorer`; a zero counts as not given.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SloAwareRouting {
    /// Mean of the tokens between two samples (1000).
    pub sampling_mean: Option<f64>,
    /// Most tokens sampled of one request (20).
    pub max_sampled_tokens: Option<f64>,
    /// Factor on the objective, below 1 to keep a margin (1).
    pub slo_buffer_factor: Option<f64>,
    /// Weight of TTFT where the objective is missed (0.8).
    #[serde(rename = "negHeadroomTTFTWeight")]
    pub neg_headroom_ttft_weight: Option<f64>,
    /// Weight of TPOT where the objective is missed (0.2).
    #[serde(rename = "negHeadroomTPOTWeight")]
    pub neg_headroom_tpot_weight: Option<f64>,
    /// Weight of TTFT where the objective is met (0.8).
    #[serde(rename = "headroomTTFTWeight")]
    pub headroom_ttft_weight: Option<f64>,
    /// Weight of TPOT where the objective is met (0.2).
    #[serde(rename = "headroomTPOTWeight")]
    pub headroom_tpot_weight: Option<f64>,
    /// Which endpoint wins: `least`, `most`, … (`least`).
    pub headroom_selection_strategy: Option<String>,
    /// Weight of the free KV cache (1).
    #[serde(rename = "compositeKVWeight")]
    pub composite_kv_weight: Option<f64>,
    /// Weight of the queue (1).
    pub composite_queue_weight: Option<f64>,
    /// Weight of the prefix hit (1).
    pub composite_prefix_weight: Option<f64>,
    /// Share of requests that leave a sticky endpoint to explore (0.01).
    pub epsilon_explore_sticky: Option<f64>,
    /// Share of requests that explore endpoints which miss the objective (0.01).
    pub epsilon_explore_neg: Option<f64>,
    /// Prefix hit from which an endpoint is preferred (0.8).
    pub affinity_gate_tau: Option<f64>,
    /// Prefix hit over all endpoints from which affinity rules (0.99).
    pub affinity_gate_tau_global: Option<f64>,
    /// How an endpoint is drawn: `linear`, `argmax` (`linear`).
    pub selection_mode: Option<String>,
}
