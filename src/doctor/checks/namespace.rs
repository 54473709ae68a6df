//! The namespace: whether it takes objects, its quota, what is admitted there, and the names.

use std::collections::BTreeMap;

use super::super::quantity::{thousandths, words};
use super::super::workload::Resources;
use super::{Facts, Seen, Wanted};
use crate::cluster::object::text;
use crate::doctor::report::{Finding, Verdict};
use crate::render::budget;

pub(super) fn namespace(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let name = &wanted.stack.namespace;
    let Some(live) = facts.namespace.known()? else {
        return Ok(Verdict::new(format!("{name} is not there yet; apply makes it"), Vec::new()));
    };
    let leaving = live.pointer("/metadata/deletionTimestamp").map(|_| {
        Finding::error(
            format!("Namespace/{name}"),
            "it is being deleted and takes nothing in",
            format!("kubectl wait --for=delete namespace/{name} --timeout=5m"),
        )
    });
    Ok(Verdict::new(format!("{name} is there"), leaving.into_iter().collect()))
}

/// What the whole stack asks of each quota, against what is left of it. Pods of the stack that run already are in both.
pub(super) fn quota(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let quotas = facts.quotas.known()?;
    if quotas.is_empty() {
        return Err("the namespace has no quota".to_owned());
    }
    let asked = asked(wanted, facts);
    let mut findings = Vec::new();
    for quota in quotas {
        let hard = quota.pointer("/status/hard").or_else(|| quota.pointer("/spec/hard"));
        for (resource, hard) in hard.and_then(serde_json::Value::as_object).into_iter().flatten() {
            let Some((hard, asked)) = thousandths(hard).zip(asked.get(resource).copied()) else { continue };
            let used = quota["status"]["used"].get(resource).and_then(thousandths).unwrap_or_default();
            let left = hard.saturating_sub(used);
            if asked > left {
                let name = text(quota, "/metadata/name");
                let cause = format!(
                    "{resource}: {} more is asked for, {} of {} is left",
                    words(resource, asked),
                    words(resource, left),
                    words(resource, hard)
                );
                let raised = hard.saturating_add(asked.saturating_sub(left));
                let amount = amount(raised);
                let fix = format!(
                    "kubectl patch resourcequota {name} -n {} --type=merge -p \
                     '{{\"spec\":{{\"hard\":{{\"{resource}\":\"{amount}\"}}}}}}'   # by who may",
                    wanted.stack.namespace
                );
                findings.push(Finding::error(format!("ResourceQuota/{name}"), cause, fix));
            }
        }
    }
    Ok(Verdict::new(format!("{} quotas, with enough left", quotas.len()), findings))
}

/// Thousandths as a quantity that the API takes.
fn amount(thousandths: i128) -> String {
    match (thousandths / 1000, thousandths % 1000) {
        (whole, 0) => whole.to_string(),
        (whole, _) => whole.saturating_add(1).to_string(),
    }
}

/// By the names that quotas use.
fn asked(wanted: &Wanted<'_>, facts: &Facts) -> Resources {
    let mut asked = Resources::new();
    let live = facts.pods.get().map_or(&[][..], Vec::as_slice);
    for workload in &wanted.workloads {
        let is_one = |pod: &&serde_json::Value| {
            text(pod, "/metadata/namespace") == wanted.stack.namespace && workload.has(pod)
        };
        let running = u64::try_from(live.iter().filter(is_one).count()).unwrap_or(u64::MAX);
        let pods = i128::from(workload.replicas.saturating_sub(running));
        let mut add = |name: String, quantity: i128| {
            let entry = asked.entry(name).or_default();
            *entry = entry.saturating_add(quantity.saturating_mul(pods));
        };
        add("pods".to_owned(), 1000);
        add("count/pods".to_owned(), 1000);
        for (resource, quantity) in workload.demand() {
            add(format!("requests.{resource}"), quantity);
            if matches!(resource.as_str(), "cpu" | "memory") {
                add(resource, quantity);
            }
        }
        let limits: BTreeMap<String, i128> = limits(workload.spec());
        for (resource, quantity) in limits {
            add(format!("limits.{resource}"), quantity);
        }
    }
    asked.retain(|_, quantity| *quantity > 0);
    asked
}

fn limits(spec: &serde_json::Value) -> Resources {
    let containers = crate::cluster::object::list(spec, "/containers").iter();
    let all = containers.filter_map(|container| container.pointer("/resources/limits")?.as_object());
    all.flatten().fold(Resources::new(), |mut sum, (name, value)| {
        let entry = sum.entry(name.clone()).or_default();
        *entry = entry.saturating_add(thousandths(value).unwrap_or_default());
        sum
    })
}

/// What limit ranges, Pod Security and webhooks say to a pod of each workload: tried out by a dry run.
pub(super) fn admission(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let tried = facts.admission.known()?;
    if tried.is_empty() {
        return Err("the stack has no pods".to_owned());
    }
    let namespace = &wanted.stack.namespace;
    let findings = tried.iter().filter_map(|(workload, refusal)| {
        let reason = refusal.as_deref()?;
        let fix = if reason.contains("PodSecurity") {
            format!(
                "kubectl label namespace {namespace} --overwrite pod-security.kubernetes.io/enforce=privileged   \
                 # by who may"
            )
        } else {
            format!("kubectl describe limitrange,resourcequota -n {namespace}")
        };
        Some(Finding::error(workload, reason, fix))
    });
    Ok(Verdict::new(format!("a pod of each of {} workloads was tried out", tried.len()), findings.collect()))
}

/// The longest names, those that controllers will make included. One that is cut still works.
pub(super) fn names(wanted: &Wanted<'_>) -> Verdict {
    let rows = budget::check(wanted.stack);
    let fix = format!("llmd names {} --postfix short   # and the same postfix for apply", wanted.flags);
    let errors = rows.iter().filter(|row| row.is_error());
    let findings = errors.map(|row| Finding::error(&row.object, row.to_string(), &fix)).collect();
    let cut = rows.iter().filter(|row| matches!(row.verdict, budget::Verdict::Cut(_))).count();
    let cut = if cut > 0 { format!(", of which controllers cut {cut}: llmd names") } else { String::new() };
    Verdict::new(format!("{} names fit{cut}", rows.len()), findings)
}
