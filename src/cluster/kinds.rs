//! The kinds that the environments use: plural, scope, and where a missing one comes from.
//!
//! What stands here saves a discovery request; kinds that do not are looked up in the cluster.

/// Kind, plural, whether it lives in a namespace.
const KNOWN: [(&str, &str, bool); 37] = [
    ("AgentgatewayParameters", "agentgatewayparameters", true),
    ("ClusterRole", "clusterroles", false),
    ("ClusterRoleBinding", "clusterrolebindings", false),
    ("ConfigMap", "configmaps", true),
    ("CronJob", "cronjobs", true),
    ("CustomResourceDefinition", "customresourcedefinitions", false),
    ("DaemonSet", "daemonsets", true),
    ("Deployment", "deployments", true),
    ("DestinationRule", "destinationrules", true),
    ("GCPBackendPolicy", "gcpbackendpolicies", true),
    ("Gateway", "gateways", true),
    ("GatewayClass", "gatewayclasses", false),
    ("GatewayParameters", "gatewayparameters", true),
    ("HTTPRoute", "httproutes", true),
    ("HealthCheckPolicy", "healthcheckpolicies", true),
    ("HorizontalPodAutoscaler", "horizontalpodautoscalers", true),
    ("InferenceObjective", "inferenceobjectives", true),
    ("InferencePool", "inferencepools", true),
    ("Ingress", "ingresses", true),
    ("Job", "jobs", true),
    ("LeaderWorkerSet", "leaderworkersets", true),
    ("Namespace", "namespaces", false),
    ("NetworkPolicy", "networkpolicies", true),
    ("PersistentVolumeClaim", "persistentvolumeclaims", true),
    ("Pod", "pods", true),
    ("PodDisruptionBudget", "poddisruptionbudgets", true),
    ("PodMonitor", "podmonitors", true),
    ("PodMonitoring", "podmonitorings", true),
    ("ResourceClaimTemplate", "resourceclaimtemplates", true),
    ("Role", "roles", true),
    ("RoleBinding", "rolebindings", true),
    ("Secret", "secrets", true),
    ("Service", "services", true),
    ("ServiceAccount", "serviceaccounts", true),
    ("ServiceMonitor", "servicemonitors", true),
    ("StatefulSet", "statefulsets", true),
    ("Telemetry", "telemetries", true),
];

/// Plural and scope of a kind, if it is one of ours.
pub(super) fn known(kind: &str) -> Option<(&'static str, bool)> {
    KNOWN.iter().find(|(known, ..)| *known == kind).map(|(_, plural, namespaced)| (*plural, *namespaced))
}

/// How a missing kind comes into the cluster.
pub(super) fn install_hint(api_version: &str, kind: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_kinds_are_sorted_and_unique() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn scope_follows_the_api() {
        assert_eq!(known("ClusterRole"), Some(("clusterroles", false)));
        assert_eq!(known("InferencePool"), Some(("inferencepools", true)));
        assert_eq!(known("Elsewhere"), None);
    }
}
