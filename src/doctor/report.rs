//! What came of the checks.

use serde::Serialize;

use super::check::{Category, Check};

/// What came of all checks.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    /// The kubeconfig's context.
    pub context: String,
    /// The environment that was looked at.
    pub environment: String,
    /// Where it would be applied.
    pub namespace: String,
    /// How many checks passed.
    pub passed: usize,
    /// How many found nothing worse than warnings.
    pub warned: usize,
    /// How many failed.
    pub failed: usize,
    /// How many could not look.
    pub skipped: usize,
    /// In the order in which `doctor --list` names them.
    pub checks: Vec<CheckReport>,
}

/// What came of one check.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Its name, as `--only` takes it.
    pub check: Check,
    /// What it is about.
    pub category: Category,
    /// What holds when it passes.
    pub title: &'static str,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    Passed {
        /// What was seen that shows it.
        evidence: String,
    },
    /// Nothing that is certain to fail.
    Warned {
        /// What may be wrong.
        findings: Vec<Finding>,
    },
    Failed {
        /// What is wrong, and what may be.
        findings: Vec<Finding>,
    },
    Skipped {
        /// Why it could not look.
        reason: String,
    },
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Warning,
    /// `apply` would fail, or end with a stack that does not serve.
    Error,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The object: `Secret/llm-d-hf-token`.
    pub place: String,
    /// What is wrong with it.
    pub cause: String,
    /// A command that mends it, as it stands.
    pub fix: String,
}

impl Finding {
    pub(super) fn error(place: impl Into<String>, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place: place.into(), cause: cause.into(), fix: fix.into() }
    }

    pub(super) fn warning(
        place: impl Into<String>,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, cause, fix) }
    }
}

/// What a check saw; why it could not look, when it could not.
pub(super) type Seen = Result<Verdict, String>;

/// What holds, and what does not.
pub(super) struct Verdict {
    pub(super) evidence: String,
    pub(super) findings: Vec<Finding>,
}

impl Verdict {
    pub(super) fn new(evidence: impl Into<String>, findings: Vec<Finding>) -> Self {
        Self { evidence: evidence.into(), findings }
    }
}

impl From<Seen> for Outcome {
    fn from(seen: Seen) -> Self {
        match seen {
            Err(reason) => Self::Skipped { reason },
            Ok(Verdict { evidence, findings }) if findings.is_empty() => Self::Passed { evidence },
            Ok(Verdict { findings, .. })
                if findings.iter().any(|finding| finding.severity == Severity::Error) =>
            {
                Self::Failed { findings }
            }
            Ok(Verdict { findings, .. }) => Self::Warned { findings },
        }
    }
}

impl Outcome {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed { .. } => "passed",
            Self::Warned { .. } => "warned",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// What was seen, or why nothing was looked at, in one line.
    pub fn text(&self) -> String {
        match self {
            Self::Passed { evidence } => evidence.clone(),
            Self::Skipped { reason } => reason.clone(),
            Self::Warned { findings } | Self::Failed { findings } => {
                let first = findings.first().map(|finding| format!("{}: {}", finding.place, finding.cause));
                let more = findings.len().saturating_sub(1);
                let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
                first.unwrap_or_default() + &more
            }
        }
    }

    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Warned { findings } | Self::Failed { findings } => findings,
            Self::Passed { .. } | Self::Skipped { .. } => &[],
        }
    }
}

impl DoctorReport {
    pub(super) fn new(context: &str, environment: &str, namespace: &str) -> Self {
        Self {
            context: context.to_owned(),
            environment: environment.to_owned(),
            namespace: namespace.to_owned(),
            passed: 0,
            warned: 0,
            failed: 0,
            skipped: 0,
            checks: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, check: Check, outcome: Outcome) {
        *match outcome {
            Outcome::Passed { .. } => &mut self.passed,
            Outcome::Warned { .. } => &mut self.warned,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Skipped { .. } => &mut self.skipped,
        } += 1;
        let (category, title) = (check.category(), check.title());
        self.checks.push(CheckReport { check, category, title, outcome });
    }

    /// How many checks could look.
    pub fn ran(&self) -> usize {
        self.passed + self.warned + self.failed
    }

    /// Everything of this severity that was found, by check.
    pub fn findings(&self, severity: Severity) -> impl Iterator<Item = (Check, &Finding)> {
        self.checks
            .iter()
            .flat_map(|report| report.outcome.findings().iter().map(|finding| (report.check, finding)))
            .filter(move |(_, finding)| finding.severity == severity)
    }
}
