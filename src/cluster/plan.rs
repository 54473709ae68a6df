//! What the cluster has against what is wanted, read before anything is changed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::history::check_size;
use super::object::{ObjectRef, text};
use super::release::{self, Record, Status};
use super::{Cluster, Error, namespace, parallel};
use crate::render::manifest::{Release, Stack};

/// What happens to a release as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// There is no record of it yet.
    Install,
    /// It renders to something else than what is recorded, or its last operation failed.
    Upgrade,
    /// It goes back to one of its earlier revisions.
    Rollback,
    /// It renders to what is recorded: only drift of its objects is mended, and no revision added.
    Unchanged,
}

/// One release of the plan.
#[derive(Debug)]
pub struct PlannedRelease {
    pub change: Change,
    pub(super) release: Release,
    /// The record that is applied again.
    pub(super) restores: Option<Record>,
    /// Its records so far, oldest first.
    pub(super) history: Vec<Record>,
}

impl PlannedRelease {
    pub fn name(&self) -> &str {
        &self.release.name
    }

    /// The records whose objects may be in the cluster: the last that was deployed, and those that failed since.
    fn at_large(&self) -> impl Iterator<Item = &Record> {
        let deployed = self.history.iter().rposition(|record| record.is(Status::Deployed));
        self.history.iter().skip(deployed.unwrap_or_default())
    }

    /// The revision that the release goes back to.
    pub fn restored_revision(&self) -> Option<u64> {
        self.restores.as_ref().map(Record::revision)
    }

    /// The record of what this plan makes of the release, pending.
    pub(super) fn record(&self, namespace: &str, now: Timestamp) -> Record {
        match (&self.restores, self.history.last()) {
            (Some(earlier), Some(last)) => earlier.restored(last, now),
            (_, last) => Record::next(&self.release, namespace, last, now),
        }
    }

    /// The revision that the release has after this plan.
    pub fn revision(&self) -> u64 {
        let last = self.history.last().map_or(0, Record::revision);
        if self.change == Change::Unchanged { last } else { last + 1 }
    }
}

/// One object of the plan.
#[derive(Debug)]
pub(super) struct PlannedObject {
    pub(super) object: ObjectRef,
    /// Index of its release.
    pub(super) release: usize,
    /// What is sent: the manifest with Helm's marks of ownership.
    pub(super) manifest: Value,
    pub(super) live: Option<Value>,
}

/// An object that goes, and the index of the release that had it.
#[derive(Debug)]
pub(super) struct StaleObject {
    pub(super) object: ObjectRef,
    pub(super) release: usize,
}

/// What applying a stack would do.
#[derive(Debug)]
pub struct Plan {
    pub namespace: String,
    pub creates_namespace: bool,
    pub releases: Vec<PlannedRelease>,
    /// Whether objects and fields that others own become ours.
    pub(super) take_ownership: bool,
    pub(super) objects: Vec<PlannedObject>,
    /// Objects of earlier revisions that are not wanted any more.
    pub(super) stale: Vec<StaleObject>,
}

impl Plan {
    /// Reads the cluster and refuses what cannot work: every problem that is found, at once.
    ///
    /// With `take_ownership`, objects and fields that belong to somebody else become ours.
    pub async fn read(cluster: &Cluster, stack: &Stack, take_ownership: bool) -> Result<Self, Vec<Error>> {
        Self::restoring(cluster, stack, &[], take_ownership).await
    }

    /// The same for releases of which some were read from these records.
    pub(super) async fn restoring(
        cluster: &Cluster,
        stack: &Stack,
        records: &[Record],
        take_ownership: bool,
    ) -> Result<Self, Vec<Error>> {
        let names: Vec<String> = stack.releases.iter().map(|release| release.name.clone()).collect();
        let (creates_namespace, history) = futures::try_join!(
            namespace::is_absent(cluster, &stack.namespace),
            cluster.history(&stack.namespace, &names)
        )
        .map_err(|error| vec![error])?;
        let releases: Vec<PlannedRelease> =
            stack.releases.iter().map(|release| planned(release, &history, records)).collect();
        let changed = releases.iter().filter(|release| release.change != Change::Unchanged);
        let sizes = changed.map(|release| check_size(&release.record(&stack.namespace, Timestamp::now())));
        let mut errors: Vec<Error> = sizes.filter_map(Result::err).collect();

        let (objects, unreadable) = read_objects(cluster, stack).await;
        errors.extend(unreadable);
        if !take_ownership {
            errors.extend(objects.iter().filter_map(|object| foreign(object, stack, &history)));
        }
        let stale = stale(cluster, &releases, &objects).await.unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        if errors.is_empty() {
            let namespace = stack.namespace.clone();
            Ok(Self { namespace, creates_namespace, releases, take_ownership, objects, stale })
        } else {
            Err(errors)
        }
    }

