//! Load on a stack of this machine, and the whole demo.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harness::{Site, signal};
use crate::schema;

#[test]
fn a_run_says_who_answered_what() {
    let site = Site::new();
    site.apply("--replicas 2");
    let report = site.llmd("bench -e local -c sanity -o json").exits(0).json();
    assert_eq!((&report["overall"]["succeeded"], &report["is_cold"]), (&10.into(), &true.into()));
    let replicas = report["replicas"].as_array().unwrap();
    let requests: u64 = replicas.iter().map(|replica| replica["requests"].as_u64().unwrap()).sum();
    assert_eq!((replicas.len(), requests), (2, 10));
    assert_eq!(report["overall"]["prompt_tokens"]["mean"], 128.0, "as planned, by the servers' count");
}

#[test]
fn ctrl_c_reports_what_came_until_then() {
    let site = Site::new();
    site.apply("--replicas 1");
    let line = "bench -e local -c sanity --stages 5x600s --set workload.output=1 --save out -o json";
    let mut bench = site.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(bench.stderr.take().unwrap());
    let mut first = String::new();
    // The first line of the run is written after some seconds of it.
    while !first.contains("answered") {
        first.clear();
        assert_ne!(said.read_line(&mut first).unwrap(), 0, "it has ended");
    }
    signal(bench.id(), "-INT");
    let (mut stdout, mut rest) = (String::new(), String::new());
    said.read_to_string(&mut rest).unwrap();
    bench.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert_eq!(bench.wait().unwrap().code(), Some(130), "{rest}");
    schema::check(line.split_whitespace(), &stdout);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["is_partial"], true);
    let [sent, answered] = ["requests", "succeeded"].map(|count| report["overall"][count].as_u64().unwrap());
    assert!(answered > 0, "{report:#}");
    let last = rest.lines().rfind(|line| line.starts_with("stage 0 (1 of 1)")).unwrap();
    let counts = [format!(": {sent} of "), format!(" sent, {answered} answered, 0 failed, in ")];
    assert!(counts.iter().all(|part| last.contains(part)), "{last}: {counts:?}");
    assert!(site.path().join("out/report.html").exists());
}

#[test]
fn the_demo_leaves_nothing_but_its_report() {
    let site = Site::new();
    let demo = site.llmd("demo --scenario sanity").exits(0);
    for command in ["apply --yes", "verify", "bench compare --scenario sanity", "destroy --yes"] {
        assert!(demo.stderr.contains(&format!("\n$ llmd {command}")), "{command}: {demo:#?}");
    }
    let headline = "scheduler (2 runs) against round robin (2 runs), simulated servers\n";
    assert!(demo.stdout.contains(headline), "{demo:#?}");
    let mut reports = std::fs::read_dir(site.state().join("llmd/reports")).unwrap();
    let folder = reports.next().unwrap().unwrap().path();
    assert!(folder.join("report.html").exists() && reports.next().is_none(), "{}", folder.display());
    assert!(!site.folder("demo").exists());
    assert_eq!(site.llmd("list -e local -o json").exits(0).json(), json!({"localStacks": []}));
}
