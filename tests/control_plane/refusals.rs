//! What llmd says when the cluster will not: the object, the cause, the next step, and nothing changed.

use serde_json::json;
use test_support::{ControlPlane, Crds, Options};

use crate::harness::{Run, Site, assert_said, cluster};
use crate::world::{names, snapshot};

#[test]
fn no_cluster_answers() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "nobody");
    let kubeconfig = std::fs::read_to_string(cluster.kubeconfig()).unwrap();
    // Nobody listens on port 1.
    site.file("nobody.kubeconfig", &kubeconfig.replace(cluster.server_url(), "https://127.0.0.1:1"));
    let run = site.llmd("apply -e istio --yes --kubeconfig nobody.kubeconfig").exits(7);
    assert_eq!(run.stdout, "");
    assert_said!(site, run.complaint());
}

#[test]
fn no_kubeconfig() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "unconfigured");
    let said = ["apply --yes", "status", "destroy --yes", "list"]
        .map(|verb| Run::of(site.command(verb).env_remove("KUBECONFIG")).exits(7).complaint());
    assert!(said.iter().all(|one| *one == said[0]), "{said:#?}");
    assert_said!(site, said[0]);
    let run = site.llmd("status --context elsewhere").exits(7);
    assert_said!(site, run.complaint());
}

#[test]
fn definitions_are_missing() {
    let Some(bare) = ControlPlane::start(&Options { crds: Crds::None, ..Options::default() }) else { return };
    let site = Site::new(&bare, "bare");
    let mark = bare.audit_mark();
    let before = names(&snapshot(&site));
    let run = site.llmd("apply -e istio --yes").exits(7);
    assert_eq!(run.stdout, "");
    assert_said!(site, run.complaint());
    let run = site.llmd("apply -e gke --yes").exits(7);
    assert_said!(site, run.complaint());
    assert_eq!(names(&snapshot(&site)), before);
    let writes = site.writes_since(mark);
    assert!(writes.is_empty(), "{writes:#?}");
}

#[test]
fn a_user_without_rights() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "jane").with_kubeconfig(cluster.kubeconfig_for_jane());
    let said = ["apply --yes", "status", "destroy --yes", "list"].map(|verb| {
        let run = site.llmd(verb).exits(7);
        assert_eq!(run.stdout, "", "{verb}");
        run.complaint()
    });
    assert!(said.iter().all(|one| *one == said[0]), "{said:#?}");
    assert_said!(site, said[0]);
}

#[test]
fn a_user_who_may_only_read() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "reader").with_kubeconfig(cluster.kubeconfig_for_jane());
    site.let_jane_read();
    let before = names(&snapshot(&site));
    let mark = cluster.audit_mark();
    let run = site
        .llmd("apply -e standalone --yes --set gaie.inferenceExtension.monitoring.prometheus.enabled=false");
    let run = run.exits(7);
    assert_said!(site, run.complaint());
    assert_eq!(names(&snapshot(&site)), before);
    let taken: Vec<_> = site
        .writes_since(mark)
        .into_iter()
        .filter(|event| event.code().is_none_or(|code| code < 400))
        .collect();
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn the_namespace_is_being_deleted() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "terminating");
    let held = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
        "name": "held", "namespace": site.namespace, "finalizers": ["example.com/hold"]}});
    cluster.kubectl_with_input(&["create", "-f", "-"], &held.to_string()).success();
    cluster.kubectl(&["delete", "namespace", &site.namespace, "--wait=false"]).success();
    let path = format!("/api/v1/namespaces/{}", site.namespace);
    cluster.wait_for("what holds the namespace to be told", &path, |namespace| {
        let conditions = namespace["status"]["conditions"].as_array();
        conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "NamespaceFinalizersRemaining"))
    });
    let mark = cluster.audit_mark();
    let run = site.llmd("apply -e istio --yes").exits(7);
    assert_eq!(run.stdout, "");
    assert_said!(site, run.complaint());
    assert!(site.writes_since(mark).is_empty());
    let release = ["patch", "configmap", "held", "-n", &site.namespace, "--type=merge", "-p"];
    cluster.kubectl(&[&release[..], &["{\"metadata\":{\"finalizers\":null}}"]].concat()).success();
}

#[test]
fn an_object_belongs_to_somebody_else() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "owned");
    let service =
        site.rendered("-e standalone").into_iter().find(|object| object["kind"] == "Service").unwrap();
    cluster.kubectl_with_input(&["create", "-f", "-"], &service.to_string()).success();
    let before = names(&snapshot(&site));
    let run = site.llmd("apply -e standalone --yes").exits(6);
    assert_said!(site, run.complaint());
    assert_eq!(names(&snapshot(&site)), before);
    site.apply("-e standalone --take-ownership");
    site.destroy("-e standalone");
}

#[test]
fn a_field_belongs_to_somebody_else() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "conflict");
    site.apply("-e standalone");
    let path = "apis/apps/v1/deployments";
    let name = "ms-inference-scheduling-llm-d-modelservice-decode";
    let scale = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": site.namespace}, "spec": {"replicas": 5}});
    let arguments = ["apply", "--server-side", "--force-conflicts", "--field-manager=autoscaler", "-f", "-"];
    cluster.kubectl_with_input(&arguments, &scale.to_string()).success();
    let run = site.llmd("apply -e standalone --yes").exits(6);
    assert_said!(site, run.complaint());
    assert_eq!(site.object(path, name).unwrap()["spec"]["replicas"], 5);
}

#[test]
fn nobody_is_there_to_be_asked() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "unasked");
    let mark = cluster.audit_mark();
    let run = site.llmd("apply -e istio --skip-preflight").exits(2);
    assert_eq!(run.stdout, "");
    assert_said!(site, run.complaint());
    let writes = site.writes_since(mark);
    assert!(writes.is_empty(), "{writes:#?}");
    assert!(snapshot(&site).is_empty());
}
