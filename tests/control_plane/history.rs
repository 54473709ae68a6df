//! What was applied before: listed, read, and gone back to, by llmd and by real helm.

use serde_json::{Value, json};

use crate::harness::{Site, cluster, documents};
use crate::lifecycle::ban_changes;
use crate::world::{settled, versions};

const GAIE: &str = "gaie-inference-scheduling";
const MS: &str = "ms-inference-scheduling";
const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";
const DEPLOYMENTS: &str = "apis/apps/v1/deployments";
const MONITORS: &str = "apis/monitoring.coreos.com/v1/podmonitors";
const ONE: &str = "-e standalone --replicas 1";
const TWO: &str = "-e standalone --replicas 2 --set ms.decode.monitoring.podmonitor.enabled=false";

fn replicas(site: &Site<'_>) -> Value {
    site.object(DEPLOYMENTS, DECODE).unwrap()["spec"]["replicas"].clone()
}

fn monitors(site: &Site<'_>) -> usize {
    site.object(MONITORS, "").unwrap()["items"].as_array().unwrap().len()
}

fn statuses(site: &Site<'_>, release: &str) -> Vec<String> {
    site.helm_history(release).into_iter().map(|(_, status)| status).collect()
}

fn rolled_back(site: &Site<'_>, line: &str) -> Value {
    let report = site.llmd(&format!("rollback --yes -o json -e standalone {line}")).json();
    assert_eq!(report["verdict"], "ready", "{report:#}");
    report
}

#[test]
fn rollback_undoes_the_last_apply_and_nothing_else() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "back");
    site.apply(ONE);
    let first = site.llmd("get manifest -e standalone --show-secrets").success().stdout;
    site.apply(TWO);
    assert_eq!((replicas(&site), monitors(&site)), (json!(2), 0));
    let before = versions(&settled(&site));

    let report = rolled_back(&site, "");
    let release = &report["releases"][0];
    assert_eq!(report["releases"].as_array().unwrap().len(), 1, "{report:#}");
    assert_eq!((&release["name"], &release["change"]), (&json!(MS), &json!("rollback")));
    assert_eq!((&release["restores"], &release["revision"]), (&json!(1), &json!(3)));
    assert_eq!((replicas(&site), monitors(&site)), (json!(1), 1));
    assert_eq!(statuses(&site, MS), ["superseded", "superseded", "deployed"]);
    assert_eq!(statuses(&site, GAIE), ["deployed"]);
    assert_eq!(site.helm_status(MS)["info"]["description"], "Rollback to 1");
    assert_eq!(site.llmd("get manifest -e standalone --show-secrets").success().stdout, first);
    let after = versions(&settled(&site));
    for (name, version) in before.iter().filter(|(name, _)| name.contains(GAIE)) {
        assert_eq!(after[name].1, version.1, "{name}");
    }
    // What was applied first is applied again: nothing to do.
    let mark = cluster.audit_mark();
    site.apply(ONE);
    assert!(site.writes_since(mark).is_empty());

    // A second rollback takes back the first, and says so. The pod monitor goes once more.
    let run = site.llmd("rollback --yes -e standalone").success();
    assert!(
        run.stderr.contains("warning: the last operation was a rollback: this takes it back"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains(&format!("release {MS}: back to revision 2, as revision 4")),
        "{}",
        run.stderr
    );
    assert_eq!((replicas(&site), monitors(&site)), (json!(2), 0));

    let history = site.llmd("history -e standalone -o json").json();
    let listed: Vec<_> = history.as_array().unwrap().iter().filter(|one| one["name"] == MS).collect();
    let theirs = cluster.helm(&["history", MS, "-n", &site.namespace, "-o", "json"]).json();
    for (ours, theirs) in listed.iter().zip(theirs.as_array().unwrap()) {
        for key in ["revision", "status", "chart", "description"] {
            assert_eq!(ours[key], theirs[key]);
        }
    }
    assert_eq!((listed.len(), history.as_array().unwrap().len()), (4, 5));
    let table = site.llmd("history -e standalone").success().stdout;
    assert!(table.starts_with("RELEASE  ") && table.lines().count() == 6, "{table}");
    site.destroy("-e standalone");
}

