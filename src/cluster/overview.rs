//! What is worth a look beside the readiness of each object: pods, conditions, addresses, warnings.

use serde::Serialize;
use serde_json::Value;

use super::events::EventReport;
use super::object::{ObjectRef, list, number, text};
use super::readiness;
use super::readiness::pod::{self, Evidence};
use super::rollout::ObjectReport;
use super::{Cluster, parallel};

/// What a look at a deployment shows beside its objects.
#[derive(Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The pods of the workloads' current revisions, those that the Gateway's controller made included.
    pub pods: Vec<PodReport>,
    /// Where the Gateways can be reached.
    pub addresses: Vec<AddressReport>,
    /// The conditions of what is routed, and of the workloads.
    pub conditions: Vec<ConditionReport>,
    /// Warnings about the deployment's objects and pods, newest first.
    pub events: Vec<EventReport>,
}

/// One pod.
#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodReport {
    /// Its name, without the namespace.
    pub name: String,
    /// `Kind/name` of what it belongs to.
    pub workload: String,
    /// How many of its containers are ready.
    pub ready: usize,
    /// How many it has.
    pub containers: usize,
    /// How often its containers were started again, all together.
    pub restarts: i64,
    /// Where it runs; empty where it has no node yet.
    pub node: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Where it stands, in a few words.
    pub stage: String,
    /// Why it is not ready, where that is a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<readiness::Cause>,
    /// Of its containers, in their order.
    pub images: Vec<String>,
    /// Its address; empty where it has none yet.
    #[serde(rename = "podIP")]
    pub ip: String,
}

/// Where a Gateway is reached.
#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct AddressReport {
    /// Name of the Gateway.
    pub gateway: String,
    /// A host name or an IP address.
    pub address: String,
}

/// A condition of an object. `reporter` names who gives it, where several do.
#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConditionReport {
    /// `Kind/name`.
    pub object: String,
    /// Which controller or parent says so, where several do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reporter: String,
    /// Which condition: `Programmed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// A short name of why.
    pub reason: String,
    /// Why, in words.
    pub message: String,
}

impl ConditionReport {
    /// Whether it says what a deployment in order says.
    pub fn is_good(&self) -> bool {
        let wants_false =
            matches!(self.kind.as_str(), "Conflicted" | "ReplicaFailure" | "OverlappingTLSConfig");
        self.status == if wants_false { "False" } else { "True" }
    }
}

/// Reads what there is to see. What may not be read is left out.
pub(super) async fn read(
    cluster: &Cluster,
    namespace: &str,
    surveyed: &[(ObjectReport, Option<Value>)],
) -> Overview {
    let lives: Vec<&Value> = surveyed.iter().filter_map(|(_, live)| live.as_ref()).collect();
    let (pods, events) =
        futures::join!(pods(cluster, namespace, &lives), cluster.events_about(namespace, "Pod"));
    let names: Vec<&str> = lives
        .iter()
        .map(|live| text(live, "/metadata/name"))
        .chain(pods.iter().map(|(_, pod)| text(pod, "/metadata/name")))
        .collect();
    let warnings = cluster.warnings(namespace, |kind, name| {
        // A ReplicaSet is named after its Deployment.
        let is_made =
            kind == "ReplicaSet" && names.iter().any(|known| name.starts_with(&format!("{known}-")));
        is_made || names.contains(&name)
    });
    let evidence = Evidence { events: &events, now: cluster.now() };
    Overview {
        addresses: lives.iter().flat_map(|live| addresses(live)).collect(),
        conditions: lives.iter().flat_map(|live| conditions(live)).collect(),
        events: warnings.await,
        pods: pods.iter().map(|(workload, pod)| pod_report(workload, pod, &evidence)).collect(),
    }
}

/// The pods of every workload, and of the Deployments made for Gateways.
async fn pods(cluster: &Cluster, namespace: &str, lives: &[&Value]) -> Vec<(String, Value)> {
    let gateways: Vec<&&Value> = lives.iter().filter(|live| text(live, "/kind") == "Gateway").collect();
    let made = gateways
        .into_iter()
        .map(|gateway| cluster.made_for(Some(namespace), text(gateway, "/metadata/name")));
    let made = parallel(made).await;
    let workloads =
        lives.iter().filter(|live| readiness::is_workload(text(live, "/kind"))).map(|live| (*live).clone());
    let workloads: Vec<Value> =
        workloads.chain(made.into_iter().flat_map(Result::unwrap_or_default)).collect();
    let found = parallel(workloads.iter().map(|live| cluster.pods_of(live))).await;
    let mut pods = Vec::new();
    for (live, found) in workloads.iter().zip(found) {
        let workload = ObjectRef::display(text(live, "/kind"), text(live, "/metadata/name"));
        pods.extend(found.unwrap_or_default().into_iter().map(|pod| (workload.clone(), pod)));
    }
    pods
}

