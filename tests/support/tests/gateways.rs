//! istiod and the played controllers write the statuses that llmd waits for.

use serde_json::{Value, json};
use test_support::{ControlPlane, Istiod, StatusWriter};

/// A Gateway of this class, a route from it to a pool, and the pool's endpoint picker.
fn objects(class: &str, gateway_annotations: &Value) -> String {
    let items = json!([
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "gateway", "annotations": gateway_annotations},
            "spec": {
                "gatewayClassName": class,
                "infrastructure": {"parametersRef": {"group": "", "kind": "ConfigMap", "name": "gateway"}},
                "listeners": [{
                    "name": "default",
                    "port": 80,
                    "protocol": "HTTP",
                    "allowedRoutes": {"namespaces": {"from": "All"}},
                }],
            },
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "gateway"},
            "data": {"service": "spec:\n  type: ClusterIP\n"},
        },
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": "route"},
            "spec": {
                "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gateway"}],
                "rules": [{"backendRefs": [
                    {"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": "pool"},
                ]}],
            },
        },
        {
            "apiVersion": "inference.networking.k8s.io/v1",
            "kind": "InferencePool",
            "metadata": {"name": "pool"},
            "spec": {
                "selector": {"matchLabels": {"app": "model"}},
                "targetPorts": [{"number": 8000}],
                "endpointPickerRef": {"name": "picker", "port": {"number": 9002}},
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "picker"},
            "spec": {"selector": {"app": "picker"}, "ports": [{"port": 9002}]},
        },
        {
            "apiVersion": "networking.gke.io/v1",
            "kind": "HealthCheckPolicy",
            "metadata": {"name": "pool"},
            "spec": {
                "targetRef": {"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": "pool"},
                "default": {"config": {"type": "HTTP", "httpHealthCheck": {"requestPath": "/health"}}},
            },
        },
    ]);
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

/// Whether every one of these conditions is true of the object as it is now.
fn all_hold(object: &Value, conditions: &Value, kinds: &[&str]) -> bool {
    let conditions = conditions.as_array().map_or(&[][..], Vec::as_slice);
    kinds.iter().all(|kind| {
        conditions.iter().any(|condition| {
            condition["type"] == *kind
                && condition["status"] == "True"
                && condition["observedGeneration"] == object["metadata"]["generation"]
        })
    })
}

fn apply(cluster: &ControlPlane, prefix: &str, class: &str, annotations: &Value) -> String {
    let namespace = cluster.create_namespace(prefix);
    let arguments = ["apply", "--server-side", "-n", &namespace, "-f", "-"];
    cluster.kubectl_with_input(&arguments, &objects(class, annotations)).success();
    namespace
}

fn path(namespace: &str, group: &str, plural: &str, name: &str) -> String {
    format!("/apis/{group}/v1/namespaces/{namespace}/{plural}/{name}")
}

fn wait_until_all_is_well(cluster: &ControlPlane, namespace: &str) {
    let gateway_api = "gateway.networking.k8s.io";
    let gateway = path(namespace, gateway_api, "gateways", "gateway");
    cluster.wait_for("the Gateway to be programmed", &gateway, |object| {
        let status = &object["status"];
        all_hold(object, &status["conditions"], &["Accepted", "Programmed"])
            && status["listeners"][0]["attachedRoutes"] == 1
            && status["addresses"][0]["value"].is_string()
    });
    let parents = [
        ("the route", path(namespace, gateway_api, "httproutes", "route")),
        ("the pool", path(namespace, "inference.networking.k8s.io", "inferencepools", "pool")),
    ];
    for (what, path) in parents {
        cluster.wait_for(&format!("{what} to be accepted"), &path, |object| {
            let parents = object["status"]["parents"].as_array().map_or(&[][..], Vec::as_slice);
            parents.len() == 1 && all_hold(object, &parents[0]["conditions"], &["Accepted", "ResolvedRefs"])
        });
    }
}

fn wait_for_deployment(cluster: &ControlPlane, namespace: &str, name: &str) {
    cluster.wait_for("the gateway's Deployment", &path(namespace, "apps", "deployments", name), |object| {
        object["status"]["availableReplicas"] == 1
            && object["metadata"]["labels"]["gateway.networking.k8s.io/gateway-name"] == "gateway"
    });
}

#[test]
fn istiod_programs_a_gateway() {
    let Some(cluster) = Istiod::shared() else { return };
    let namespace = apply(cluster, "istio", "istio", &json!({}));
    wait_until_all_is_well(cluster, &namespace);
    wait_for_deployment(cluster, &namespace, "gateway-istio");
}

#[test]
fn kgateway_is_played() {
    let Some(cluster) = StatusWriter::shared() else { return };
    let namespace = apply(cluster, "kgateway", "kgateway", &json!({}));
    wait_until_all_is_well(cluster, &namespace);
    wait_for_deployment(cluster, &namespace, "gateway");

    cluster.kubectl(&["delete", "gateway", "gateway", "-n", &namespace]).success();
    let route = path(&namespace, "gateway.networking.k8s.io", "httproutes", "route");
    cluster
        .wait_for("the route to have no parents", &route, |object| object["status"]["parents"] == json!([]));
    let deployments = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    cluster.wait_for("the gateway's Deployment to be gone", &deployments, |list| list["items"] == json!([]));
}

#[test]
fn agentgateway_is_played_and_sees_a_missing_picker() {
    let Some(cluster) = StatusWriter::shared() else { return };
    let namespace = apply(cluster, "agentgateway", "agentgateway-v2", &json!({}));
    wait_until_all_is_well(cluster, &namespace);
    cluster.kubectl(&["delete", "service", "picker", "-n", &namespace]).success();
    let pool = path(&namespace, "inference.networking.k8s.io", "inferencepools", "pool");
    cluster.wait_for("the pool to miss its picker", &pool, |object| {
        object["status"]["parents"][0]["conditions"][1]["reason"] == "InvalidExtensionRef"
    });
}

#[test]
fn gke_is_played_with_its_policies() {
    let Some(cluster) = StatusWriter::shared() else { return };
    let namespace = apply(cluster, "gke", "gke-l7-regional-external-managed", &json!({}));
    wait_until_all_is_well(cluster, &namespace);
    let policy = path(&namespace, "networking.gke.io", "healthcheckpolicies", "pool");
    cluster.wait_for("the policy to be attached", &policy, |object| {
        all_hold(object, &object["status"]["conditions"], &["Attached"])
    });
}

#[test]
fn a_gateway_may_be_told_to_fail() {
    let Some(cluster) = StatusWriter::shared() else { return };
    let namespace = apply(cluster, "failing", "kgateway", &json!({"testbed.llmd/mode": "not-programmed"}));
    let gateway = path(&namespace, "gateway.networking.k8s.io", "gateways", "gateway");
    cluster.wait_for("the Gateway to fail", &gateway, |object| {
        object["status"]["conditions"][1]["reason"] == "AddressNotAssigned"
    });
}
