//! Applies that were cut off, by a signal that can be heard and by one that cannot.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crate::harness::{Site, cluster};

const GAIE: &str = "gaie-inference-scheduling";
const MS: &str = "ms-inference-scheduling";
pub(crate) const LEASES: &str = "apis/coordination.k8s.io/v1/leases";
pub(crate) const LOCK: &str = "llmd-inference-scheduling";
/// Its model servers start and never become ready.
const NEVER_READY: &str = "-e standalone --set ms.decode.replicas=1 \
     --set-json ms.decode.podAnnotations={\"testbed.llmd/mode\":\"never-ready\"}";
pub(crate) const READY: &str = "-e standalone --set ms.decode.replicas=1";

/// An apply that waits for pods which run and are not ready.
pub(crate) fn waiting(site: &Site<'_>) -> Child {
    let child = started(site, &format!("apply --yes {NEVER_READY}"));
    let pods = site.object_path("api/v1/pods", "");
    site.cluster.wait_for("a pod that is not ready", &pods, |list| {
        list["items"].as_array().unwrap().iter().any(|pod| {
            pod["metadata"]["annotations"]["testbed.llmd/mode"] == "never-ready"
                && pod["status"]["phase"] == "Running"
        })
    });
    child
}

fn started(site: &Site<'_>, line: &str) -> Child {
    site.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub(crate) fn end(child: Child, signal: &str) -> (Option<i32>, String) {
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
    assert!(said.contains("\n  15 of 15 objects were applied\n"), "{said}");
    assert!(said.contains(&format!("\n  release {MS}: revision 1 is recorded as failed\n")), "{said}");
    for release in [GAIE, MS] {
        let info = site.helm_status(release)["info"].clone();
        assert_eq!(info["status"], "failed", "{info:#}");
        assert_eq!(info["description"], format!("Release \"{release}\" failed: interrupted"));
    }
    assert!(site.object(LEASES, LOCK).is_none());
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

/// A way to the API server that can be shut: what is sent then arrives nowhere, and nothing is refused.
struct Tap {
    port: u16,
    is_open: Arc<(Mutex<bool>, Condvar)>,
}

impl Tap {
    fn before(server: &str) -> Self {
        let server = server.trim_start_matches("https://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_open = Arc::new((Mutex::new(true), Condvar::new()));
        let tap = Self { port, is_open: Arc::clone(&is_open) };
        // It ends with the process of the tests.
        thread::spawn(move || {
            for near in listener.incoming() {
                let (near, far) = (near.unwrap(), TcpStream::connect(&server).unwrap());
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let is_open = Arc::clone(&is_open);
                    thread::spawn(move || carry(from, to, &is_open));
                }
            }
        });
        tap
    }

    fn shut(&self) {
        *self.is_open.0.lock().unwrap() = false;
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, is_open: &(Mutex<bool>, Condvar)) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let open = is_open.0.lock().unwrap();
        drop(is_open.1.wait_while(open, |is_open| !*is_open).unwrap());
        if to.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}

/// The records cannot be closed, as nothing answers; the second Ctrl-C does not wait for that.
#[test]
fn a_second_ctrl_c_ends_at_once() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigint-twice");
    let tap = Tap::before(cluster.server_url());
    let kubeconfig = std::fs::read_to_string(cluster.kubeconfig()).unwrap();
    let through_tap = kubeconfig.replace(cluster.server_url(), &format!("https://127.0.0.1:{}", tap.port));
    let path = site.file("tap.kubeconfig", &through_tap).path().join("tap.kubeconfig");
    let site = site.with_kubeconfig(&path);
    let mut child = waiting(&site);
    tap.shut();
    let interrupt = |id: u32| Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
    assert!(interrupt(child.id()).success());
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    said.find(|line| line.contains("interrupt once more to leave at once")).unwrap();
    assert!(interrupt(child.id()).success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let rest = said.collect::<Vec<_>>().join("\n");
    assert!(rest.contains(&format!("release {MS}: revision 1 may stay pending-install")), "{rest}");
    let site = site.with_kubeconfig(cluster.kubeconfig());
    site.apply(READY);
    site.assert_ready("-e standalone");
}

#[test]
fn apply_goes_on_where_a_killed_one_stopped() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigkill");
    let (code, _) = end(waiting(&site), "-KILL");
    assert_eq!(code, None);
    assert_eq!(site.helm_status(MS)["info"]["status"], "pending-install");
    // What the dead apply made carries its release's marks, so it is taken up without a question.
    let run = site.llmd(&format!("apply --yes {READY}")).success();
    let told = format!("release {MS}: revision 1 was left pending-install by ");
    let line =
        run.stderr.lines().find(|line| line.starts_with(&told)).unwrap_or_else(|| panic!("{}", run.stderr));
    assert!(line.ends_with(", which has ended: it counts as failed"), "{line}");
    assert_eq!(site.helm_history(MS), [(1, "failed".to_owned()), (2, "deployed".to_owned())]);
    assert!(site.object(LEASES, LOCK).is_none());
    site.assert_ready("-e standalone");
    site.destroy("-e standalone");
}

#[test]
fn rollback_goes_on_where_a_killed_one_stopped() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigkill-rollback");
    site.llmd(&format!("apply --yes --no-wait {NEVER_READY}")).success();
    site.apply(READY);
    for (revision, signal, status) in [(3, "-KILL", "pending-rollback"), (4, "-INT", "failed")] {
        let child = started(&site, "rollback --yes -e standalone");
        let record = site.object_path("api/v1/secrets", &format!("sh.helm.release.v1.{MS}.v{revision}"));
        cluster.wait_for("the rollback to begin", &record, |secret| {
            secret["metadata"]["labels"]["status"] == "pending-rollback"
        });
        let (_, said) = end(child, signal);
        assert!(said.contains(&format!("release {MS}: back to revision 1, as revision ")), "{said}");
        assert_eq!(site.helm_status(MS)["info"]["status"], status);
    }
    let run = site.llmd("rollback --yes --no-wait -e standalone").success();
    assert!(
        run.stderr.contains(&format!("release {MS}: back to revision 1, as revision 5")),
        "{}",
        run.stderr
    );
    let words = ["superseded", "superseded", "failed", "failed", "deployed"];
    let history: Vec<String> = site.helm_history(MS).into_iter().map(|(_, status)| status).collect();
    assert_eq!(history, words);
    assert!(site.object(LEASES, LOCK).is_none());
    // And where that was wrong after all, back again.
    let report = site.llmd("rollback --yes -o json -e standalone").json();
    assert_eq!((&report["verdict"], &report["releases"][0]["restores"]), (&"ready".into(), &2.into()));
}

