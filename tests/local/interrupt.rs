//! An apply that is cut off, and another command beside it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::harness::{Site, complete, signal};

#[test]
fn ctrl_c_leaves_what_the_next_apply_goes_on_from() {
    let site = Site::new();
    let report = site.apply("--replicas 1");
    let before = site.pids("");
    signal(before["server-0"], "-STOP");
    let mut apply = site.command("apply -e local --replicas 2").stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(apply.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("server-1  up") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it has ended");
    }
    // One at a time: the other is named.
    let other = format!("llmd apply, process {}", apply.id());
    site.llmd("destroy -e local --yes").exits(6).says(&["another command changes this stack", &other]);
    site.llmd("status -e local").exits(4).says(&["server-0: "]);
    signal(apply.id(), "-INT");
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(apply.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted: what was started stays"), "{rest}");

    signal(before["server-0"], "-CONT");
    let again = site.llmd("apply -e local --replicas 2").exits(0);
    again.says(&["3 unchanged"]);
    assert_eq!(site.pids("")["server-0"], before["server-0"]);
    complete(report["frontDoor"].as_str().unwrap(), "Hello");
}
