//! The Gateway's class and the controller behind it.

use serde_json::Value;

use super::super::version::{Fit, Version, fit, words};
use super::{Facts, Seen, Wanted};
use crate::cluster::object::{list, text};
use crate::doctor::report::{Finding, Verdict};
use crate::environment::needs::Controller;

/// The class that the stack's Gateway asks for.
fn wanted_class<'a>(wanted: &Wanted<'a>) -> Result<&'a str, String> {
    let gateway = wanted.stack.manifests().find(|manifest| manifest.kind() == "Gateway");
    gateway
        .map(|gateway| text(&gateway.object, "/spec/gatewayClassName"))
        .ok_or_else(|| "the stack has no Gateway".to_owned())
}

pub(super) fn class(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let name = wanted_class(wanted)?;
    let place = format!("GatewayClass/{name}");
    let controller = wanted.needs.controller.as_ref();
    let install =
        || controller.map_or_else(|| "kubectl get gatewayclasses".to_owned(), |known| known.install.clone());
    let classes = facts.classes.known()?;
    let named = |class: &&Value| text(class, "/metadata/name") == name;
    let Some(class) = classes.iter().find(named) else {
        let offered: Vec<&str> = classes.iter().map(|class| text(class, "/metadata/name")).collect();
        let offered = if offered.is_empty() { "none".to_owned() } else { offered.join(", ") };
        let title = controller.map_or("its controller", |known| known.title.as_str());
        let cause =
            format!("the cluster has no such class, so {title} is not installed; it offers: {offered}");
        let sibling = controller.and_then(|known| {
            let same = |class: &&Value| text(class, "/spec/controllerName") == known.name;
            classes.iter().find(same).map(|class| text(class, "/metadata/name"))
        });
        return Ok(Verdict::new(
            "",
            vec![match sibling {
                Some(other) => Finding::error(
                    place,
                    format!("the values ask for it; this cluster calls the class of {title} {other}"),
                    format!("llmd apply {} --set infra.gateway.gatewayClassName={other}", wanted.flags),
                ),
                None => Finding::error(place, cause, install()),
            }],
        ));
    };
    let by = text(class, "/spec/controllerName");
    let accepted = list(class, "/status/conditions").iter().find(|one| text(one, "/type") == "Accepted");
    let finding = match accepted {
        Some(condition) if text(condition, "/status") == "True" => None,
        Some(condition) if text(condition, "/status") == "False" => {
            let cause = format!("{by} does not accept it: {}", text(condition, "/message"));
            Some(Finding::error(place, cause, format!("kubectl describe gatewayclass {name}")))
        }
        _ => Some(Finding::error(place, format!("nobody has accepted it: {by} does not run"), install())),
    };
    Ok(Verdict::new(format!("{name} is accepted by {by}"), finding.into_iter().collect()))
}

pub(super) fn controller(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    wanted_class(wanted)?;
    let known = wanted.needs.controller.as_ref().ok_or("the environment names no controller")?;
    let Some(namespace) = known.namespace.as_deref() else {
        return Err(format!("{} runs outside of the cluster", known.title));
    };
    let deployments = facts.controllers.known()?;
    if deployments.is_empty() {
        // Whether it runs elsewhere, its class tells.
        if facts.classes.get().is_some() {
            return Err(format!("namespace {namespace} has no Deployment of {}", known.title));
        }
        let cause = format!("{} is not installed: there is no such Deployment", known.title);
        let label = known.label.as_deref().unwrap_or_default();
        let place = format!("Deployment with {label} in namespace {namespace}");
        return Ok(Verdict::new("", vec![Finding::error(place, cause, known.install.clone())]));
    }
    let findings = deployments.iter().flat_map(|deployment| faults(deployment, known, namespace));
    let images: Vec<&str> =
        deployments.iter().map(|one| text(one, "/spec/template/spec/containers/0/image")).collect();
    Ok(Verdict::new(format!("{} runs {}", known.title, images.join(", ")), findings.collect()))
}

/// What is wrong with a controller's Deployment.
fn faults(deployment: &Value, known: &Controller, namespace: &str) -> Vec<Finding> {
    let name = text(deployment, "/metadata/name");
    let place = format!("Deployment/{name}");
    let containers = list(deployment, "/spec/template/spec/containers");
    let mut findings = Vec::new();
    if deployment.pointer("/status/availableReplicas").and_then(Value::as_u64).unwrap_or_default() == 0 {
        let cause = format!("none of its pods is available, so no Gateway of {} comes up", known.title);
        findings.push(Finding::error(
            &place,
            cause,
            format!("kubectl rollout status -n {namespace} deployment/{name}"),
        ));
    }
    if let Some(variable) = &known.variable {
        let is_on = containers
            .iter()
            .flat_map(|container| list(container, "/env"))
            .any(|one| text(one, "/name") == *variable && matches!(text(one, "/value"), "true" | "1"));
        if !is_on {
            findings.push(Finding::error(
                &place,
                format!(
                    "{variable} is not set, so {} does not know InferencePools: routes end in InvalidKind",
                    known.title
                ),
                format!("kubectl set env -n {namespace} deployment/{name} {variable}=true"),
            ));
        }
    }
    let version = containers.iter().find_map(|container| Version::of_image(text(container, "/image")));
    let range = words(&known.versions).unwrap_or_default();
    match version.map(|version| (version, fit(version, &known.versions))) {
        Some((version, Fit::Older)) => {
            let cause = format!("it is {} {version}; {range} is needed", known.title);
            findings.push(Finding::error(&place, cause, known.install.clone()));
        }
        Some((version, Fit::Newer)) => {
            let cause = format!("it is {} {version}; {range} is known to serve InferencePools", known.title);
            findings.push(Finding::warning(&place, cause, known.install.clone()));
        }
        _ => {}
    }
    findings
}
