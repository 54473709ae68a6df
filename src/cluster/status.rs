//! Readiness of what is recorded as deployed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::fields::holds;
use super::object::ObjectRef;
use super::overview::{self, Overview};
use super::release::{Record, Status};
use super::rollout::{ObjectReport, Rollout, Target};
use super::{Cluster, Error};

/// Where a deployment stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The kubeconfig's context.
    pub context: String,
    /// Where the deployment is.
    pub namespace: String,
    /// Whether every object is ready, no release is missing and none is at odds with its record.
    pub ready: bool,
    /// The latest record of each release, in order of installation.
    pub releases: Vec<ListedRelease>,
    /// Releases that are not recorded, though others of the deployment are.
    pub missing: Vec<String>,
    /// Objects that are not what a failed revision wanted them to be.
    pub differing: Vec<ObjectRef>,
    /// Every object of the records, and whether it is ready.
    pub objects: Vec<ObjectReport>,
    #[serde(flatten)]
    pub overview: Overview,
    /// The API server's time of the look, from which ages count.
    #[serde(skip)]
    pub now: Timestamp,
    /// Who is at work on the deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
}

/// One release as its latest record tells.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedRelease {
    /// Name of the release.
    pub name: String,
    /// Where it is.
    pub namespace: String,
    /// Counted from 1.
    pub revision: u64,
    /// When this revision was recorded, RFC 3339.
    pub updated: String,
    /// As Helm calls it: `deployed`, `superseded`, `failed`, `uninstalling`, `pending-install` …
    pub status: String,
    /// Name and version of its chart: `inferencepool-v1.3.0`.
    pub chart: String,
    /// Version of what the chart deploys.
    pub app_version: String,
    /// What was done, in words: `Upgrade complete`.
    pub description: String,
}

impl From<&Record> for ListedRelease {
    fn from(record: &Record) -> Self {
        Self {
            name: record.name().to_owned(),
            namespace: record.namespace().to_owned(),
            revision: record.revision(),
            updated: record.updated().to_owned(),
            status: record.status().to_owned(),
            chart: record.chart(),
            app_version: record.app_version().to_owned(),
            description: record.description().to_owned(),
        }
    }
}

/// Looks at every object of the named releases. None where none of them is recorded. Who holds the lock is for the
/// caller to add, who knows which lock it is.
pub async fn status(
    cluster: &Cluster,
    namespace: &str,
    releases: &[String],
) -> Result<Option<StatusReport>, Error> {
    let history = cluster.history(namespace, releases).await?;
    let latest = latest(&history, releases);
    if latest.is_empty() {
        return Ok(None);
    }
    let mut targets = Vec::new();
    let mut differing = Vec::new();
    for record in &latest {
        for (object, manifest) in recorded(cluster, record).await? {
            // A revision that only was not ready in time may be whole by now; one that was refused is not.
            if record.is(Status::Failed)
                && cluster.get(&object).await?.is_some_and(|live| !holds(&live, &manifest))
            {
                differing.push(object.clone());
            }
            targets.push(Target { object, release: record.name().to_owned(), manifest });
        }
    }
    let missing: Vec<String> = releases
        .iter()
        .filter(|name| !latest.iter().any(|record| record.name() == **name))
        .cloned()
        .collect();
    let surveyed = Rollout::new(cluster, targets).survey().await?;
    let overview = overview::read(cluster, namespace, &surveyed).await;
    let objects: Vec<ObjectReport> = surveyed.into_iter().map(|(report, _)| report).collect();
    Ok(Some(StatusReport {
        context: cluster.context().to_owned(),
        namespace: namespace.to_owned(),
        ready: missing.is_empty()
            && differing.is_empty()
            && latest.iter().all(|record| record.is(Status::Deployed) || record.is(Status::Failed))
            && objects.iter().all(|report| report.readiness.is_ready()),
        missing,
        differing,
        releases: latest.into_iter().map(ListedRelease::from).collect(),
        objects,
        overview,
        now: cluster.now(),
        lock: None,
    }))
}

/// The newest record of each release, in the order of the names.
pub(super) fn latest<'a>(history: &'a [Record], releases: &[String]) -> Vec<&'a Record> {
    releases.iter().filter_map(|name| history.iter().rfind(|record| record.name() == name)).collect()
}

/// The objects of a record, with their places. Kinds that the cluster does not have any more are left out.
pub(super) async fn recorded(cluster: &Cluster, record: &Record) -> Result<Vec<(ObjectRef, Value)>, Error> {
    let mut objects = Vec::new();
    for manifest in record.objects()? {
        match cluster.locate(&manifest, record.namespace()).await {
            Ok(object) => objects.push((object, manifest)),
            Err(Error::MissingKind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(objects)
}
