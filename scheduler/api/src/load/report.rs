//! Findings as they come in.

use std::cell::RefCell;

use crate::finding::{Finding, Place, Severity, did_you_mean};

/// Collects findings; shared by everything that reads a part of the text.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: RefCell<Vec<Finding>>,
}

impl Report {
    pub(super) fn add(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    pub(super) fn error(&self, place: &Place, key: &str, message: impl Into<String>, hint: Option<String>) {
        self.add(finding(Severity::Error, place, key, message.into(), hint));
    }

    pub(super) fn warning(&self, place: &Place, key: &str, message: impl Into<String>, hint: Option<String>) {
        self.add(finding(Severity::Warning, place, key, message.into(), hint));
    }

    /// A warning about what only this project's picker does not do.
    pub(super) fn ours(&self, place: &Place, key: &str, message: impl Into<String>) {
        let finding = finding(Severity::Warning, place, key, message.into(), None);
        self.add(Finding { is_ours: true, ..finding });
    }

    /// An error about a name that is none of the known ones.
    pub(super) fn unknown<'a>(
        &self,
        (place, key): (&Place, &str),
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = did_you_mean(name, known.iter().copied()).or_else(|| {
            (known.len() <= 8 && !known.is_empty()).then(|| format!("there is {}", list(&known)))
        });
        self.error(place, key, format!("{what} `{name}`"), hint);
    }

    /// In the order of the text.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by(|a, b| a.place.cmp(&b.place));
        findings
    }
}

fn finding(severity: Severity, place: &Place, key: &str, message: String, hint: Option<String>) -> Finding {
    Finding { severity, place: place.clone(), key: key.to_owned(), message, hint, is_ours: false }
}

/// "`a`, `b` and `c`".
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
