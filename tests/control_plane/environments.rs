//! Every environment of the guide, from nothing to ready, to nothing again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{ENVIRONMENTS, Site, cluster, documents};
use crate::world::{names, settled, snapshot, versions};

/// Applies, applies again, reads the records with helm, destroys.
fn lives_and_dies(environment: &str) {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, &environment.replace('_', "-"));
    if environment == "gaudi" {
        cluster.bound_claim(&site.namespace, "model-pvc");
    }
    let before = settled(&site);

    let report = site.apply(&format!("-e {environment}"));
    let rendered = site.rendered(&format!("-e {environment}"));
    assert_eq!(report["objects"].as_array().unwrap().len(), rendered.len());
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "created"));
    assert_eq!(report["namespaceCreated"], false);
    site.assert_ready(&format!("-e {environment}"));
    every_server_is_ready(&site);

    helm_reads_the_records(&site, environment, &rendered);
    a_second_apply_changes_nothing(&site, environment);

    let report = site.destroy(&format!("-e {environment}"));
    assert_eq!(report["removed"].as_array().unwrap().len(), rendered.len());
    assert_eq!(report["namespaceRemoved"], false);
    let after = site.eventually("nothing but what was there before", || {
        let after = snapshot(&site);
        (after.len() <= before.len()).then_some(after)
    });
    assert_eq!(names(&after), names(&before));
}

fn every_server_is_ready(site: &Site<'_>) {
    let list = site.object("apis/apps/v1/deployments", "").unwrap();
    let deployments = list["items"].as_array().unwrap();
    assert!(deployments.len() >= 2, "the scheduler's and the model servers'");
    for deployment in deployments {
        assert_eq!(
            deployment["status"]["availableReplicas"], deployment["spec"]["replicas"],
            "{}",
            deployment["metadata"]["name"]
        );
    }
}

fn helm_reads_the_records(site: &Site<'_>, environment: &str, rendered: &[Value]) {
    let helm = |arguments: &[&str]| site.cluster.helm(&[arguments, &["-n", &site.namespace]].concat());
    let mut charts = vec![
        ("gaie-inference-scheduling", "inferencepool-v1.3.0"),
        ("infra-inference-scheduling", "llm-d-infra-v1.3.6"),
        ("ms-inference-scheduling", "llm-d-modelservice-v0.3.17"),
    ];
    charts.retain(|(name, _)| environment != "standalone" || !name.starts_with("infra"));
    let list = helm(&["list", "-o", "json"]).json();
    let listed: Vec<(&str, &str, &str, &str)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|release| {
            let text = |key: &str| release[key].as_str().unwrap();
            (text("name"), text("chart"), text("status"), text("revision"))
        })
        .collect();
    let expected: Vec<_> = charts.iter().map(|(name, chart)| (*name, *chart, "deployed", "1")).collect();
    assert_eq!(listed, expected);

    let mut recorded = Vec::new();
    for (release, _) in charts {
        recorded.extend(documents(&helm(&["get", "manifest", release]).success()));
    }
    assert_eq!(by_name(&recorded), by_name(rendered));
}

fn by_name(objects: &[Value]) -> BTreeMap<String, &Value> {
    let name = |object: &Value| format!("{} {}", object["kind"], object["metadata"]["name"]);
    let named: BTreeMap<_, _> = objects.iter().map(|object| (name(object), object)).collect();
    assert_eq!(named.len(), objects.len(), "an object stands twice");
    named
}

fn a_second_apply_changes_nothing(site: &Site<'_>, environment: &str) {
    let before = settled(site);
    let mark = site.cluster.audit_mark();
    let report = site.apply(&format!("-e {environment}"));
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "unchanged"));
    for release in report["releases"].as_array().unwrap() {
        assert_eq!((&release["change"], &release["revision"]), (&json!("unchanged"), &json!(1)));
    }
    assert_eq!(versions(&snapshot(site)), versions(&before));
    let writes = site.writes_since(mark);
    assert!(writes.is_empty(), "{writes:#?}");
}

macro_rules! environments {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            lives_and_dies(stringify!($name));
        }
    )*
        #[test]
        fn none_is_forgotten() {
            assert_eq!(ENVIRONMENTS, [$(stringify!($name)),*]);
        }
    };
}

environments!(istio kgateway agentgateway gke gke_tpu xpu gaudi cpu digitalocean standalone);
