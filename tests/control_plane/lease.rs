//! One operation at a time: the lock of a deployment, and what becomes of it when its holder dies.

use serde_json::{Value, json};

use crate::harness::{Site, cluster};
use crate::interrupt::{LEASES, LOCK, READY, end, waiting};

const MS: &str = "ms-inference-scheduling";

/// A lock of somebody on another machine, with its last sign of life that many seconds ago.
pub(crate) fn foreign_lock(site: &Site<'_>, seconds: i64) {
    let time = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(seconds);
    let time = time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": LOCK, "namespace": site.namespace, "annotations": {
            "llm-d.ai/verb": "apply", "llm-d.ai/process": "7 7 another-boot pid:[1]"}},
        "spec": {"holderIdentity": "eve@elsewhere pid 7", "leaseDurationSeconds": 45,
                 "acquireTime": time, "renewTime": time},
    });
    site.cluster.kubectl_with_input(&["apply", "-f", "-"], &lease.to_string()).success();
}

/// What each verb that changes something says, which must be the same.
fn refusals(site: &Site<'_>) -> String {
    let verbs = [format!("apply --yes {READY}"), "destroy --yes -e standalone".to_owned()];
    let said = verbs.map(|line| {
        let run = site.llmd(&line).exits(6);
        assert_eq!(run.stdout, "");
        run.complaint()
    });
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(first(&said[0]), first(&said[1]));
    said[0].clone()
}

#[test]
fn a_second_operation_is_told_who_is_at_work_and_since_when() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "locked");
    let child = waiting(&site);
    let lease = site.object(LEASES, LOCK).unwrap();
    let holder = lease["spec"]["holderIdentity"].as_str().unwrap();
    assert!(holder.contains(&format!(" pid {} start 2", child.id())), "{holder}");
    let mark = cluster.audit_mark();
    let said = refusals(&site);
    assert!(
        said.starts_with(&format!("error: {holder} is at work on this deployment (llmd apply) since 2")),
        "{said}"
    );
    assert!(said.contains("hint: wait for it; its last sign of life was "), "{said}");
    assert!(said.ends_with(&format!("kubectl delete lease -n {} {LOCK}", site.namespace)), "{said}");
    // Nobody but the holder wrote anything.
    let others = site.writes_since(mark).into_iter().filter(|event| !event.request_uri.contains("/leases/"));
    assert_eq!(others.count(), 0);
    end(child, "-INT");
    assert!(site.object(LEASES, LOCK).is_none());
    site.apply(READY);
    assert!(site.object(LEASES, LOCK).is_none());
}

#[test]
fn a_lock_from_elsewhere_ends_with_its_time() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "expired");
    foreign_lock(&site, 5);
    let said = refusals_of_apply(&site);
    assert!(
        said.starts_with("error: eve@elsewhere pid 7 is at work on this deployment (llmd apply) since 2")
    );
    foreign_lock(&site, 60);
    site.apply(READY);
    assert!(site.object(LEASES, LOCK).is_none());
}

fn refusals_of_apply(site: &Site<'_>) -> String {
    site.llmd(&format!("apply --yes {READY}")).exits(6).complaint()
}

#[test]
fn who_loses_the_lock_stops() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "lost");
    let child = waiting(&site);
    foreign_lock(&site, 0);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("error: the lock of this deployment went to eve@elsewhere pid 7"), "{said}");
    // The record is the new holder's to close, and so is the lock.
    assert_eq!(site.helm_status(MS)["info"]["status"], "pending-install");
    assert_eq!(site.object(LEASES, LOCK).unwrap()["spec"]["holderIdentity"], "eve@elsewhere pid 7");
}

#[test]
fn without_a_change_no_lock_is_taken() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "untouched");
    site.apply(READY);
    let mark = cluster.audit_mark();
    site.apply(READY);
    assert!(site.writes_since(mark).is_empty());
}

#[test]
fn who_may_not_lock_is_warned_and_goes_on() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "lockless").with_kubeconfig(cluster.kubeconfig_for_jane());
    let all_but_leases = json!([
        {"apiGroups": ["", "apps", "rbac.authorization.k8s.io", "inference.networking.k8s.io",
                       "monitoring.coreos.com", "gateway.networking.k8s.io", "batch"],
         "resources": ["*"], "verbs": ["*"]},
    ]);
    let binding = |kind: &str, name: &str, namespace: Value| {
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": format!("{kind}Binding"),
               "metadata": {"name": name, "namespace": namespace},
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
               "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}]})
    };
    let namespace = json!(site.namespace);
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
         "metadata": {"name": "lockless", "namespace": namespace}, "rules": all_but_leases},
        binding("Role", "lockless", namespace),
    ]});
    cluster.kubectl_with_input(&["create", "-f", "-"], &list.to_string()).success();
    let run = site.llmd(&format!(
        "apply --yes {READY} --set gaie.inferenceExtension.monitoring.prometheus.enabled=false"
    ));
    let warned = run.stderr.lines().find(|line| line.starts_with("warning: nothing keeps others from"));
    assert!(warned.is_some_and(|line| line.contains("leases.coordination.k8s.io")), "{}", run.stderr);
    run.success();
}

#[test]
fn what_helm_left_pending_is_respected_for_a_while() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "helm-pending");
    site.apply(READY);
    // What a helm upgrade that is under way leaves, as its own wait does: cut off, its record stays pending.
    let chart = site.path().join("chart");
    std::fs::create_dir_all(chart.join("templates")).unwrap();
    let definition = "apiVersion: v2\nname: llm-d-modelservice\nversion: v0.3.16\nappVersion: v0.3.0\n";
    std::fs::write(chart.join("Chart.yaml"), definition).unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: waited-for\n  annotations: {testbed.llmd/mode: never-ready}\n\
               spec: {containers: [{name: a, image: a}]}\n";
    std::fs::write(chart.join("templates/pod.yaml"), pod).unwrap();
    let mut helm =
        cluster.helm_command(&["upgrade", MS, &chart.to_string_lossy(), "-n", &site.namespace, "--wait"]);
    let mut child = helm.spawn().unwrap();
    let pods = site.object_path("api/v1/pods", "waited-for");
    cluster.wait_for("helm to wait for its pod", &pods, |pod| pod["kind"] == "Pod");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(site.helm_status(MS)["info"]["status"], "pending-upgrade");
    let said = refusals_of_apply(&site);
    assert!(
        said.starts_with(&format!("error: release {MS} is in status pending-upgrade (revision 2) for ")),
        "{said}"
    );
    assert!(said.contains("hint: wait for it; after 15m it counts as dead"), "{said}");
    let command = said.split("kubectl ").nth(1).unwrap();
    cluster.kubectl(&command.split(' ').collect::<Vec<_>>()).success();
    site.apply(READY);
}
