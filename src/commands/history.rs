//! `llmd history`: what was done to a deployment, and when.

use super::list::{seconds, status_mark};
use super::{Output, TargetArgs, nothing_installed, only_on_a_cluster, unless_interrupted};
use crate::cluster::{Cluster, ConnectArgs, ListedRelease};
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
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Only this release, by its name or part
    #[arg(long, value_name = "infra|gaie|ms|NAME")]
    release: Option<String>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// Lists the records of the target's releases in the order of their times.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { target, connection, release, output } = args;
    only_on_a_cluster(&target.environment, "history")?;
    let target = target.target()?;
    let releases = match release {
        Some(name) => vec![target.release(name)?.to_owned()],
        None => target.releases.clone(),
    };
    let mut records = unless_interrupted(async {
        let cluster = Cluster::connect(connection).await?;
        let records = cluster.history(&target.namespace, &releases).await?;
        if records.is_empty() { Err(nothing_installed(&cluster, &target).await) } else { Ok(records) }
    })
    .await?;
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
