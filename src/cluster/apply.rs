//! Server-side apply of a plan along the dependency graph, between a pending record and a final one.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::comparison::Step;
use super::fields::essence;
use super::object::ObjectRef;
use super::plan::{Plan, PlannedObject};
use super::release::{Record, Status};
use super::rollout::{ObjectReport, Rollout, Target, Verdict};
use super::take_over::TakeOver;
use super::{Action, Change, Cluster, Error, FIELD_MANAGER, PARALLEL, Progress, ProgressSender};
use super::{destroy, graph, namespace, parallel};

/// How long an object that is made anew may take to go.
const RECREATION: Duration = Duration::from_secs(2 * 60);

/// What applying a stack did, and how it ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyReport {
    pub context: String,
    pub namespace: String,
    pub namespace_created: bool,
    pub releases: Vec<ReleaseReport>,
    pub objects: Vec<AppliedObject>,
    /// Readiness of every object; absent where nobody waited for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Vec<ObjectReport>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    pub seconds: f64,
}

impl ApplyReport {
    pub fn count(&self, action: Action) -> usize {
        self.objects.iter().filter(|object| object.action == action).count()
    }
}

/// One release after applying.
#[derive(Debug, Serialize)]
pub struct ReleaseReport {
    pub name: String,
    pub chart: String,
    pub change: Change,
    pub revision: u64,
}

/// One object and what applying did to it.
#[derive(Clone, Debug, Serialize)]
pub struct AppliedObject {
    #[serde(flatten)]
    pub object: ObjectRef,
    pub action: Action,
}

/// A plan being carried out. When `run` is dropped half-way (an interrupt), `abandon` writes the truth down.
pub struct Operation<'a> {
    cluster: &'a Cluster,
    plan: Plan,
    /// The records that this operation has written, by release.
    pending: Vec<(usize, Record)>,
}

impl<'a> Operation<'a> {
    pub fn new(cluster: &'a Cluster, plan: Plan) -> Self {
        Self { cluster, plan, pending: Vec::new() }
    }

