//! Applied, and not ready: which object, why, and what to do.

use std::thread;

use serde_json::json;

use crate::harness::{Run, Site, assert_said, cluster};

/// What apply and status complain of is the same.
fn is_told(site: &Site<'_>, run: Run) -> String {
    let run = run.exits(4);
    assert_eq!(run.stdout, "");
    let status = site.llmd("status -e standalone").exits(4);
    let causes = |text: &str| text.lines().filter(|line| line.starts_with("  ")).map(str::to_owned).collect();
    let (applied, looked_at): (Vec<String>, Vec<String>) =
        (causes(&run.complaint()), causes(&status.complaint()));
    assert_eq!(applied.len(), looked_at.len(), "{applied:?}\n{looked_at:?}");
    run.complaint()
}

#[test]
fn an_image_cannot_be_pulled() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "image");
    site.file("image.yaml", "ms: {decode: {replicas: 1}}\n");
    let run = site.llmd(
        "apply -e standalone --yes -f image.yaml \
         --set ms.decode.containers[0].image=example.com/vllm:does-not-exist",
    );
    let complaint = is_told(&site, run);
    for part in [
        "error: applied, but not ready: 1 of 15 objects",
        "Deployment/ms-inference-scheduling-llm-d-modelservice-decode: 0/1 ready · 1 image pull: not found\n",
        "    Pod/ms-inference-scheduling-",
        ": image example.com/vllm:does-not-exist cannot be pulled: ",
        "hint: look again: llmd status -e standalone -n ",
    ] {
        assert!(complaint.contains(part), "{part} is not in\n{complaint}");
    }
    let hint = "hint: no such image: correct its name and tag in the values, or push it";
    assert!(complaint.contains(hint), "{complaint}");
    let ms = site.helm_status("ms-inference-scheduling")["info"].clone();
    assert_eq!(ms["status"], "failed");
    assert!(ms["description"].as_str().unwrap().contains("does-not-exist"), "{ms:#}");
    assert_eq!(site.helm_status("gaie-inference-scheduling")["info"]["status"], "deployed");
    site.apply("-e standalone -f image.yaml");
}

/// Both may mend themselves, so both take half a minute: they are waited for together.
#[test]
fn no_node_takes_a_pod_and_nobody_controls_a_gateway() {
    let Some(cluster) = cluster() else { return };
    let (big, alone) = (Site::new(cluster, "unschedulable"), Site::new(cluster, "uncontrolled"));
    let (scheduled, controlled) = thread::scope(|scope| {
        let big = scope.spawn(|| big.llmd("apply -e standalone --yes --replicas 1 --tensor-parallel 128"));
        let line = "apply -e kgateway --yes --skip-preflight --replicas 1 --set infra.gateway.gatewayClassName=nobody";
        let alone = scope.spawn(|| alone.llmd(line));
        (big.join().unwrap(), alone.join().unwrap())
    });
    let complaint = is_told(&big, scheduled);
    assert_said!(big, complaint);
    assert_said!(alone, controlled.exits(4).complaint());
}

/// Model servers whose pods do what this mode of the test bed's nodes says.
fn mode(mode: &str) -> String {
    format!(
        "apply -e standalone --yes --replicas 1 --set-json ms.decode.podAnnotations={{\"testbed.llmd/mode\":\"{mode}\"}}"
    )
}

#[track_caller]
fn assert_parts(complaint: &str, parts: &[&str]) {
    for part in parts {
        assert!(complaint.contains(part), "{part} is not in\n{complaint}");
    }
}

