//! What came of the checks.

use std::time::Duration;

use serde::Serialize;

use super::check::{Category, Check};
use crate::serving::Serving;

/// What came of all checks.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct VerifyReport {
    /// `http://HOST:PORT`: where requests went.
    pub front_door: String,
    /// The name that requests gave.
    pub model: String,
    /// Makes the prompts again.
    pub seed: u64,
    /// How many checks passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many could not look.
    pub skipped: usize,
    /// Whether it was stopped before the last check.
    pub is_partial: bool,
    /// In the order in which they ran.
    pub checks: Vec<CheckReport>,
}

/// What came of one check.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CheckReport {
    /// Its name, as `--only` takes it.
    pub check: Check,
    /// What it is about.
    pub category: Category,
    /// What holds when it passes.
    pub title: &'static str,
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    Passed {
        /// What was seen that shows it.
        evidence: String,
    },
    Failed(Finding),
    Skipped {
        /// Why it could not look.
        reason: String,
    },
}

/// What is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// What was seen instead.
    pub what: String,
    /// Why that may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl VerifyReport {
    /// Of a stack that nothing is known of yet.
    pub fn new(serving: &Serving, seed: u64) -> Self {
        Self {
            front_door: serving.front_door.clone(),
            model: serving.model.clone(),
            seed,
            passed: 0,
            failed: 0,
            skipped: 0,
            is_partial: true,
            checks: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, check: Check, outcome: Outcome, took: Duration) -> &CheckReport {
        *match outcome {
            Outcome::Passed { .. } => &mut self.passed,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Skipped { .. } => &mut self.skipped,
        } += 1;
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let (category, title) = (check.category(), check.title());
        self.checks.push(CheckReport { check, category, title, outcome, milliseconds });
        &self.checks[self.checks.len() - 1]
    }

    /// Whether at least one check ran and none failed.
    pub fn holds(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// The checks that failed, and why.
    pub fn findings(&self) -> impl Iterator<Item = (Check, &Finding)> {
        self.checks.iter().filter_map(|report| match &report.outcome {
            Outcome::Failed(finding) => Some((report.check, finding)),
            _ => None,
        })
    }
}

impl Outcome {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed { .. } => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// What was seen, or why nothing was looked at.
    pub fn text(&self) -> &str {
        match self {
            Self::Passed { evidence } => evidence,
            Self::Failed(finding) => &finding.what,
            Self::Skipped { reason } => reason,
        }
    }
}
