//! `llmd bench report`: saved runs, shown or compared.

use std::path::{Path, PathBuf};

use llmd_bench::report::comparison::{Comparison, tell_apart};
use llmd_bench::report::{BenchReport, json, tables};

use super::save::{Folder, REPORT};
use super::show;
use crate::commands::Output;
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Show a saved run, or compare two
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd bench report results/report.json
  llmd bench report monday tuesday --save compared        # folders of --save")]
pub(super) struct Args {
    /// The report of a run, or the folder that it was saved in
    run: PathBuf,
    /// Another one to compare it with
    other: Option<PathBuf>,
    /// Compare them although they were asked different things
    #[arg(long, requires = "other")]
    different: bool,
    /// Folder for the page and the comparison
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let mut first = read(&args.run)?;
    let Some(other) = &args.other else {
        match args.output {
            Output::Json => ui.json(&first)?,
            Output::Table => show::text(&tables::of(&first), ui),
        }
        return saved(args, &[first], None, ui);
    };
    let mut other = read(other)?;
    tell_apart(std::slice::from_mut(&mut first), std::slice::from_mut(&mut other));
    let (a, b) = (std::slice::from_ref(&first), std::slice::from_ref(&other));
    let comparison = if args.different { Comparison::of_different(a, b) } else { Comparison::of(a, b) };
    let comparison = comparison.map_err(|error| {
        Failure::new(Exit::Usage, error).hint("--different compares them all the same, and says what differs")
    })?;
    match args.output {
        Output::Json => ui.json(&comparison)?,
        Output::Table => show::text(&tables::of_comparison(&comparison), ui),
    }
    saved(args, &[first, other], Some(&comparison), ui)
}

fn read(path: &Path) -> Result<BenchReport, Failure> {
    let path = if path.is_dir() { path.join(REPORT) } else { path.to_owned() };
    json::read(&path).map_err(|error| Failure::new(Exit::Usage, error))
}

fn saved(
    args: &Args,
    reports: &[BenchReport],
    comparison: Option<&Comparison>,
    ui: &Printer,
) -> Result<Exit, Failure> {
    if let Some(folder) = &args.save {
        let folder = Folder::new(folder)?;
        if let Some(comparison) = comparison {
            folder.json("comparison.json", comparison)?;
        }
        let page = folder.page(reports, comparison)?;
        ui.note(&format!("report: file://{}", page.display()));
    }
    Ok(Exit::Done)
}
