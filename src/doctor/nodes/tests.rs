use serde_json::{Map, Value, json};

use super::*;

fn node(name: &str, gpus: u64) -> Value {
    json!({
        "metadata": {"name": name, "labels": {"zone": "a"}},
        "status": {"allocatable": {"cpu": "8", "memory": "64Gi", "pods": "10", "nvidia.com/gpu": gpus.to_string()}},
    })
}

fn workload(replicas: u64, spec: Value) -> Workload {
    let selector: Map<String, Value> = [("app".to_owned(), json!("decode"))].into_iter().collect();
    let mut template = json!({"metadata": {"labels": {"app": "decode"}}});
    template["spec"] = spec;
    Workload { object: "Deployment/decode".to_owned(), replicas, template, selector }
}

fn asking(cpu: &str, gpus: &str) -> Value {
    json!({"containers": [{"resources": {"requests": {"cpu": cpu}, "limits": {"nvidia.com/gpu": gpus}}}]})
}

fn placed(workload: Workload, live: &[Value], pods: &[Value]) -> Placement {
    let workloads = [workload];
    let mut nodes = nodes(live, pods, "demo", &workloads);
    place(&workloads, &mut nodes).remove(0)
}

#[test]
fn pods_fit_node_by_node_and_not_in_sum() {
    let live = [node("a", 3), node("b", 1)];
    let placement = placed(workload(2, asking("1", "2")), &live, &[]);
    assert_eq!(placement.placed(), 1);
    assert_eq!(placement.by_node["a"], 1);
    assert_eq!(placement.obstacles["with too little nvidia.com/gpu"], 2);
}

#[test]
fn what_others_use_is_taken_and_what_we_use_is_not() {
    let pod = |namespace: &str| {
        json!({"metadata": {"namespace": namespace, "labels": {"app": "decode"}},
               "spec": {"nodeName": "a", "containers": asking("1", "2")["containers"]}})
    };
    let live = [node("a", 2)];
    assert_eq!(placed(workload(1, asking("1", "2")), &live, &[pod("demo")]).placed(), 1);
    assert_eq!(placed(workload(1, asking("1", "2")), &live, &[pod("other")]).placed(), 0);
}

#[test]
fn a_node_says_why_it_takes_none() {
    let changed = |pointer: &str, value: Value| {
        let mut node = node("a", 8);
        node["spec"] = json!({});
        *node.pointer_mut(pointer).unwrap() = value;
        node
    };
    let taint = json!({"taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]});
    let down = json!({"conditions": [{"type": "Ready", "status": "Unknown"}],
                      "allocatable": {"cpu": "8", "pods": "10", "nvidia.com/gpu": "8"}});
    for (node, obstacle) in [
        (changed("/spec", taint.clone()), "with the taint nvidia.com/gpu, which the pods do not tolerate"),
        (changed("/spec", json!({"unschedulable": true})), "cordoned"),
        (changed("/status", down), "not ready"),
    ] {
        let placement = placed(workload(1, asking("1", "2")), &[node], &[]);
        assert_eq!(placement.obstacles.into_keys().collect::<Vec<_>>(), [obstacle]);
    }
    let mut tolerant = asking("1", "2");
    tolerant["tolerations"] =
        json!([{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]);
    assert_eq!(placed(workload(1, tolerant), &[changed("/spec", taint)], &[]).placed(), 1);
}

#[test]
fn selectors_and_affinity_are_asked() {
    let mut here = asking("1", "1");
    here["nodeSelector"] = json!({"zone": "a"});
    let mut elsewhere = here.clone();
    elsewhere["nodeSelector"]["zone"] = json!("b");
    let live = [node("a", 8)];
    assert_eq!(placed(workload(1, here), &live, &[]).placed(), 1);
    assert!(placed(workload(1, elsewhere), &live, &[]).obstacles.contains_key("without the label zone=b"));
    let affine = |operator: &str| {
        let mut spec = asking("1", "1");
        spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] = json!(
            {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": operator, "values": ["a"]}]}]});
        placed(workload(1, spec), &live, &[]).placed()
    };
    assert_eq!(["In", "NotIn", "Exists", "DoesNotExist"].map(affine), [1, 0, 1, 0]);
}
