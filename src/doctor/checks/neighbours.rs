//! Others in the namespace: pools that select our pods, pods that our pool selects, pickers of our pool, routes of our
//! Gateway.

use serde_json::{Map, Value};

use super::super::workload::{Workload, picks};
use super::{Facts, Seen, Wanted};
use crate::cluster::object::{list, meta, text};
use crate::doctor::report::{Finding, Verdict};

pub(super) fn neighbours(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let pool = wanted.stack.manifests().find(|manifest| manifest.kind() == "InferencePool");
    let pool = pool.ok_or("the stack has no pool")?;
    let (pools, deployments) = (facts.pools.known()?, facts.deployments.known()?);
    let mut findings = other_pools(wanted, pool.name(), pools);
    let selector = selector(&pool.object);
    let foreign: Vec<&Value> = deployments.iter().filter(|live| !is_ours(wanted, live)).collect();
    findings.extend(other_servers(wanted, pool.name(), &selector, &foreign));
    findings.extend(other_pickers(wanted, pool.name(), &foreign));
    findings.extend(other_routes(wanted, pool.name(), facts));
    let seen = format!("{} pools and {} Deployments in the namespace", pools.len(), deployments.len());
    Ok(Verdict::new(format!("{seen}; none gets in the way"), findings))
}

/// The labels by which a pool knows its model servers, in its stable version or an earlier one.
fn selector(pool: &Value) -> Map<String, Value> {
    let spec = &pool["spec"]["selector"];
    spec.get("matchLabels").unwrap_or(spec).as_object().cloned().unwrap_or_default()
}

/// Whether a Deployment is part of this stack: of the same name, or of one of its releases.
fn is_ours(wanted: &Wanted<'_>, live: &Value) -> bool {
    let name = text(live, "/metadata/name");
    let release = meta(live, "annotations", "meta.helm.sh/release-name");
    wanted.workloads.iter().any(|workload| workload.object.ends_with(&format!("/{name}")))
        || wanted.stack.releases.iter().any(|ours| ours.name == release)
}

fn servers<'a>(wanted: &'a Wanted<'_>, selector: &Map<String, Value>) -> Vec<&'a Workload> {
    let all = wanted.workloads.iter();
    all.filter(|workload| !selector.is_empty() && picks(selector, Some(&workload.labels()))).collect()
}

fn other_pools(wanted: &Wanted<'_>, own: &str, pools: &[Value]) -> Vec<Finding> {
    let others = pools.iter().filter(|pool| text(pool, "/metadata/name") != own);
    let overlap = others.filter_map(|pool| {
        let name = text(pool, "/metadata/name");
        let workload = *servers(wanted, &selector(pool)).first()?;
        let cause =
            format!("it selects the pods of {} too, so its requests come to this stack's model servers", workload.object);
        let fix = format!(
            "kubectl get inferencepool {name} -n {} -o yaml   # delete it, or apply this stack to another namespace",
            wanted.stack.namespace
        );
        Some(Finding::error(format!("InferencePool/{name}"), cause, fix))
    });
    overlap.collect()
}

fn other_servers(
    wanted: &Wanted<'_>,
    own: &str,
    selector: &Map<String, Value>,
    foreign: &[&Value],
) -> Vec<Finding> {
    let selected = foreign.iter().filter(|live| {
        let labels = live.pointer("/spec/template/metadata/labels").and_then(Value::as_object);
        !selector.is_empty() && picks(selector, labels)
    });
    let finding = |live: &&Value| {
        let name = text(live, "/metadata/name");
        let cause = format!(
            "InferencePool {own} selects its pods too, so requests go to model servers that are not of this stack"
        );
        let fix = format!(
            "kubectl get deployment {name} -n {} --show-labels   # delete it, or apply this stack elsewhere",
            wanted.stack.namespace
        );
        Finding::error(format!("Deployment/{name}"), cause, fix)
    };
    selected.map(finding).collect()
}

/// Pickers that are told to look after our pool.
fn other_pickers(wanted: &Wanted<'_>, own: &str, foreign: &[&Value]) -> Vec<Finding> {
    let looks_after = |live: &&&Value| {
        list(live, "/spec/template/spec/containers").iter().any(|container| {
            let words: Vec<&str> = list(container, "/args")
                .iter()
                .chain(list(container, "/command"))
                .filter_map(Value::as_str)
                .collect();
            let joined = words.iter().any(|word| {
                word.trim_start_matches('-').strip_prefix("pool-name=").is_some_and(|pool| pool == own)
            });
            let apart =
                words.windows(2).any(|pair| pair[0].trim_start_matches('-') == "pool-name" && pair[1] == own);
            joined || apart
        })
    };
    let finding = |live: &&Value| {
        let name = text(live, "/metadata/name");
        let cause = format!("it is a second picker of InferencePool {own}: each decides without the other");
        let fix = format!("kubectl delete deployment {name} -n {}", wanted.stack.namespace);
        Finding::warning(format!("Deployment/{name}"), cause, fix)
    };
    foreign.iter().filter(looks_after).map(finding).collect()
}

/// Istio asks no picker any more once two pools share a Gateway (istio#58392).
fn other_routes(wanted: &Wanted<'_>, own: &str, facts: &Facts) -> Vec<Finding> {
    let gateway = wanted.stack.manifests().find(|manifest| manifest.kind() == "Gateway");
    let (Some(gateway), Some(routes)) = (gateway, facts.routes.get()) else { return Vec::new() };
    let attached = routes.iter().filter(|route| {
        list(route, "/spec/parentRefs").iter().any(|parent| text(parent, "/name") == gateway.name())
    });
    let finding = |route: &Value| {
        let backends = list(route, "/spec/rules").iter().flat_map(|rule| list(rule, "/backendRefs"));
        let pools = backends.filter(|backend| text(backend, "/kind") == "InferencePool");
        let other = pools.map(|backend| text(backend, "/name")).find(|name| *name != own)?;
        let name = text(route, "/metadata/name");
        let cause = format!(
            "it leads Gateway {} to InferencePool {other} as well: where two pools share a Gateway, requests bypass \
             the picker",
            gateway.name()
        );
        let fix = format!(
            "kubectl delete httproute {name} -n {}   # or give it a Gateway of its own",
            wanted.stack.namespace
        );
        Some(Finding::error(format!("HTTPRoute/{name}"), cause, fix))
    };
    attached.filter_map(finding).collect()
}
