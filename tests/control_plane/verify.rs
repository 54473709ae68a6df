//! `verify`, `ask`, `connect` and `bench` through the API server's port-forward, to real parts behind the pods' ports.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::Value;

use crate::door::{Door, Fault, Reply};
use crate::front_door::{MODEL, Stack, pods, that};
use crate::harness::{Run, Site, cluster};

/// Where requests come in: the pods by their label, and the port.
pub(crate) const GATEWAY: (&str, u16) = ("gateway.networking.k8s.io/gateway-name", 80);
pub(crate) const SIDECAR: (&str, u16) = ("inferencepool=gaie-inference-scheduling-epp", 8081);

/// What a run of `verify` reports, however it ends.
pub(crate) fn verify(site: &Site<'_>, line: &str) -> (Option<i32>, Value, String) {
    let limit = if line.contains("--max-ttft") { "" } else { "--max-ttft 60s" };
    let run = site.llmd(&format!("verify -o json --seed 7 --timeout 60s {limit} {line}"));
    let report = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}:\n{}{}", run.stdout, run.stderr));
    (run.code, report, run.stderr)
}

/// Verifies until these checks fail and no others: kwok takes a moment to lead ports elsewhere. The report, and what was said.
#[track_caller]
pub(crate) fn until_these_fail(site: &Site<'_>, line: &str, expected: &[&str]) -> (Value, String) {
    let mut seen = Vec::new();
    for _ in 0..5 {
        let (code, report, said) = verify(site, line);
        let failed = that(&report, "failed");
        if failed == expected {
            assert_eq!(code, Some(if expected.is_empty() { 0 } else { 5 }), "{said}");
            return (report, said);
        }
        seen.push(format!("{failed:?}\n{report:#}\n{said}"));
    }
    panic!("not {expected:?}, but:\n{}", seen.pop().unwrap());
}

/// The checks that could not be made.
pub(crate) fn skipped(report: &Value) -> Vec<&str> {
    that(report, "skipped")
}

/// A page of metrics that only a token opens, where the deployment has one.
pub(crate) fn guarded(site: &Site<'_>, stack: &Stack) -> (Option<Door>, SocketAddr) {
    let Some(token) = token(site) else { return (None, stack.metrics) };
    let wanted = format!("Bearer {token}");
    let fault = Fault::instead(move |asked| {
        let is_refused = asked.headers().get("authorization").is_none_or(|given| *given != wanted);
        is_refused.then(|| {
            let mut reply = Reply::default();
            *reply.status_mut() = StatusCode::UNAUTHORIZED;
            reply
        })
    });
    let (door, address) = stack.door(stack.metrics, fault);
    (Some(door), address)
}

/// What the deployment's own Secret holds for who reads the picker's metrics.
fn token(site: &Site<'_>) -> Option<String> {
    let secrets =
        site.object("api/v1/secrets", "?fieldSelector=type%3Dkubernetes.io/service-account-token")?;
    let encoded = secrets["items"][0]["data"]["token"].as_str()?;
    String::from_utf8(STANDARD.decode(encoded).unwrap()).ok()
}

#[test]
fn a_right_stack_passes_every_check() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "verify");
    site.apply("-e istio --replicas 3 --set gaie.inferenceExtension.replicas=2");
    let Some(stack) = Stack::start(&site) else { return };
    let (_door, metrics) = guarded(&site, &stack);
    stack.attach(&site, GATEWAY, metrics);
    let (report, said) = until_these_fail(&site, "-e istio", &[]);
    assert_eq!(skipped(&report), ["processes"], "{report:#}");
    assert_eq!(report["model"], MODEL);
    assert!(!said.contains(&token(&site).unwrap()));
    // The same by another way.
    let url = format!("-e istio --url http://{}/v1", stack.proxy);
    let (report, _) = until_these_fail(&site, &url, &[]);
    assert_eq!(report["front_door"], format!("http://{}", stack.proxy));
}

/// The answer to a line that `connect` printed.
fn curl(line: &str) -> Option<Value> {
    let answer =
        Command::new("sh").args(["-c", &format!("{line} --silent --fail --max-time 60")]).output().unwrap();
    serde_json::from_slice(&answer.stdout).ok()
}

fn first_line(child: &mut Child) -> String {
    BufReader::new(child.stdout.as_mut().unwrap()).lines().next().unwrap().unwrap()
}

#[test]
fn a_stack_without_a_gateway_is_asked_connected_to_and_put_under_load() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "ask");
    let missing = site.llmd("ask -e standalone Hello").exits(1);
    assert!(missing.stderr.contains("nothing is installed in namespace"), "{}", missing.stderr);
    site.apply("-e standalone --replicas 2");
    let Some(stack) = Stack::start(&site) else { return };
    stack.attach(&site, SIDECAR, stack.metrics);

    site.eventually("an answer", || {
        (site.llmd("ask -e standalone --max-tokens 4 Hello").code == Some(0)).then_some(())
    });
    let asked = site.llmd("ask -e standalone -o json --max-tokens 8 Hello").json();
    assert!(!asked["text"].as_str().unwrap().is_empty(), "{asked:#}");
    assert!(stack.servers.iter().any(|(pod, _)| asked["replica"] == pod.as_str()), "{asked:#}");
    until_these_fail(&site, "-e standalone", &[]);

    let report =
        site.llmd("bench -e standalone -c demo --stages c4x24 --set workload.groups=4 -o json").json();
    assert_eq!(
        (&report["overall"]["requests"], &report["overall"]["succeeded"]),
        (&24.into(), &24.into()),
        "{report:#}"
    );
    let served = report["replicas"].as_array().unwrap();
    let requests: u64 = served.iter().map(|replica| replica["requests"].as_u64().unwrap()).sum();
    assert_eq!((served.len(), requests), (2, 24), "{served:#?}");
    assert!(served.iter().all(|replica| replica["gauges"].is_object()), "{served:#?}");

    // The picker's pod is replaced while somebody is connected.
    let mut child = site
        .command("connect -e standalone --port 0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let line = first_line(&mut child);
    assert!(curl(&line).is_some(), "{line}");
    let old = pods(&site, SIDECAR.0).remove(0);
    cluster.kubectl(&["delete", "pod", "-n", &site.namespace, &old]).success();
    site.eventually("another picker", || {
        pods(&site, SIDECAR.0).first().filter(|pod| **pod != old).map(|_| ())
    });
    stack.attach(&site, SIDECAR, stack.metrics);
    site.eventually("an answer by way of the new pod", || curl(&line));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is open on http://127.0.0.1:"));
}

#[test]
fn a_port_that_nobody_serves_is_named_with_its_pod() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "nobody");
    site.apply("-e standalone --replicas 1");
    // Every port leads where nobody listens.
    let run: Run = site.llmd("ask -e standalone Hello").exits(1);
    let picker = pods(&site, SIDECAR.0).remove(0);
    assert!(run.stderr.contains(&format!("port-forward to Pod/{picker}, port 8081: ")), "{}", run.stderr);
}
