//! What a cluster lacks, told before anything is applied.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use test_support::{ControlPlane, Crds, Options};

use crate::harness::{ENVIRONMENTS, Run, Site, cluster};
use crate::schema;
use crate::world::{names, snapshot};

/// The report, whatever it says.
fn report(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}:\n{}{}", run.stdout, run.stderr))
}

/// The checks that ended so.
fn ended(report: &Value, result: &str) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["result"] == result);
    checks.map(|check| check["check"].as_str().unwrap().to_owned()).collect()
}

/// Examines a cluster that is broken in one way; what is told of it.
#[track_caller]
fn complaint(site: &Site<'_>, line: &str, check: &str) -> String {
    let run = site.llmd(&format!("doctor {line}")).exits(7);
    let as_json = site.llmd(&format!("doctor -o json {line}")).exits(7);
    assert_eq!(ended(&report(&as_json), "failed"), [check], "{}", as_json.stdout);
    run.complaint()
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn a_right_cluster_is_right_for_every_environment_and_is_left_alone() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor");
    let mark = cluster.audit_mark();
    // What Gaudi's environment mounts is not there.
    for environment in ENVIRONMENTS.into_iter().filter(|environment| *environment != "gaudi") {
        let report = site.llmd(&format!("doctor -e {environment} -o json")).json();
        assert_eq!(report["failed"], 0, "{report:#}");
        assert!(report["passed"].as_u64().unwrap() >= 9, "{report:#}");
    }
    let said = complaint(&site, "-e gaudi", "storage");
    says(&said, &["PersistentVolumeClaim/model-pvc: it does not exist", "fix: echo '{\"apiVersion\":\"v1\""]);
    let writes = site.writes_since(mark);
    assert!(writes.is_empty(), "{writes:#?}");
    cluster.bound_claim(&site.namespace, "model-pvc");
    site.llmd("doctor -e gaudi").success();
}

#[test]
fn a_stack_that_runs_is_no_reason_against_itself() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-again");
    site.apply("-e istio");
    let report = site.llmd("doctor -e istio -o json").json();
    assert_eq!(report["failed"], 0, "{report:#}");
    site.destroy("-e istio");
}

#[test]
fn pods_that_fit_nowhere() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-room");
    let said = complaint(&site, "-e istio --tensor-parallel 128", "accelerators");
    says(
        &said,
        &["need 8 pods of 128 nvidia.com/gpu each; 0 fit now", "with too little nvidia.com/gpu", "fix: "],
    );
    // None is asked for with simulators.
    site.llmd("doctor -e istio --tensor-parallel 128 --simulate").success();
}

#[test]
fn a_neighbour_selects_our_pods() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-pool");
    let pool = json!({
        "apiVersion": "inference.networking.k8s.io/v1", "kind": "InferencePool",
        "metadata": {"name": "gaie-b"},
        "spec": {
            "selector": {"matchLabels": {"llm-d.ai/inferenceServing": "true"}},
            "targetPorts": [{"number": 8000}],
            "endpointPickerRef": {"name": "epp-b", "port": {"number": 9002}},
        },
    });
    cluster.apply(&site.namespace, &[pool]);
    let said = complaint(&site, "-e standalone", "neighbours");
    says(&said, &["InferencePool/gaie-b: it selects the pods of Deployment/ms-inference-scheduling"]);
}

#[test]
fn quotas_and_pod_security() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-limits");
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
        "spec": {"hard": {"requests.nvidia.com/gpu": "4"}}});
    cluster.apply(&site.namespace, &[quota]);
    says(&complaint(&site, "-e istio", "quota"), &["ResourceQuota/few: requests.nvidia.com/gpu: 16 more"]);
    cluster.kubectl(&["delete", "resourcequota", "few", "-n", &site.namespace]).success();
    let label = ["label", "namespace", &site.namespace, "pod-security.kubernetes.io/enforce=baseline"];
    cluster.kubectl(&label).success();
    // Admission sees the label a moment later.
    site.eventually("pods to be refused", || {
        (site.llmd("doctor -e cpu --only admission").code == Some(7)).then_some(())
    });
    // Its containers ask for a capability and for no seccomp profile.
    says(
        &complaint(&site, "-e cpu", "admission"),
        &["violates PodSecurity \"baseline", "fix: kubectl label namespace"],
    );
}

#[test]
fn somebody_without_rights() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-jane").with_kubeconfig(cluster.kubeconfig_for_jane());
    let said = complaint(&site, "-e istio", "permissions");
    says(
        &said,
        &["jane may not: ", "deployments.apps (get, list, watch, create, patch, delete)", "--user='jane'"],
    );
    let report = report(&site.llmd("doctor -e istio -o json"));
    let nodes = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "accelerators");
    let nodes = nodes.unwrap();
    assert_eq!(nodes["result"], "skipped");
    says(nodes["reason"].as_str().unwrap(), &["may not read nodes"]);
    // Which kinds are served is told to everybody.
    assert!(ended(&report, "passed").contains(&"definitions".to_owned()), "{report:#}");
}

#[test]
fn no_check_is_no_answer() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-none");
    let said = site.llmd("doctor -e standalone --only devices").exits(7).complaint();
    says(&said, &["error: no check ran"]);
}

