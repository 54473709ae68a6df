//! The records of a release one after the other: stored, closed, pruned, and how large one may be.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::object::{ObjectRef, text};
use super::release::{Record, SECRET_TYPE, Status};
use super::{Cluster, Error, parallel};
use crate::Exit;

/// How many records of one release stay when nothing is said, as with helm.
pub const HISTORY_MAX: usize = 10;
/// What the API server takes as the data of one Secret, in bytes.
const LARGEST: usize = 1024 * 1024;

/// What keeps a release's history from going on.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    #[error(
        "release {release} is in status {status} (revision {revision}) for {since}: another operation is in progress"
    )]
    Busy {
        release: String,
        namespace: String,
        status: String,
        revision: u64,
        since: String,
        patience: String,
    },
    #[error("the record of release {release} takes {size}, and a Secret holds 1.0 MiB; {culprits}")]
    TooLarge { release: String, size: String, culprits: String },
    #[error("release {release} has no revision {revision}; it has {known}")]
    NoRevision { release: String, revision: u64, known: String },
    #[error("release {release} has no earlier revision that was deployed and differs from its latest")]
    NothingEarlier { release: String },
    #[error("release {release} is being taken away (revision {revision})")]
    Going { release: String, revision: u64 },
}

impl HistoryError {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Busy { .. } => Exit::Conflict,
            Self::TooLarge { .. } => Exit::Preflight,
            Self::NoRevision { .. } | Self::NothingEarlier { .. } | Self::Going { .. } => Exit::Failed,
        }
    }

    pub(super) fn hint(&self) -> String {
        match self {
            Self::Busy { release, namespace, revision, patience, .. } => format!(
                "wait for it; after {patience} it counts as dead and is gone over; if nothing is at work any more, \
                 remove its mark: kubectl delete secret -n {namespace} sh.helm.release.v1.{release}.v{revision}"
            ),
            Self::TooLarge { .. } => {
                "keep large texts out of the values: a ConfigMap or a volume of your own has room for them"
                    .to_owned()
            }
            Self::NoRevision { .. } => "see them all: llmd history".to_owned(),
            Self::NothingEarlier { .. } => {
                "take it away with llmd destroy, or apply what is wanted".to_owned()
            }
            Self::Going { .. } => {
                "its destruction was interrupted: llmd destroy goes on with it, llmd apply brings it back"
                    .to_owned()
            }
        }
    }
}

impl Cluster {
    /// Every record of the named releases in a namespace, oldest first.
    pub async fn history(&self, namespace: &str, releases: &[String]) -> Result<Vec<Record>, Error> {
        if releases.is_empty() {
            return Ok(Vec::new());
        }
        let selector = format!("owner=helm,name in ({})", releases.join(","));
        self.records(Some(namespace), &selector).await
    }

    /// The newest record of a release of which this one was the newest.
    ///
    /// Read by name: a list would wait until the server's watch cache has seen what was written before it, for up to a
    /// tenth of a second (KEP-2340, consistent reads from cache).
    pub(super) async fn newest_since(&self, known: &Record) -> Result<Option<Record>, Error> {
        let (next, same) = (known.next_secret(), known.secret());
        let (next, same) = futures::try_join!(self.get(&next), self.get(&same))?;
        next.or(same).as_ref().map(Record::decode).transpose()
    }

    /// The latest record of every release that deploys one of the guide's charts, in one namespace or in all.
    pub async fn releases(&self, namespace: Option<&str>) -> Result<Vec<Record>, Error> {
        let charts = crate::render::manifest::Part::ALL.map(|part| part.chart().name);
        let records = self.records(namespace, "owner=helm").await?;
        let mut latest: Vec<Record> = Vec::new();
        for record in records {
            latest.retain(|other| other.name() != record.name() || other.namespace() != record.namespace());
            latest.push(record);
        }
        latest.retain(|record| charts.contains(&record.chart_name()));
        latest.sort_by(|a, b| (a.namespace(), a.name()).cmp(&(b.namespace(), b.name())));
        Ok(latest)
    }

    async fn records(&self, namespace: Option<&str>, selector: &str) -> Result<Vec<Record>, Error> {
        let path = super::object::collection("v1", "secrets", namespace);
        let mut records = self
            .list(&path, selector)
            .await?
            .iter()
            .filter(|secret| text(secret, "/type") == SECRET_TYPE)
            .map(Record::decode)
            .collect::<Result<Vec<_>, _>>()?;
        records.sort_by_key(Record::revision);
        Ok(records)
    }

