//! `llmd names`: every name that a stack will have, with its length and limit.

use serde::Serialize;

use super::{Output, StackArgs};
use crate::environment;
use crate::error::{Exit, Failure};
use crate::render::{self, budget};
use crate::ui::{Printer, Table};

/// List the names that a stack will have, pods and proxies included, with their lengths and limits
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  llmd names -e istio --postfix team-blue-production")]
pub struct Args {
    #[command(flatten)]
    stack: StackArgs,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// The names of a stack.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct NamesReport<'a> {
    /// Where the stack would be.
    namespace: &'a str,
    /// Every name, with its limit.
    names: &'a [budget::Row],
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let request = args.stack.request()?;
    let stack = render::render(&environment::resolve(&request)?)?;
    let rows = budget::check(&stack);
    if args.output == Output::Json {
        ui.json(&NamesReport { namespace: &stack.namespace, names: &rows })?;
    } else {
        let cells = rows.iter().map(|row| {
            vec![
                row.object.clone(),
                row.what.clone(),
                row.value.clone(),
                format!("{}/{}", row.length, row.limit),
                row.verdict.to_string(),
            ]
        });
        ui.table(&Table::of(["OBJECT", "WHAT", "NAME", "LENGTH", "VERDICT"], cells));
    }
    super::stack_args::report_names(&rows, &request, ui)?;
    Ok(Exit::Done)
}
