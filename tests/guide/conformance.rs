//! The inference extension's own suite, with our picker and with upstream's.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};
use test_support::Finished;
use test_support::tools::{Tool, Tools};

use crate::guide::Guide;

const NAMESPACE: &str = "inference-conformance-app-backend";

/// Where all pickers of the suite come from.
const IMAGE: &str = "gateway-api-inference-extension/epp:v1.3.0";

/// Istio asks the picker of the backend named last for every request, so no picker passes it (`gateway.md` §9).
const IMPOSSIBLE: &str = "GatewayWeightedAcrossTwoInferencePools";

pub(crate) fn holds(guide: &Guide) {
    let (upstreams, their_pickers) = verdicts(guide);
    let pushed = format!("{}/{IMAGE}", guide.node.registry.host());
    let digest = guide.llmd(&["image", "push", &pushed, "scheduler", "-o", "json"]).json()["digest"].clone();
    guide.node.forget_image(&format!("registry.k8s.io/{IMAGE}"));
    let (ours, our_pickers) = verdicts(guide);
    let digest = digest.as_str().unwrap();
    assert!(
        !their_pickers.contains(digest) && our_pickers.contains(digest),
        "the image was changed: {our_pickers}"
    );
    println!("  {:50} {:10} UPSTREAM'S", "TEST", "OURS");
    for (test, verdict) in &upstreams {
        println!("  {test:50} {:10} {verdict}", ours.get(test).map_or("-", String::as_str));
    }
    assert!(upstreams.len() >= 11, "{upstreams:?}");
    let passed = |verdicts: &BTreeMap<String, String>| -> Vec<String> {
        let passed = verdicts.iter().filter(|(_, verdict)| *verdict == "PASS");
        passed.map(|(test, _)| test.clone()).collect()
    };
    let missing: Vec<_> =
        passed(&upstreams).into_iter().filter(|test| !passed(&ours).contains(test)).collect();
    assert!(missing.is_empty(), "they pass with upstream's picker and fail with ours: {missing:?}");
}

/// Runs the suite in a fresh namespace: what became of each test, and the images that its pickers ran.
fn verdicts(guide: &Guide) -> (BTreeMap<String, String>, String) {
    let control_plane = &guide.node.control_plane;
    control_plane.kubectl(&["create", "namespace", NAMESPACE]).success();
    let rules = ["primary", "secondary", "dp"].map(rule);
    control_plane.apply(NAMESPACE, &rules);
    let mut command = Command::new(Tools::find().path(Tool::Conformance));
    command
        .args(["-test.v", "-test.timeout=10m", "-gateway-class=istio", "-cleanup-base-resources=false"])
        .args(["-skip-tests", IMPOSSIBLE])
        .args([
            "-organization=llmd",
            "-project=llmd",
            "-url=https://llmd.test",
            "-contact=@llmd",
            "-version=v0.1.0",
        ])
        .env("KUBECONFIG", control_plane.kubeconfig());
    let finished = Finished::run(&mut command, "");
    let verdicts = finished.stdout.lines().filter_map(verdict).collect();
    if finished.code != Some(0) {
        println!("{}", crate::guide::last_lines(&finished.stdout, 600));
    }
    let images =
        control_plane.kubectl(&["get", "pods", "-n", NAMESPACE, "-o", "jsonpath={..imageID}"]).success();
    for namespace in [NAMESPACE, "inference-conformance-infra"] {
        control_plane.kubectl(&["delete", "namespace", namespace, "--ignore-not-found"]).success();
    }
    (verdicts, images)
}

/// The gateway's way to a picker's own certificate, as upstream's script for Istio has it.
fn rule(name: &str) -> Value {
    let host = format!("{name}-endpoint-picker-svc");
    json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "DestinationRule",
        "metadata": {"name": &host},
        "spec": {"host": &host, "trafficPolicy": {"tls": {"mode": "SIMPLE", "insecureSkipVerify": true}}},
    })
}

/// `    --- PASS: TestConformance/NAME (1.23s)`, and nothing of the steps of a test.
fn verdict(line: &str) -> Option<(String, String)> {
    let (verdict, rest) = line.trim().strip_prefix("--- ")?.split_once(": TestConformance/")?;
    let name = rest.split(' ').next()?;
    (!name.contains('/')).then(|| (name.to_owned(), verdict.to_owned()))
}
