//! Devices that are claimed, and drivers.

use serde_json::Value;

use super::super::version::{Fit, Version, fit, words};
use super::super::workload::Workload;
use super::{Facts, Seen, Wanted};
use crate::cluster::object::{list, meta, text};
use crate::doctor::report::{Finding, Verdict};

/// Whether the classes of the stack's resource claims exist, and as many devices as its pods claim.
pub(super) fn devices(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let templates: Vec<_> =
        wanted.stack.manifests().filter(|manifest| manifest.kind() == "ResourceClaimTemplate").collect();
    if templates.is_empty() {
        return Err("the stack claims no devices".to_owned());
    }
    let classes = facts.device_classes.known()?;
    let offered: usize =
        facts.resource_slices.known()?.iter().map(|slice| list(slice, "/spec/devices").len()).sum();
    let mut findings = Vec::new();
    let mut claimed = 0_u64;
    for template in templates {
        let uses = |workload: &&Workload| {
            let claims = list(workload.spec(), "/resourceClaims").iter();
            claims.into_iter().any(|claim| text(claim, "/resourceClaimTemplateName") == template.name())
        };
        let pods: u64 = wanted.workloads.iter().filter(uses).map(|workload| workload.replicas).sum();
        for request in list(&template.object, "/spec/spec/devices/requests") {
            let exactly = request.get("exactly").unwrap_or(request);
            claimed = claimed.saturating_add(pods.saturating_mul(exactly["count"].as_u64().unwrap_or(1)));
            let class = text(exactly, "/deviceClassName");
            if !classes.iter().any(|one| text(one, "/metadata/name") == class) {
                let cause = format!("{template} asks for devices of it, and its driver is not installed");
                findings.push(Finding::error(format!("DeviceClass/{class}"), cause, driver(class)));
            }
        }
    }
    if findings.is_empty() && u64::try_from(offered).unwrap_or(u64::MAX) < claimed {
        let cause = format!("the stack claims {claimed} devices, and the cluster offers {offered}");
        findings.push(Finding::error("ResourceSlices", cause, "kubectl get resourceslices"));
    }
    Ok(Verdict::new(format!("{claimed} devices are claimed, {offered} offered"), findings))
}

/// The command that installs the driver of a class.
fn driver(class: &str) -> String {
    if class == "gaudi.intel.com" {
        return "helm upgrade --install gaudi-dra oci://ghcr.io/intel/intel-resource-drivers-for-kubernetes/\
                intel-gaudi-resource-driver-chart -n intel-gaudi-resource-driver --create-namespace"
            .to_owned();
    }
    format!("kubectl get deviceclasses   # and install the driver that brings {class}")
}

/// NVIDIA's driver, as the GPU operator labels nodes with its version.
pub(super) fn drivers(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    const LABELS: [&str; 2] = ["nvidia.com/cuda.driver-version.major", "nvidia.com/cuda.driver.major"];
    let range = wanted.needs.driver.as_ref().ok_or("the environment asks for no driver")?;
    if !wanted.workloads.iter().any(|workload| workload.demand().contains_key("nvidia.com/gpu")) {
        return Err("no pod asks for a GPU of NVIDIA".to_owned());
    }
    let major =
        |node: &Value| LABELS.iter().map(|label| meta(node, "labels", label)).find_map(Version::parse_label);
    let nodes = facts.nodes.known()?;
    let told: Vec<(&str, Version)> =
        nodes.iter().filter_map(|node| Some((text(node, "/metadata/name"), major(node)?))).collect();
    if told.is_empty() {
        return Err("no node tells the version of its driver".to_owned());
    }
    let wanted_words = words(range).unwrap_or_default();
    let findings =
        told.iter().filter(|(_, version)| fit(*version, range) != Fit::Within).map(|(node, version)| {
            let cause =
                format!("its driver is {version}; the image of the model servers is made for {wanted_words}");
            Finding::warning(format!("Node/{node}"), cause, format!("kubectl describe node {node}"))
        });
    Ok(Verdict::new(format!("{} nodes with a driver that fits", told.len()), findings.collect()))
}