#[test]
fn a_container_keeps_ending() {
    let Some(cluster) = cluster() else { return };
    let (crashing, starved) = (Site::new(cluster, "crash"), Site::new(cluster, "oom"));
    let (crash, oom) = thread::scope(|scope| {
        let crash = scope.spawn(|| crashing.llmd(&mode("crash-loop")));
        let oom = scope.spawn(|| starved.llmd(&mode("oom")));
        (crash.join().unwrap(), oom.join().unwrap())
    });
    assert_parts(
        &crash.exits(4).complaint(),
        &[
            ": 0/1 ready · 1 crash loop (exit code 1)\n",
            " keeps ending (Error, exit code 1), ",
            "    | ValueError: the test bed wanted this container to fail",
            "hint: see why: kubectl logs --previous -c vllm ms-inference-scheduling-",
        ],
    );
    assert_parts(
        &oom.exits(4).complaint(),
        &[": 0/1 ready · 1 out of memory\n", " was killed for its memory (", "hint: raise its memory limit"],
    );
}

#[test]
fn pods_may_not_be_created() {
    let Some(cluster) = cluster() else { return };
    let sites = ["quota", "security", "policy"].map(|name| Site::new(cluster, name));
    let [quota, security, policy] = &sites;
    cluster.kubectl(&["create", "quota", "tight", "--hard=pods=0", "-n", &quota.namespace]).success();
    let level = "pod-security.kubernetes.io/enforce=restricted";
    cluster.kubectl(&["label", "namespace", &security.namespace, level]).success();
    ban_pods(policy);
    let runs = thread::scope(|scope| {
        let apply = |site| scope.spawn(move || Site::llmd(site, "apply -e standalone --yes --replicas 1"));
        sites.each_ref().map(apply).map(|run| run.join().unwrap().exits(4).complaint())
    });
    let decode = "Deployment/ms-inference-scheduling-llm-d-modelservice-decode: 0/1 ready · its pods cannot be created: ";
    assert_parts(&runs[0], &[decode, "exceeded quota: tight", "kubectl describe resourcequota"]);
    assert_parts(&runs[1], &[decode, "violates PodSecurity", "hint: the namespace's Pod Security level"]);
    assert_parts(&runs[2], &[decode, "no pods today", "hint: meet the policy that it names"]);
}

/// Refuses every new pod of the namespace.
fn ban_pods(site: &Site<'_>) {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": site.namespace},
            "spec": {
                "matchConstraints": {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": site.namespace}},
                    "resourceRules": [{
                        "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
                    }],
                },
                "validations": [{"expression": "false", "message": "no pods today"}],
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
        let probe = ["run", "probe", "--image=x", "--dry-run=server", "-n", &site.namespace];
        (site.cluster.kubectl(&probe).code != Some(0)).then_some(())
    });
}

#[test]
fn time_is_up() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "late");
    let run = site.llmd(
        "apply -e standalone --yes --replicas 1 --timeout 2s \
         --set-json ms.decode.podAnnotations={\"testbed.llmd/mode\":\"never-ready\"}",
    );
    let complaint = is_told(&site, run);
    assert_said!(site, complaint);
}

#[test]
fn the_report_is_printed_all_the_same() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "report");
    let line =
        "apply -e standalone --yes -o json --replicas 1 --scheduler-image example.com/epp:does-not-exist";
    let run = site.llmd(line).exits(4);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["verdict"], "blocked");
    let rollout = report["rollout"].as_array().unwrap();
    let blocked: Vec<_> = rollout.iter().filter(|object| object["state"] == "blocked").collect();
    assert_eq!(blocked.len(), 1, "{blocked:#?}");
    assert_eq!(
        (&blocked[0]["kind"], &blocked[0]["cause"]["code"]),
        (&"Deployment".into(), &"ImagePull".into())
    );
}

#[test]
fn nobody_waits_with_no_wait() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "no-wait");
    let report =
        site.llmd("apply -e standalone --yes --no-wait -o json --replicas 1 --tensor-parallel 128").json();
    assert!(report.get("verdict").is_none() && report.get("rollout").is_none(), "{report:#}");
    assert_eq!(site.helm_status("ms-inference-scheduling")["info"]["status"], "deployed");
    let status = site.llmd("status -e standalone -o json").exits(4);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["ready"], false);
}
