//! What `llmd status` shows, and that it follows what happens.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::harness::{Site, cluster};

const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";
const ONE: &str = "-e standalone --replicas 1";

#[test]
fn one_screen_tells_all() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "screen");
    site.apply("-e istio --replicas 2");
    let screen = site.llmd("status -e istio").success().stdout;
    let address =
        format!("is at http://infra-inference-scheduling-inference-gateway-istio.{}.svc", site.namespace);
    for part in ["OBJECT ", "POD ", " RESTARTS ", "gpu-", &format!("{DECODE}-"), &address] {
        assert!(screen.contains(part), "{part} is not in\n{screen}");
    }
    let wide = site.llmd("status -e istio -o wide").success().stdout;
    assert!(
        wide.contains("CONDITION OF") && wide.contains("IMAGES") && wide.contains("ResolvedRefs"),
        "{wide}"
    );
    assert!(!screen.contains("CONDITION OF"), "what is as it should be is no news:\n{screen}");
    let report = site.llmd("status -e istio -o json").json();
    // The picker, two model servers, and the Gateway's own.
    assert_eq!(report["pods"].as_array().unwrap().len(), 4, "{report:#}");
    assert!(report["addresses"][0]["address"].as_str().unwrap().starts_with("http://"));
    let yaml = site.llmd("status -e istio -o yaml").success().stdout;
    assert_eq!(crate::harness::documents(&yaml)[0]["releases"], report["releases"]);
}

#[test]
fn what_an_autoscaler_has_scaled_to_nothing_is_in_order() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "scaled");
    site.apply(ONE);
    cluster.kubectl(&["scale", "deployment", DECODE, "--replicas=0", "-n", &site.namespace]).success();
    let complaint = site.llmd("status -e standalone").exits(4).complaint();
    assert!(complaint.contains("scaled to 0, the release says 1"), "{complaint}");
    let target = ["autoscale", "deployment", DECODE, "--max=4", "-n", &site.namespace];
    cluster.kubectl(&target).success();
    site.assert_ready("-e standalone");
    let screen = site.llmd("status -e standalone").success().stdout;
    assert!(screen.contains(&format!("scaled to 0 by HorizontalPodAutoscaler/{DECODE}")), "{screen}");
}

#[test]
fn whoever_is_at_work_is_named() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "at-work");
    let child = crate::interrupt::waiting(&site);
    let said = site.llmd("status -e standalone").exits(4).stderr;
    assert!(said.contains(" is at work on this deployment (llmd apply) since "), "{said}");
    crate::interrupt::end(child, "-INT");
    let report = site.llmd("status -e standalone -o json");
    assert!(!report.stdout.contains("\"lock\""), "{}", report.stdout);
}

#[test]
fn watching_tells_each_change_until_it_is_interrupted() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "watch");
    site.apply(ONE);
    let mut child = site.command("status -e standalone --watch").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard = |part: &str| {
        lines
            .find(|line| line.as_ref().unwrap().contains(part))
            .unwrap_or_else(|| panic!("never heard: {part}"))
    };
    heard(&format!("Deployment/{DECODE} ready 1/1 ready")).unwrap();
    let scale = |replicas: &str| {
        cluster.kubectl(&["scale", "deployment", DECODE, replicas, "-n", &site.namespace]).success();
    };
    scale("--replicas=0");
    heard("blocked scaled to 0, the release says 1").unwrap();
    let kill = |id: u32| Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
    assert!(kill(child.id()).success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    scale("--replicas=1");
    site.eventually("all to be ready", || (site.llmd("status -e standalone").code == Some(0)).then_some(()));
    let mut child = site.command("status -e standalone --watch").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    assert!(kill(child.id()).success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn reports_are_not_watched() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "unwatched");
    site.llmd("status --watch -o json").exits(2);
    site.llmd("status --watch -e local").exits(2);
}
