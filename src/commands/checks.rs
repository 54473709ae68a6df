//! The flags of verbs that run checks: which of them, or what there are.

use std::fmt::Display;

use clap::ValueEnum;
use serde::Serialize;

use super::Output;
use crate::ui::{Printer, Table};
use crate::{Exit, Failure, doctor, verify};

/// A check of one of those verbs.
pub(super) trait Check: ValueEnum + Copy + PartialEq + Display + Send + Sync + 'static {
    /// What it is about, and what holds when it passes.
    fn about(self) -> (String, &'static str);
}

impl Check for doctor::Check {
    fn about(self) -> (String, &'static str) {
        (self.category().to_string(), self.title())
    }
}

impl Check for verify::Check {
    fn about(self) -> (String, &'static str) {
        (self.category().to_string(), self.title())
    }
}

/// A check that there is.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct ListedCheck {
    /// Its name, as `--only` takes it.
    check: String,
    /// What it is about.
    category: String,
    /// What holds when it passes.
    title: &'static str,
}

/// Which checks run.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Selection<C: Check> {
    /// Run these checks only; see --list
    #[arg(long, value_name = "CHECK", value_enum, value_delimiter = ',', hide_possible_values = true)]
    only: Vec<C>,
    /// Leave these checks out
    #[arg(long, value_name = "CHECK", value_enum, value_delimiter = ',', hide_possible_values = true)]
    skip: Vec<C>,
    /// List the checks and run none
    #[arg(long)]
    pub(super) list: bool,
}

impl<C: Check> Selection<C> {
    /// Those that are wanted, in their order.
    pub(super) fn checks(&self) -> Vec<C> {
        let Self { only, skip, .. } = self;
        let is_wanted = |check: &C| (only.is_empty() || only.contains(check)) && !skip.contains(check);
        C::value_variants().iter().copied().filter(is_wanted).collect()
    }

    /// Lists all there are.
    pub(super) fn list(output: Output, ui: &Printer) -> Result<Exit, Failure> {
        let listed = C::value_variants().iter().map(|check| {
            let (category, title) = check.about();
            ListedCheck { check: check.to_string(), category, title }
        });
        if output == Output::Json {
            ui.json(&listed.collect::<Vec<_>>())?;
        } else {
            let rows = listed.map(|one| vec![one.check, one.category, one.title.to_owned()]);
            ui.table(&Table::of(["check", "category", "what holds"], rows));
        }
        Ok(Exit::Done)
    }
}
