//! What changes from one apply to the next, and what does not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Site, assert_said, cluster};
use crate::world::{settled, snapshot, versions};

const MS: &str = "ms-inference-scheduling";
const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";
const DEPLOYMENTS: &str = "apis/apps/v1/deployments";

/// What an apply did to each object that it changed.
fn actions(report: &Value) -> BTreeMap<String, String> {
    let objects = report["objects"].as_array().unwrap().iter();
    objects
        .filter(|object| object["action"] != "unchanged")
        .map(|object| {
            let text = |key: &str| object[key].as_str().unwrap().to_owned();
            (format!("{}/{}", text("kind"), text("name")), text("action"))
        })
        .collect()
}

fn revisions(report: &Value) -> Vec<(&str, &str, u64)> {
    let releases = report["releases"].as_array().unwrap().iter();
    releases
        .map(|release| {
            let text = |key: &str| release[key].as_str().unwrap();
            (text("name"), text("change"), release["revision"].as_u64().unwrap())
        })
        .collect()
}

#[test]
fn other_replicas_change_one_deployment_and_one_release() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "replicas");
    site.apply("-e istio");
    let before = settled(&site);
    let report = site.apply("-e istio --replicas 3");
    let expected = BTreeMap::from([(format!("Deployment/{DECODE}"), "configured".to_owned())]);
    assert_eq!(actions(&report), expected);
    assert_eq!(
        revisions(&report),
        [
            ("infra-inference-scheduling", "unchanged", 1),
            ("gaie-inference-scheduling", "unchanged", 1),
            (MS, "upgrade", 2),
        ]
    );
    let superseded = ["superseded", "deployed"].map(str::to_owned);
    assert_eq!(site.helm_history(MS), [(1, superseded[0].clone()), (2, superseded[1].clone())]);
    assert_eq!(site.object(DEPLOYMENTS, DECODE).unwrap()["status"]["availableReplicas"], 3);
    // Generations move where a specification was written, and nowhere else.
    let generation = |version: &(Value, Value)| version.1.clone();
    let (before, after) = (versions(&before), versions(&settled(&site)));
    for (name, version) in after.iter().filter(|(name, _)| before.contains_key(*name)) {
        let moved = generation(version) != generation(&before[name]);
        let scaled = name.contains(DECODE) && !name.contains("podmonitors");
        assert!(!moved || scaled, "{name}");
    }
}

#[test]
fn what_left_the_set_is_removed() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "removed");
    let monitors = "apis/monitoring.coreos.com/v1/podmonitors";
    site.apply("-e istio");
    let list = site.object(monitors, "").unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let report = site.apply("-e istio --set ms.decode.monitoring.podmonitor.enabled=false");
    let (name, action) = actions(&report).into_iter().next().unwrap();
    assert!(name.starts_with("PodMonitor/"), "{name}");
    assert_eq!((action.as_str(), actions(&report).len()), ("removed", 1));
    assert_eq!(site.object(monitors, "").unwrap()["items"], json!([]));
}

#[test]
fn drift_is_mended_without_a_revision() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "drift");
    site.apply("-e standalone");
    let service = site.rendered("-e standalone").into_iter().find(|object| object["kind"] == "Service");
    let service = service.unwrap()["metadata"]["name"].as_str().unwrap().to_owned();
    cluster.kubectl(&["delete", "service", &service, "-n", &site.namespace]).success();
    let report = site.apply("-e standalone");
    let expected = BTreeMap::from([(format!("Service/{service}"), "created".to_owned())]);
    assert_eq!(actions(&report), expected);
    assert!(revisions(&report).iter().all(|(_, change, revision)| *change == "unchanged" && *revision == 1));
}

#[test]
fn an_upgrade_that_the_server_refuses_changes_nothing() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "refused");
    site.apply("-e standalone");
    let mark = cluster.audit_mark();
    let run =
        site.llmd("apply -e standalone --yes --set-json ms.decode.extraConfig={\"restartPolicy\":\"Never\"}");
    let run = run.exits(1);
    assert_said!(site, run.complaint());
    assert_eq!(run.stdout, "");
    assert!(site.writes_since(mark).is_empty());
    assert_eq!(site.helm_history(MS), [(1, "deployed".to_owned())]);
}