    /// Stores a new record.
    pub(super) async fn record(&self, record: &Record, now: Timestamp) -> Result<(), Error> {
        let secret = record.secret();
        let body = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {
                "name": secret.name, "namespace": secret.namespace,
                "labels": {
                    "createdAt": now.as_second().to_string(), "name": record.name(), "owner": "helm",
                    "status": record.status(), "version": record.revision().to_string(),
                },
            },
            "type": SECRET_TYPE,
            "data": { "release": record.encode() },
        });
        self.create(&secret, &body).await.map(drop)
    }

    /// Changes the status of a stored record.
    pub(super) async fn mark(
        &self,
        record: &mut Record,
        status: Status,
        description: Option<&str>,
    ) -> Result<(), Error> {
        record.set(status, description);
        let change = json!({
            "metadata": { "labels": {
                "createdAt": null, "modifiedAt": Timestamp::now().as_second().to_string(),
                "status": record.status(),
            } },
            "data": { "release": record.encode() },
        });
        self.merge(&record.secret(), &change).await.map(drop)
    }

    /// Marks a pending record as deployed, and what was deployed before as superseded.
    pub(super) async fn close_deployed(&self, record: &mut Record, history: &[Record]) -> Result<(), Error> {
        let mut before: Vec<Record> =
            history.iter().filter(|record| record.is(Status::Deployed)).cloned().collect();
        let superseded =
            parallel(before.iter_mut().map(|old| self.mark(old, Status::Superseded, None))).await;
        superseded.into_iter().collect::<Result<(), Error>>()?;
        let description = record.completed();
        self.mark(record, Status::Deployed, description).await
    }

    /// Marks a pending record as failed.
    pub(super) async fn close_failed(&self, record: &mut Record, reason: &str) -> Result<(), Error> {
        // Descriptions are read in tables.
        const LONGEST: usize = 2000;
        let reason: String = reason.chars().take(LONGEST).collect();
        let description = record.failed(&reason);
        self.mark(record, Status::Failed, Some(&description)).await
    }

    /// Deletes the oldest records beyond the limit (0: none) once one more was added to `history`; of those that were
    /// deployed the last stays. `is_deployed` says whether the added one took its place.
    pub(super) async fn prune_history(
        &self,
        history: &[Record],
        is_deployed: bool,
        limit: usize,
    ) -> Result<(), Error> {
        let doomed: Vec<ObjectRef> =
            surplus(history, is_deployed, limit).into_iter().map(Record::secret).collect();
        for result in parallel(doomed.iter().map(|secret| self.delete(secret))).await {
            result?;
        }
        Ok(())
    }
}

/// The records of one release, oldest first, that are too many once one more is added.
fn surplus(history: &[Record], is_deployed: bool, limit: usize) -> Vec<&Record> {
    let excess = if limit == 0 { 0 } else { (history.len() + 1).saturating_sub(limit) };
    let deployed = history.iter().rposition(|record| record.is(Status::Deployed)).filter(|_| !is_deployed);
    let others = history.iter().enumerate().filter(|(index, _)| Some(*index) != deployed);
    others.map(|(_, record)| record).take(excess).collect()
}

/// Refuses a record that no Secret can hold, and says what makes it large.
pub(super) fn check_size(record: &Record) -> Result<(), Error> {
    let size = record.packed().len();
    if size <= LARGEST {
        return Ok(());
    }
    Err(HistoryError::TooLarge {
        release: record.name().to_owned(),
        size: mebibytes(size),
        culprits: culprits(record),
    }
    .into())
}

/// The largest object and the largest value of a record, before it is packed.
fn culprits(record: &Record) -> String {
    let objects = record.objects().unwrap_or_default();
    let named = objects.iter().map(|object| {
        let name = format!("{}/{}", text(object, "/kind"), text(object, "/metadata/name"));
        (name, object.to_string().len())
    });
    let object = named.max_by_key(|(_, size)| *size);
    let value = largest(String::new(), record.config());
    let value =
        Some(value).filter(|(key, _)| !key.is_empty()).map(|(key, size)| (format!("value {key}"), size));
    let told: Vec<String> =
        object.into_iter().chain(value).map(|(name, size)| format!("{name} ({})", mebibytes(size))).collect();
    format!("largest in it: {}", told.join(", "))
}

/// The path and the size of what takes most of a tree of values.
fn largest(path: String, value: &Value) -> (String, usize) {
    let size = value.to_string().len();
    let Value::Object(map) = value else { return (path, size) };
    let dot = if path.is_empty() { "" } else { "." };
    let children = map.iter().map(|(key, child)| largest(format!("{path}{dot}{key}"), child));
    match children.max_by_key(|(_, size)| *size) {
        Some(child) if child.1 > size / 2 => child,
        _ => (path, size),
    }
}

fn mebibytes(bytes: usize) -> String {
    format!("{:.1} MiB", bytes as f64 / LARGEST as f64)
}

#[cfg(test)]
mod tests;
