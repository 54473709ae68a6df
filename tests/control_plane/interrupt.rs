//! Applies that were cut off, by a signal that can be heard and by one that cannot.

use std::process::{Child, Command, Stdio};

use crate::harness::{Run, Site, assert_said, cluster};

const GAIE: &str = "gaie-inference-scheduling";
const MS: &str = "ms-inference-scheduling";
/// Its model servers start and never become ready.
const NEVER_READY: &str = "-e standalone --set ms.decode.replicas=1 \
     --set-json ms.decode.podAnnotations={\"testbed.llmd/mode\":\"never-ready\"}";
const READY: &str = "-e standalone --set ms.decode.replicas=1";

/// An apply that waits for pods which run and are not ready.
fn waiting(site: &Site<'_>) -> Child {
    let mut command = site.command(&format!("apply --yes {NEVER_READY}"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pods = site.object_path("api/v1/pods", "");
    site.cluster.wait_for("a pod that is not ready", &pods, |list| {
        list["items"].as_array().unwrap().iter().any(|pod| {
            pod["metadata"]["annotations"]["testbed.llmd/mode"] == "never-ready"
                && pod["status"]["phase"] == "Running"
        })
    });
    child
}

fn end(child: Child, signal: &str) -> (Option<i32>, String) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn an_interrupt_is_recorded(site: &Site<'_>, signal: &str) {
    let (code, said) = end(waiting(site), signal);
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("error: interrupted: what was applied stays in the cluster"), "{said}");
    assert!(said.contains("hint: apply again to go on"), "{said}");
    for release in [GAIE, MS] {
        let info = site.helm_status(release)["info"].clone();
        assert_eq!(info["status"], "failed", "{info:#}");
        assert_eq!(info["description"], format!("Release \"{release}\" failed: interrupted"));
    }
    // Applying again goes on from there.
    let report = site.apply(READY);
    assert!(report["releases"].as_array().unwrap().iter().all(|release| release["revision"] == 2));
    let history = [(1, "failed".to_owned()), (2, "deployed".to_owned())];
    assert_eq!(site.helm_history(MS), history);
    site.assert_ready("-e standalone");
}

#[test]
fn ctrl_c_during_the_wait() {
    let Some(cluster) = cluster() else { return };
    an_interrupt_is_recorded(&Site::new(cluster, "sigint"), "-INT");
}

#[test]
fn a_request_to_end_during_the_wait() {
    let Some(cluster) = cluster() else { return };
    an_interrupt_is_recorded(&Site::new(cluster, "sigterm"), "-TERM");
}

#[test]
fn a_killed_apply_leaves_a_mark_that_the_hint_removes() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigkill");
    let (code, _) = end(waiting(&site), "-KILL");
    assert_eq!(code, None);
    assert_eq!(site.helm_status(MS)["info"]["status"], "pending-install");
    let refused: Run = site.llmd(&format!("apply --yes {READY}")).exits(7);
    assert_said!(site, refused.complaint());
    let commands: Vec<&str> =
        refused.stderr.lines().filter_map(|line| line.split_once("kubectl ")).map(|(_, rest)| rest).collect();
    assert_eq!(commands.len(), 2, "{}", refused.stderr);
    for command in commands {
        cluster.kubectl(&command.split(' ').collect::<Vec<_>>()).success();
    }
    // What the dead apply made carries its release's marks, so it is taken up without a question.
    site.apply(READY);
    site.destroy("-e standalone");
}

#[test]
fn destroy_needs_no_finished_apply() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigkill-destroy");
    end(waiting(&site), "-KILL");
    let report = site.destroy("-e standalone");
    assert!(!report["removed"].as_array().unwrap().is_empty());
    assert_eq!(site.llmd("list -o json").json(), serde_json::json!([]));
    assert_eq!(site.object("apis/apps/v1/deployments", "").unwrap()["items"], serde_json::json!([]));
}
