//! What `diff` says beforehand, and what `apply` does about it.

use serde_json::{Value, json};

use crate::harness::{Site, assert_said, cluster};
use crate::world::{names, settled, snapshot, versions};

const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";
const DEPLOYMENTS: &str = "apis/apps/v1/deployments";
const ONE: &str = "-e standalone --replicas 1";

/// The objects of a JSON diff that are not left as they are: what happens, and the paths of their fields.
fn changes(report: &Value) -> Vec<(String, String, Vec<String>)> {
    let objects = report["objects"].as_array().unwrap().iter();
    objects
        .filter(|object| object["step"] != "unchanged")
        .map(|object| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let fields = object["fields"].as_array().unwrap().iter().map(|field| text(&field["path"]));
            let name = format!("{}/{}", text(&object["kind"]), text(&object["name"]));
            (text(&object["step"]), name, fields.collect())
        })
        .collect()
}

fn replicas(site: &Site<'_>) -> Value {
    site.object(DEPLOYMENTS, DECODE).unwrap()["spec"]["replicas"].clone()
}

#[test]
fn a_diff_changes_nothing_and_tells_all() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "diff");
    let mark = cluster.audit_mark();
    let run = site.llmd(&format!("diff --exit-code {ONE}")).exits(3);
    assert!(run.stdout.contains(&format!("+ create Deployment/{DECODE}\n")), "{}", run.stdout);
    assert!(site.writes_since(mark).is_empty());

    site.apply(&format!("{ONE} --set ms.decode.monitoring.podmonitor.enabled=true"));
    let before = versions(&settled(&site));
    let mark = cluster.audit_mark();
    let line =
        "-e standalone --replicas 3 --model org/other --set ms.decode.monitoring.podmonitor.enabled=false";
    let run = site.llmd(&format!("diff --exit-code {line}")).exits(3);
    assert_said!(site, run.stdout);
    let report = site.llmd(&format!("diff -o json {line}")).json();
    assert_eq!(report["settled"], false);
    let steps: Vec<(String, String)> = changes(&report)
        .into_iter()
        .map(|(step, name, _)| (step, name.split_once('/').unwrap().0.to_owned()))
        .collect();
    assert!(steps.contains(&("prune".to_owned(), "PodMonitor".to_owned())), "{steps:?}");
    let patch = site.llmd(&format!("diff -o patch {line}")).success().stdout;
    assert!(
        patch.contains(&format!("--- live/Deployment/{DECODE}\n+++ wanted/Deployment/{DECODE}\n@@ ")),
        "{patch}"
    );
    assert!(patch.contains("\n-  replicas: 1\n+  replicas: 3\n"), "{patch}");
    assert!(patch.contains("\n+++ /dev/null\n"), "{patch}");
    // What the server defaults is not ours.
    assert!(!patch.contains("progressDeadlineSeconds") && !patch.contains("managedFields"), "{patch}");
    assert_eq!(versions(&snapshot(&site)), before);
    assert!(site.writes_since(mark).is_empty());
}

#[test]
fn nothing_differs_from_what_was_applied() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "diff-none");
    site.apply("-e istio --replicas 1");
    settled(&site);
    let run = site.llmd("diff -e istio --replicas 1 --exit-code").success();
    assert_eq!(run.stdout, "");
    let run = site.llmd("diff -e istio --replicas 1 -o patch").success();
    assert_eq!(run.stdout, "");
    assert_eq!(site.llmd("diff -e istio --replicas 1 -o json").json()["settled"], true);
}

#[test]
fn objects_that_are_equal_are_not_touched_by_an_upgrade() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "equal");
    site.apply(ONE);
    settled(&site);
    let mark = cluster.audit_mark();
    site.apply("-e standalone --replicas 2");
    let written: Vec<String> = site
        .writes_since(mark)
        .into_iter()
        .filter_map(|event| event.object_ref)
        .filter(|object| object.resource != "secrets" && object.resource != "leases")
        .map(|object| format!("{}/{}", object.resource, object.name))
        .collect();
    assert_eq!(written, [format!("deployments/{DECODE}")]);
}

#[test]
fn drift_is_shown_and_mended() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "diff-drift");
    site.apply(ONE);
    // Whoever changes a field by update owns it from then on; ours again is what the user takes over.
    let image = "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}";
    cluster.kubectl(&["patch", "deployment", DECODE, "-n", &site.namespace, "-p", image]).success();
    let report = site.llmd(&format!("diff -o json {ONE}")).json();
    assert_eq!(changes(&report), [], "a field that we do not set is nobody's drift");
    let service = cluster.kubectl(&["get", "service", "-n", &site.namespace, "-o", "name"]).success();
    let service = service.lines().next().unwrap().trim_start_matches("service/").to_owned();
    cluster.kubectl(&["delete", "service", "-n", &site.namespace, &service]).success();
    let report = site.llmd(&format!("diff -o json {ONE}")).json();
    assert_eq!(changes(&report), [("create".to_owned(), format!("Service/{service}"), Vec::new())]);
}

