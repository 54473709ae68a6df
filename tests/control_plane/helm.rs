//! llmd and real helm take turns on the same releases.

use serde_json::json;

use crate::harness::{Site, cluster, documents};
use crate::world::{names, settled, snapshot};

#[test]
fn helm_reads_status_history_and_values() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "read");
    site.apply("-e istio --replicas 2");
    let rendered = site.rendered("-e istio --replicas 2");
    let charts = [
        ("infra", "llm-d-infra-v1.3.6"),
        ("gaie", "inferencepool-v1.3.0"),
        ("ms", "llm-d-modelservice-v0.3.17"),
    ];
    let mut recorded = 0;
    for (part, chart) in charts {
        let release = format!("{part}-inference-scheduling");
        let get = |what: &[&str]| {
            let arguments = [what, &[&release, "-n", &site.namespace, "-o", "json"]].concat();
            site.cluster.helm(&arguments).json()
        };
        let status = get(&["status"]);
        assert_eq!(status["info"]["status"], "deployed");
        assert_eq!(status["info"]["description"], "Install complete");
        assert_eq!(status["namespace"], site.namespace.as_str());
        assert_eq!(status["version"], 1);
        recorded += documents(status["manifest"].as_str().unwrap()).len();
        assert_eq!(get(&["history"])[0]["chart"], chart);
        // What was given on the command line is what helm would give again.
        let values = get(&["get", "values"]);
        assert_eq!(
            values["decode"]["replicas"],
            if part == "ms" { json!(2) } else { json!(null) },
            "{values:#}"
        );
    }
    assert_eq!(recorded, rendered.len());
}

#[test]
fn helm_uninstalls_what_llmd_applied() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "uninstall");
    let before = settled(&site);
    site.apply("-e standalone");
    for release in ["ms-inference-scheduling", "gaie-inference-scheduling"] {
        cluster.helm(&["uninstall", release, "-n", &site.namespace, "--wait"]).success();
    }
    let after = site.eventually("nothing but what was there before", || {
        let after = snapshot(&site);
        (after.len() <= before.len()).then_some(after)
    });
    assert_eq!(names(&after), names(&before));
    // And from nothing again.
    site.apply("-e standalone");
}

#[test]
fn llmd_takes_over_what_helm_installed() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "takeover");
    let chart = site.path().join("chart");
    std::fs::create_dir_all(chart.join("templates")).unwrap();
    let definition = "apiVersion: v2\nname: llm-d-modelservice\nversion: v0.3.16\nappVersion: v0.3.0\n";
    std::fs::write(chart.join("Chart.yaml"), definition).unwrap();
    // One object that our render has too, and one that it has not.
    let account = "ms-inference-scheduling-llm-d-modelservice";
    let template = |kind: &str, name: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {{{{ .Release.Namespace }}}}\n"
        )
    };
    std::fs::write(chart.join("templates/account.yaml"), template("ServiceAccount", account)).unwrap();
    std::fs::write(chart.join("templates/old.yaml"), template("ConfigMap", "old")).unwrap();
    let chart = chart.to_string_lossy();
    cluster.helm(&["install", "ms-inference-scheduling", &chart, "-n", &site.namespace]).success();
    assert!(site.object("api/v1/configmaps", "old").is_some());

    let report = site.apply("-e standalone");
    let releases: Vec<_> = report["releases"].as_array().unwrap().iter().collect();
    assert_eq!((&releases[1]["change"], &releases[1]["revision"]), (&json!("upgrade"), &json!(2)));
    let of = |kind: &str| report["objects"].as_array().unwrap().iter().find(|object| object["kind"] == kind);
    let old = report["objects"].as_array().unwrap().iter().find(|object| object["name"] == "old").unwrap();
    assert_eq!(old["action"], "removed", "{report:#}");
    assert!(of("Deployment").is_some());
    assert!(site.object("api/v1/configmaps", "old").is_none());
    let history = [(1, "superseded".to_owned()), (2, "deployed".to_owned())];
    assert_eq!(site.helm_history("ms-inference-scheduling"), history);
    // Helm goes back to its own revision.
    cluster.helm(&["rollback", "ms-inference-scheduling", "1", "-n", &site.namespace]).success();
    assert!(site.object("api/v1/configmaps", "old").is_some());
    assert_eq!(site.helm_history("ms-inference-scheduling").last().unwrap(), &(3, "deployed".to_owned()));
}

#[test]
fn list_shows_releases_whoever_installed_them() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "list");
    site.apply("-e standalone");
    let ours = site.llmd("list -o json").json();
    let theirs = cluster.helm(&["list", "-n", &site.namespace, "-o", "json"]).json();
    let names = |list: &serde_json::Value, revision: &str| -> Vec<String> {
        let line = |release: &serde_json::Value| {
            let number = release[revision].to_string().replace('"', "");
            format!("{} {} {} {number}", release["name"], release["chart"], release["status"])
        };
        list.as_array().unwrap().iter().map(line).collect()
    };
    assert_eq!(names(&ours["releases"], "revision"), names(&theirs, "revision"));
    let everywhere = site.llmd("list --all-namespaces -o json").json();
    let everywhere = everywhere["releases"].as_array().unwrap();
    let here = everywhere.iter().filter(|one| one["namespace"] == site.namespace.as_str());
    assert_eq!(here.count(), 2);
}
