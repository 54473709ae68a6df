//! Plans that are saved, reviewed and applied later.

use std::os::unix::fs::PermissionsExt;

use crate::harness::{Site, assert_said, cluster};
use crate::world::{names, settled, snapshot};

const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";
const DEPLOYMENTS: &str = "apis/apps/v1/deployments";

#[test]
fn a_saved_plan_is_applied_as_it_was() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "saved");
    site.llmd("diff -e standalone --replicas 2 --save plan.llmd").success();
    let mode = std::fs::metadata(site.path().join("plan.llmd")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    site.apply("plan.llmd");
    assert_eq!(site.object(DEPLOYMENTS, DECODE).unwrap()["spec"]["replicas"], 2);
    // Nothing differs from it any more, and yet its time is over: the releases have records now.
    let run = site.llmd("apply plan.llmd --yes").exits(7);
    assert!(
        run.complaint().contains("release ms-inference-scheduling: no record → revision 1"),
        "{}",
        run.stderr
    );
    // What controllers do in the meantime is no reason to refuse.
    site.llmd("diff -e standalone --replicas 3 --save plan.llmd").success();
    cluster.kubectl(&["delete", "pod", "--all", "--wait=false", "-n", &site.namespace]).success();
    settled(&site);
    site.apply("plan.llmd");
    assert_eq!(site.object(DEPLOYMENTS, DECODE).unwrap()["spec"]["replicas"], 3);
}

#[test]
fn a_cluster_that_moved_on_is_left_alone() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "moved-on");
    site.apply("-e standalone --replicas 1");
    site.llmd("diff -e standalone --replicas 2 --save plan.llmd").success();
    let label = ["label", "deployment", DECODE, "a=b", "-n", &site.namespace, "--field-manager=jane"];
    cluster.kubectl(&label).success();
    let service = cluster.kubectl(&["get", "service", "-n", &site.namespace, "-o", "name"]).success();
    cluster.kubectl(&["delete", "-n", &site.namespace, service.lines().next().unwrap()]).success();
    let before = names(&settled(&site));
    let mark = cluster.audit_mark();
    let run = site.llmd("apply plan.llmd --yes").exits(7);
    let mut masks = crate::harness::masks(&site);
    masks.add_filter(r"resourceVersion \d+ → \d+", "resourceVersion A → B");
    masks.bind(|| insta::assert_snapshot!(run.complaint()));
    assert!(site.writes_since(mark).is_empty());
    assert_eq!(names(&snapshot(&site)), before);
}

#[test]
fn a_plan_for_somewhere_else_is_refused() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "elsewhere");
    site.llmd("diff -e standalone --save plan.llmd").success();
    let run = site.llmd("apply plan.llmd --yes -n other").exits(2);
    assert_said!(site, run.complaint());
    let kubeconfig = std::fs::read_to_string(cluster.kubeconfig()).unwrap();
    site.file("other.kubeconfig", &kubeconfig.replace(cluster.server_url(), "https://127.0.0.1:1"));
    let run = site.llmd("apply plan.llmd --yes --kubeconfig other.kubeconfig").exits(2);
    assert_said!(site, run.complaint());
    let run = site.llmd("apply plan.llmd --yes --replicas 3").exits(2);
    assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    site.file("plan.llmd", "{}");
    assert!(site.llmd("apply plan.llmd --yes").exits(2).complaint().contains("it is no saved plan"));
}
