//! Pools and their pods.

use scheduler::kubernetes::{EndpointSource, PoolGroup};
use serde_json::json;
use test_support::{ControlPlane, Options};

use crate::harness::{Follower, Site, pod, pool, ready_pod};

#[test]
fn pods_come_and_go() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "pods");
    let model = json!({"app": "model"});
    site.apply(&[
        pool(&model, &[8000]),
        ready_pod("a", &model),
        pod("never", &model, "never-ready"),
        ready_pod("other", &json!({"app": "other"})),
    ]);
    let follower = site.follow_pool();
    follower.wait_for_endpoints(&["a-rank-0:8000"]);
    let snapshot = follower.datastore.snapshot();
    let spec = &snapshot.endpoints[0].spec;
    assert_eq!((spec.pod.as_str(), spec.namespace.as_str()), ("a", site.namespace.as_str()));
    assert!(spec.address.ip().to_string().starts_with("10.244."), "{}", spec.address);
    assert_eq!(spec.labels.get("app").map(String::as_str), Some("model"));
    drop(snapshot);

    site.apply(&[ready_pod("b", &model)]);
    follower.wait_for_endpoints(&["a-rank-0:8000", "b-rank-0:8000"]);
    let ready = |status: &str| {
        let patch = json!({"status": {"conditions": [{"type": "Ready", "status": status}]}}).to_string();
        site.kubectl(&format!("patch pod a --subresource=status --patch {patch}"));
    };
    ready("False");
    follower.wait_for_endpoints(&["b-rank-0:8000"]);
    ready("True");
    follower.wait_for_endpoints(&["a-rank-0:8000", "b-rank-0:8000"]);
    site.kubectl("label pod b app=other --overwrite");
    follower.wait_for_endpoints(&["a-rank-0:8000"]);
    site.kubectl("label pod other app=model --overwrite");
    follower.wait_for_endpoints(&["a-rank-0:8000", "other-rank-0:8000"]);
    site.kubectl("delete pod a");
    follower.wait_for_endpoints(&["other-rank-0:8000"]);
    follower.stop();
}

#[test]
fn a_pool_comes_changes_and_goes() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "pool");
    let [model, other] = ["model", "other"].map(|app| json!({"app": app}));
    site.apply(&[ready_pod("a", &model), ready_pod("b", &other)]);
    let follower = site.follow_pool();

    site.apply(&[pool(&model, &[8000])]);
    follower.wait_for_endpoints(&["a-rank-0:8000"]);
    site.apply(&[pool(&model, &[9000, 9001])]);
    follower.wait_for_endpoints(&["a-rank-0:9000", "a-rank-1:9001"]);
    site.kubectl("annotate pod a llm-d.ai/active-ports=9001");
    follower.wait_for_endpoints(&["a-rank-1:9001"]);
    site.apply(&[pool(&other, &[9000])]);
    follower.wait_for_endpoints(&["b-rank-0:9000"]);
    // The pods of the new selector are watched too.
    site.apply(&[ready_pod("c", &other)]);
    follower.wait_for_endpoints(&["b-rank-0:9000", "c-rank-0:9000"]);

    site.kubectl("delete inferencepool.inference.networking.k8s.io pool");
    follower.wait_for("the pool to be gone", |now| !now.synced && now.endpoints.is_empty());
    site.kubectl("delete pod c");
    site.apply(&[pool(&other, &[9000])]);
    follower.wait_for_endpoints(&["b-rank-0:9000"]);
    follower.stop();
}

#[test]
fn a_pool_of_the_older_group() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "v1alpha2");
    let older = json!({
        "apiVersion": "inference.networking.x-k8s.io/v1alpha2",
        "kind": "InferencePool",
        "metadata": {"name": "pool"},
        "spec": {"selector": {"app": "model"}, "targetPortNumber": 8100, "extensionRef": {"name": "epp"}},
    });
    let model = json!({"app": "model"});
    // A pool of the same name and the other group is another pool.
    site.apply(&[older, pool(&model, &[8000]), ready_pod("a", &model)]);
    let source = site.source(EndpointSource::Pool(PoolGroup::V1Alpha2));
    let follower = Follower::start(cluster.kubeconfig(), source);
    follower.wait_for_endpoints(&["a-rank-0:8100"]);
    follower.stop();
}

#[test]
fn a_selector_instead_of_a_pool() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "selector");
    site.apply(&[
        ready_pod("a", &json!({"app": "model", "role": "decode"})),
        ready_pod("b", &json!({"app": "model", "role": "prefill"})),
        ready_pod("c", &json!({"app": "model", "role": "both", "draining": "true"})),
        ready_pod("d", &json!({"role": "decode"})),
    ]);
    let selector = "app, role in (decode, both), !draining".parse().unwrap();
    let source = site.source(EndpointSource::Selector { selector, target_ports: vec![8000, 8001] });
    let follower = Follower::start(cluster.kubeconfig(), source);
    follower.wait_for_endpoints(&["a-rank-0:8000", "a-rank-1:8001"]);
    site.kubectl("label pod c draining-");
    follower.wait_for_endpoints(&["a-rank-0:8000", "a-rank-1:8001", "c-rank-0:8000", "c-rank-1:8001"]);
    site.kubectl("label pod a role=prefill --overwrite");
    follower.wait_for_endpoints(&["c-rank-0:8000", "c-rank-1:8001"]);
    follower.stop();
}

#[test]
fn a_list_is_one_update() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "list");
    let model = json!({"app": "model"});
    let names: Vec<_> = (0..20).map(|number| format!("p{number:02}")).collect();
    let mut objects: Vec<_> = names.iter().map(|name| ready_pod(name, &model)).collect();
    objects.push(pool(&model, &[8000]));
    site.apply(&objects);
    site.kubectl("wait pod --all --for=condition=Ready --timeout=90s");
    let follower = site.follow_pool();
    follower.wait_for("all endpoints", |now| now.endpoints.len() == names.len());
    assert_eq!(follower.datastore.snapshot().generation, 1);
    follower.stop();
}

#[test]
fn a_restart_of_the_api_server_is_survived() {
    let Some(cluster) = ControlPlane::start(&Options::default()) else { return };
    let site = Site::new(&cluster, "restart");
    let model = json!({"app": "model"});
    site.apply(&[pool(&model, &[8000]), ready_pod("a", &model)]);
    let follower = site.follow_pool();
    follower.wait_for_endpoints(&["a-rank-0:8000"]);
    let generation = follower.datastore.snapshot().generation;
    for name in ["b", "c"] {
        cluster.restart_api_server();
        assert!(follower.is_synced(), "what was known stays");
        assert!(follower.names().contains(&"a-rank-0:8000".to_owned()));
        site.apply(&[ready_pod(name, &model)]);
        follower.wait_for("the pod made after the restart", |now| {
            now.endpoints.iter().any(|endpoint| endpoint.spec.pod == name)
        });
    }
    assert_eq!(follower.datastore.snapshot().generation, generation + 2, "nothing was lost in between");
    site.apply(&[pool(&model, &[9000])]);
    follower.wait_for_endpoints(&["a-rank-0:9000", "b-rank-0:9000", "c-rank-0:9000"]);
    follower.stop();
}
