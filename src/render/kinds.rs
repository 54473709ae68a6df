//! The kinds that the environments use: plural and scope.
//!
//! What stands here saves a discovery request; kinds that do not are looked up in the cluster.

/// Kind, plural, whether it lives in a namespace.
const KNOWN: [(&str, &str, bool); 38] = [
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
    ("ReplicaSet", "replicasets", true),
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
pub fn known(kind: &str) -> Option<(&'static str, bool)> {
    KNOWN.iter().find(|(known, ..)| *known == kind).map(|(_, plural, namespaced)| (*plural, *namespaced))
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