/// Refuses changes to the namespace's Deployments that are no dry run; whoever lifts the ban deletes the binding.
pub(crate) fn ban_changes(site: &Site<'_>) {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": site.namespace},
            "spec": {
                "matchConstraints": {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": site.namespace}},
                    "resourceRules": [{
                        "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"],
                        "resources": ["deployments"],
                    }],
                },
                "validations": [{
                    "expression": "request.?dryRun.orValue(false) || request.userInfo.username.startsWith('system:kube')",
                    "message": "no changes today",
                }],
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": site.namespace},
            "spec": {"policyName": site.namespace, "validationActions": ["Deny"]},
        },
    ]});
    site.cluster.kubectl_with_input(&["create", "-f", "-"], &list.to_string()).success();
    site.eventually("the ban", || {
        let probe = ["annotate", "deployment", DECODE, "--overwrite", "probe=x", "-n", &site.namespace];
        (site.cluster.kubectl(&probe).code != Some(0)).then_some(())
    });
}

#[test]
fn a_failed_upgrade_is_recorded_and_the_next_one_works() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "failed");
    site.apply("-e standalone");
    ban_changes(&site);
    let run = site.llmd("apply -e standalone --yes --set ms.decode.podAnnotations.a=b").exits(1);
    assert_said!(site, run.complaint());
    assert_eq!(run.stdout, "");
    let statuses = |site: &Site<'_>| -> Vec<String> {
        site.helm_history(MS).into_iter().map(|(_, status)| status).collect()
    };
    assert_eq!(statuses(&site), ["deployed", "failed"]);
    let info = site.helm_status(MS)["info"].clone();
    assert!(info["description"].as_str().unwrap().contains("no changes today"), "{info:#}");
    // Everything that runs is ready, and yet it is not what the failed revision wanted.
    let said = site.llmd("status -e standalone").exits(4).complaint();
    assert!(said.contains("differs from what the failed revision wants"), "{said}");
    // What runs is what was deployed: revision 3 is written over the failed one, and changes no object.
    let report = site.apply("-e standalone");
    assert_eq!(actions(&report), BTreeMap::new());
    assert_eq!(statuses(&site), ["superseded", "failed", "deployed"]);
}

#[test]
fn status_misses_what_somebody_took_away() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "taken");
    site.apply("-e standalone");
    let decode = "deployment/ms-inference-scheduling-llm-d-modelservice-decode";
    cluster.kubectl(&["scale", "-n", &site.namespace, decode, "--replicas=0"]).success();
    let said = site.llmd("status -e standalone").exits(4).complaint();
    assert!(said.contains("scaled to 0, the release says 8"), "{said}");
    cluster.helm(&["uninstall", "-n", &site.namespace, MS]).success();
    let said = site.llmd("status -e standalone").exits(4).complaint();
    assert!(said.contains("release ms-inference-scheduling is not installed"), "{said}");
}

#[test]
fn another_environment_tells_of_what_it_leaves() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "moved");
    site.apply("-e kgateway");
    let run = site.llmd("apply -e standalone --yes");
    assert!(
        run.stderr.contains("release infra-inference-scheduling is installed under this postfix"),
        "{}",
        run.stderr
    );
    run.success();
}

#[test]
fn a_namespace_that_apply_made_goes_with_the_stack() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "made");
    let report = site.apply("-e istio --skip-preflight");
    assert_eq!(report["namespaceCreated"], true);
    let report = site.destroy("-e istio");
    assert_eq!(report["namespaceRemoved"], true);
    assert!(cluster.object(&format!("/api/v1/namespaces/{}", site.namespace)).is_none());
    let left = snapshot(&site);
    assert!(left.is_empty(), "{:?}", left.keys());
}

#[test]
fn a_namespace_that_apply_made_stays_while_others_use_it() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "used");
    site.apply("-e standalone --skip-preflight");
    cluster.kubectl(&["create", "configmap", "precious", "-n", &site.namespace]).success();
    let report = site.destroy("-e standalone");
    assert_eq!(report["namespaceRemoved"], false);
    let left: Vec<&Value> = report["stays"].as_array().unwrap().iter().map(|left| &left["what"]).collect();
    assert!(left.contains(&&json!("ConfigMap/precious")), "{report:#}");
    assert!(site.object("api/v1/configmaps", "precious").is_some());
    assert_eq!(site.object(DEPLOYMENTS, "").unwrap()["items"], json!([]));
}

#[test]
fn destroying_what_is_not_there_says_so() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "nothing");
    let said = ["destroy --yes", "status"].map(|verb| site.llmd(verb).exits(1).complaint());
    assert_eq!(said[0], said[1]);
    assert_said!(site, said[0]);
    assert_eq!(site.llmd("list -o json").json()["releases"], json!([]));
}
