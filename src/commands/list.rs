//! `llmd list`: the guide's releases that are installed.

use super::{Output, local};
use crate::cluster::{Cluster, ConnectArgs, ListedRelease};
use crate::env_vars;
use crate::environment::is_local;
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// List the releases of the guide's charts, whoever installed them, and the stacks on this machine
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  llmd list -n llm-d\n  llmd list -A -o json\n  llmd list -e local")]
pub struct Args {
    /// `local` lists the stacks on this machine and nothing else; any other, the cluster alone [default: both]
    #[arg(short, long, env = env_vars::LLMD_ENVIRONMENT, value_name = "ENV|FILE")]
    environment: Option<String>,
    /// Namespace [default: llm-d-inference-scheduler]
    #[arg(short, long, env = env_vars::NAMESPACE, value_name = "NS")]
    namespace: Option<String>,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Look into every namespace, whatever else names one
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Output,
}

/// Lists the releases of the guide's charts, whoever installed them.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { environment, namespace, connection, all_namespaces, output } = args;
    if environment.as_deref().map(is_local).transpose()? == Some(true) {
        return local::list(*output, ui);
    }
    let namespace = super::stack_args::namespace_or_default(namespace.as_deref())?;
    let has_local = environment.is_none() && local::note_stacks(ui);
    let records = async {
        let cluster = Cluster::connect(connection).await?;
        Ok::<_, Failure>(cluster.releases((!all_namespaces).then_some(namespace)).await?)
    };
    let records = match records.await {
        // Who has stacks on this machine may well have no cluster.
        Err(failure) if has_local && failure.exit == Exit::Preflight => {
            ui.warn(&format!("no cluster is listed: {}", failure.error));
            Vec::new()
        }
        records => records?,
    };
    let releases: Vec<ListedRelease> = records.iter().map(ListedRelease::from).collect();
    if *output == Output::Json {
        ui.json(&releases)?;
        return Ok(Exit::Done);
    }
    if releases.is_empty() {
        let place = if *all_namespaces { "the cluster".to_owned() } else { format!("namespace {namespace}") };
        ui.note(&format!("no release of llm-d's charts in {place}"));
        return Ok(Exit::Done);
    }
    let mut table =
        Table::new(["name", "namespace", "revision", "updated", "status", "chart", "app version"]);
    for release in releases {
        let mark = status_mark(&release.status);
        table.row(vec![
            (release.name, Mark::Plain),
            (release.namespace, Mark::Plain),
            (release.revision.to_string(), Mark::Plain),
            (seconds(&release.updated), Mark::Plain),
            (release.status, mark),
            (release.chart, Mark::Plain),
            (release.app_version, Mark::Plain),
        ]);
    }
    ui.table(&table);
    Ok(Exit::Done)
}

/// How the status of a release looks.
pub(super) fn status_mark(status: &str) -> Mark {
    match status {
        "deployed" => Mark::Good,
        "failed" => Mark::Bad,
        "superseded" => Mark::Plain,
        _ => Mark::Changed,
    }
}

/// A time without its fraction of a second, in UTC.
pub(super) fn seconds(time: &str) -> String {
    match time.parse::<jiff::Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_shown_to_the_second() {
        assert_eq!(super::seconds("2026-11-24T02:38:57.129769381Z"), "2026-11-24 02:38:57 UTC");
        assert_eq!(super::seconds("2026-11-24T02:38:57+02:00"), "2026-11-24 00:38:57 UTC");
        assert_eq!(super::seconds("-"), "-");
    }
}