#[test]
fn destroy_needs_no_finished_apply() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigkill-destroy");
    end(waiting(&site), "-KILL");
    assert!(site.object(LEASES, LOCK).is_some());
    let report = site.destroy("-e standalone");
    assert!(site.object(LEASES, LOCK).is_none());
    assert!(!report["removed"].as_array().unwrap().is_empty());
    assert_eq!(site.llmd("list -o json").json()["releases"], serde_json::json!([]));
    assert_eq!(site.object("apis/apps/v1/deployments", "").unwrap()["items"], serde_json::json!([]));
}

#[test]
fn an_interrupted_destroy_says_what_is_gone() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "sigint-destroy");
    site.apply(READY);
    let service = format!("service/{GAIE}-epp");
    let finalizers = |list: &str| {
        let patch = format!("{{\"metadata\":{{\"finalizers\":{list}}}}}");
        let words = ["patch", &service, "--type=merge", "-p", &patch, "-n", &site.namespace];
        cluster.kubectl(&words).success();
    };
    finalizers("[\"example.com/hold\"]");
    let child = started(&site, "destroy --yes -e standalone");
    let path = site.object_path("api/v1/services", &format!("{GAIE}-epp"));
    cluster.wait_for("the Service to be going", &path, |service| {
        service["metadata"]["deletionTimestamp"].is_string()
    });
    let (code, said) = end(child, "-INT");
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains(" of 15 objects were seen to be gone\n"), "{said}");
    assert!(said.contains("hint: destroy again to go on"), "{said}");
    finalizers("null");
    site.destroy("-e standalone");
}
