//! Kinds that are not there, or not for us, and come later.

use std::fs;

use serde_json::json;
use test_support::tools::{Tool, Tools};
use test_support::{ControlPlane, Crds, Options};

use crate::extensions::objective;
use crate::harness::{Follower, Site, pool, ready_pod};
use scheduler::kubernetes::{EndpointSource, PoolGroup};

const OLDER: &str = "inference.networking.x-k8s.io";

/// The definition of `plural` as its group's bundle has it.
fn definition(group: &str, plural: &str) -> String {
    fs::read_to_string(Tools::find().path(Tool::Crds).join(format!("{group}_{plural}.yaml"))).unwrap()
}

#[test]
fn definitions_may_come_later() {
    let options = Options { crds: Crds::None, ..Options::default() };
    let Some(cluster) = ControlPlane::start(&options) else { return };
    let site = Site::new(&cluster, "definitions");
    let define = |definition: &str, name: &str| {
        cluster.kubectl_with_input(&["apply", "--server-side", "-f", "-"], definition).success();
        cluster.kubectl(&["wait", "crd", name, "--for=condition=Established", "--timeout=90s"]).success();
    };
    let model = json!({"app": "model"});
    site.apply(&[ready_pod("a", &model)]);
    let follower = site.follow_pool();

    let group = "inference.networking.k8s.io";
    define(&definition(group, "inferencepools"), &format!("inferencepools.{group}"));
    assert!(!follower.is_synced());
    site.apply(&[pool(&model, &[8000])]);
    follower.wait_for_endpoints(&["a-rank-0:8000"]);

    let wait_for = |priority: Option<i32>| {
        follower.wait_for(&format!("priority {priority:?}"), |now| {
            now.objectives.get("gold").copied() == priority
        });
    };
    let older = definition(OLDER, "inferenceobjectives");
    define(&older, &format!("inferenceobjectives.{OLDER}"));
    site.apply(&[objective(OLDER, "gold", "pool", 1)]);
    wait_for(Some(1));
    // Once the newer group is there, only it counts.
    define(&older.replace(OLDER, "llm-d.ai"), "inferenceobjectives.llm-d.ai");
    wait_for(None);
    site.apply(&[objective("llm-d.ai", "gold", "pool", 2)]);
    wait_for(Some(2));
    cluster.kubectl(&["delete", "crd", "inferenceobjectives.llm-d.ai"]).success();
    wait_for(Some(1));

    cluster.kubectl(&["delete", "crd", &format!("inferencepools.{group}")]).success();
    follower.wait_for("the pool to be gone", |now| !now.synced && now.endpoints.is_empty());
    wait_for(Some(1));
    follower.stop();
}

/// The Role of the guide's charts names the older group only: what may not be read is as if it were not there.
#[test]
fn rights_may_come_later_and_need_not_name_the_newer_group() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "rights");
    let model = json!({"app": "model"});
    site.apply(&[pool(&model, &[8000]), ready_pod("a", &model), objective(OLDER, "gold", "pool", 1)]);
    let source = site.source(EndpointSource::Pool(PoolGroup::V1));
    let follower = Follower::start(cluster.kubeconfig_for_jane(), source);
    let verbs = json!(["get", "watch", "list"]);
    let rule = |groups: &[&str], resources: &[&str]| json!({"apiGroups": groups, "resources": resources, "verbs": verbs});
    let may = |name: &str, rules: &[serde_json::Value]| {
        let api = "rbac.authorization.k8s.io";
        site.apply(&[
            json!({"apiVersion": format!("{api}/v1"), "kind": "Role", "metadata": {"name": name}, "rules": rules}),
            json!({
                "apiVersion": format!("{api}/v1"),
                "kind": "RoleBinding",
                "metadata": {"name": name},
                "roleRef": {"apiGroup": api, "kind": "Role", "name": name},
                "subjects": [{"apiGroup": api, "kind": "User", "name": "jane"}],
            }),
        ]);
    };
    may("objectives", &[rule(&[OLDER], &["inferenceobjectives"])]);
    follower.wait_for("the objective", |now| now.objectives.get("gold") == Some(&1));
    assert!(!follower.is_synced());
    may("pool", &[rule(&["inference.networking.k8s.io"], &["inferencepools"]), rule(&[""], &["pods"])]);
    follower.wait_for_endpoints(&["a-rank-0:8000"]);
    follower.stop();
}
