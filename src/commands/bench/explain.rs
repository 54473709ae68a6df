//! `llmd bench explain`: what the figures mean.

use llmd_bench::report::metric::{EXPLANATIONS, Metric};
use llmd_bench::report::tables::VERDICTS;

use crate::ui::{Printer, Table};
use crate::{Exit, Failure};

/// Explain a metric, its formula and what other tools mean by the name, or a stage's verdict
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd bench explain\n  llmd bench explain ttft\n  llmd bench explain verdict"
)]
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
        ui.note("llmd bench explain verdict: what is said of stages");
        return Ok(Exit::Done);
    };
    if name == "verdict" {
        let rows =
            VERDICTS.iter().map(|(verdict, meaning)| vec![(*verdict).to_owned(), (*meaning).to_owned()]);
        ui.table(&Table::of(["verdict", "meaning"], rows));
        return Ok(Exit::Done);
    }
    let metric = Metric::named(name).ok_or_else(|| {
        Failure::usage(format!("there is no metric `{name}`"))
            .hint("llmd bench explain lists them, and the verdicts: llmd bench explain verdict")
    })?;
    let explanation = metric.explanation();
    ui.data(&format!("{}: {}", explanation.label, explanation.meaning));
    ui.data(&format!("  formula    {}", explanation.formula));
    ui.data(&format!("  elsewhere  {}", explanation.elsewhere));
    Ok(Exit::Done)
}
