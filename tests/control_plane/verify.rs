//! `verify`, `ask`, `connect` and `bench` through the API server's port-forward, to real parts behind the pods' ports.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use http::StatusCode;
use serde_json::{Value, json};

use crate::front_door::{Fault, MODEL, Stack, door, failed, pods};
use crate::harness::{Run, Site, cluster};

const GATEWAY: (&str, u16) = ("gateway.networking.k8s.io/gateway-name", 80);
const SIDECAR: (&str, u16) = ("inferencepool=gaie-inference-scheduling-epp", 8081);

/// What a run of `verify` reports, however it ends.
fn verify(site: &Site<'_>, line: &str) -> (Option<i32>, Value, String) {
    let run = site.llmd(&format!("verify -o json --seed 7 --max-ttft 60s --timeout 60s {line}"));
    let report = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}:\n{}{}", run.stdout, run.stderr));
    (run.code, report, run.stderr)
}

/// Verifies until these checks fail and no others: kwok takes a moment to lead ports elsewhere. The report, and what was said.
fn until_these_fail(site: &Site<'_>, line: &str, expected: &[&str]) -> (Value, String) {
    let mut seen = Vec::new();
    for _ in 0..5 {
        let (code, report, said) = verify(site, line);
        let failed = failed(&report);
        if failed == expected {
            assert_eq!(code, Some(if expected.is_empty() { 0 } else { 5 }), "{said}");
            return (report, said);
        }
        seen.push(format!("{failed:?}\n{report:#}\n{said}"));
    }
    panic!("not {expected:?}, but:\n{}", seen.pop().unwrap());
}

/// The finding of a check that failed.
fn finding<'a>(report: &'a Value, check: &str) -> &'a Value {
    report["checks"].as_array().unwrap().iter().find(|row| row["check"] == check).unwrap()
}

#[track_caller]
fn assert_says(report: &Value, check: &str, what: &str, cause: &str) {
    let finding = finding(report, check);
    assert!(finding["what"].as_str().unwrap().contains(what), "{finding:#}");
    assert!(finding["cause"].as_str().unwrap_or_default().contains(cause), "{finding:#}");
}

fn change(site: &Site<'_>, object: &str, patch: &Value) {
    let arguments = ["patch", "-n", &site.namespace, object, "--type=merge", "-p", &patch.to_string()];
    site.cluster.kubectl(&arguments).success();
}

fn set_ready(site: &Site<'_>, pod: &str, is_ready: bool) {
    let status = if is_ready { "True" } else { "False" };
    let patch = json!({"status": {"conditions": [
        {"type": "Ready", "status": status}, {"type": "ContainersReady", "status": status},
    ]}});
    let arguments = [
        "patch",
        "-n",
        &site.namespace,
        "pod",
        pod,
        "--subresource=status",
        "--type=merge",
        "-p",
        &patch.to_string(),
    ];
    site.cluster.kubectl(&arguments).success();
}

/// A page of metrics that only the token of the deployment's Secret opens.
fn guarded(site: &Site<'_>, stack: &Stack) -> SocketAddr {
    let secret =
        site.object("api/v1/secrets", "gaie-inference-scheduling-epp-metrics-reader-secret").unwrap();
    let encoded = secret["data"]["token"].as_str().unwrap();
    let token = String::from_utf8(
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, encoded).unwrap(),
    )
    .unwrap();
    let wanted = format!("Bearer {token}");
    let is_refused = move |head: &http::request::Parts| {
        (head.headers.get("authorization").is_none_or(|given| *given != wanted))
            .then_some(StatusCode::UNAUTHORIZED)
    };
    door(stack, stack.metrics, Fault::Instead(Box::new(is_refused)))
}

#[test]
fn a_right_stack_passes_and_each_fault_fails_its_own_check() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "verify");
    let line = "-e istio --replicas 3 --set gaie.inferenceExtension.replicas=2";
    site.apply(line);
    let Some(stack) = Stack::start(&site) else { return };
    let metrics = guarded(&site, &stack);
    stack.attach(&site, GATEWAY, metrics);

    let (report, said) = until_these_fail(&site, "-e istio", &[]);
    let skipped: Vec<&Value> =
        report["checks"].as_array().unwrap().iter().filter(|row| row["result"] == "skipped").collect();
    assert_eq!(skipped.len(), 1, "only the processes: {report:#}");
    assert_eq!(report["model"], MODEL);
    let token = site.object("api/v1/secrets", "gaie-inference-scheduling-epp-metrics-reader-secret").unwrap();
    assert!(!said.contains(token["data"]["token"].as_str().unwrap()));
    // The same by another way.
    let url = format!("-e istio --url http://{}/v1", stack.proxy);
    let (report, _) = until_these_fail(&site, &url, &[]);
    assert_eq!(report["front_door"], format!("http://{}", stack.proxy));

    changed_objects(&site);
    faulty_parts(&site, &stack, metrics);
    faulty_gateways(&site, &stack, line);
}