fn pod_report(workload: &str, pod: &Value, evidence: &Evidence<'_>) -> PodReport {
    let stage = pod::stage(pod, evidence);
    let statuses = list(pod, "/status/containerStatuses");
    let all = || statuses.iter().chain(list(pod, "/status/initContainerStatuses"));
    PodReport {
        name: text(pod, "/metadata/name").to_owned(),
        workload: workload.to_owned(),
        ready: statuses.iter().filter(|status| status["ready"] == true).count(),
        containers: list(pod, "/spec/containers").len(),
        restarts: all().filter_map(|status| number(status, "/restartCount")).fold(0, i64::saturating_add),
        node: text(pod, "/spec/nodeName").to_owned(),
        created: text(pod, "/metadata/creationTimestamp").to_owned(),
        stage: stage.describe(),
        cause: match stage {
            pod::Stage::Failing(trouble) => Some(trouble.cause),
            _ => None,
        },
        images: list(pod, "/spec/containers").iter().map(|one| text(one, "/image").to_owned()).collect(),
        ip: text(pod, "/status/podIP").to_owned(),
    }
}

fn addresses(live: &Value) -> Vec<AddressReport> {
    if text(live, "/kind") != "Gateway" {
        return Vec::new();
    }
    let port = list(live, "/spec/listeners").first().and_then(|listener| number(listener, "/port"));
    let port = port.filter(|port| *port != 80).map_or_else(String::new, |port| format!(":{port}"));
    let address = |address: &Value| AddressReport {
        gateway: text(live, "/metadata/name").to_owned(),
        address: format!("http://{}{port}", text(address, "/value")),
    };
    list(live, "/status/addresses").iter().map(address).collect()
}

fn conditions(live: &Value) -> Vec<ConditionReport> {
    let kind = text(live, "/kind");
    let object = ObjectRef::display(kind, text(live, "/metadata/name"));
    let reported = |reporter: String, holder: &Value| -> Vec<ConditionReport> {
        let conditions = list(holder, "/conditions").iter();
        conditions
            .map(|condition| ConditionReport {
                object: object.clone(),
                reporter: reporter.clone(),
                kind: text(condition, "/type").to_owned(),
                status: text(condition, "/status").to_owned(),
                reason: text(condition, "/reason").to_owned(),
                message: text(condition, "/message").to_owned(),
            })
            .collect()
    };
    let status = live.get("status").unwrap_or(&Value::Null);
    let of_parent = |parent: &Value| reported(text(parent, "/parentRef/name").to_owned(), parent);
    match kind {
        "Gateway" => {
            let listeners = list(status, "/listeners").iter();
            let of_listener =
                |listener: &Value| reported(format!("listener {}", text(listener, "/name")), listener);
            reported(String::new(), status).into_iter().chain(listeners.flat_map(of_listener)).collect()
        }
        "HTTPRoute" | "InferencePool" => list(status, "/parents").iter().flat_map(of_parent).collect(),
        "Deployment" | "LeaderWorkerSet" | "Job" => reported(String::new(), status),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_gateway_says_where_it_is_and_how_its_listeners_fare() {
        let gateway = json!({"kind": "Gateway", "metadata": {"name": "g"},
            "spec": {"listeners": [{"port": 8080}]},
            "status": {"addresses": [{"value": "10.0.0.1"}], "conditions": [{"type": "Accepted", "status": "True"}],
                       "listeners": [{"name": "default", "conditions": [{"type": "Conflicted", "status": "False"}]}]}});
        assert_eq!(addresses(&gateway)[0].address, "http://10.0.0.1:8080");
        let told = conditions(&gateway);
        assert_eq!(told[1].reporter, "listener default");
        assert!(told.iter().all(ConditionReport::is_good));
    }

    #[test]
    fn a_pod_is_summed_up() {
        let pod = json!({
            "metadata": {"name": "p", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"nodeName": "n", "containers": [{"image": "a"}, {"image": "b"}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                       "containerStatuses": [{"ready": true, "restartCount": 2}, {"ready": false}],
                       "initContainerStatuses": [{"ready": true, "restartCount": 1}]}});
        let evidence = Evidence { events: &[], now: Timestamp::UNIX_EPOCH };
        let report = pod_report("Deployment/d", &pod, &evidence);
        assert_eq!((report.ready, report.containers, report.restarts), (1, 2, 3));
        assert_eq!((report.stage.as_str(), report.cause), ("ready", None));
    }
}
