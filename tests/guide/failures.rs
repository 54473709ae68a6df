//! What a client sees while parts fail under load, with our picker and with upstream's.

use std::fs;
use std::time::Duration;

use test_support::eventually;

use crate::guide::{Deployed, Guide, UPSTREAM};
use crate::load::{Load, Outcome};

const LIMIT: Duration = Duration::from_secs(150);

type Event = (&'static str, fn(&Guide, &Deployed<'_>));

const EVENTS: [Event; 5] = [
    ("a model pod deleted", one_model_pod),
    ("the picker rolled out anew", rollout),
    ("the picker's process killed", kill_process),
    ("the picker's container killed", kill_container),
    ("istiod down, every model pod replaced", every_model_pod),
];

pub(crate) fn are_survived(guide: &Guide) {
    let ours = suffer(guide, "failures", &guide.scheduler, &[]);
    let upstreams = suffer(guide, "failures-upstream", UPSTREAM, &["--no-fix", "scheduler/rollout"]);
    println!("  {:38} {:>24} {:>24}", "EVENT", "OURS", "UPSTREAM'S");
    let shown = |outcome: &Outcome| {
        format!("{} of {} in {:.2} s", outcome.errors, outcome.requests, outcome.span.as_secs_f64())
    };
    for ((name, _), (our, upstream)) in EVENTS.iter().zip(ours.iter().zip(&upstreams)) {
        println!("  {name:38} {:>24} {:>24}", shown(our), shown(upstream));
        if !our.first.is_empty() {
            println!("    ours: {}", our.first);
        }
    }
    let [pod, rollout, process, container, all] = ours.as_slice() else {
        unreachable!("an outcome for each event")
    };
    assert_eq!(pod.errors, 0);
    assert_eq!(rollout.errors, 0);
    assert!(process.span <= Duration::from_millis(500));
    assert!(container.span <= upstreams[3].span + Duration::from_millis(500), "no worse than upstream's");
    assert!(all.span <= upstreams[4].span + Duration::from_secs(5), "no worse than upstream's");
}

fn suffer(guide: &Guide, namespace: &'static str, picker: &str, more: &[&str]) -> Vec<Outcome> {
    let deployed = guide.apply("istio", namespace, picker, more);
    let outcomes = EVENTS.map(|(name, event)| {
        let load = Load::start(&deployed.front_door());
        pause(3);
        event(guide, &deployed);
        pause(8);
        let outcome = load.end();
        println!(
            "  {name}: {} errors in {:.2} s {}",
            outcome.errors,
            outcome.span.as_secs_f64(),
            outcome.first
        );
        outcome
    });
    deployed.destroy();
    outcomes.into()
}

/// Requests are sent meanwhile.
#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
fn pause(seconds: u64) {
    std::thread::sleep(Duration::from_secs(seconds));
}

fn one_model_pod(_: &Guide, deployed: &Deployed<'_>) {
    let pods = deployed.kubectl(&["get", "pods", "-l", "llm-d.ai/role=decode", "-o", "name"]).success();
    let pod = pods.lines().next().unwrap();
    deployed.kubectl(&["delete", pod]).success();
    settle(deployed, "ms-blue-llm-d-modelservice-decode");
}

fn rollout(_: &Guide, deployed: &Deployed<'_>) {
    deployed.kubectl(&["rollout", "restart", "deployment/gaie-blue-epp"]).success();
    settle(deployed, "gaie-blue-epp");
    // The old pod drains.
    eventually("one picker to be left", LIMIT, || {
        let pods =
            deployed.kubectl(&["get", "pods", "-l", "inferencepool=gaie-blue-epp", "-o", "name"]).success();
        (pods.lines().count() == 1).then_some(())
    });
}

/// The process that serves: of ours, the first of its container is the one that watches it.
fn kill_process(_: &Guide, deployed: &Deployed<'_>) {
    let youngest = processes_with("--pool-name").max();
    kill(youngest.as_slice(), deployed);
}

/// Every process of the container, so that kubelet has to start it anew.
fn kill_container(_: &Guide, deployed: &Deployed<'_>) {
    kill(&processes_with("--pool-name").collect::<Vec<_>>(), deployed);
}

fn kill(processes: &[u32], deployed: &Deployed<'_>) {
    assert!(!processes.is_empty(), "a picker runs");
    let numbers = processes.iter().map(ToString::to_string);
    std::process::Command::new("kill").arg("-KILL").args(numbers).status().unwrap();
    pause(2);
    settle(deployed, "gaie-blue-epp");
}

fn every_model_pod(guide: &Guide, deployed: &Deployed<'_>) {
    let scale = |replicas: &str| {
        let control_plane = &guide.node.control_plane;
        control_plane
            .kubectl(&["scale", "-n", "istio-system", "deployment/istiod", "--replicas", replicas])
            .success();
        control_plane
            .kubectl(&["rollout", "status", "-n", "istio-system", "deployment/istiod", "--timeout=2m"])
            .success();
    };
    scale("0");
    // It serves until it has ended.
    let gone = ["wait", "-n", "istio-system", "pods", "-l", "app=istiod", "--for=delete", "--timeout=2m"];
    guide.node.control_plane.kubectl(&gone).success();
    deployed.kubectl(&["delete", "pods", "-l", "llm-d.ai/role=decode"]).success();
    settle(deployed, "ms-blue-llm-d-modelservice-decode");
    pause(5);
    scale("1");
}

fn settle(deployed: &Deployed<'_>, deployment: &str) {
    deployed.kubectl(&["rollout", "status", &format!("deployment/{deployment}"), "--timeout=3m"]).success();
}

/// The numbers of processes that have this argument.
fn processes_with(argument: &'static str) -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").unwrap().flatten().filter_map(move |entry| {
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        let has_it = line.split(|&byte| byte == 0).any(|one| one == argument.as_bytes());
        has_it.then(|| entry.file_name().to_str()?.parse().ok())?
    })
}
