//! What the cluster has against what is wanted, read before anything is changed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::autoscaler::Autoscalers;
use super::comparison::{self, Comparison, Step};
use super::fields::FieldChange;
use super::history::check_size;
use super::object::{ObjectRef, text};
use super::release::{self, Record, Status};
use super::take_over::TakeOver;
use super::{Cluster, Error, namespace, parallel};
use crate::render::manifest::{Release, Stack};

/// What happens to a release as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
    pub(super) live: Option<Value>,
    pub(super) compared: Comparison,
}

/// An object that goes, and the index of the release that had it.
#[derive(Debug)]
pub(super) struct StaleObject {
    pub(super) object: ObjectRef,
    pub(super) release: usize,
    pub(super) live: Value,
    pub(super) compared: Comparison,
}

/// What happens to one object. Secrets are hidden.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange<'a> {
    #[serde(flatten)]
    pub object: &'a ObjectRef,
    /// What is done to it.
    pub step: Step,
    /// The fields of ours that change; empty for an object that comes or goes.
    pub fields: &'a [FieldChange],
    /// What there is to say beside them.
    pub notes: &'a [String],
    /// The fields that are ours, before and after; null where there is no object.
    #[serde(skip)]
    pub before: &'a Value,
    #[serde(skip)]
    pub after: &'a Value,
}

impl<'a> ObjectChange<'a> {
    fn new(object: &'a ObjectRef, compared: &'a Comparison) -> Self {
        let Comparison { step, fields, notes, before, after, .. } = compared;
        Self { object, step: *step, fields, notes, before, after }
    }
}

/// What applying a stack would do.
#[derive(Debug)]
pub struct Plan {
    pub namespace: String,
    pub creates_namespace: bool,
    pub releases: Vec<PlannedRelease>,
    /// What becomes ours although others have it.
    pub(super) take_over: TakeOver,
    pub(super) objects: Vec<PlannedObject>,
    /// Objects of earlier revisions that are not wanted any more.
    pub(super) stale: Vec<StaleObject>,
}

impl Plan {
    /// Reads the cluster and refuses what cannot work: every problem that is found, at once.
    ///
    /// Objects go through a dry run of the server, all at once; nothing is changed. Left out are those of a namespace that
    /// is not there yet.
    pub async fn read(cluster: &Cluster, stack: &Stack, take_over: &TakeOver) -> Result<Self, Vec<Error>> {
        Self::restoring(cluster, stack, &[], take_over).await
    }

    /// The same for releases of which some were read from these records.
    pub(super) async fn restoring(
        cluster: &Cluster,
        stack: &Stack,
        records: &[Record],
        take_over: &TakeOver,
    ) -> Result<Self, Vec<Error>> {
        let names: Vec<String> = stack.releases.iter().map(|release| release.name.clone()).collect();
        let (creates_namespace, history) = futures::try_join!(
            namespace::is_absent(cluster, &stack.namespace),
            cluster.history(&stack.namespace, &names),
        )
        .map_err(|error| vec![error])?;
        let releases: Vec<PlannedRelease> =
            stack.releases.iter().map(|release| planned(release, &history, records)).collect();
        let changed = releases.iter().filter(|release| release.change != Change::Unchanged);
        let sizes = changed.map(|release| check_size(&release.record(&stack.namespace, Timestamp::now())));
        let mut errors: Vec<Error> = sizes.filter_map(Result::err).collect();
        errors.extend(take_over.unknown(stack));

        let mut objects: Vec<PlannedObject> = Vec::new();
        let (history, autoscalers) = (&history, Autoscalers::of(cluster, &stack.namespace));
        let reader = Reader { cluster, stack, creates_namespace, history, take_over, autoscalers };
        for read in reader.read_objects().await {
            match read {
                Ok(object) => objects.push(object),
                Err(error) => errors.push(error),
            }
        }
        let stale = stale(cluster, &releases, &objects).await.unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        if errors.is_empty() {
            let namespace = stack.namespace.clone();
            let take_over = take_over.clone();
            Ok(Self { namespace, creates_namespace, releases, take_over, objects, stale })
        } else {
            Err(errors)
        }
    }

    /// Whether there is nothing to install, to upgrade, to change or to remove.
    pub fn is_settled(&self) -> bool {
        self.releases.iter().all(|release| release.change == Change::Unchanged)
            && self.changes().all(|change| change.step == Step::Unchanged)
    }