    /// Applies everything and waits until it is ready, unless `wait` is None.
    pub async fn run(
        &mut self,
        wait: Option<Duration>,
        progress: &ProgressSender,
    ) -> Result<ApplyReport, Vec<Error>> {
        let begun = Instant::now();
        if self.plan.creates_namespace {
            namespace::create(self.cluster, &self.plan.namespace).await.map_err(|error| vec![error])?;
            progress.send(Progress::Notice(format!("namespace {} created", self.plan.namespace)));
        }
        let mut objects = Vec::new();
        if let Err(error) = self.begin().await {
            self.fail(&error.to_string()).await;
            return Err(vec![error]);
        }
        if let Err(errors) = self.apply(progress, &mut objects).await {
            return Err(self.part(errors).await);
        }
        let settled = match wait {
            None => None,
            Some(timeout) => match self.settle(timeout, progress).await {
                Ok(settled) => Some(settled),
                Err(error) => {
                    self.fail(&error.to_string()).await;
                    return Err(vec![error]);
                }
            },
        };
        let rollout = settled.as_ref().map(|(reports, _)| reports.as_slice());
        self.finish(rollout).await.map_err(|error| vec![error])?;
        let (rollout, verdict) = settled.unzip();
        Ok(ApplyReport {
            context: self.cluster.context().to_owned(),
            namespace: self.plan.namespace.clone(),
            namespace_created: self.plan.creates_namespace,
            releases: self.releases(),
            objects,
            rollout,
            verdict,
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    /// Writes that the operation did not come to its end.
    pub async fn abandon(&mut self) {
        self.fail("interrupted").await;
    }

    /// Records every release that changes as pending, before its first object is touched.
    async fn begin(&mut self) -> Result<(), Error> {
        let now = Timestamp::now();
        for (index, planned) in self.plan.releases.iter().enumerate() {
            if planned.change != Change::Unchanged {
                let record =
                    Record::next(&planned.release, &self.plan.namespace, planned.history.last(), now);
                self.pending.push((index, record));
            }
        }
        let cluster = self.cluster;
        let stored = parallel(self.pending.iter().map(|(_, record)| cluster.record(record, now))).await;
        stored.into_iter().collect()
    }

    /// Sends every object. Errors come with the index of their release.
    async fn apply(
        &self,
        progress: &ProgressSender,
        done: &mut Vec<AppliedObject>,
    ) -> Result<(), Vec<(usize, Error)>> {
        let objects = &self.plan.objects;
        let manifests: Vec<&Value> = objects.iter().map(|object| &object.compared.manifest).collect();
        let results = graph::walk(&graph::needs(&manifests), PARALLEL, |index| async move {
            let planned = &objects[index];
            let action = if self.is_as_wanted(planned) {
                Action::Unchanged
            } else {
                send(self.cluster, planned, &self.plan.take_over, progress)
                    .await
                    .map_err(|error| (planned.release, error))?
            };
            let object = planned.object.clone();
            progress.send(Progress::Applied { object: object.clone(), action });
            Ok(AppliedObject { object, action })
        })
        .await;
        let mut errors: Vec<(usize, Error)> = Vec::new();
        for result in results.into_iter().flatten() {
            match result {
                Ok(applied) => done.push(applied),
                Err(error) => errors.push(error),
            }
        }
        self.prune(progress, done, &mut errors).await;
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Whether there is nothing to send. Where the server could not be asked, only a release that renders as it is
    /// recorded can say so.
    fn is_as_wanted(&self, planned: &PlannedObject) -> bool {
        let is_known =
            !planned.compared.is_guessed || self.plan.releases[planned.release].change == Change::Unchanged;
        is_known && planned.compared.step == Step::Unchanged
    }

    /// Deletes what earlier revisions had and this one has not, in the releases that were sent whole.
    async fn prune(
        &self,
        progress: &ProgressSender,
        done: &mut Vec<AppliedObject>,
        errors: &mut Vec<(usize, Error)>,
    ) {
        let failed: Vec<usize> = errors.iter().map(|(release, _)| *release).collect();
        let doomed: Vec<_> =
            self.plan.stale.iter().filter(|stale| !failed.contains(&stale.release)).collect();
        let results = parallel(doomed.iter().map(|stale| self.cluster.delete(&stale.object))).await;
        for (stale, result) in doomed.into_iter().zip(results) {
            match result {
                Ok(true) => {
                    let (object, action) = (stale.object.clone(), Action::Removed);
                    progress.send(Progress::Applied { object: object.clone(), action });
                    done.push(AppliedObject { object, action });
                }
                Ok(false) => {}
                Err(error) => errors.push((stale.release, error)),
            }
        }
    }

    /// Some objects could not be sent: their releases have failed, what was sent whole is deployed.
    async fn part(&mut self, errors: Vec<(usize, Error)>) -> Vec<Error> {
        let cluster = self.cluster;
        let releases = &self.plan.releases;
        let closed = parallel(self.pending.iter_mut().map(|(index, record)| {
            let reasons: Vec<String> = errors
                .iter()
                .filter(|(release, _)| release == index)
                .map(|(_, error)| error.to_string())
                .collect();
            let history = &releases[*index].history;
            async move {
                if reasons.is_empty() {
                    close_deployed(cluster, record, history).await
                } else {
                    close_failed(cluster, record, history.is_empty(), &reasons.join("; ")).await
                }
            }
        }))
        .await;
        self.pending.clear();
        let unclosed = closed.into_iter().filter_map(Result::err);
        errors.into_iter().map(|(_, error)| error).chain(unclosed).collect()
    }

    async fn settle(
        &self,
        timeout: Duration,
        progress: &ProgressSender,
    ) -> Result<(Vec<ObjectReport>, Verdict), Error> {
        let targets = self.plan.objects.iter().map(|object| Target {
            object: object.object.clone(),
            release: self.plan.releases[object.release].name().to_owned(),
            manifest: object.compared.manifest.clone(),
        });
        Rollout::new(self.cluster, targets.collect()).wait(timeout, progress).await
    }

    /// Marks each release as deployed, or as failed where its objects are not ready.
    async fn finish(&mut self, rollout: Option<&[ObjectReport]>) -> Result<(), Error> {
        let cluster = self.cluster;
        let releases = &self.plan.releases;
        let results = parallel(self.pending.iter_mut().map(|(index, record)| {
            let planned = &releases[*index];
            let unready = rollout
                .unwrap_or_default()
                .iter()
                .find(|report| report.release == planned.name() && !report.readiness.is_ready());
            async move {
                match unready {
                    Some(report) => {
                        let reason = format!("{}: {}", report.object, report.readiness.message());
                        close_failed(cluster, record, planned.history.is_empty(), &reason).await
                    }
                    None => close_deployed(cluster, record, &planned.history).await,
                }
            }
        }))
        .await;
        self.pending.clear();
        results.into_iter().collect()
    }

    /// Marks what this operation had begun as failed. Best effort: what went wrong already is being reported.
    async fn fail(&mut self, reason: &str) {
        let cluster = self.cluster;
        let releases = &self.plan.releases;
        let _ = parallel(self.pending.iter_mut().map(|(index, record)| {
            let first = releases[*index].history.is_empty();
            close_failed(cluster, record, first, reason)
        }))
        .await;
        self.pending.clear();
    }

    fn releases(&self) -> Vec<ReleaseReport> {
        let report = |planned: &super::plan::PlannedRelease| {
            let chart = planned.release.part.chart();
            ReleaseReport {
                name: planned.name().to_owned(),
                chart: format!("{}-{}", chart.name, chart.version),
                change: planned.change,
                revision: planned.revision(),
            }
        };
        self.plan.releases.iter().map(report).collect()
    }
}

async fn close_failed(
    cluster: &Cluster,
    record: &mut Record,
    first: bool,
    reason: &str,
) -> Result<(), Error> {
    let description = if first {
        format!("Release \"{}\" failed: {reason}", record.name())
    } else {
        format!("Upgrade \"{}\" failed: {reason}", record.name())
    };
    cluster.mark(record, Status::Failed, Some(&description)).await
}

async fn close_deployed(cluster: &Cluster, record: &mut Record, history: &[Record]) -> Result<(), Error> {
    let description = if history.is_empty() { "Install complete" } else { "Upgrade complete" };
    let mut before: Vec<Record> =
        history.iter().filter(|record| record.is(Status::Deployed)).cloned().collect();
    let superseded = parallel(before.iter_mut().map(|old| cluster.mark(old, Status::Superseded, None))).await;
    superseded.into_iter().collect::<Result<(), Error>>()?;
    cluster.mark(record, Status::Deployed, Some(description)).await?;
    cluster.prune_history(history).await
}

/// Applies one object and tells what that did.
async fn send(
    cluster: &Cluster,
    planned: &PlannedObject,
    take_over: &TakeOver,
    progress: &ProgressSender,
) -> Result<Action, Error> {
    let (object, manifest) = (&planned.object, &planned.compared.manifest);
    if planned.compared.step == Step::Recreate {
        cluster.delete(object).await?;
        let deadline = Instant::now() + RECREATION;
        let held = destroy::gone(cluster, std::slice::from_ref(object), deadline, progress).await?;
        if let Some(reason) = held.into_iter().next() {
            return Err(Error::Api { doing: format!("recreate {object}"), reason });
        }
    }
    let answer = match cluster.patch(object, manifest, take_over.take_ownership).await {
        // What Helm 3 wrote by update instead of apply is ours already; the rest the user has named.
        Err(Error::Conflict { fields, .. })
            if fields
                .iter()
                .all(|one| one.manager == FIELD_MANAGER || take_over.covers(object, &one.field)) =>
        {
            cluster.patch(object, manifest, true).await?
        }
        answer => answer?,
    };
    Ok(match &planned.live {
        None => Action::Created,
        Some(live) if essence(live) == essence(&answer) => Action::Unchanged,
        Some(_) => Action::Configured,
    })
}
