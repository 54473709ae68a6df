//! Processes that end, hang or cannot start.

use test_support::eventually;

use crate::harness::{PATIENCE, Run, Site, actions, complete, runs, signal};

#[test]
fn a_killed_server_is_seen_and_mended() {
    let site = Site::new();
    let report = site.apply("--replicas 2");
    let before = site.pids("");
    signal(before["server-1"], "-KILL");
    let status = eventually("the end of server-1", PATIENCE, || {
        let run: Run = site.llmd("status -e local -o json");
        (run.code == Some(4)).then_some(run)
    });
    status.says(&["not ready: ", "server-1: ended; its last line: ", "llmd apply -e local"]);
    let server = &status.json()["processes"][1];
    assert_eq!(
        (&server["name"], &server["state"], &server["pid"]),
        (&"server-1".into(), &"down".into(), &serde_json::Value::Null)
    );

    let mended = site.apply("--replicas 2");
    let expected = [("scheduler", "unchanged"), ("server-0", "unchanged"), ("server-1", "started")];
    assert!(actions(&mended).iter().map(|(name, deed)| (name.as_str(), deed.as_str())).eq(expected));
    let after = site.pids("");
    assert_eq!((after["server-0"], after["scheduler"]), (before["server-0"], before["scheduler"]));
    assert_eq!(mended["frontDoor"], report["frontDoor"]);
    complete(mended["frontDoor"].as_str().unwrap(), "Hello");
}

#[test]
fn a_stack_that_is_down_starts_on_the_same_ports() {
    let site = Site::new();
    let report = site.apply("--replicas 1");
    for pid in site.pids("").into_values() {
        signal(pid, "-KILL");
    }
    eventually("the end of all", PATIENCE, || site.pids("").is_empty().then_some(()));
    let listed = site.llmd("list -e local -o json").exits(0).json();
    assert_eq!(listed["localStacks"][0]["status"], "down");
    assert_eq!(site.apply("--replicas 1")["frontDoor"], report["frontDoor"]);
    complete(report["frontDoor"].as_str().unwrap(), "Hello");
}

#[test]
fn a_process_that_cannot_start_is_said_with_its_last_words() {
    let site = Site::new();
    let run = site.llmd("apply -e local --replicas 1 --set local.simulatorArgs={--no-such-flag}").exits(4);
    run.says(&["server-0 has ended (exit status: 2)", "--no-such-flag", "logs/server-0.log"]);
    site.llmd("status -e local").exits(4);
    // What is wrong can be mended, and half a stack can go.
    site.apply("--replicas 1");
    let pids = site.pids("");
    signal(pids["scheduler"], "-KILL");
    site.llmd("destroy -e local --yes").exits(0);
    assert!(pids.into_values().all(|pid| !runs(pid)));
    assert!(!site.state().join("llmd").exists());
}

#[test]
fn what_does_not_end_is_killed() {
    let site = Site::new();
    site.apply("--replicas 1");
    let pids = site.pids("");
    signal(pids["server-0"], "-STOP");
    let report = site.llmd("destroy -e local --yes --timeout 1s -o json").exits(0).json();
    let server = report["processes"].as_array().unwrap().iter().find(|process| process["name"] == "server-0");
    assert_eq!(server.unwrap()["killed"], true);
    assert!(!runs(pids["server-0"]));
}

#[test]
fn a_stack_whose_file_is_broken_can_still_go() {
    let site = Site::new();
    site.apply("--replicas 1");
    let pids = site.pids("");
    std::fs::write(site.folder("inference-scheduling").join("stack.json"), "{}").unwrap();
    let said = ["stack.json is not what this llmd wrote", "llmd destroy -e local takes"];
    for line in ["status -e local", "apply -e local"] {
        site.llmd(line).exits(1).says(&said);
    }
    // It hides no other.
    site.llmd("list -e local").exits(0).says(&said);
    site.llmd("destroy -e local --yes").exits(0);
    assert!(pids.into_values().all(|pid| !runs(pid)));
    assert!(!site.state().join("llmd").exists());
}
