//! What holds a destruction up, what it leaves, and what it takes when told.

use serde_json::{Value, json};
use test_support::{ControlPlane, Options, Webhook};

use crate::faults::{is_asked, register};
use crate::harness::{Site, assert_said, cluster};
use crate::world::snapshot;

const STACK: &str =
    "-e standalone --replicas 1 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false";
const DESTROY: &str = "destroy --yes -e standalone";
const MAPS: &str = "api/v1/configmaps";
const EPP: &str = "gaie-inference-scheduling-epp";
const MS: &str = "ms-inference-scheduling";
const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";

/// Changes the finalizers of an object of the deployment.
fn finalizers(site: &Site<'_>, resource: &str, name: &str, finalizers: &Value) {
    let patch = json!({"metadata": {"finalizers": finalizers}}).to_string();
    let line = ["patch", resource, name, "-n", &site.namespace, "--type=merge", "-p", &patch];
    site.cluster.kubectl(&line).success();
}

fn whats(report: &Value) -> Vec<&str> {
    report["stays"].as_array().unwrap().iter().map(|left| left["what"].as_str().unwrap()).collect()
}

#[test]
fn a_finalizer_is_explained_and_the_next_run_finishes() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "finalizer");
    site.apply(STACK);
    finalizers(&site, "configmap", EPP, &json!(["guard.example.com/hold"]));
    let run = site.llmd(&format!("{DESTROY} --timeout 3s -o json")).exits(4);
    assert_said!(site, run.complaint());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["remaining"][0]["kind"], "ConfigMap", "{report:#}");
    assert!(
        report["remaining"][0]["cause"].as_str().unwrap().contains("guard.example.com/hold"),
        "{report:#}"
    );
    let removed = report["removed"].as_array().unwrap();
    assert!(removed.len() > 5 && !removed.iter().any(|one| one["kind"] == "ConfigMap" && one["name"] == EPP));
    // The records name what is left.
    assert_eq!(site.helm_status("gaie-inference-scheduling")["info"]["status"], "uninstalling");
    // The command of the hint works as it is printed.
    let said = run.complaint();
    let command = said.split("kubectl patch").nth(1).unwrap().lines().next().unwrap().replace('\'', "");
    let words: Vec<&str> = ["patch"].into_iter().chain(command.split_whitespace()).collect();
    cluster.kubectl(&words).success();
    site.destroy("-e standalone");
    assert!(site.object(MAPS, EPP).is_none());
}

#[test]
fn without_waiting_pods_may_still_end_but_no_object_of_the_records_is_forgotten() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "unattended");
    site.apply(STACK);
    let pods = site.object("api/v1/pods", "").unwrap();
    let pod = pods["items"][0]["metadata"]["name"].as_str().unwrap();
    finalizers(&site, "pod", pod, &json!(["guard.example.com/pod"]));
    finalizers(&site, "configmap", EPP, &json!(["guard.example.com/hold"]));
    let run = site.llmd(&format!("{DESTROY} --no-wait")).success();
    assert!(
        run.stderr.contains(&format!("not gone yet: ConfigMap/{EPP}: is held by finalizer")),
        "{}",
        run.stderr
    );
    assert!(run.stderr.ends_with("destroy again to go on and to see what is left\n"), "{}", run.stderr);
    assert_eq!(site.helm_status("gaie-inference-scheduling")["info"]["status"], "uninstalling");
    finalizers(&site, "configmap", EPP, &json!(null));
    let report = site.llmd(&format!("{DESTROY} --no-wait -o json")).json();
    assert_eq!(report["remaining"], json!([]));
    assert_eq!(site.llmd("list -o json").json()["releases"], json!([]));
    // The cluster ends the pod by itself, as soon as it may, and the namespace too.
    assert!(site.object("api/v1/pods", pod).is_some());
    site.llmd(&format!("apply --yes --no-wait {STACK}")).success();
    // What is held in a namespace that goes does not keep it from being asked to.
    finalizers(&site, "configmap", EPP, &json!(["guard.example.com/hold"]));
    let report = site.llmd(&format!("{DESTROY} --no-wait --with-namespace -o json")).json();
    let kinds: Vec<&Value> =
        report["remaining"].as_array().unwrap().iter().map(|held| &held["kind"]).collect();
    assert_eq!(
        (kinds, &report["namespaceRemoved"]),
        (vec![&json!("ConfigMap"), &json!("Namespace")], &json!(false))
    );
    finalizers(&site, "configmap", EPP, &json!(null));
    assert!(!snapshot(&site).is_empty());
    finalizers(&site, "pod", pod, &json!(null));
    site.eventually("the end of the namespace", || snapshot(&site).is_empty().then_some(()));
}

#[test]
fn a_denied_deletion_stays_in_the_record() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "undeletable");
    site.apply(STACK);
    let webhook = Webhook::refusing(cluster, "this one stays");
    let registration = register(&site, "deployments", &["DELETE"], &webhook.client_config());
    is_asked(&site, &["delete", "deployment", DECODE]);
    let run = site.llmd(&format!("{DESTROY} --timeout 10s")).exits(1);
    assert_said!(site, run.complaint());
    assert!(site.object("apis/apps/v1/deployments", EPP).is_some());
    assert_eq!(site.helm_status(MS)["info"]["status"], "uninstalling");
    drop(registration);
    // The server forgets a webhook after a moment, too.
    site.eventually("the destruction", || (site.llmd(DESTROY).code == Some(0)).then_some(()));
    assert_eq!(site.object("apis/apps/v1/deployments", "").unwrap()["items"], json!([]));
}

