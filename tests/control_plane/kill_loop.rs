//! llmd killed after every call that changes something: the next run always finishes, nothing is lost, nothing is left.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use test_support::{Call, Fate, Proxy};

use crate::harness::{LIMIT, Site, cluster};
use crate::interrupt::{LEASES, LOCK};
use crate::world::snapshot;

/// Everything lives in the namespace, so that sites do not meet.
const ONE: &str =
    "-e standalone --replicas 1 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false";
/// Changes both releases, and takes an object out of one.
const TWO: &str = "-e standalone --replicas 2 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false \
     --set ms.decode.monitoring.podmonitor.enabled=false --scheduler-image example.com/scheduler:two";

/// Runs llmd and kills it once the server has answered the call that `is_last` picks; no call that changes something
/// reaches the server after it. False where the run came to its end before.
fn killed(site: &Site<'_>, line: &str, is_last: impl Fn(&Call) -> bool + Send + Sync + 'static) -> bool {
    let (answer, answered) = mpsc::channel();
    let over = std::sync::atomic::AtomicBool::new(false);
    let proxy = Proxy::start(site.cluster, move |call| {
        use std::sync::atomic::Ordering::SeqCst;
        if call.write > 0 && over.load(SeqCst) {
            Fate::Hang
        } else if call.write > 0 && is_last(call) {
            over.store(true, SeqCst);
            Fate::Withhold(answer.clone())
        } else {
            Fate::Pass
        }
    });
    let said = File::create(site.path().join("killed.log")).unwrap();
    let mut command: Command = site.command(line);
    command.env("KUBECONFIG", proxy.kubeconfig()).stdout(Stdio::null()).stderr(said);
    let mut child = command.spawn().unwrap();
    let begun = std::time::Instant::now();
    loop {
        if answered.recv_timeout(Duration::from_millis(20)).is_ok() {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        if let Some(status) = child.try_wait().unwrap() {
            let said = std::fs::read_to_string(site.path().join("killed.log")).unwrap();
            assert!(status.success(), "llmd {line}:\n{said}");
            return false;
        }
        assert!(begun.elapsed() < LIMIT, "llmd {line} does not end");
    }
}

/// What in the namespace is marked as part of a release. A ReplicaSet has its owner's marks.
fn owned(site: &Site<'_>) -> BTreeSet<String> {
    let is_owned = |object: &Value| {
        let metadata = &object["metadata"];
        !metadata["annotations"]["meta.helm.sh/release-name"].is_null()
            && metadata["ownerReferences"].is_null()
    };
    snapshot(site).into_iter().filter(|(_, object)| is_owned(object)).map(|(name, _)| name).collect()
}

/// Revisions as our own history tells them: release, status, description.
fn history(site: &Site<'_>) -> Vec<(String, String, String)> {
    let history = site.llmd("history -e standalone -o json").json();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entry = |entry: &Value| (text(entry, "name"), text(entry, "status"), text(entry, "description"));
    history.as_array().unwrap().iter().map(entry).collect()
}

/// The cluster is as if `line` had been applied without a break. The lock of a dead holder may be left where there was
/// nothing more to do: it is no obstacle, and goes with the next run that changes something.
#[track_caller]
fn assert_is(site: &Site<'_>, line: &str, expected: &BTreeSet<String>, point: &str) {
    assert_eq!(owned(site), *expected, "{point}");
    site.llmd(&format!("diff --exit-code {line}")).success();
    let history = history(site);
    for (release, status, description) in &history {
        assert!(!status.starts_with("pending"), "{point}: {release} is {status} ({description})");
    }
    for release in ["gaie-inference-scheduling", "ms-inference-scheduling"] {
        let deployed = history.iter().filter(|(name, status, _)| name == release && status == "deployed");
        assert_eq!(deployed.count(), 1, "{point}: {history:#?}");
        let last = history.iter().rfind(|(name, ..)| name == release).unwrap();
        assert_eq!(last.1, "deployed", "{point}: {history:#?}");
    }
}

/// Whether every release has gone back.
fn has_gone_back(site: &Site<'_>) -> bool {
    let history = history(site);
    ["gaie-inference-scheduling", "ms-inference-scheduling"].iter().all(|release| {
        let last = history.iter().rfind(|(name, ..)| name == release).unwrap();
        last.1 == "deployed" && last.2.starts_with("Rollback to")
    })
}

/// What ONE and TWO are without a break.
fn references(site: &Site<'_>) -> [BTreeSet<String>; 2] {
    let states = [ONE, TWO].map(|line| {
        site.llmd(&format!("apply --yes --no-wait {line}")).success();
        owned(site)
    });
    assert_eq!(states[0].len(), states[1].len() + 1, "{states:#?}");
    site.destroy("-e standalone");
    states
}

#[test]
fn every_run_can_be_killed_after_every_call() {
    let Some(cluster) = cluster() else { return };
    let [one, two] = references(&Site::new(cluster, "kill-reference"));
    let mut points = [0; 4];
    for nth in 1.. {
        let site = Site::new(cluster, "kill");
        let before: Vec<String> = snapshot(&site).into_keys().collect();
        let at = move |call: &Call| call.write == nth;
        let mut kill_at = |verb: usize, line: &str| {
            let was_killed = killed(&site, line, at);
            points[verb] += usize::from(was_killed);
            was_killed
        };
        let lines = [ONE, TWO].map(|line| format!("apply --yes --no-wait {line}"));
        let mut any = kill_at(0, &lines[0]);
        site.llmd(&lines[0]).success();
        assert_is(&site, ONE, &one, &format!("apply, call {nth}"));

        any |= kill_at(1, &lines[1]);
        site.llmd(&lines[1]).success();
        assert_is(&site, TWO, &two, &format!("upgrade, call {nth}"));

        // What a rollback undoes is the last operation, so that both releases have to change in one.
        for line in &lines {
            site.llmd(line).success();
        }
        let rollback = "rollback --yes --no-wait -e standalone";
        any |= kill_at(2, rollback);
        if !has_gone_back(&site) {
            site.llmd(rollback).success();
        }
        assert_is(&site, ONE, &one, &format!("rollback, call {nth}"));

        any |= kill_at(3, "destroy --yes -e standalone");
        let run = site.llmd("destroy --yes -e standalone");
        if run.code != Some(0) {
            assert!(run.complaint().contains("nothing is installed"), "destroy, call {nth}:\n{}", run.stderr);
        }
        let after: Vec<String> = snapshot(&site).into_keys().collect();
        assert_eq!(after, before, "destroy, call {nth}");
        assert!(site.object(LEASES, LOCK).is_none(), "destroy, call {nth}");
        if !any {
            break;
        }
    }
    let [apply, upgrade, rollback, destroy] = points;
    println!(
        "kill points: {apply} of apply, {upgrade} of upgrade, {rollback} of rollback, {destroy} of destroy"
    );
    assert!(points.iter().all(|count| *count >= 6), "{points:?}");
}

#[test]
fn a_namespace_of_ours_goes_however_often_its_end_is_cut_off() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "kill-namespace");
    let path = format!("/api/v1/namespaces/{}", site.namespace);
    let apply = format!("apply --yes --no-wait --skip-preflight {ONE}");
    let is_gone = || cluster.object(&path).is_none();
    // Nothing but the namespace was made.
    assert!(killed(&site, &apply, |call| call.write == 1));
    assert!(!is_gone());
    assert_eq!(site.destroy("-e standalone")["namespaceRemoved"], true);
    assert!(is_gone());
    // The lock is given back before the namespace goes, and the namespace goes last.
    for (method, end) in
        [("DELETE", format!("leases/{LOCK}")), ("DELETE", format!("namespaces/{}", site.namespace))]
    {
        site.llmd(&apply).success();
        let is_last = move |call: &Call| {
            call.method == method && call.path.split('?').next().is_some_and(|path| path.ends_with(&end))
        };
        assert!(killed(&site, "destroy --yes -e standalone", is_last));
        site.llmd("destroy --yes -e standalone").success();
        assert!(is_gone());
        assert!(snapshot(&site).is_empty());
    }
}
