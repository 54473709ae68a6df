//! The CRDs: those of the monitors apart, as a stack serves without them.

use super::super::definitions::{Definition, State, needed, standing};
use super::{Facts, Seen, Wanted};
use crate::doctor::report::{Finding, Verdict};

/// The groups of monitors.
const MONITORS: [&str; 2] = ["monitoring.coreos.com", "monitoring.googleapis.com"];

pub(super) fn definitions(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    judged(wanted, facts, false)
}

pub(super) fn monitoring(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let verdict = judged(wanted, facts, true)?;
    let off = |finding: Finding| Finding {
        fix: format!(
            "{}   # or without monitors: --set gaie.inferenceExtension.monitoring.prometheus.enabled=false \
             --set ms.decode.monitoring.podmonitor.enabled=false",
            finding.fix
        ),
        ..finding
    };
    Ok(Verdict::new(verdict.evidence, verdict.findings.into_iter().map(off).collect()))
}

fn judged(wanted: &Wanted<'_>, facts: &Facts, monitors: bool) -> Seen {
    let needed: Vec<_> = needed(wanted.stack, wanted.needs)
        .into_iter()
        .filter(|one| MONITORS.contains(&one.group.as_str()) == monitors)
        .collect();
    if needed.is_empty() {
        return Err("the stack has no such objects".to_owned());
    }
    let all = standing(&needed, wanted.needs, &facts.definitions);
    if let Some(unknown) = all.iter().find(|definition| definition.state == State::Unknown) {
        return Err(unknown.cause.clone().unwrap_or_default());
    }
    let findings = all.iter().filter(|definition| definition.state.is_wrong()).map(finding);
    let bundles: std::collections::BTreeSet<&str> =
        all.iter().filter_map(|definition| definition.bundle.as_deref()).collect();
    let releases = if bundles.is_empty() {
        String::new()
    } else {
        format!(", of releases {}", bundles.into_iter().collect::<Vec<_>>().join(", "))
    };
    Ok(Verdict::new(format!("{} definitions{releases}", all.len()), findings.collect()))
}

fn finding(definition: &Definition) -> Finding {
    let place = format!("CustomResourceDefinition/{}", definition.name);
    let (cause, fix) =
        (definition.cause.clone().unwrap_or_default(), definition.fix.clone().unwrap_or_default());
    if definition.state == State::TooNew {
        Finding::warning(place, cause, fix)
    } else {
        Finding::error(place, cause, fix)
    }
}
