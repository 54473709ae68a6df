//! The control plane behaves as tests of llmd expect of it.

use std::time::Duration;

use serde_json::{Value, json};
use test_support::{AuditEvent, ControlPlane, Options, eventually};

const LIMIT: Duration = Duration::from_secs(60);

/// A Deployment with this pod annotation, image and pod specification.
fn deployment(name: &str, replicas: u32, annotations: &Value, pod: &Value) -> String {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}, "annotations": annotations}, "spec": pod},
        },
    })
    .to_string()
}

fn container(image: &str, limits: &Value) -> Value {
    json!({"name": "main", "image": image, "resources": {"limits": limits}})
}

fn waiting_reason(cluster: &ControlPlane, namespace: &str, app: &str, wanted: &str) {
    let pods = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{app}");
    cluster.wait_for(&format!("{app} to be in {wanted}"), &pods, |list| {
        list["items"][0]["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == wanted
    });
}

#[test]
fn a_deployment_becomes_available_and_its_calls_are_in_the_audit_log() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let namespace = cluster.create_namespace("available");
    let mark = cluster.audit_mark();
    let sidecar = json!({"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"});
    let pod = json!({
        "initContainers": [sidecar, {"name": "fetch", "image": "fetch:1"}],
        "containers": [container("server:1", &json!({"nvidia.com/gpu": "2", "cpu": "32", "memory": "100Gi"}))],
    });
    let manifest = deployment("server", 8, &json!({}), &pod);
    cluster.kubectl_with_input(&["apply", "--server-side", "-n", &namespace, "-f", "-"], &manifest).success();
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/server");
    cluster.wait_for("the Deployment", &path, |object| object["status"]["availableReplicas"] == 8);

    let events = cluster.audit_since(mark, "kubectl/");
    // Other tests call kubectl at the same time.
    let here =
        |event: &&AuditEvent| event.object_ref.as_ref().is_some_and(|object| object.namespace == namespace);
    let writes: Vec<_> = events.iter().filter(here).filter(|event| event.is_write()).collect();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!(writes[0].verb, "patch");
    assert_eq!(writes[0].code(), Some(201));
    let object = writes[0].object_ref.as_ref().expect("a patch has an object");
    assert_eq!((object.resource.as_str(), object.name.as_str()), ("deployments", "server"));
    assert!(writes[0].request_uri.contains("fieldManager=kubectl"), "{}", writes[0].request_uri);

    let pods = cluster.kubectl(&["get", "pods", "-n", &namespace, "-o", "json"]).json();
    let name = pods["items"][0]["metadata"]["name"].as_str().expect("a pod has a name").to_owned();
    assert_eq!(pods["items"].as_array().map(Vec::len), Some(8));
    let log = cluster.kubectl(&["logs", "-n", &namespace, &name, "-c", "main"]).success();
    assert!(log.contains("no supported device found"), "{log}");
}

#[test]
fn pods_fail_as_their_annotations_and_images_say() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let namespace = cluster.create_namespace("failing");
    let apply = |name: &str, mode: &Value, image: &str| {
        let pod = json!({"containers": [container(image, &json!({}))]});
        let manifest = deployment(name, 1, mode, &pod);
        cluster.kubectl_with_input(&["apply", "-n", &namespace, "-f", "-"], &manifest).success();
    };
    apply("pull", &json!({}), "ghcr.io/llm-d/llm-d-cuda:does-not-exist");
    apply("crash", &json!({"testbed.llmd/mode": "crash-loop"}), "server:1");
    apply("stuck", &json!({"testbed.llmd/mode": "stuck-creating"}), "server:1");
    apply("unready", &json!({"testbed.llmd/mode": "never-ready"}), "server:1");
    waiting_reason(cluster, &namespace, "pull", "ImagePullBackOff");
    waiting_reason(cluster, &namespace, "crash", "CrashLoopBackOff");
    waiting_reason(cluster, &namespace, "stuck", "ContainerCreating");
    let pods = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3Dunready");
    cluster.wait_for("the pod to run", &pods, |list| {
        let status = &list["items"][0]["status"];
        status["phase"] == "Running" && status["containerStatuses"][0]["ready"] == false
    });
    let crash = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3Dcrash");
    cluster.wait_for("the second crash", &crash, |list| {
        list["items"][0]["status"]["containerStatuses"][0]["restartCount"] == 2
    });
}

