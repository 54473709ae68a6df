//! llmd killed after every call that changes something: the next run always finishes, nothing is lost, nothing is left.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use test_support::{Call, ControlPlane, Fate, Proxy};

use crate::harness::{LIMIT, Site, cluster};
use crate::interrupt::{LEASES, LOCK};
use crate::world::snapshot;

/// Everything lives in the namespace, so that sites do not meet.
const ONE: &str =
    "-e standalone --replicas 1 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false";
/// Changes both releases, and takes an object out of one.
const TWO: &str = "-e standalone --replicas 2 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false \
     --set ms.decode.monitoring.podmonitor.enabled=false --scheduler-image example.com/scheduler:two";

/// Points that are tried at the same time: most of what a run takes is waiting for the server.
const SIDE_BY_SIDE: usize = 3;

/// Runs llmd and kills it once the server has answered the call that `is_last` picks; no call that changes something
/// reaches the server after it. False where the run came to its end before.
fn killed(site: &Site<'_>, line: &str, is_last: impl Fn(&Call) -> bool + Send + Sync + 'static) -> bool {
    let (answer, answered) = mpsc::channel();
    let over = AtomicBool::new(false);
    let proxy = Proxy::start(site.cluster, move |call| {
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

/// What belongs to the releases after ONE and after TWO, each without a break.
fn references(cluster: &ControlPlane) -> &'static [BTreeSet<String>; 2] {
    static REFERENCES: OnceLock<[BTreeSet<String>; 2]> = OnceLock::new();
    REFERENCES.get_or_init(|| {
        let site = Site::new(cluster, "kill-reference");
        let states = [ONE, TWO].map(|line| {
            site.llmd(&apply(line)).success();
            owned(&site)
        });
        assert_eq!(states[0].len(), states[1].len() + 1, "{states:#?}");
        states
    })
}

fn apply(line: &str) -> String {
    format!("apply --yes --no-wait {line}")
}

/// A run that is killed.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Apply,
    Upgrade,
    Rollback,
    Destroy,
}

impl Verb {
    /// What was applied before it.
    fn before(self) -> &'static [&'static str] {
        match self {
            Self::Apply => &[],
            Self::Upgrade => &[ONE],
            Self::Rollback | Self::Destroy => &[ONE, TWO],
        }
    }

    fn line(self) -> String {
        match self {
            Self::Apply => apply(ONE),
            Self::Upgrade => apply(TWO),
            Self::Rollback => "rollback --yes --no-wait -e standalone".to_owned(),
            Self::Destroy => "destroy --yes -e standalone".to_owned(),
        }
    }

    /// Kills it after so many calls, in a namespace of its own; the next run then finishes. False where it was done before.
    fn is_killed_after(self, nth: usize, cluster: &ControlPlane) -> bool {
        let site = Site::new(cluster, "kill");
        let empty: Vec<String> = snapshot(&site).into_keys().collect();
        for line in self.before() {
            site.llmd(&apply(line)).success();
        }
        if !killed(&site, &self.line(), move |call| call.write == nth) {
            return false;
        }
        let point = format!("{self:?}, call {nth}");
        let [one, two] = references(cluster);
        match self {
            // It may have come as far as that, and a second one would go back again.
            Self::Rollback if has_gone_back(&site) => {}
            Self::Destroy => {
                let run = site.llmd(&self.line());
                let is_done = run.code == Some(0) || run.complaint().contains("nothing is installed");
                assert!(is_done, "{point}:\n{}", run.stderr);
            }
            Self::Apply | Self::Upgrade | Self::Rollback => drop(site.llmd(&self.line()).success()),
        }
        match self {
            Self::Apply | Self::Rollback => assert_is(&site, ONE, one, &point),
            Self::Upgrade => assert_is(&site, TWO, two, &point),
            Self::Destroy => {
                assert_eq!(snapshot(&site).into_keys().collect::<Vec<_>>(), empty, "{point}");
                assert!(site.object(LEASES, LOCK).is_none(), "{point}");
            }
        }
        true
    }

    /// Kills it after every call that changes something; prints how many there are.
    #[expect(clippy::print_stdout, reason = "the number of kill points is asked for")]
    fn is_killed_after_every_call(self) {
        let Some(cluster) = cluster() else { return };
        references(cluster);
        let (next, points) = (AtomicUsize::new(1), AtomicUsize::new(0));
        let is_over = AtomicBool::new(false);
        let work = || {
            while !is_over.load(SeqCst) {
                if self.is_killed_after(next.fetch_add(1, SeqCst), cluster) {
                    points.fetch_add(1, SeqCst);
                } else {
                    is_over.store(true, SeqCst);
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..SIDE_BY_SIDE {
                scope.spawn(work);
            }
        });
        let points = points.into_inner();
        println!("kill points of {self:?}: {points}");
        assert!(points >= 6, "{points}");
    }
}

#[test]
fn every_apply_can_be_killed_after_every_call() {
    Verb::Apply.is_killed_after_every_call();
}

#[test]
fn every_upgrade_can_be_killed_after_every_call() {
    Verb::Upgrade.is_killed_after_every_call();
}

#[test]
fn every_rollback_can_be_killed_after_every_call() {
    Verb::Rollback.is_killed_after_every_call();
}

#[test]
fn every_destroy_can_be_killed_after_every_call() {
    Verb::Destroy.is_killed_after_every_call();
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