#[test]
fn one_release_goes_to_a_named_revision() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "named");
    site.apply(ONE);
    site.apply(TWO);
    site.apply("-e standalone --replicas 3");
    let refused = site.llmd("rollback 1 --yes -e standalone").exits(2);
    assert!(refused.stderr.contains("--release"), "{}", refused.stderr);
    let said = site.llmd("rollback 9 --release ms --yes -e standalone").exits(1).complaint();
    assert!(said.starts_with(&format!("error: release {MS} has no revision 9; it has 1, 2, 3")), "{said}");
    rolled_back(&site, "1 --release ms");
    assert_eq!((replicas(&site), statuses(&site, MS).len()), (json!(1), 4));
    // What is deployed already needs no revision of its own.
    let mark = cluster.audit_mark();
    let run = site.llmd("rollback 4 --release ms --yes -e standalone").success();
    assert!(
        run.stderr.contains(&format!("stays: release {MS}: what revision 4 applied is deployed")),
        "{}",
        run.stderr
    );
    assert!(site.writes_since(mark).is_empty());
    let said = site.llmd("rollback --release gaie --yes -e standalone").exits(1).complaint();
    assert!(said.starts_with(&format!("error: release {GAIE} has no earlier revision")), "{said}");
}

#[test]
fn rollback_asks_and_waits_like_apply() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "asks");
    site.apply(ONE);
    ban_changes(&site);
    site.llmd(&format!("apply --yes {ONE} --set ms.decode.podAnnotations.a=b")).exits(1);
    assert_eq!(statuses(&site, MS), ["deployed", "failed"]);
    let mark = cluster.audit_mark();
    site.llmd("rollback -e standalone").exits(2);
    assert!(site.writes_since(mark).is_empty());
    rolled_back(&site, "");
    assert_eq!(statuses(&site, MS), ["superseded", "failed", "deployed"]);
    site.assert_ready("-e standalone");
}

#[test]
fn helm_and_llmd_go_back_to_each_other_s_revisions() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "turns");
    let helm = |line: &str| {
        let words: Vec<&str> = line.split(' ').chain([MS, "-n", &site.namespace]).collect();
        cluster.helm(&words).success()
    };
    site.apply(ONE);
    site.apply(TWO);
    cluster.helm(&["rollback", MS, "1", "-n", &site.namespace]).success();
    assert_eq!((replicas(&site), monitors(&site)), (json!(1), 1));
    // Helm's rollback is the last operation: it is taken back.
    rolled_back(&site, "");
    assert_eq!((replicas(&site), monitors(&site)), (json!(2), 0));
    assert_eq!(statuses(&site, MS), ["superseded", "superseded", "superseded", "deployed"]);
    // What helm reads of our revision is what we read.
    let ours = site.llmd("get manifest -e standalone --release ms --show-secrets").success().stdout;
    assert_eq!(documents(&helm("get manifest")), documents(&ours));
    let ours = site.llmd("get values -e standalone --release ms").success().stdout;
    let theirs = helm("get values -o yaml");
    assert_eq!(documents(&ours), documents(&theirs));
    // An upgrade by helm, and back to a revision of llmd.
    let chart = site.path().join("chart");
    std::fs::create_dir_all(chart.join("templates")).unwrap();
    let definition = "apiVersion: v2\nname: llm-d-modelservice\nversion: v0.3.16\nappVersion: v0.3.0\n";
    std::fs::write(chart.join("Chart.yaml"), definition).unwrap();
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: theirs, labels: null}\n";
    std::fs::write(chart.join("templates/map.yaml"), map).unwrap();
    std::fs::write(chart.join("templates/NOTES.txt"), "Installed by hand.\n").unwrap();
    cluster.helm(&["upgrade", MS, &chart.to_string_lossy(), "-n", &site.namespace]).success();
    assert!(site.object(DEPLOYMENTS, DECODE).is_none());
    assert_eq!(site.llmd("get notes -e standalone --release ms").success().stdout, "Installed by hand.\n");
    let notes = site.llmd("get notes -e standalone -o json").json();
    assert_eq!(notes, json!({GAIE: "", MS: "Installed by hand.\n"}));
    rolled_back(&site, "");
    assert_eq!(replicas(&site), json!(2));
    assert!(site.object("api/v1/configmaps", "theirs").is_none());
    // And to helm's own revision again, its chart and notes with it.
    rolled_back(&site, "5 --release ms");
    assert!(site.object("api/v1/configmaps", "theirs").is_some());
    let last = cluster.helm(&["history", MS, "-n", &site.namespace, "-o", "json"]).json();
    let last = last.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["chart"], "llm-d-modelservice-v0.3.16");
    assert!(helm("get notes").contains("Installed by hand."));
    site.destroy("-e standalone");
}

