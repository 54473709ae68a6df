//! Which releases a verb reads the records of.

use super::{Target, TargetArgs, nothing_installed, only_on_a_cluster, unless_interrupted};
use crate::Failure;
use crate::cluster::release::Record;
use crate::cluster::{Cluster, ConnectArgs};

/// A deployment, or one release of it.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RecordedArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Only this release, by its name or part
    #[arg(long, value_name = "infra|gaie|ms|NAME")]
    pub(super) release: Option<String>,
}

impl RecordedArgs {
    /// The releases in order of installation, and all of their records, oldest first; there is at least one.
    pub(super) async fn read(&self) -> Result<(Vec<String>, Vec<Record>), Failure> {
        only_on_a_cluster(&self.target.environment, "records")?;
        let target: Target = self.target.target()?;
        let releases = match &self.release {
            Some(name) => vec![target.release(name)?.to_owned()],
            None => target.releases.clone(),
        };
        let records = unless_interrupted(async {
            let cluster = Cluster::connect(&self.connection).await?;
            let records = cluster.history(&target.namespace, &releases).await?;
            if records.is_empty() { Err(nothing_installed(&cluster, &target).await) } else { Ok(records) }
        })
        .await?;
        Ok((releases, records))
    }
}
