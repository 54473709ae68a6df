//! `llmd fixes`: the defects of the guide that are mended by default.

use super::Output;
use crate::environment;
use crate::error::{Exit, Failure};
use crate::ui::{Printer, Table};

/// List the defects of the guide that llmd mends by default
///
/// Each fix that applies is printed by `render` and `apply`. `--no-fix NAME` turns one off, `--as-upstream` all.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  llmd fixes\n  llmd render -e standalone --no-fix standalone/envoy-config"
)]
pub struct Args {
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let fixes = environment::all_fixes()?;
    if args.output == Output::Json {
        ui.json(&fixes)?;
        return Ok(Exit::Done);
    }
    let rows = fixes.iter().map(|fix| vec![fix.name.clone(), fix.reason.clone(), fix.effect.clone()]);
    ui.table(&Table::of(["FIX", "WHAT IS WRONG UPSTREAM", "WHAT LLMD DOES"], rows));
    Ok(Exit::Done)
}