fn changed_objects(site: &Site<'_>) {
    // Somebody changed an object.
    let monitor = "servicemonitor/gaie-inference-scheduling-epp-monitor";
    change(site, monitor, &json!({"spec": {"jobLabel": "another"}}));
    let (report, _) = until_these_fail(site, "-e istio", &["releases"]);
    assert_says(&report, "releases", "spec.jobLabel", "somebody has changed");
    change(site, monitor, &json!({"spec": {"jobLabel": "gaie-inference-scheduling-epp"}}));

    // One of two pickers is not ready.
    let picker = pods(site, SIDECAR.0).remove(0);
    set_ready(site, &picker, false);
    let (report, _) = until_these_fail(site, "-e istio", &["objects"]);
    assert_says(&report, "objects", "Deployment/gaie-inference-scheduling-epp: 1/2 ready", "");
    set_ready(site, &picker, true);

    // Somebody else's pool has the same pods.
    let mut rival = site
        .object("apis/inference.networking.k8s.io/v1/inferencepools", "gaie-inference-scheduling")
        .unwrap();
    rival["metadata"] = json!({"name": "rival"});
    site.cluster.apply(&site.namespace, &[rival]);
    let (report, _) = until_these_fail(site, "-e istio", &["topology"]);
    assert_says(&report, "topology", "InferencePool/rival selects the model pods", "two pickers");
    site.cluster.kubectl(&["delete", "-n", &site.namespace, "inferencepool", "rival"]).success();
}

fn faulty_parts(site: &Site<'_>, stack: &Stack, metrics: SocketAddr) {
    let cluster = site.cluster;
    // A model server is sick.
    let (pod, address) = &stack.servers[1];
    let is_health = |head: &http::request::Parts| {
        (head.uri.path() == "/health").then_some(StatusCode::SERVICE_UNAVAILABLE)
    };
    let sick = door(stack, *address, Fault::Instead(Box::new(is_health)));
    cluster.forward(&site.namespace, pod, &[(8000, sick)]);
    let (report, _) = until_these_fail(site, "-e istio", &["servers"]);
    assert_says(&report, "servers", pod, "");
    cluster.forward(&site.namespace, pod, &[(8000, *address)]);

    // The picker knows one of three.
    let lying = door(
        stack,
        stack.metrics,
        Fault::Page(|page| {
            let kept =
                page.lines().filter(|line| !line.contains("ready_pods") && !line.contains("ready_endpoints"));
            kept.collect::<Vec<_>>().join("\n") + "\ninference_pool_ready_pods{name=\"pool\"} 1\n"
        }),
    );
    stack.attach(site, GATEWAY, lying);
    let (report, _) = until_these_fail(site, "-e istio", &["ready-endpoints"]);
    assert_says(&report, "ready-endpoints", "is 1, of 3 model servers", "");
    stack.attach(site, GATEWAY, metrics);
}

fn faulty_gateways(site: &Site<'_>, stack: &Stack, line: &str) {
    let cluster = site.cluster;
    // The gateway goes past the picker.
    let gateway = pods(site, GATEWAY.0).remove(0);
    cluster.forward(&site.namespace, &gateway, &[(80, stack.servers[0].1)]);
    let bypass = ["picker-header", "picker-counts", "different-prefixes", "burst"];
    let (report, _) = until_these_fail(site, "-e istio", &bypass);
    assert_says(&report, "picker-header", "is not there", "requests go past the picker");

    // The gateway does not speak TLS to the picker: the objects say why it answers as it does.
    let is_request = |head: &http::request::Parts| {
        (head.method == http::Method::POST).then_some(StatusCode::INTERNAL_SERVER_ERROR)
    };
    let refusing = door(stack, stack.proxy, Fault::Instead(Box::new(is_request)));
    cluster.forward(&site.namespace, &gateway, &[(80, refusing)]);
    cluster
        .kubectl(&["delete", "-n", &site.namespace, "destinationrule", "gaie-inference-scheduling-epp"])
        .success();
    let (_, report, said) = verify(site, "-e istio");
    assert_says(&report, "releases", "DestinationRule/gaie-inference-scheduling-epp: is missing", "");
    assert_says(&report, "topology", "no DestinationRule has the host", "the picker speaks TLS");
    assert_says(&report, "completion", "answered by 500", "the picker speaks TLS and no DestinationRule");
    assert!(said.contains("llmd apply"), "{said}");
    site.apply(line);

    // Nobody is behind the gateway's Service.
    set_ready(site, &gateway, false);
    let service = "no pod behind Service/infra-inference-scheduling-inference-gateway-istio:80 is ready";
    site.eventually("nobody to ask", || {
        let run = site.llmd("ask -e istio Hello");
        (run.code == Some(7) && run.stderr.contains(service)).then_some(())
    });
    let (code, report, _) = verify(site, "-e istio");
    assert_eq!(code, Some(5));
    assert_says(&report, "models", "the front door cannot be reached", service);
    assert_eq!(finding(&report, "servers")["result"], "passed");
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