#[test]
fn values_come_out_as_they_go_in() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "values");
    site.apply("-e istio --replicas 2");
    let values = site.llmd("get values").success().stdout;
    site.file("values.yaml", &values);
    let mark = cluster.audit_mark();
    site.apply("-e istio -f values.yaml");
    assert!(site.writes_since(mark).is_empty());
    let first = site.llmd("get values --release ms --revision 1").success().stdout;
    assert_eq!(documents(&values)[0]["ms"], documents(&first)[0]);
    assert_eq!(site.llmd("get values -o json").json(), documents(&values)[0]);
    assert_eq!(site.llmd("get values --release ms -o json").json(), documents(&first)[0]);
    let said = site.llmd("get values --release ms --revision 2").exits(1).complaint();
    assert!(said.contains("has no revision 2; it has 1"), "{said}");
    // No line of a Secret's data.
    let secrets: Vec<Value> = documents(&site.llmd("get manifest").success().stdout);
    assert_eq!(secrets.len(), site.rendered("-e istio --replicas 2").len());
    assert_eq!(site.llmd("get manifest -o json").json()["items"], json!(secrets));
    site.destroy("-e istio");
}

#[test]
fn only_so_many_revisions_stay() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "limit");
    for replicas in 1..=4 {
        site.apply(&format!("-e standalone --replicas {replicas} --history-max 3"));
    }
    let kept: Vec<u64> = site.helm_history(MS).into_iter().map(|(revision, _)| revision).collect();
    assert_eq!(kept, [2, 3, 4]);
    // Failures are counted too, and the deployed one stays.
    ban_changes(&site);
    for _ in 0..3 {
        site.llmd("apply --yes -e standalone --set ms.decode.podAnnotations.a=b --history-max 3").exits(1);
    }
    let kept = site.helm_history(MS);
    let expected =
        [(4, "deployed"), (6, "failed"), (7, "failed")].map(|(number, word)| (number, word.to_owned()));
    assert_eq!(kept, expected);
}

#[test]
fn a_record_that_no_secret_holds_is_refused_before_anything_is_touched() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "large");
    // Two million letters that do not repeat.
    let mut state = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    })
    .take(2_000_000)
    .collect();
    site.file("large.txt", &noise);
    let mark = cluster.audit_mark();
    let run =
        site.llmd("apply --yes -e standalone --set-file ms.decode.podAnnotations.large=large.txt").exits(7);
    let said = run.complaint();
    assert!(said.starts_with(&format!("error: the record of release {MS} takes ")), "{said}");
    assert!(said.contains("value decode.podAnnotations.large (1.9 MiB)"), "{said}");
    assert!(site.writes_since(mark).is_empty());
}