    /// What happens to each object: first those that are wanted, then those that go.
    pub fn changes(&self) -> impl Iterator<Item = ObjectChange<'_>> {
        let wanted = self.objects.iter().map(|planned| ObjectChange::new(&planned.object, &planned.compared));
        wanted.chain(self.stale.iter().map(|stale| ObjectChange::new(&stale.object, &stale.compared)))
    }

    /// How many objects have this before them.
    pub fn count(&self, step: Step) -> usize {
        self.changes().filter(|change| change.step == step).count()
    }

    /// An error for each object that would have to go and come again.
    pub fn recreations(&self) -> Vec<Error> {
        let immutable = |change: ObjectChange<'_>| Error::Immutable {
            object: Box::new(change.object.clone()),
            reason: change.notes.join(", "),
        };
        self.changes().filter(|change| change.step == Step::Recreate).map(immutable).collect()
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

/// What reading one object needs.
struct Reader<'a> {
    cluster: &'a Cluster,
    stack: &'a Stack,
    creates_namespace: bool,
    history: &'a [Record],
    take_over: &'a TakeOver,
    autoscalers: Autoscalers<'a>,
}

impl Reader<'_> {
    async fn read_objects(&self) -> Vec<Result<PlannedObject, Error>> {
        let releases = self.stack.releases.iter().enumerate();
        let wanted =
            releases.flat_map(|(index, release)| release.manifests.iter().map(move |it| (index, &it.object)));
        parallel(wanted.map(|(release, manifest)| self.read(release, manifest))).await
    }

    async fn read(&self, release: usize, manifest: &Value) -> Result<PlannedObject, Error> {
        let Self { cluster, stack, take_over, autoscalers, .. } = self;
        let object = cluster.locate(manifest, &stack.namespace).await?;
        let live = cluster.get(&object).await?;
        let name = &stack.releases[release].name;
        let manifest = release::own(manifest, name, &stack.namespace);
        let compared = match &live {
            None if self.creates_namespace && object.namespace.is_some() => Comparison::created(manifest),
            None => comparison::create(cluster, &object, manifest).await?,
            Some(live) => {
                if !take_over.take_ownership {
                    foreign(&object, live, name, stack, self.history)?;
                }
                comparison::compare(cluster, &object, live, manifest, take_over, autoscalers).await?
            }
        };
        Ok(PlannedObject { object, release, live, compared })
    }
}

/// Helm's rule: what exists must carry our release's marks, or be in our last manifest already.
fn foreign(
    object: &ObjectRef,
    live: &Value,
    release: &str,
    stack: &Stack,
    history: &[Record],
) -> Result<(), Error> {
    let owner = release::owner(live);
    // Objects move between releases of one deployment; their marks follow when they are applied.
    let is_ours = owner.is_some_and(|(name, namespace)| {
        namespace == stack.namespace
            && (name == release || history.iter().any(|record| record.name() == name))
    });
    if is_ours {
        return Ok(());
    }
    let owner = owner.map_or_else(
        || match manager(live) {
            Some(manager) => format!("nobody by label (last written by {manager})"),
            None => "nobody by label".to_owned(),
        },
        |(name, namespace)| format!("Helm release {name} in namespace {namespace}"),
    );
    Err(Error::NotOwned { object: object.to_string(), release: release.to_owned(), owner })
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
    let mut doomed: Vec<(usize, ObjectRef)> = Vec::new();
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
            if !wanted && !doomed.iter().any(|(_, known)| *known == object) {
                doomed.push((release, object));
            }
        }
    }
    let lives = parallel(doomed.iter().map(|(_, object)| cluster.get(object))).await;
    let mut stale = Vec::new();
    for ((release, object), live) in doomed.into_iter().zip(lives) {
        match live {
            Ok(Some(live)) => {
                let compared = Comparison::pruned(&live);
                stale.push(StaleObject { object, release, live, compared });
            }
            Ok(None) | Err(Error::MissingKind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(stale)
}

/// Whether two references mean one object, in whichever version of its API.
fn is_same(a: &ObjectRef, b: &ObjectRef) -> bool {
    (a.group(), &a.kind, &a.namespace, &a.name) == (b.group(), &b.kind, &b.namespace, &b.name)
}