#[test]
fn tokens_are_hidden() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "diff-hidden");
    let line = |token: &str| {
        format!(
            "{ONE} --set-json ms.decode.containers[0].env=[{{\"name\":\"MY_TOKEN\",\"value\":\"{token}\"}}]"
        )
    };
    site.apply(&line("first-token-value"));
    for output in ["text", "json", "patch"] {
        let run = site.llmd(&format!("diff -o {output} {}", line("second-token-value"))).success();
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("(hidden, changed)"), "{said}");
        assert!(!said.contains("-token-value"), "{said}");
    }
    assert_eq!(changes(&site.llmd(&format!("diff -o json {}", line("first-token-value"))).json()), []);
}

#[test]
fn who_may_not_ask_the_server_compares_with_what_is_there() {
    let Some(cluster) = cluster() else { return };
    let line = "--set gaie.inferenceExtension.monitoring.prometheus.enabled=false";
    let site = Site::new(cluster, "diff-reader");
    site.apply(&format!("{ONE} {line}"));
    site.let_jane_read();
    let site = site.with_kubeconfig(cluster.kubeconfig_for_jane());
    let run = site.llmd(&format!("diff -e standalone --replicas 2 --exit-code {line}")).exits(3);
    assert!(run.stdout.contains("    spec.replicas: 1 → 2\n"), "{}", run.stdout);
    assert!(run.stdout.contains("# compared without the server's dry run: not allowed to"), "{}", run.stdout);
    let report = site.llmd(&format!("diff -o json {ONE} {line}")).json();
    assert_eq!(changes(&report), [], "{report:#}");
}

#[test]
fn what_cannot_be_changed_in_place_is_made_anew_when_asked() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "recreate");
    site.apply(ONE);
    let uid = |site: &Site<'_>| site.object(DEPLOYMENTS, DECODE).unwrap()["metadata"]["uid"].clone();
    let before = uid(&site);
    let objects = names(&settled(&site));
    let line = format!("{ONE} --set-json ms.modelArtifacts.labels={{\"llm-d.ai/model\":\"other\"}}");
    let said = site.llmd(&format!("diff {line}")).success().stdout;
    assert!(said.contains(&format!("! recreate Deployment/{DECODE}\n")), "{said}");
    let said = site.llmd(&format!("apply --yes {line}")).exits(1).complaint();
    assert!(said.contains("cannot be changed in place") && said.contains("--recreate"), "{said}");
    assert_eq!(names(&snapshot(&site)), objects);
    site.apply(&format!("--recreate {line}"));
    assert_ne!(uid(&site), before);
}

#[test]
fn replicas_are_left_to_an_autoscaler() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "autoscaled");
    site.apply(ONE);
    let kubectl = |arguments: &[&str]| {
        cluster.kubectl(&[arguments, &["-n", &site.namespace]].concat()).success();
    };
    let deployment = format!("deployment/{DECODE}");
    kubectl(&["autoscale", &deployment, "--min=1", "--max=9"]);
    kubectl(&["scale", &deployment, "--replicas=3"]);
    let said = site.llmd(&format!("diff {ONE}")).success().stdout;
    let note =
        format!("# spec.replicas is left to HorizontalPodAutoscaler/{DECODE}: it is 3, the values say 1\n");
    assert!(said.contains(&note), "{said}");
    site.apply(&format!("{ONE} --set ms.decode.podAnnotations.a=b"));
    assert_eq!(replicas(&site), 3);
    // Without an autoscaler it is whoever used the scale subresource.
    kubectl(&["delete", "hpa", DECODE]);
    let said = site.llmd(&format!("diff {ONE}")).success().stdout;
    assert!(said.contains("# spec.replicas is left to kubectl: it is 3, the values say 1\n"), "{said}");
    site.apply(&format!("{ONE} --take-over Deployment/{DECODE}:spec.replicas"));
    assert_eq!(replicas(&site), 1);
}

#[test]
fn one_field_is_taken_over_and_no_other() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "take-over");
    site.apply(ONE);
    let theirs = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": DECODE, "namespace": site.namespace, "labels": {"helm.sh/chart": "jane"}},
        "spec": {"replicas": 2}});
    let arguments = ["apply", "--server-side", "--force-conflicts", "--field-manager=jane", "-f", "-"];
    cluster.kubectl_with_input(&arguments, &theirs.to_string()).success();
    let replicas_path = format!("Deployment/{DECODE}:spec.replicas");
    let said = site.llmd(&format!("apply --yes {ONE} --take-over {replicas_path}")).exits(6).complaint();
    assert!(said.contains("metadata.labels.helm.sh/chart (by jane since 20"), "{said}");
    assert!(!said.contains("spec.replicas"), "{said}");
    assert_eq!(replicas(&site), 2);
    let label_path = format!("Deployment/{DECODE}:metadata.labels");
    site.apply(&format!("{ONE} --take-over {replicas_path} --take-over {label_path}"));
    assert_eq!(replicas(&site), 1);
    let run = site.llmd(&format!("apply --yes {ONE} --take-over Deployment/other:spec")).exits(2);
    assert!(run.complaint().contains("there is no Deployment/other in this stack"), "{}", run.stderr);
}
