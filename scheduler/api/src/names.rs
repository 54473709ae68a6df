//! The names on the wire (`epp.md` §1.4, §1.5, §2.2, §2.6, §4.6).

/// Names of HTTP headers, in lower case as proxies send them.
pub mod header {
    /// Where the request goes: `ip:port[,ip:port…]`, set by the picker.
    pub const DESTINATION_ENDPOINT: &str = "x-gateway-destination-endpoint";
    /// Which endpoint really served, told by the proxy in the response phase.
    pub const DESTINATION_ENDPOINT_SERVED: &str = "x-gateway-destination-endpoint-served";
    /// Identity of a request; made up when absent.
    pub const REQUEST_ID: &str = "x-request-id";
    /// Name of an InferenceObjective.
    pub const OBJECTIVE: &str = "x-gateway-inference-objective";
    /// The router's name for [`OBJECTIVE`]; looked up first.
    pub const ROUTER_OBJECTIVE: &str = "x-llm-d-inference-objective";
    /// Flow that a request belongs to.
    pub const FAIRNESS_ID: &str = "x-gateway-inference-fairness-id";
    /// The router's name for [`FAIRNESS_ID`]; looked up first.
    pub const ROUTER_FAIRNESS_ID: &str = "x-llm-d-inference-fairness-id";
    /// Model name to write into the body.
    pub const MODEL_REWRITE: &str = "x-gateway-model-name-rewrite";
    /// The router's name for [`MODEL_REWRITE`]; looked up first.
    pub const ROUTER_MODEL_REWRITE: &str = "x-llm-d-model-name-rewrite";
    /// Endpoint of a session, base64 of `namespace/name`.
    pub const SESSION_TOKEN: &str = "x-session-token";
    /// Identity of a session, made by the client.
    pub const SESSION_ID: &str = "x-session-id";
    /// Endpoints that a conformance test asks for.
    pub const TEST_SELECTION: &str = "test-epp-endpoint-selection";
    /// Served endpoint, shown to a conformance test.
    pub const TEST_SERVED_ENDPOINT: &str = "x-conformance-test-served-endpoint";
    /// Profile that `header-profile-handler` runs.
    pub const PROFILE: &str = "epp-profile";
    /// Prefill endpoint, `ip:port`, for the sidecar of the decode pod.
    pub const PREFILLER: &str = "x-prefiller-host-port";
    /// Encode endpoints, for the sidecar of the decode pod.
    pub const ENCODERS: &str = "x-encoder-hosts-ports";
    /// Data-parallel rank, `ip:port`, for the sidecar.
    pub const DATA_PARALLEL: &str = "x-data-parallel-host-port";
    /// Why a request was turned away.
    pub const DROPPED_REASON: &str = "x-llm-d-request-dropped-reason";
    /// Mark that every response carries after it passed the picker.
    pub const WENT_INTO_RESPONSE: &str = "x-went-into-resp-headers";
    /// Path that the client asked for, when a proxy rewrote it.
    pub const ORIGINAL_PATH: &str = "x-original-path";
    /// Like [`ORIGINAL_PATH`], looked up after it.
    pub const FORWARDED_PATH: &str = "x-forwarded-path";
}

/// Keys of Envoy's dynamic metadata.
pub mod metadata {
    /// Namespace of what the picker answers and of what really served.
    pub const LB: &str = "envoy.lb";
    /// Namespace of the subset hint.
    pub const SUBSET_HINT: &str = "envoy.lb.subset_hint";
    /// List of `ip:port` that the request may go to.
    pub const SUBSET: &str = "x-gateway-destination-endpoint-subset";
    /// Score of every endpoint, with `--emit-endpoint-scores`.
    pub const SCORES: &str = "x-gateway-destination-endpoint-scores";
}

/// Labels of pods.
pub mod label {
    /// What a pod does: `prefill`, `decode`, `both` …
    pub const ROLE: &str = "llm-d.ai/role";
    /// Which engine a pod runs: `vllm`, `sglang`, `trtllm-serve`, `triton-tensorrt-llm`.
    pub const ENGINE: &str = "llm-d.ai/engine-type";
}

/// Services of the gRPC health protocol.
pub mod health {
    /// Serving while the process lives.
    pub const LIVENESS: &str = "liveness";
    /// Serving on a synced leader.
    pub const READINESS: &str = "readiness";
    /// Like [`READINESS`]; what Envoy asks for.
    pub const EXT_PROC: &str = "envoy.service.ext_proc.v3.ExternalProcessor";
}

/// API groups of InferencePool, InferenceObjective and `InferenceModelRewrite`, and of the configuration.
pub mod group {
    /// InferencePool v1.
    pub const INFERENCE: &str = "inference.networking.k8s.io";
    /// InferencePool v1alpha2, InferenceObjective, `InferenceModelRewrite`; the older configuration.
    pub const INFERENCE_EXPERIMENTAL: &str = "inference.networking.x-k8s.io";
    /// The router's own.
    pub const ROUTER: &str = "llm-d.ai";
}

/// Flow of requests that name none.
pub const DEFAULT_FLOW: &str = "default-flow";

/// The Lease of a pool's pickers: `epp-NAMESPACE-POOL.` and the group of the dialect (`epp.md` §2.6).
pub fn lease(dialect: crate::Dialect, namespace: &str, pool: &str) -> String {
    let group = match dialect {
        crate::Dialect::Gaie => "gateway-api-inference-extension.sigs.k8s.io",
        crate::Dialect::Router => group::ROUTER,
    };
    format!("epp-{namespace}-{pool}.{group}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    #[test]
    fn leases_bear_the_group_of_their_dialect() {
        assert_eq!(lease(Dialect::Router, "ns", "pool"), "epp-ns-pool.llm-d.ai");
        assert_eq!(
            lease(Dialect::Gaie, "ns", "pool"),
            "epp-ns-pool.gateway-api-inference-extension.sigs.k8s.io"
        );
    }
}
