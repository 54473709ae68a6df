//! A stack comes, serves, changes and goes.

use crate::harness::{Site, actions, complete, runs};

#[test]
fn a_stack_serves_and_goes_without_a_trace() {
    let site = Site::new();
    let run = site.llmd("apply -e local --replicas 2").exits(0);
    assert_eq!(run.stdout, "");
    run.says(&["starts: server-0, server-1, scheduler", "ready in", "Qwen/Qwen3-32B is served at"]);

    let status = site.llmd("status -e local -o json").exits(0).json();
    assert_eq!(status["ready"], true);
    let front_door = status["frontDoor"].as_str().unwrap();
    assert!(complete(front_door, "Hello").starts_with("server-"));
    site.llmd("status -e local").exits(0).says(&["local stack inference-scheduling (revision 1)"]);

    let pids = site.pids("");
    assert_eq!(pids.keys().collect::<Vec<_>>(), ["scheduler", "server-0", "server-1"]);
    let listed = site.llmd("list -e local -o json").exits(0).json();
    assert_eq!(listed["localStacks"][0]["status"], "up");
    assert_eq!(listed["localStacks"][0]["frontDoor"], front_door);

    let report = site.llmd("destroy -e local --yes -o json").exits(0).json();
    assert_eq!(report["processes"].as_array().unwrap().len(), 3);
    assert!(report["processes"].as_array().unwrap().iter().all(|process| process["killed"] == false));
    assert!(pids.into_values().all(|pid| !runs(pid)));
    assert!(!site.state().join("llmd").exists());
    site.llmd("destroy -e local --yes").exits(0).says(&["nothing to do"]);
    site.llmd("status -e local").exits(1).says(&["there is no local stack", "llmd apply -e local"]);
}

#[test]
fn applying_again_changes_nothing() {
    let site = Site::new();
    let first = site.apply("--replicas 2");
    let before = site.pids("");
    let run = site.llmd("apply -e local --replicas 2").exits(0);
    run.says(&["3 unchanged", first["frontDoor"].as_str().unwrap()]);
    assert!(!run.stderr.contains("start"), "{run:#?}");
    assert_eq!(site.pids(""), before);
    let again = site.apply("--replicas 2");
    assert_eq!((&again["revision"], &again["frontDoor"]), (&first["revision"], &first["frontDoor"]));
}

#[test]
fn only_what_is_different_restarts() {
    let site = Site::new();
    let first = site.apply("--replicas 1");
    let before = site.pids("");
    // The scheduler finds a new server by itself.
    let more = site.apply("--replicas 2");
    assert_eq!(actions(&more)["server-1"], "started");
    let pids = site.pids("");
    assert_eq!((pids["server-0"], pids["scheduler"]), (before["server-0"], before["scheduler"]));
    assert_eq!(more["revision"], 2);
    // What runs is not replaced unasked.
    let other = "--replicas 2 --set local.pluginsConfig=upstream-default";
    site.llmd(&format!("apply -e local {other}"))
        .exits(2)
        .says(&["is different and restarts: scheduler", "--yes"]);
    assert_eq!(site.pids(""), pids);
    let policy = site.apply(other);
    let done = actions(&policy);
    assert_eq!((done["server-0"].as_str(), done["scheduler"].as_str()), ("unchanged", "restarted"));
    assert_eq!(policy["frontDoor"], first["frontDoor"]);
    let fewer = site.apply(&other.replace("--replicas 2", "--replicas 1"));
    assert_eq!(actions(&fewer)["server-1"], "ended");
    assert!(!runs(pids["server-1"]));
    site.llmd("status -e local").exits(0);
}

#[test]
fn two_stacks_live_side_by_side() {
    let site = Site::new();
    let one = site.apply("--replicas 1");
    let two = site.apply("--replicas 1 --postfix blue");
    assert_ne!(one["frontDoor"], two["frontDoor"]);
    let blue = site.pids("--postfix blue");
    let listed = site.llmd("list -e local -o json").exits(0).json();
    assert_eq!(listed["localStacks"].as_array().unwrap().len(), 2);
    assert!(listed["releases"].is_null(), "nobody looked");
    site.llmd("destroy -e local --yes").exits(0);
    assert_eq!(site.pids("--postfix blue"), blue);
    complete(two["frontDoor"].as_str().unwrap(), "Hello");
    // Without a cluster the stacks here are still listed.
    let table = site.llmd("list").exits(0);
    table.says(&["no cluster is listed"]);
    let words: Vec<&str> = table.stdout.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!((words[0], words[5]), ("blue", "up"), "{table:#?}");
    let listed = site.llmd("list -o json").exits(0).json();
    assert_eq!(listed["localStacks"][0]["postfix"], "blue", "{listed:#}");
    site.llmd("destroy -e local --yes --postfix blue").exits(0);
    assert!(!site.state().join("llmd").exists());
}

#[test]
fn what_would_be_started_is_printed() {
    let site = Site::new();
    let text = site.llmd("render -e local --replicas 2 --set local.port=8123").exits(0).stdout;
    for part in
        ["name: server-1", "--port=0", "--proxy-port=8123", "type: file-discovery", "POD_NAME: server-0"]
    {
        assert!(text.contains(part), "`{part}` is missing in {text}");
    }
    let shown = site.llmd("env show local").exits(0).stdout;
    assert!(shown.starts_with("local:\n  replicas: 4\n"), "{shown}");
    assert!(!site.state().exists());
}
