//! The API server, what we may do, and whose cluster it is.

use serde_json::Value;

use super::super::rights::{Right, VERBS};
use super::super::version::Version;
use super::{Facts, Seen, Wanted};
use crate::cluster::object::{meta, text};
use crate::doctor::facts::Fact;
use crate::doctor::report::{Finding, Verdict};

pub(super) fn api_server(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let told = text(facts.version.known()?, "/gitVersion");
    let version = Version::parse(told).ok_or_else(|| format!("the API server calls its version {told:?}"))?;
    let oldest = wanted.needs.kubernetes.as_deref().unwrap_or_default();
    let is_old = Version::parse(oldest).is_some_and(|oldest| version < oldest);
    let findings = is_old.then(|| {
        let environment = &wanted.stack.environment;
        let cause = format!("it is Kubernetes {version}; environment {environment} needs {oldest} or later");
        Finding::error(
            "API server",
            cause,
            "kubectl config get-contexts   # choose another cluster with --context, or upgrade this one",
        )
    });
    let clock = facts.clock.as_ref().map(|difference| {
        let cause = format!(
            "{difference}: what is certified or signed for a time may seem to be over, or not yet valid"
        );
        Finding::warning(
            "clock",
            cause,
            "timedatectl set-ntp true   # on the machine whose clock is wrong: date -u",
        )
    });
    let findings = findings.into_iter().chain(clock).collect();
    Ok(Verdict::new(format!("Kubernetes {version}"), findings))
}

pub(super) fn permissions(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let makes_namespace = matches!(facts.namespace.get(), Some(None));
    let denied: Vec<&Right> = facts
        .denied
        .known()?
        .iter()
        .filter(|right| right.plural != "namespaces" || makes_namespace)
        .collect();
    let user = facts.user.get().map_or("USER", String::as_str);
    let mut findings = Vec::new();
    for namespace in [Some(wanted.stack.namespace.as_str()), None] {
        let here: Vec<&Right> =
            denied.iter().copied().filter(|right| right.namespace.as_deref() == namespace).collect();
        for is_needed in [true, false] {
            let some: Vec<&Right> =
                here.iter().copied().filter(|right| right.is_needed() == is_needed).collect();
            if some.is_empty() {
                continue;
            }
            let listed: Vec<String> = some
                .iter()
                .map(|right| format!("{} ({})", right.resource(), right.verbs.join(", ")))
                .collect();
            let place =
                namespace.map_or_else(|| "the cluster".to_owned(), |name| format!("Namespace/{name}"));
            let cause = format!("{user} may not: {}", listed.join("; "));
            let fix = grant(&some, namespace, user);
            findings.push(if is_needed {
                Finding::error(place, cause, fix)
            } else {
                Finding::warning(place, cause, fix)
            });
        }
    }
    Ok(Verdict::new("every verb on every kind of object is allowed", findings))
}

/// The command by which somebody who may do more gives what is missing.
fn grant(rights: &[&Right], namespace: Option<&str>, user: &str) -> String {
    let mut verbs: Vec<&str> = VERBS.into_iter().chain(["update"]).collect();
    verbs.retain(|verb| rights.iter().any(|right| right.verbs.contains(verb)));
    let resources: Vec<String> = rights.iter().map(|right| right.resource()).collect();
    let (verbs, resources) = (verbs.join(","), resources.join(","));
    match namespace {
        Some(namespace) => format!(
            "kubectl create role llmd -n {namespace} --verb={verbs} --resource={resources} && \
             kubectl create rolebinding llmd -n {namespace} --role=llmd --user='{user}'   # by who may grant it"
        ),
        None => format!(
            "kubectl create clusterrole llmd --verb={verbs} --resource={resources} && \
             kubectl create clusterrolebinding llmd --clusterrole=llmd --user='{user}'   # by who may grant it"
        ),
    }
}

