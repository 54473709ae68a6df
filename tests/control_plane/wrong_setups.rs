//! Set-ups that are wrong while most statuses say "True": what llmd says of each is the cause, and what to do.
//!
//! The rows are those of `gateway.md` §5 that a control plane without nodes can have.

use serde_json::json;

use crate::harness::{Site, cluster};

const ISTIO: &str = "-e istio --replicas 1";
const GATEWAY: &str = "infra-inference-scheduling-inference-gateway";
const PICKER: &str = "gaie-inference-scheduling-epp";
const POOL: &str = "gaie-inference-scheduling";
const ROUTE: &str = "llm-d-inference-scheduling";

/// One thing done to a deployment that is in order, and what a look at it has to say.
struct Row {
    name: &'static str,
    /// The arguments of kubectl; objects are patched in our name, so that applying again takes it back.
    wrong: Vec<String>,
    /// What the complaint holds: the object, the cause, the next step.
    says: &'static [&'static str],
}

fn patched(name: &'static str, object: &str, patch: &str, says: &'static [&'static str]) -> Row {
    let wrong =
        ["patch", object, "--field-manager=helm", "--type=json", "-p", patch].map(str::to_owned).into();
    Row { name, wrong, says }
}

fn replaced(path: &str, value: &serde_json::Value) -> String {
    json!([{"op": "replace", "path": path, "value": value}]).to_string()
}

fn routes() -> Vec<Row> {
    let route = format!("httproute/{ROUTE}");
    let backend = "/spec/rules/0/backendRefs/0";
    vec![
        patched(
            "a route to a pool that is not there",
            &route,
            &replaced(&format!("{backend}/name"), &json!("nobody")),
            &["HTTPRoute/", "BackendNotFound", "the route names a pool that is not there"],
        ),
        patched(
            "a backend of the old group",
            &route,
            &replaced(&format!("{backend}/group"), &json!("inference.networking.x-k8s.io")),
            &["HTTPRoute/", "InvalidKind", "its group has to be inference.networking.k8s.io"],
        ),
        patched(
            "a section that the Gateway does not have",
            &route,
            &json!([{"op": "add", "path": "/spec/parentRefs/0/sectionName", "value": "nobody"}]).to_string(),
            &["HTTPRoute/", "NoMatchingParent", "check its sectionName"],
        ),
        patched(
            "a route to a Gateway that is not there",
            &route,
            &replaced("/spec/parentRefs/0/name", &json!("nobody")),
            &["HTTPRoute/", "leads from Gateway/nobody, which does not exist", "apply again"],
        ),
    ]
}

fn pools() -> Vec<Row> {
    let pool = format!("inferencepool.inference.networking.k8s.io/{POOL}");
    vec![
        patched(
            "a picker Service that is not there",
            &pool,
            &replaced("/spec/endpointPickerRef/name", &json!("nobody")),
            &["InferencePool/", "InvalidExtensionRef", "check gaie's Service"],
        ),
        patched(
            "a selector that fits no model server",
            &pool,
            &replaced("/spec/selector/matchLabels/llm-d.ai~1inferenceServing", &json!("nobody")),
            &["InferencePool/", "fits no pods of this deployment", "the labels of the model servers' pods"],
        ),
        patched(
            "a port that no model server has",
            &pool,
            &replaced("/spec/targetPorts/0/number", &json!(9999)),
            &["InferencePool/", "leads to port 9999, and its pods listen on 8000", "targetPorts"],
        ),
    ]
}

fn pickers() -> Vec<Row> {
    let argument = "/spec/template/spec/containers/0/args/1";
    let tls = "/spec/trafficPolicy/tls/insecureSkipVerify";
    vec![
        patched(
            "a picker of another pool",
            &format!("deployment/{PICKER}"),
            &replaced(argument, &json!("nobody")),
            &["InferencePool/", "watches a pool nobody", "--pool-name gaie-inference-scheduling"],
        ),
        Row {
            name: "no DestinationRule",
            wrong: ["delete", "destinationrule", PICKER].map(str::to_owned).into(),
            says: &["DestinationRule/", "does not exist", "the gateway plain text with it", "apply again"],
        },
        patched(
            "a DestinationRule that wants a certificate somebody signed",
            &format!("destinationrule/{PICKER}"),
            &replaced(tls, &json!(false)),
            &["InferencePool/", "the picker's certificate, which is self-signed", "insecureSkipVerify: true"],
        ),
        patched(
            "no picker",
            &format!("deployment/{PICKER}"),
            &replaced("/spec/replicas", &json!(0)),
            &["Deployment/gaie-", "scaled to 0, the release says 1", "kubectl scale"],
        ),
    ]
}

fn gateways() -> Vec<Row> {
    let gateway = format!("gateway.gateway.networking.k8s.io/{GATEWAY}");
    vec![
        patched(
            "parameters that are not there",
            &gateway,
            &replaced("/spec/infrastructure/parametersRef/name", &json!("nobody")),
            &["Gateway/", "InvalidParameters", "parametersRef names something that is not there"],
        ),
        patched(
            "parameters that are no YAML",
            &format!("configmap/{GATEWAY}"),
            &json!([{"op": "add", "path": "/data/service", "value": "spec: ["}]).to_string(),
            &["Gateway/", "service in ConfigMap/", "is no YAML"],
        ),
        patched(
            "a load balancer, and nobody who gives it an address",
            &format!("configmap/{GATEWAY}"),
            &json!([{"op": "add", "path": "/data/service", "value": "spec:\n  type: LoadBalancer\n"}])
                .to_string(),
            &["Gateway/", "nobody gives the Gateway's Service an address", "its type has to be ClusterIP"],
        ),
        patched(
            "a class that nobody has",
            &gateway,
            &replaced("/spec/gatewayClassName", &json!("nobody")),
            &["Gateway/", "there is no GatewayClass nobody: the cluster has ", "name another class"],
        ),
        Row {
            name: "the Gateway is gone",
            wrong: ["delete", &gateway].map(str::to_owned).into(),
            says: &["Gateway/", "does not exist", "HTTPRoute/", "leads from Gateway/", "apply again"],
        },
    ]
}

#[test]
fn each_is_told_by_its_cause() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "wrong");
    site.apply(ISTIO);
    let rows = [routes(), pools(), pickers(), gateways()].into_iter().flatten();
    for Row { name, wrong, says } in rows {
        let words: Vec<&str> =
            wrong.iter().map(String::as_str).chain(["-n", site.namespace.as_str()]).collect();
        cluster.kubectl(&words).success();
        // Statuses follow a moment later.
        site.eventually(&format!("{name} to be told with {says:?}"), || {
            let run = site.llmd("status -e istio");
            (run.code == Some(4) && says.iter().all(|part| run.stderr.contains(part))).then_some(())
        });
        site.apply(ISTIO);
        site.assert_ready("-e istio");
    }
    site.destroy("-e istio");
}

/// What apply itself brings about ends it soon, and never green.
#[test]
fn apply_does_not_end_green() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "not-green");
    let run = site.llmd(&format!("apply --yes {ISTIO} --set gaie.provider.name=none")).exits(4);
    let complaint = run.complaint();
    for part in ["InferencePool/", "no DestinationRule is there", "every request ends with 500", "hint: "] {
        assert!(complaint.contains(part), "{part} is not in\n{complaint}");
    }
    site.apply(ISTIO);
    let line = "--set gaie.inferencePool.targetPorts[0].number=9999";
    let complaint = site.llmd(&format!("apply --yes {ISTIO} {line}")).exits(4).complaint();
    assert!(complaint.contains("leads to port 9999"), "{complaint}");
}
