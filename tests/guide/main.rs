//! The guide as it is written, on a real node: Envoy, the scheduler and simulators run as pods, from images that
//! `llmd image` made and pushed.
//!
//! One test, as all of it needs one machine: it starts itself again in namespaces of its own, there a cluster, and runs
//! the cases below one after the other. `LLMD_GUIDE_CASES=istio,failures` picks some, `LLMD_GUIDE_CASES=shell` starts a
//! shell there instead.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod conformance;
mod failures;
mod guide;
mod istio;
mod load;
mod programs;
#[path = "../schema/mod.rs"]
mod schema;
mod standalone;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use test_support::namespaces;
use test_support::tools::{GUIDE, Tools};

use crate::guide::Guide;

type Case = (&'static str, fn(&Guide));

const CASES: [Case; 5] = [
    ("standalone", standalone::serves),
    ("istio", istio::serves),
    ("istio-upstream", istio::serves_with_upstreams_picker),
    ("failures", failures::are_survived),
    ("conformance", conformance::holds),
];

#[test]
fn the_guide() {
    if namespaces::cgroup().is_some() {
        return run();
    }
    if let Some(lack) = namespaces::lack() {
        println!("LEFT OUT: the guide on a real node needs {lack}");
        return;
    }
    if Tools::for_suite(&GUIDE).is_none() {
        return;
    }
    programs::build();
    let status = namespaces::run_inside("the_guide");
    assert!(status.success(), "the guide on a real node: {status}");
}

fn run() {
    let started = Instant::now();
    let guide = Guide::start();
    println!("cluster ready in {:.1} s", started.elapsed().as_secs_f64());
    let wanted = std::env::var_os("LLMD_GUIDE_CASES").and_then(|list| list.into_string().ok());
    if wanted.as_deref() == Some("shell") {
        return guide.shell();
    }
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|list| list.split(',').any(|one| one == name));
    let mut failed = Vec::new();
    for (name, case) in CASES.into_iter().filter(|(name, _)| is_wanted(name)) {
        println!("case {name} ...");
        let started = Instant::now();
        let is_well = catch_unwind(AssertUnwindSafe(|| case(&guide))).is_ok();
        let seconds = started.elapsed().as_secs_f64();
        println!("case {name} {} in {seconds:.1} s", if is_well { "ok" } else { "FAILED" });
        if !is_well {
            guide.tell_pods();
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "failed: {failed:?}");
}
