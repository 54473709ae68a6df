//! What llmd renders is what the API server takes: with strict validation, and by kubectl alone.

use crate::harness::{ENVIRONMENTS, Site, cluster, documents};

/// Sends renders through the server's validation; nothing is stored.
fn validated(site: &Site<'_>, text: &str) -> test_support::Finished {
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-n", &site.namespace, "-f", "-"];
    site.cluster.kubectl_with_input(&arguments, text)
}

/// All in one call, which takes kubectl as long as a single one; the postfix tells whose object is refused.
fn are_accepted(site: &Site<'_>, lines: &[String]) {
    let text: String =
        lines.iter().map(|line| site.llmd(&format!("render {line}")).success().stdout).collect();
    let answer = validated(site, &text);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let applied = answer.stdout.lines().filter(|line| line.contains("serverside-applied")).count();
    assert_eq!(applied, documents(&text).len(), "{}", answer.stdout);
    assert!(applied >= 15 * lines.len(), "{}", answer.stdout);
}

fn every_environment(options: &str) -> Vec<String> {
    let line = |name: &str| format!("-e {name} --postfix {} {options}", name.replace('_', "-"));
    ENVIRONMENTS.map(line).into()
}

#[test]
fn every_environment_passes_strict_validation() {
    let Some(cluster) = cluster() else { return };
    are_accepted(&Site::new(cluster, "strict"), &every_environment(""));
}

#[test]
fn several_schedulers_pass_strict_validation() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-replicas");
    are_accepted(&site, &every_environment("--set gaie.inferenceExtension.replicas=2"));
}

#[test]
fn leader_worker_sets_pass_strict_validation() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-multinode");
    let line = "-e istio --set ms.multinode=true".to_owned();
    assert!(site.rendered(&line).iter().any(|object| object["kind"] == "LeaderWorkerSet"));
    are_accepted(&site, &[line]);
}

#[test]
fn strict_validation_sees_a_wrong_field() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "strict-wrong");
    let text = site.llmd("render -e istio").success().stdout.replace("targetPorts:", "targetPort:");
    let answer = validated(&site, &text);
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
