//! `llmd bench explain`: what the figures mean.

use llmd_bench::report::metric::{EXPLANATIONS, Metric};

use crate::ui::{Printer, Table};
use crate::{Exit, Failure};

/// Explain a metric: its formula, and what other tools mean by the name
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  llmd bench explain\n  llmd bench explain ttft")]
pub(super) struct Args {
    /// Which one; all in a line each without
    metric: Option<String>,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Some(name) = &args.metric else {
        let rows = EXPLANATIONS
            .iter()
            .map(|one| vec![one.name.to_owned(), one.label.to_owned(), one.meaning.to_owned()]);
        ui.table(&Table::of(["metric", "in tables", "meaning"], rows));
        return Ok(Exit::Done);
    };
    let metric = Metric::named(name).ok_or_else(|| {
        Failure::usage(format!("there is no metric `{name}`")).hint("llmd bench explain lists them")
    })?;
    let explanation = metric.explanation();
    ui.data(&format!("{}: {}", explanation.label, explanation.meaning));
    ui.data(&format!("  formula    {}", explanation.formula));
    ui.data(&format!("  elsewhere  {}", explanation.elsewhere));
    Ok(Exit::Done)
}
