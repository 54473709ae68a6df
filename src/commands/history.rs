//! `llmd history`: what was done to a deployment, and when.

use super::Output;
use super::list::{seconds, status_mark};
use super::recorded::RecordedArgs;
use crate::cluster::ListedRelease;
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// Show every revision of a deployment's releases, the latest last
///
/// Each release counts its own revisions; what one apply did to several of them bears one time. `llmd rollback` goes back
/// to any of them.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  llmd history -e istio -n llm-d\n  llmd history --release gaie -o json")]
pub struct Args {
    #[command(flatten)]
    recorded: RecordedArgs,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// Lists the records of the target's releases in the order of their times.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { recorded, output } = args;
    let (releases, mut records) = recorded.read().await?;
    let place = |name: &str| releases.iter().position(|release| release == name);
    records.sort_by_key(|record| {
        (record.updated().parse::<jiff::Timestamp>().ok(), place(record.name()), record.revision())
    });
    let listed: Vec<ListedRelease> = records.iter().map(ListedRelease::from).collect();
    if *output == Output::Json {
        ui.json(&listed)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(["release", "revision", "updated", "status", "chart", "description"]);
    for release in listed {
        let mark = status_mark(&release.status);
        table.row(vec![
            (release.name, Mark::Plain),
            (release.revision.to_string(), Mark::Plain),
            (seconds(&release.updated), Mark::Plain),
            (release.status, mark),
            (release.chart, Mark::Plain),
            (release.description.replace('\n', " "), Mark::Plain),
        ]);
    }
    ui.table(&table);
    Ok(Exit::Done)
}
