//! Server-side apply of a plan along the dependency graph, between a pending record and a final one.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::comparison::Step;
use super::fields::essence;
use super::lock::{self, Lock};
use super::object::ObjectRef;
use super::plan::{Plan, PlannedObject};
use super::release::Record;
use super::rollout::{ObjectReport, Rollout, Target, Verdict};
use super::stands::Stands;
use super::take_over::TakeOver;
use super::{Action, Change, Cluster, Departure, Error, FIELD_MANAGER, PARALLEL, Progress, ProgressSender};
use super::{destroy, graph, namespace, parallel};

/// How long an object that is made anew may take to go.
const RECREATION: Duration = Duration::from_secs(2 * 60);

/// What applying a stack did, and how it ended.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyReport {
    /// The kubeconfig's context.
    pub context: String,
    /// Where it was applied.
    pub namespace: String,
    /// Whether the namespace was not there before.
    pub namespace_created: bool,
    /// In order of installation.
    pub releases: Vec<ReleaseReport>,
    /// What was done to each object.
    pub objects: Vec<AppliedObject>,
    /// Readiness of every object; absent where nobody waited for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Vec<ObjectReport>>,
    /// How the wait ended; absent where nobody waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl ApplyReport {
    pub fn count(&self, action: Action) -> usize {
        self.objects.iter().filter(|object| object.action == action).count()
    }
}

/// One release after applying.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReleaseReport {
    /// Name of the release.
    pub name: String,
    /// Name and version of its chart.
    pub chart: String,
    /// What was done to it.
    pub change: Change,
    /// The revision that is recorded now.
    pub revision: u64,
    /// The revision that it went back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
}

/// One object and what applying did to it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct AppliedObject {
    #[serde(flatten)]
    pub object: ObjectRef,
    /// What was done to it.
    pub action: Action,
}

/// A plan being carried out. When `run` is dropped half-way (an interrupt), `abandon` writes the truth down.
pub struct Operation<'a> {
    cluster: &'a Cluster,
    plan: Plan,
    lock: &'a Lock,
    /// How many records of a release stay; 0 for all.
    history_max: usize,
    /// The records that this operation has written, by release.
    pending: Vec<(usize, Record)>,
}

impl<'a> Operation<'a> {
    pub fn new(cluster: &'a Cluster, plan: Plan, lock: &'a Lock, history_max: usize) -> Self {
        Self { cluster, plan, lock, history_max, pending: Vec::new() }
    }

    pub fn namespace(&self) -> &str {
        &self.plan.namespace
    }

    /// Applies everything and waits until it is ready, unless `wait` is None. The lock stays for the caller to release.
    ///
    /// # Errors
    /// Besides what the cluster refuses: somebody else is at work, or was since the plan was read.
    pub async fn run(
        &mut self,
        wait: Option<Duration>,
        progress: &ProgressSender,
    ) -> Result<ApplyReport, Vec<Error>> {
        let lock = self.lock;
        tokio::select! {
            outcome = self.work(wait, progress) => outcome,
            // Whoever took the lock over closes our records.
            lost = lock.keep() => Err(vec![lost]),
        }
    }