    /// Whether there is nothing to install, to upgrade, to create or to remove.
    pub fn is_settled(&self) -> bool {
        self.releases.iter().all(|release| release.change == Change::Unchanged)
            && self.created() == 0
            && self.stale.is_empty()
    }

    /// How many objects the cluster does not have yet.
    pub fn created(&self) -> usize {
        self.objects.iter().filter(|object| object.live.is_none()).count()
    }

    /// How many objects are wanted in all.
    pub fn size(&self) -> usize {
        self.objects.len()
    }

    /// What goes because no release has it any more.
    pub fn stale(&self) -> impl Iterator<Item = &ObjectRef> {
        self.stale.iter().map(|stale| &stale.object)
    }
}

fn planned(release: &Release, history: &[Record], records: &[Record]) -> PlannedRelease {
    let history: Vec<Record> =
        history.iter().filter(|record| record.name() == release.name).cloned().collect();
    let restores = records.iter().find(|record| record.name() == release.name).cloned();
    let change = match history.last() {
        None => Change::Install,
        Some(_) if restores.is_some() => Change::Rollback,
        Some(last) if last.is(Status::Deployed) && last.matches(release) => Change::Unchanged,
        Some(_) => Change::Upgrade,
    };
    PlannedRelease { change, release: release.clone(), restores, history }
}

async fn read_objects(cluster: &Cluster, stack: &Stack) -> (Vec<PlannedObject>, Vec<Error>) {
    let wanted = stack
        .releases
        .iter()
        .enumerate()
        .flat_map(|(index, release)| release.manifests.iter().map(move |manifest| (index, manifest)));
    let read = parallel(wanted.map(|(index, manifest)| async move {
        let object = cluster.locate(&manifest.object, &stack.namespace).await?;
        let live = cluster.get(&object).await?;
        let manifest = release::own(&manifest.object, &stack.releases[index].name, &stack.namespace);
        Ok(PlannedObject { object, release: index, manifest, live })
    }))
    .await;
    let mut objects = Vec::with_capacity(read.len());
    let mut errors = Vec::new();
    for result in read {
        match result {
            Ok(object) => objects.push(object),
            Err(error) => errors.push(error),
        }
    }
    (objects, errors)
}

/// Helm's rule: what exists must carry our release's marks, or be in our last manifest already.
fn foreign(object: &PlannedObject, stack: &Stack, history: &[Record]) -> Option<Error> {
    let live = object.live.as_ref()?;
    let release = &stack.releases[object.release].name;
    let owner = release::owner(live);
    if owner == Some((release, &stack.namespace)) {
        return None;
    }
    // Objects move between releases of one deployment; their marks follow when they are applied.
    if owner.is_some_and(|(name, namespace)| {
        namespace == stack.namespace && history.iter().any(|record| record.name() == name)
    }) {
        return None;
    }
    let owner = owner.map_or_else(
        || match manager(live) {
            Some(manager) => format!("nobody by label (last written by {manager})"),
            None => "nobody by label".to_owned(),
        },
        |(name, namespace)| format!("Helm release {name} in namespace {namespace}"),
    );
    Some(Error::NotOwned { object: object.object.to_string(), release: release.clone(), owner })
}

/// Who wrote the object's fields, apart from its status.
fn manager(live: &Value) -> Option<&str> {
    super::object::list(live, "/metadata/managedFields")
        .iter()
        .rfind(|entry| text(entry, "/subresource").is_empty())
        .map(|entry| text(entry, "/manager"))
}

/// What the release has in the cluster and does not want any more. What a failed revision made counts too.
async fn stale(
    cluster: &Cluster,
    releases: &[PlannedRelease],
    objects: &[PlannedObject],
) -> Result<Vec<StaleObject>, Error> {
    let mut stale: Vec<StaleObject> = Vec::new();
    let changed = releases.iter().enumerate().filter(|(_, planned)| planned.change != Change::Unchanged);
    for (release, record) in
        changed.flat_map(|(index, planned)| planned.at_large().map(move |it| (index, it)))
    {
        for manifest in record.objects()? {
            let object = match cluster.locate(&manifest, record.namespace()).await {
                Ok(object) => object,
                // A kind that left the cluster took its objects along.
                Err(Error::MissingKind { .. }) => continue,
                Err(error) => return Err(error),
            };
            let wanted = objects.iter().any(|planned| is_same(&planned.object, &object));
            if !wanted && !stale.iter().any(|known| known.object == object) {
                stale.push(StaleObject { object, release });
            }
        }
    }
    Ok(stale)
}

/// Whether two references mean one object, in whichever version of its API.
fn is_same(a: &ObjectRef, b: &ObjectRef) -> bool {
    (a.group(), &a.kind, &a.namespace, &a.name) == (b.group(), &b.kind, &b.namespace, &b.name)
}
