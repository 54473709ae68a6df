//! Whether runs were asked the same.

use super::super::BenchReport;
use crate::scenario::Scenario;

/// Why there is no comparison.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    #[error("compare: an arm has no run")]
    NoRuns,
    /// What differs.
    #[error("compare runs that were not asked the same: {}", self.what_differs())]
    Different(Vec<String>),
}

impl NotComparable {
    /// As part of a sentence.
    pub fn what_differs(&self) -> String {
        match self {
            Self::NoRuns => "an arm has no run".into(),
            Self::Different(what) => what.join(", and "),
        }
    }
}

/// All runs against the first.
pub(super) fn check(a: &[BenchReport], b: &[BenchReport]) -> Result<(), NotComparable> {
    let (Some(first), false) = (a.first(), b.is_empty()) else { return Err(NotComparable::NoRuns) };
    let mut what: Vec<String> = Vec::new();
    if a.iter().chain(b).any(|report| report.is_partial) {
        what.push("a run was stopped before its end".into());
    }
    for other in a.iter().chain(b).skip(1) {
        let fields = differing(&first.scenario, &other.scenario);
        let said = if !fields.is_empty() {
            format!("their scenarios differ in {}", fields.join(", "))
        } else if first.prompts_hash != other.prompts_hash {
            "their prompts differ although the scenarios are equal (another tokenizer, file or version)"
                .into()
        } else if first.stages.len() != other.stages.len() {
            "they have other numbers of stages".into()
        } else {
            continue;
        };
        if !what.contains(&said) {
            what.push(said);
        }
    }
    if what.is_empty() { Ok(()) } else { Err(NotComparable::Different(what)) }
}

/// Fields that have other values. The name does not count: it changes no request.
fn differing(a: &Scenario, b: &Scenario) -> Vec<&'static str> {
    let Scenario { name: _, workload, arrivals, stages, pause, drain_timeout, seed, request, slo } = a;
    let fields = [
        ("workload", *workload == b.workload),
        ("arrivals", *arrivals == b.arrivals),
        ("stages", *stages == b.stages),
        ("pause", pause.to_bits() == b.pause.to_bits()),
        ("drain_timeout", drain_timeout.to_bits() == b.drain_timeout.to_bits()),
        ("seed", *seed == b.seed),
        ("request", *request == b.request),
        ("slo", *slo == b.slo),
    ];
    fields.into_iter().filter(|(_, is_equal)| !is_equal).map(|(name, _)| name).collect()
}