#[test]
fn definitions_are_missing() {
    let Some(bare) = ControlPlane::start(&Options { crds: Crds::None, ..Options::default() }) else { return };
    let site = Site::new(&bare, "doctor-bare");
    let run = site.llmd("doctor -e istio -o json").exits(7);
    assert_eq!(ended(&report(&run), "failed"), ["definitions", "monitoring", "controller"], "{}", run.stdout);
    says(
        &run.stderr,
        &["inferencepools.inference.networking.k8s.io", "fix: kubectl apply --server-side -f https://"],
    );
    let status = site.llmd("crds status -e istio").exits(7);
    says(&status.stdout, &["inferencepools.inference.networking.k8s.io", "1.2 or later, below 2", "missing"]);
    says(&status.complaint(), &["hint: kubectl apply --server-side -f https://"]);
    let diff = site.llmd("crds diff -e istio").exits(3);
    says(
        &diff.stdout,
        &["gateways.gateway.networking.k8s.io\n+ serves v1, of release 1.4 or later, below 2"],
    );
    // An old release of one of them.
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {
            "name": "inferencepools.inference.networking.k8s.io",
            "annotations": {
                "api-approved.kubernetes.io": "unapproved, a test",
                "inference.networking.k8s.io/bundle-version": "v1.0.0",
            },
        },
        "spec": {
            "group": "inference.networking.k8s.io", "scope": "Namespaced",
            "names": {"plural": "inferencepools", "singular": "inferencepool", "kind": "InferencePool"},
            "versions": [{"name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object"}}}],
        },
    });
    bare.apply("default", &[crd]);
    let rows = site.llmd("crds status -e istio -o json").exits(7);
    let rows = report(&rows);
    let pools = rows["definitions"].as_array().unwrap().iter().find(|row| row["bundle"] == "v1.0.0").unwrap();
    assert_eq!((&pools["state"], &pools["served"]), (&json!("too-old"), &json!(["v1"])));
}

#[test]
fn the_definitions_are_as_they_are_needed() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "doctor-crds");
    for environment in ENVIRONMENTS {
        let rows = site.llmd(&format!("crds status -e {environment} -o json")).json();
        assert_eq!(rows["matches"], true, "{rows:#}");
        assert_eq!(site.llmd(&format!("crds diff -e {environment}")).success().stdout, "");
        let differing = site.llmd(&format!("crds diff -e {environment} -o json")).json();
        assert_eq!((&differing["matches"], &differing["definitions"]), (&json!(true), &json!([])));
    }
}

/// `llmd secret hf-token` with what it is given on standard input.
fn token(site: &Site<'_>, line: &str, input: &str) -> Run {
    let mut command: Command = site.command(&format!("secret hf-token {line}"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who has the token already reads no input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let run = Run::ended("", output);
    schema::check(command.get_args(), &run.stdout);
    assert!(!format!("{run:?}").contains("hf_precious"), "{run:?}");
    run
}

#[test]
fn the_token_is_stored_where_the_doctor_looks() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "doctor-token");
    let said = complaint(&site, "-e istio", "model-token");
    let fix = format!("llmd secret hf-token -e istio -n {}", site.namespace);
    says(&said, &["Secret/llm-d-hf-token: it does not exist", &fix]);

    // Apply says the same, and touches nothing.
    let mark = cluster.audit_mark();
    let said = site.llmd("apply -e istio --yes").exits(7).complaint();
    says(&said, &["nothing was changed", &fix, "--skip-preflight"]);
    assert!(site.writes_since(mark).is_empty());

    let run = token(&site, "", "hf_precious-1\n").success();
    says(&run.stderr, &[&format!("namespace {} created", site.namespace), "HF_TOKEN stored"]);
    let secret = site.object("api/v1/secrets", "llm-d-hf-token").unwrap();
    // Without the line break.
    assert_eq!(secret["data"]["HF_TOKEN"], "aGZfcHJlY2lvdXMtMQ==");
    site.llmd("doctor -e istio").success();

    says(&token(&site, "", "hf_precious-1").success().stderr, &["HF_TOKEN unchanged"]);
    says(&token(&site, "", "hf_precious-2").exits(2).stderr, &["cannot ask for confirmation"]);
    says(&token(&site, "--yes", "hf_precious-2").success().stderr, &["HF_TOKEN replaced"]);
    site.file("token", "hf_precious-3\r\n");
    let report = token(&site, "--yes --from-file token -o json", "").json();
    assert_eq!(report["action"], "replaced");
    let run = Run::of(site.command("secret hf-token").env("HF_TOKEN", "hf_precious-3")).success();
    says(&run.stderr, &["HF_TOKEN unchanged"]);

    for (input, fault) in [("", "it is empty"), ("\n", "it is empty"), ("hf_precious hf_precious", "blanks")]
    {
        says(&token(&site, "", input).exits(2).stderr, &[fault]);
    }
    says(
        &token(&site, "--yes", "precious-token").success().stderr,
        &["warning: the token does not begin with hf_"],
    );
    says(
        &token(&site, "hf_precious", "").exits(2).stderr,
        &["a token on the command line can be read by others"],
    );
    says(&token(&site, "--from-file nowhere", "").exits(2).stderr, &["failed to read nowhere"]);
}

#[test]
fn the_secret_is_of_no_use() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-secret");
    let before = names(&snapshot(&site));
    for (value, fault) in [("hf_abc\n", "line breaks"), ("", "it is empty")] {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "llm-d-hf-token"},
            "stringData": {"HF_TOKEN": value}});
        cluster.apply(&site.namespace, &[secret]);
        says(&complaint(&site, "-e istio", "model-token"), &[fault]);
        says(&site.llmd("apply -e istio --yes").exits(7).complaint(), &[fault]);
    }
    assert_eq!(names(&snapshot(&site)), before);
}

#[test]
fn nobody_has_the_class() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "doctor-class");
    let line = "-e agentgateway --set infra.gateway.gatewayClassName=agentgateway";
    let said = complaint(&site, line, "gateway-class");
    says(&said, &["calls the class of agentgateway agentgateway-v2", "gatewayClassName=agentgateway-v2"]);
    says(&site.llmd(&format!("apply --yes {line}")).exits(7).complaint(), &["GatewayClass/agentgateway"]);
}
