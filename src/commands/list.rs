//! `llmd list`: the guide's releases that are installed, and the stacks on this machine.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Output, local};
use crate::cluster::{Cluster, ConnectArgs, ListedRelease};
use crate::env_vars;
use crate::environment::is_local;
use crate::local::ListedStack;
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

/// What there is. Where nobody looked a list is absent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListReport {
    /// The stacks on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_stacks: Option<Vec<ListedStack>>,
    /// The releases of the guide's charts in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases: Option<Vec<ListedRelease>>,
}

/// Lists the releases of the guide's charts, whoever installed them, and the stacks on this machine.
pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { environment, namespace, connection, all_namespaces, output } = args;
    let is_local = environment.as_deref().map(is_local).transpose()?;
    let local_stacks = match is_local {
        Some(false) => None,
        Some(true) => Some(local::stacks(ui)?),
        None => local::stacks(ui).map_err(|failure| ui.warn(&failure.error.to_string())).ok(),
    };
    let report = if is_local == Some(true) {
        if local_stacks.iter().all(Vec::is_empty) {
            ui.note("no local stack");
        }
        ListReport { local_stacks, releases: None }
    } else {
        let namespace = super::stack_args::namespace_or_default(namespace.as_deref())?;
        let place = (!all_namespaces).then_some(namespace);
        let releases = match releases(connection, place).await {
            Ok(releases) => Some(releases),
            // Who has stacks on this machine may well have no cluster.
            Err(failure)
                if failure.exit == Exit::Preflight
                    && local_stacks.iter().any(|stacks| !stacks.is_empty()) =>
            {
                ui.warn(&format!("no cluster is listed: {}", failure.error));
                None
            }
            Err(failure) => return Err(failure),
        };
        if releases.as_ref().is_some_and(Vec::is_empty) {
            let place = place.map_or_else(|| "the cluster".to_owned(), |place| format!("namespace {place}"));
            ui.note(&format!("no release of llm-d's charts in {place}"));
        }
        ListReport { local_stacks, releases }
    };
    match output {
        Output::Json => ui.json(&report)?,
        Output::Table => print(&report, ui),
    }
    Ok(Exit::Done)
}

/// The releases of a namespace, or of all.
async fn releases(connection: &ConnectArgs, namespace: Option<&str>) -> Result<Vec<ListedRelease>, Failure> {
    let cluster = Cluster::connect(connection).await?;
    Ok(cluster.releases(namespace).await?.iter().map(ListedRelease::from).collect())
}

/// A table of each kind that there is something of.
fn print(report: &ListReport, ui: &Printer) {
    let stacks = report.local_stacks.iter().filter(|stacks| !stacks.is_empty());
    let releases = report.releases.iter().filter(|releases| !releases.is_empty());
    let tables = stacks.map(|stacks| local::table(stacks)).chain(releases.map(|releases| table(releases)));
    for (number, table) in tables.enumerate() {
        if number > 0 {
            ui.data("");
        }
        ui.table(&table);
    }
}

fn table(releases: &[ListedRelease]) -> Table {
    let mut table =
        Table::new(["name", "namespace", "revision", "updated", "status", "chart", "app version"]);
    for release in releases {
        table.row(vec![
            (release.name.clone(), Mark::Plain),
            (release.namespace.clone(), Mark::Plain),
            (release.revision.to_string(), Mark::Plain),
            (seconds(&release.updated), Mark::Plain),
            (release.status.clone(), status_mark(&release.status)),
            (release.chart.clone(), Mark::Plain),
            (release.app_version.clone(), Mark::Plain),
        ]);
    }
    table
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
