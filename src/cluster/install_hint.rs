//! What to install where a kind is missing.

/// How a missing kind comes into the cluster.
pub(super) fn for_kind(api_version: &str, kind: &str) -> String {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    match group {
        "gateway.networking.k8s.io" => "install the Gateway API CRDs: kubectl apply -f \
             https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml"
            .to_owned(),
        "inference.networking.k8s.io" | "inference.networking.x-k8s.io" => {
            "install the CRDs of the inference extension: kubectl apply -f https://github.com/kubernetes-sigs/\
             gateway-api-inference-extension/releases/download/v1.3.0/manifests.yaml"
                .to_owned()
        }
        "monitoring.coreos.com" => {
            "install the CRDs of the Prometheus operator, or switch the monitors off in the values".to_owned()
        }
        "networking.istio.io" | "telemetry.istio.io" => {
            "install Istio (1.28 or later), or choose the environment of the gateway that the cluster has".to_owned()
        }
        "gateway.kgateway.dev" | "agentgateway.dev" => {
            "install this gateway, or choose the environment of the gateway that the cluster has".to_owned()
        }
        "networking.gke.io" | "monitoring.googleapis.com" => {
            "this kind exists on GKE only: choose another environment, or enable the Gateway API of the GKE cluster"
                .to_owned()
        }
        "resource.k8s.io" => "dynamic resource allocation needs Kubernetes 1.34 or later".to_owned(),
        "leaderworkerset.x-k8s.io" => "install LeaderWorkerSet: https://lws.sigs.k8s.io".to_owned(),
        _ => format!("install what provides {kind} of {api_version}"),
    }
}