#[test]
fn a_half_destroyed_stack_whose_definitions_are_gone() {
    let Some(cluster) = ControlPlane::start(&Options::default()) else { return };
    let site = Site::new(&cluster, "half");
    site.apply(STACK);
    let definitions = ["inferencepools.inference.networking.k8s.io", "podmonitors.monitoring.coreos.com"];
    for object in [["deployment", EPP], ["service", EPP]] {
        cluster.kubectl(&[&["delete"][..], &object, &["-n", &site.namespace]].concat()).success();
    }
    for definition in definitions {
        cluster.kubectl(&["delete", "customresourcedefinition", definition]).success();
    }
    let report = site.destroy("-e standalone");
    assert_eq!(report["remaining"], json!([]));
    assert_eq!(site.object("apis/apps/v1/deployments", "").unwrap()["items"], json!([]));
    assert_eq!(site.llmd("list -o json").json()["releases"], json!([]));
}

/// A claim that the decode pods use, and the Secret of the token.
fn used(site: &Site<'_>) -> String {
    let objects = [
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "model"},
               "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "llm-d-hf-token"},
               "stringData": {"HF_TOKEN": "hf_x"}}),
    ];
    site.cluster.apply(&site.namespace, &objects);
    let mut volumes: Vec<Value> = ["metrics-volume", "shm", "torch-compile-cache"]
        .map(|name| json!({"name": name, "emptyDir": {}}))
        .into();
    volumes.push(json!({"name": "weights", "persistentVolumeClaim": {"claimName": "model"}}));
    format!("{STACK} --no-wait --set-json ms.decode.volumes={}", Value::from(volumes))
}

#[test]
fn claims_and_secrets_of_others_stay_until_told() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "used");
    let line = used(&site);
    site.llmd(&format!("apply --yes {line}")).success();
    let run = site.llmd(&format!("{DESTROY} -o json")).success();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let stays = whats(&report);
    for what in ["PersistentVolumeClaim/model", "Secret/llm-d-hf-token"] {
        assert!(stays.contains(&what), "{report:#}");
    }
    assert!(
        stays.iter().any(|what| what.starts_with("CustomResourceDefinition/inferencepools")),
        "{report:#}"
    );
    assert!(run.stderr.contains("--with-pvc deletes it"), "{}", run.stderr);
    assert!(run.stderr.contains("left in the cluster: PersistentVolumeClaim/model, "), "{}", run.stderr);
    assert!(site.object("api/v1/persistentvolumeclaims", "model").is_some());

    site.llmd(&format!("apply --yes {line}")).success();
    // Somebody else's pod uses the claim too: then it is not ours to delete.
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other"}, "spec": {
        "containers": [{"name": "a", "image": "a"}],
        "volumes": [{"name": "weights", "persistentVolumeClaim": {"claimName": "model"}}]}});
    cluster.apply(&site.namespace, &[pod]);
    let report = site.destroy("-e standalone --with-pvc");
    let claim =
        report["stays"].as_array().unwrap().iter().find(|left| left["what"] == "PersistentVolumeClaim/model");
    assert_eq!(claim.unwrap()["reason"], "Pod/other uses it too");
    cluster
        .kubectl(&["delete", "pod", "other", "-n", &site.namespace, "--grace-period=0", "--force"])
        .success();

    site.llmd(&format!("apply --yes {line}")).success();
    let report = site.destroy("-e standalone --with-pvc");
    assert!(!whats(&report).contains(&"PersistentVolumeClaim/model"), "{report:#}");
    assert!(site.object("api/v1/persistentvolumeclaims", "model").is_none());
    assert!(site.object("api/v1/secrets", "llm-d-hf-token").is_some());
}

#[test]
fn the_namespace_goes_with_all_of_it_when_told() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "whole");
    site.apply(STACK);
    cluster.kubectl(&["delete", "secret", "llm-d-hf-token", "-n", &site.namespace]).success();
    cluster.kubectl(&["create", "configmap", "precious", "-n", &site.namespace]).success();
    finalizers(&site, "configmap", "precious", &json!(["guard.example.com/hold"]));
    // It asks, and tells what goes.
    let asked = site.llmd("destroy -e standalone --with-namespace").exits(2);
    assert!(
        asked.stderr.contains("goes what is not of this deployment:\n  ConfigMap/precious"),
        "{}",
        asked.stderr
    );
    let run = site.llmd(&format!("{DESTROY} --with-namespace --timeout 12s")).exits(4);
    assert_said!(site, run.complaint());
    // What is left of it is finished by the next run, though the records are gone.
    finalizers(&site, "configmap", "precious", &json!(null));
    let run = site.llmd(&format!("{DESTROY} --with-namespace"));
    assert!(run.code == Some(0) || run.complaint().contains("nothing is installed"), "{}", run.stderr);
    site.eventually("the end of the namespace", || snapshot(&site).is_empty().then_some(()));
}

#[test]
fn a_namespace_of_somebody_else_is_never_meant_without_a_record() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "foreign");
    let said = site.llmd(&format!("{DESTROY} --with-namespace")).exits(1).complaint();
    assert!(said.starts_with("error: nothing is installed in namespace"), "{said}");
    assert!(!snapshot(&site).is_empty());
}