#[test]
fn what_no_node_has_is_not_scheduled() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let namespace = cluster.create_namespace("unschedulable");
    let pod = json!({"containers": [container("server:1", &json!({"nvidia.com/gpu": "65"}))]});
    let manifest = deployment("big", 1, &json!({}), &pod);
    cluster.kubectl_with_input(&["apply", "-n", &namespace, "-f", "-"], &manifest).success();
    let pods = format!("/api/v1/namespaces/{namespace}/pods");
    cluster.wait_for("the scheduler's refusal", &pods, |list| {
        let condition = &list["items"][0]["status"]["conditions"][0];
        condition["reason"] == "Unschedulable"
            && condition["message"]
                .as_str()
                .is_some_and(|message| message.contains("Insufficient nvidia.com/gpu"))
    });
}

#[test]
fn claims_for_gaudi_devices_and_for_volumes_are_met() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let namespace = cluster.create_namespace("claims");
    cluster.bound_claim(&namespace, "model-pvc");
    let template = json!({
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": {"name": "gaudi"},
        "spec": {"spec": {"devices": {"requests": [
            {"name": "gaudi", "exactly": {"deviceClassName": "gaudi.intel.com", "count": 1}},
        ]}}},
    });
    let pod = json!({
        "containers": [{"name": "main", "image": "server:1", "resources": {"claims": [{"name": "gaudi"}]}}],
        "resourceClaims": [{"name": "gaudi", "resourceClaimTemplateName": "gaudi"}],
        "volumes": [{"name": "model", "persistentVolumeClaim": {"claimName": "model-pvc"}}],
    });
    for manifest in [template.to_string(), deployment("gaudi", 8, &json!({}), &pod)] {
        cluster.kubectl_with_input(&["apply", "-n", &namespace, "-f", "-"], &manifest).success();
    }
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/gaudi");
    cluster.wait_for("the Deployment", &path, |object| object["status"]["availableReplicas"] == 8);
}

#[test]
fn jane_may_do_nothing() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let kubeconfig = cluster.kubeconfig_for_jane().to_string_lossy();
    let refused = cluster.kubectl(&["--kubeconfig", &kubeconfig, "get", "pods"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("User \"jane\" cannot list resource \"pods\""), "{}", refused.stderr);
}

#[test]
fn a_pod_is_gone_at_once_whatever_its_grace_period() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let namespace = cluster.create_namespace("deleted");
    let pod =
        json!({"terminationGracePeriodSeconds": 130, "containers": [container("server:1", &json!({}))]});
    let manifest = deployment("server", 1, &json!({}), &pod);
    cluster.kubectl_with_input(&["apply", "-n", &namespace, "-f", "-"], &manifest).success();
    let pods = format!("/api/v1/namespaces/{namespace}/pods");
    cluster.wait_for("the pod to run", &pods, |list| list["items"][0]["status"]["phase"] == "Running");
    cluster.kubectl(&["delete", "deployment", "server", "-n", &namespace, "--cascade=foreground"]).success();
    eventually("the pod to be gone", LIMIT, || {
        let list = cluster.object(&pods)?;
        list["items"].as_array()?.is_empty().then_some(())
    });
}

#[test]
fn a_restarted_api_server_has_what_it_had() {
    let Some(cluster) = ControlPlane::start(&Options { nodes: Vec::new(), ..Options::default() }) else {
        return;
    };
    let namespace = cluster.create_namespace("restarted");
    cluster.restart_api_server();
    assert!(cluster.object(&format!("/api/v1/namespaces/{namespace}")).is_some());
    let other = cluster.create_namespace("made-after");
    assert_ne!(namespace, other);
}