    async fn work(
        &mut self,
        wait: Option<Duration>,
        progress: &ProgressSender,
    ) -> Result<ApplyReport, Vec<Error>> {
        let begun = Instant::now();
        if self.plan.creates_namespace {
            namespace::create(self.cluster, &self.plan.namespace).await.map_err(|error| vec![error])?;
            progress.send(Progress::Notice(format!("namespace {} created", self.plan.namespace)));
        }
        if !self.plan.is_settled() {
            self.enter(progress).await.map_err(|error| vec![error])?;
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

    /// What stands of an operation that was cut off after so many objects were sent.
    pub fn stands(&self, applied: usize) -> Stands {
        let release = |(index, record): &(usize, Record)| {
            (self.plan.releases[*index].name().to_owned(), record.revision(), record.status().to_owned())
        };
        Stands {
            applied,
            objects: self.plan.objects.len(),
            pending: self.pending.iter().map(release).collect(),
        }
    }

    /// Writes that the operation did not come to its end.
    pub async fn abandon(&mut self) {
        self.fail("interrupted").await;
    }

    /// Takes the lock, makes sure that the plan still fits, and closes what was left pending.
    async fn enter(&mut self, progress: &ProgressSender) -> Result<(), Error> {
        self.lock.acquire(progress).await?;
        let names: Vec<String> = self.plan.releases.iter().map(|planned| planned.name().to_owned()).collect();
        let found = self.cluster.history(&self.plan.namespace, &names).await?;
        for planned in &mut self.plan.releases {
            let last = found.iter().rfind(|record| record.name() == planned.release.name);
            lock::unmoved(&planned.release.name, planned.history.last(), last)?;
            if let Some(left) = planned.history.last_mut().filter(|record| record.is_pending()) {
                self.cluster.close_failed(left, "interrupted").await?;
            }
        }
        Ok(())
    }

    /// Records every release that changes as pending, before its first object is touched.
    async fn begin(&mut self) -> Result<(), Error> {
        let now = self.cluster.now();
        for (index, planned) in self.plan.releases.iter().enumerate() {
            if planned.change != Change::Unchanged {
                let mut record = planned.record(&self.plan.namespace, now);
                if self.lock.is_held() {
                    record.sign(self.lock.holder());
                }
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
                Ok(Departure::Absent) => {}
                Ok(Departure::Gone | Departure::Asked) => {
                    let (object, action) = (stale.object.clone(), Action::Removed);
                    progress.send(Progress::Applied { object: object.clone(), action });
                    done.push(AppliedObject { object, action });
                }
                Err(error) => errors.push((stale.release, error)),
            }
        }
    }

    /// Some objects could not be sent: their releases have failed, what was sent whole is deployed.
    async fn part(&mut self, errors: Vec<(usize, Error)>) -> Vec<Error> {
        let (cluster, plan, limit) = (self.cluster, &self.plan, self.history_max);
        let closed = parallel(self.pending.iter_mut().map(|(index, record)| {
            let reasons: Vec<String> = errors
                .iter()
                .filter(|(release, _)| release == index)
                .map(|(_, error)| error.to_string())
                .collect();
            let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
            close(cluster, plan, *index, record, reason, limit)
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
        let (cluster, plan, limit) = (self.cluster, &self.plan, self.history_max);
        let results = parallel(self.pending.iter_mut().map(|(index, record)| {
            let is_unready = |report: &&ObjectReport| {
                report.release == plan.releases[*index].name() && !report.readiness.is_ready()
            };
            let unready = rollout.unwrap_or_default().iter().find(is_unready);
            let reason =
                unready.map(|report| format!("{}: {}", report.object, report.readiness.explanation()));
            close(cluster, plan, *index, record, reason, limit)
        }))
        .await;
        self.pending.clear();
        results.into_iter().collect()
    }

    /// Marks what this operation had begun as failed. Best effort: what went wrong already is being reported.
    async fn fail(&mut self, reason: &str) {
        let cluster = self.cluster;
        let records = self.pending.iter_mut();
        let _ = parallel(records.map(|(_, record)| cluster.close_failed(record, reason))).await;
        self.pending.clear();
    }

    fn releases(&self) -> Vec<ReleaseReport> {
        let report = |planned: &super::plan::PlannedRelease| {
            let chart = planned.release.part.chart();
            let rendered = || format!("{}-{}", chart.name, chart.version);
            ReleaseReport {
                name: planned.name().to_owned(),
                chart: planned.restores.as_ref().map_or_else(rendered, Record::chart),
                change: planned.change,
                revision: planned.revision(),
                restores: planned.restored_revision(),
            }
        };
        self.plan.releases.iter().map(report).collect()
    }
}

/// Ends a pending record, as deployed or with the reason of its failure, and prunes those before it.
async fn close(
    cluster: &Cluster,
    plan: &Plan,
    release: usize,
    record: &mut Record,
    failed: Option<String>,
    limit: usize,
) -> Result<(), Error> {
    let history = &plan.releases[release].history;
    let Some(reason) = failed else {
        cluster.close_deployed(record, history).await?;
        return cluster.prune_history(history, true, limit).await;
    };
    cluster.close_failed(record, &reason).await?;
    // What is not wanted any more may still be there, and only older records name it.
    if plan.stale.iter().any(|stale| stale.release == release) {
        return Ok(());
    }
    cluster.prune_history(history, false, limit).await
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
            return Err(Error::Api { doing: format!("recreate {object}"), reason: reason.to_string() });
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
