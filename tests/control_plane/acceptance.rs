//! What llmd renders is what the API server takes: with strict validation, and by kubectl alone.

use crate::harness::{ENVIRONMENTS, Site, cluster};

/// Sends it all through the server's validation; nothing is stored.
fn is_accepted(site: &Site<'_>, line: &str) {
    let text = site.llmd(&format!("render {line}")).success().stdout;
    let size = site.rendered(line).len();
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-n", &site.namespace, "-f", "-"];
    let answer = site.cluster.kubectl_with_input(&arguments, &text);
    assert_eq!(answer.code, Some(0), "{line}:\n{}", answer.stderr);
    let applied = answer.stdout.lines().filter(|line| line.contains("serverside-applied")).count();
    assert_eq!(applied, size, "{line}:\n{}", answer.stdout);
}

#[test]
fn every_environment_passes_strict_validation() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict");
    for environment in ENVIRONMENTS {
        is_accepted(&site, &format!("-e {environment}"));
    }
}

#[test]
fn several_schedulers_pass_strict_validation() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-replicas");
    for environment in ENVIRONMENTS {
        is_accepted(&site, &format!("-e {environment} --set gaie.inferenceExtension.replicas=2"));
    }
}

#[test]
fn leader_worker_sets_pass_strict_validation() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-multinode");
    is_accepted(&site, "-e istio --set ms.multinode=true");
    let objects = site.rendered("-e istio --set ms.multinode=true");
    assert!(objects.iter().any(|object| object["kind"] == "LeaderWorkerSet"));
}

#[test]
fn strict_validation_sees_a_wrong_field() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-wrong");
    let text = site.llmd("render -e istio").success().stdout.replace("targetPorts:", "targetPort:");
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-n", &site.namespace, "-f", "-"];
    let answer = site.cluster.kubectl_with_input(&arguments, &text);
    assert!(answer.stderr.contains("targetPort"), "{}", answer.stderr);
}

#[test]
fn plain_kubectl_applies_it_the_first_time() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "kubectl");
    let text = site.llmd("render -e istio").success().stdout;
    cluster.kubectl_with_input(&["apply", "-f", "-"], &text).success();
    for object in site.rendered("-e istio") {
        if object["type"] == "kubernetes.io/service-account-token" {
            let path = site.object_path("api/v1/secrets", object["metadata"]["name"].as_str().unwrap());
            cluster.wait_for("the token", &path, |secret| secret["data"]["token"].is_string());
            return;
        }
    }
    panic!("there is no Secret for a token");
}
