//! The set-ups of `gateway.md` §5 that are wrong for all of a cluster: what is amiss is Istio's own. Each has its cause told,
//! and an apply ends as soon as that is certain.

use test_support::{ControlPlane, Istiod, Mesh, Options, tools};

use crate::harness::Site;

const ISTIO: &str = "-e istio --replicas 1";
/// No budget of the environment is this long.
const TIMEOUT: &str = "--timeout 1h";

/// Applies to a namespace of its own, which does not get ready: what is said.
#[track_caller]
fn complaint(cluster: &ControlPlane, prefix: &str, parts: &[&str]) {
    let site = Site::new(cluster, prefix);
    let complaint = site.llmd(&format!("apply --yes {TIMEOUT} {ISTIO}")).exits(4).complaint();
    for part in parts.iter().chain(&["applied, but not ready: ", "hint: "]) {
        assert!(complaint.contains(part), "{part} is not in\n{complaint}");
    }
    // A later look says the same.
    let seen = site.llmd("status -e istio").exits(4).complaint();
    assert!(seen.contains(parts[0]), "{seen}");
    site.llmd(&format!("destroy --yes {TIMEOUT} -e istio")).success();
}

#[test]
fn each_is_told_by_its_cause() {
    if tools::Tools::for_suite(&tools::ISTIO).is_none() {
        return;
    }
    let Some(cluster) = ControlPlane::start(&Options::default()) else { return };
    // Nobody has ever run istiod: nothing is applied.
    let site = Site::new(&cluster, "no-istiod");
    let said = site.llmd(&format!("apply --yes {ISTIO}")).exits(7).complaint();
    let no_class = "GatewayClass/istio: the cluster has no such class, so Istio is not installed";
    assert!(said.contains(no_class) && said.contains("fix: "), "{said}");

    let istiod = Istiod::of(&cluster, Mesh { has_templates: false, ..Mesh::default() });
    let templates = "there is no ConfigMap istio-sidecar-injector in istio-system";
    complaint(&cluster, "no-templates", &[templates, "kubectl rollout restart -n istio-system"]);
    drop(istiod);

    let istiod = Istiod::of(&cluster, Mesh { serves_pools: false, ..Mesh::default() });
    let not_enabled = "InferencePool is not enabled";
    complaint(&cluster, "no-pools", &[not_enabled, "ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true in istiod"]);
    drop(istiod);

    // It has run, and does no more: its class says that it is accepted.
    let silent =
        "waits for a controller of GatewayClass istio (istio.io/gateway-controller has accepted it before)";
    complaint(&cluster, "istiod-down", &[silent, "istio.io/gateway-controller still runs"]);
}
