//! `llmd schema`: what reports look like, as JSON Schema.

mod closed;
mod reports;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

pub use reports::{REPORTS, Report};

use crate::ui::{Printer, Table};
use crate::{Exit, Failure};

/// Print the JSON Schema of a report, or list the reports that there are
///
/// What `-o json` prints, each line of `-o jsonl`, and the JSON that `bench --save` writes, hold to these schemas (draft
/// 2020-12): every key that there may be is in them, and every value that an enumeration has.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd schema
  llmd schema status > status.schema.json
  llmd schema bench-compare | jq '.properties | keys'")]
pub struct Args {
    /// Print the schema of this report [default: list them all]
    #[arg(value_name = "REPORT", value_parser = known(), hide_possible_values = true)]
    report: Option<&'static Report>,
}

fn known() -> impl TypedValueParser<Value = &'static Report> {
    let names = REPORTS.iter().map(|report| PossibleValue::new(report.name).help(report.about));
    PossibleValuesParser::new(names).try_map(|name| Report::named(&name).ok_or("there is no such report"))
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    if let Some(report) = args.report {
        ui.json(&report.schema())?;
        return Ok(Exit::Done);
    }
    let rows = REPORTS.iter().map(|report| {
        let printed_by = report.printed_by.iter().map(|command| format!("llmd {command}"));
        [report.name.to_owned(), printed_by.collect::<Vec<_>>().join(", "), report.about.to_owned()].to_vec()
    });
    ui.table(&Table::of(["report", "printed by", "what it tells"], rows));
    Ok(Exit::Done)
}
