//! Applied, and not ready: which object, why, and what to do.

use crate::harness::{Run, Site, assert_said, cluster};

/// What apply and status say of it is the same; the release counts as failed, and a good apply mends it.
fn is_told(site: &Site<'_>, run: Run) -> String {
    let run = run.exits(4);
    assert_eq!(run.stdout, "");
    let status = site.llmd("status -e standalone").exits(4);
    let causes = |text: &str| text.lines().filter(|line| line.starts_with("  ")).map(str::to_owned).collect();
    let (applied, looked_at): (Vec<String>, Vec<String>) = (causes(&run.complaint()), causes(&status.complaint()));
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
    assert_said!(site, complaint);
    let ms = site.helm_status("ms-inference-scheduling")["info"].clone();
    assert_eq!(ms["status"], "failed");
    assert!(ms["description"].as_str().unwrap().contains("does-not-exist"), "{ms:#}");
    assert_eq!(site.helm_status("gaie-inference-scheduling")["info"]["status"], "deployed");
    site.apply("-e standalone -f image.yaml");
}

#[test]
fn a_pod_cannot_be_scheduled() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "unschedulable");
    let run = site.llmd("apply -e standalone --yes --replicas 1 --tensor-parallel 128");
    let complaint = is_told(&site, run);
    assert_said!(site, complaint);
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
fn a_gateway_without_a_controller() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "uncontrolled");
    let run = site.llmd(
        "apply -e kgateway --yes --replicas 1 --set infra.gateway.gatewayClassName=nobody",
    );
    let run = run.exits(4);
    assert_said!(site, run.complaint());
}

#[test]
fn nobody_waits_with_no_wait() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "no-wait");
    let report = site
        .llmd("apply -e standalone --yes --no-wait -o json --replicas 1 --tensor-parallel 128")
        .json();
    assert!(report.get("verdict").is_none() && report.get("rollout").is_none(), "{report:#}");
    assert_eq!(site.helm_status("ms-inference-scheduling")["info"]["status"], "deployed");
    let status = site.llmd("status -e standalone -o json").exits(4);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["ready"], false);
}