/// Whether the nodes are those of the cloud that the environment is made for, and whether they are those of a cloud that
/// has an environment of its own.
pub(super) fn platform(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    const DIGITAL_OCEAN: &str = "doks.digitalocean.com/node-pool";
    let nodes = facts.nodes.known()?;
    let has = |label: &str| nodes.iter().any(|node| !meta(node, "labels", label).is_empty());
    let mut findings = Vec::new();
    let platform = wanted.needs.platform.as_ref();
    if let Some(platform) = platform.filter(|platform| !has(&platform.label)) {
        let cause = format!(
            "no node has the label {}: environment {} is made for {}",
            platform.label, wanted.stack.environment, platform.title
        );
        findings.push(Finding::warning("nodes", cause, "llmd env list"));
    }
    let is_for_doks = platform.is_some_and(|platform| platform.label == DIGITAL_OCEAN);
    if !is_for_doks && has(DIGITAL_OCEAN) && asks_for_nvidia(wanted) {
        let cause = "DigitalOcean taints its nodes with GPUs; environment digitalocean tolerates that";
        let namespace = &wanted.stack.namespace;
        findings.push(Finding::warning(
            "nodes",
            cause,
            format!("llmd doctor -e digitalocean -n {namespace}"),
        ));
    }
    let warnings = wanted.stack.manifests().filter_map(|manifest| {
        let note = meta(&manifest.object, "annotations", "llm-d.ai/accelerator-warning");
        let note = if note.is_empty() {
            meta(&manifest.object["spec"]["template"], "annotations", "llm-d.ai/accelerator-warning")
        } else {
            note
        };
        (!note.is_empty()).then(|| {
            Finding::warning(manifest.to_string(), note, "llmd values explain ms.decode.parallelism")
        })
    });
    findings.extend(warnings);
    let title = platform.map_or("any cluster will do", |platform| platform.title.as_str());
    Ok(Verdict::new(title, findings))
}

fn asks_for_nvidia(wanted: &Wanted<'_>) -> bool {
    wanted.workloads.iter().any(|workload| workload.demand().contains_key("nvidia.com/gpu"))
}

/// `OpenShift` gives containers a user of its own, to whom folders of images are closed; and may bring its own Istio.
pub(super) fn open_shift(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let groups = facts.groups.known()?;
    if !groups.iter().any(|group| group == "security.openshift.io") {
        return Ok(Verdict::new("this is no OpenShift", Vec::new()));
    }
    let mut findings = Vec::new();
    for workload in &wanted.workloads {
        let fixed = workload.containers().any(|container| {
            container.pointer("/securityContext/runAsUser").is_some()
                || container.pointer("/securityContext/capabilities/add").is_some()
        });
        let is_closed = !wanted.is_simulated
            && workload.demand().keys().any(|resource| resource.contains('/'))
            && !workload.containers().any(|container| mounts(container, "/.triton"));
        if fixed || is_closed {
            let account = text(workload.spec(), "/serviceAccountName");
            let account = if account.is_empty() { "default" } else { account };
            let cause = if fixed {
                "it asks for a user or capabilities that the restricted SCC does not give"
            } else {
                "its containers run as a user of OpenShift's choice, who cannot write /.triton in the image"
            };
            let fix =
                format!("oc adm policy add-scc-to-user anyuid -z {account} -n {}", wanted.stack.namespace);
            findings.push(Finding::warning(&workload.object, cause, fix));
        }
    }
    let rule = facts.definitions.get("destinationrules.networking.istio.io").and_then(Fact::get);
    if let Some(Some(definition)) = rule
        && !meta(definition, "labels", "olm.managed").is_empty()
    {
        findings.push(Finding::warning(
            "CustomResourceDefinition/destinationrules.networking.istio.io",
            "it belongs to OpenShift Service Mesh, whose Istio and one of your own exclude each other",
            "oc get csv -A -l olm.managed",
        ));
    }
    Ok(Verdict::new("OpenShift, and nothing in the way", findings))
}

fn mounts(container: &Value, path: &str) -> bool {
    crate::cluster::object::list(container, "/volumeMounts")
        .iter()
        .any(|mount| text(mount, "/mountPath") == path)
}
