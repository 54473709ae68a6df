//! Objectives and rewrites.

use serde_json::{Value, json};
use test_support::ControlPlane;

use crate::harness::{Site, pool};

pub(crate) fn objective(group: &str, name: &str, pool: &str, priority: i32) -> Value {
    json!({
        "apiVersion": format!("{group}/v1alpha2"),
        "kind": "InferenceObjective",
        "metadata": {"name": name},
        "spec": {"priority": priority, "poolRef": {"name": pool}},
    })
}

fn rewrite(name: &str, models: &[&str], target: &str) -> Value {
    let matches: Vec<_> = models.iter().map(|model| json!({"model": {"value": model}})).collect();
    json!({
        "apiVersion": "inference.networking.x-k8s.io/v1alpha2",
        "kind": "InferenceModelRewrite",
        "metadata": {"name": name},
        "spec": {
            "poolRef": {"name": "pool"},
            "rules": [{"matches": matches, "targets": [{"weight": 3, "modelRewrite": target}]}],
        },
    })
}

#[test]
fn objectives_come_change_and_go() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "objectives");
    let group = "inference.networking.x-k8s.io";
    site.apply(&[
        pool(&json!({"app": "model"}), &[8000]),
        objective(group, "gold", "pool", 10),
        objective(group, "others", "other", 9),
    ]);
    let follower = site.follow_pool();
    let wait_for = |wanted: &[(&str, i32)]| {
        follower.wait_for(&format!("the objectives {wanted:?}"), |now| {
            now.objectives.iter().map(|(name, &priority)| (&**name, priority)).eq(wanted.iter().copied())
        });
    };
    wait_for(&[("gold", 10)]);
    site.apply(&[objective(group, "gold", "pool", 11), objective(group, "sheddable", "pool", -1)]);
    wait_for(&[("gold", 11), ("sheddable", -1)]);
    site.apply(&[objective(group, "gold", "other", 11)]);
    wait_for(&[("sheddable", -1)]);
    site.kubectl("delete inferenceobjective sheddable");
    wait_for(&[]);
    follower.stop();
}

#[test]
fn rewrites_come_change_and_go() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "rewrites");
    site.apply(&[pool(&json!({"app": "model"}), &[8000]), rewrite("any", &[], "base")]);
    let follower = site.follow_pool();
    let wait_for = |wanted: &[&str]| {
        follower.wait_for(&format!("the rewrites {wanted:?}"), |now| {
            let rules = now.rewrites.iter();
            let rules = rules.map(|rule| format!("{}:{}", rule.models.join("+"), rule.targets[0].model));
            rules.eq(wanted.iter().copied())
        });
    };
    wait_for(&[":base"]);
    site.apply(&[rewrite("exact", &["a", "b"], "fine")]);
    wait_for(&["a+b:fine", ":base"]);
    site.apply(&[rewrite("exact", &["c"], "finer")]);
    wait_for(&["c:finer", ":base"]);
    assert_eq!(follower.datastore.snapshot().rewrites[0].targets[0].weight, 3);
    site.kubectl("delete inferencemodelrewrite any exact");
    wait_for(&[]);
    follower.stop();
}
