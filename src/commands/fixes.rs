//! `llmd fixes`: the defects of the guide that are mended by default.

use super::Output;
use crate::environment;
use crate::error::{Exit, Failure};
use crate::ui::Printer;

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
    let blocks: Vec<String> = fixes
        .iter()
        .map(|fix| format!("{}\n  upstream: {}\n  here:     {}", fix.name, fix.reason, fix.effect))
        .collect();
    ui.data(&blocks.join("\n\n"));
    Ok(Exit::Done)
}
