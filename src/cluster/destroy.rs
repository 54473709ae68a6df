//! Deletes what the records of a deployment name, in the reverse order of the graph, and waits until it is gone.

mod followers;
mod hold_up;
mod leftovers;
mod removal;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::lock::{self, Lock};
use super::object::{ObjectRef, meta};
use super::release::{self, Record, Status};
use super::status::{latest, recorded};
use super::{Cluster, Departure, Error, PARALLEL, Progress, ProgressSender, graph, namespace, parallel};
use removal::absent_kind;

pub use hold_up::HoldUp;
pub use leftovers::Left;
pub(super) use removal::gone;

const KEEP: &str = "helm.sh/resource-policy";

/// What goes beside the objects of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Extent {
    /// Delete the persistent volume claims that its pods use and no other pod does; what is stored in them may be lost
    #[arg(long = "with-pvc")]
    pub with_claims: bool,
    /// Delete the namespace with everything in it, also what is not of this deployment
    #[arg(long)]
    pub with_namespace: bool,
}

/// What destroying a deployment takes away and what it leaves.
#[derive(Debug)]
pub struct Destruction {
    pub namespace: String,
    /// Empty where all but the namespace is gone already.
    pub releases: Vec<String>,
    /// What goes, in the order of the records.
    pub objects: Vec<ObjectRef>,
    /// What stays, each with the reason.
    pub stays: Vec<Left>,
    /// Whether the namespace goes too.
    pub removes_namespace: bool,
    /// What goes with the namespace and is not of this deployment.
    pub along: Vec<String>,
    manifests: Vec<Value>,
    /// Whether somebody has asked for the namespace's deletion already: then its records may go at any moment.
    is_going: bool,
    /// The recorded Gateways, there or not.
    gateways: Vec<ObjectRef>,
    history: Vec<Record>,
}

/// What was destroyed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DestroyReport {
    /// The kubeconfig's context.
    pub context: String,
    /// Where the deployment was.
    pub namespace: String,
    /// Whether the namespace is gone too.
    pub namespace_removed: bool,
    /// Names of the releases that were taken away.
    pub releases: Vec<String>,
    /// The objects that are gone.
    pub removed: Vec<ObjectRef>,
    /// What could not be deleted, or is still there when time is up. The records are kept where they name it.
    pub remaining: Vec<HoldUp>,
    /// What is left on purpose.
    pub stays: Vec<Left>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Why deletions were not accepted.
    #[serde(skip)]
    pub errors: Vec<Error>,
}

impl DestroyReport {
    /// What to do about what remains, each step once.
    pub fn hints(&self) -> Vec<String> {
        hold_up::hints(&self.remaining)
    }
}

impl Destruction {
    /// Reads the records. None where there is nothing to take away.
    pub async fn read(
        cluster: &Cluster,
        namespace: &str,
        releases: &[String],
        extent: Extent,
    ) -> Result<Option<Self>, Error> {
        let history = cluster.history(namespace, releases).await?;
        let releases: Vec<String> =
            latest(&history, releases).iter().map(|record| record.name().to_owned()).collect();
        let recorded = candidates(cluster, &history).await?;
        let home = namespace::reference(namespace);
        let (lives, used, home) = futures::join!(
            parallel(recorded.iter().map(|(object, _)| cluster.get(object))),
            leftovers::present(cluster, leftovers::used(&recorded)),
            cluster.get(&home),
        );
        let (mut objects, mut manifests, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for ((object, manifest), live) in recorded.iter().zip(lives) {
            let Some(live) = live.or_else(absent_kind)? else { continue };
            if let Some(reason) = reason_to_stay(&live, &releases, namespace) {
                kept.push((object.clone(), reason));
            } else {
                objects.push(object.clone());
                manifests.push(manifest.clone());
            }
        }
        for (object, live) in used? {
            if let Some(reason) = reason_to_spare(cluster, &object, &objects, extent).await? {
                kept.push((object, reason));
            } else {
                objects.push(object);
                manifests.push(live);
            }
        }
        let mut fate = leftovers::fate(cluster, namespace, home, &releases, &objects, &kept, extent).await?;
        if releases.is_empty() && !fate.goes {
            return Ok(None);
        }
        let mut stays = std::mem::take(&mut fate.stays);
        stays.extend(leftovers::definitions(recorded.iter().map(|(object, _)| object)));
        let gateways =
            recorded.into_iter().map(|(object, _)| object).filter(|object| object.kind == "Gateway");
        Ok(Some(Self {
            namespace: namespace.to_owned(),
            releases,
            objects,
            stays,
            removes_namespace: fate.goes,
            along: fate.along,
            is_going: fate.is_going,
            manifests,
            gateways: gateways.collect(),
            history,
        }))
    }

    /// Deletes everything and waits until it is gone, or until time is up. The lock stays for the caller to release.
    ///
    /// With no time to wait, what goes by itself with its owner is left to the cluster, and the objects that the records
    /// name are looked at once.
    ///
    /// # Errors
    /// Besides what the cluster refuses: somebody else is at work, or was since the records were read.
    pub async fn run(
        &self,
        cluster: &Cluster,
        lock: &Lock,
        wait: Option<Duration>,
        progress: &ProgressSender,
    ) -> Result<DestroyReport, Error> {
        let begun = Instant::now();
        let followers = async {
            if wait.is_some() {
                self.followers(cluster).await
            } else {
                Ok(vec![Vec::new(); self.objects.len()])
            }
        };
        // Whoever is at work until the lock is ours has moved the records, so what follows may be read meanwhile.
        let (entered, followers) = futures::join!(self.enter(cluster, lock, progress), followers);
        entered?;
        let work = self.work(cluster, lock, followers?, begun, wait, progress);
        tokio::select! {
            outcome = work => outcome,
            lost = lock.keep() => Err(lost),
        }
    }

    /// Takes the lock, makes sure that the records are those that were read, and says in them that the deployment is going.
    async fn enter(&self, cluster: &Cluster, lock: &Lock, progress: &ProgressSender) -> Result<(), Error> {
        if self.is_going {
            // It takes nothing in, so that nobody can be at work in it.
            return Ok(());
        }
        lock.acquire(progress).await?;
        let mut newest: Vec<Record> = latest(&self.history, &self.releases).into_iter().cloned().collect();
        let found = parallel(newest.iter().map(|record| cluster.newest_since(record))).await;
        for (record, found) in newest.iter().zip(found) {
            lock::unmoved(record.name(), Some(record), found?.as_ref())?;
        }
        let marks = newest.iter_mut().map(|record| {
            cluster.mark(record, Status::Uninstalling, Some("Deletion in progress (or silently failed)"))
        });
        parallel(marks).await.into_iter().collect()
    }

    /// What goes by itself with each object.
    async fn followers(&self, cluster: &Cluster) -> Result<Vec<Vec<ObjectRef>>, Error> {
        let followers = parallel(self.objects.iter().map(|object| followers::of(cluster, object))).await;
        followers.into_iter().collect()
    }

    async fn work(
        &self,
        cluster: &Cluster,
        lock: &Lock,
        followers: Vec<Vec<ObjectRef>>,
        begun: Instant,
        wait: Option<Duration>,
        progress: &ProgressSender,
    ) -> Result<DestroyReport, Error> {
        let deadline = begun + wait.unwrap_or_default();
        let Deletion { accepted, awaited, mut remaining, mut errors } = self.delete(cluster, progress).await;
        let mut awaited: Vec<ObjectRef> = awaited
            .into_iter()
            .map(|index| self.objects[index].clone())
            .chain(accepted.iter().flat_map(|index| followers[*index].iter().cloned()))
            .collect();
        let bereft = self.gateways.iter().filter(|gateway| wait.is_some() && !self.objects.contains(gateway));
        for gateway in bereft {
            awaited.extend(followers::generated(cluster, gateway).await?);
        }
        remaining.extend(gone(cluster, &awaited, deadline, progress).await?);
        let is_gone = |object: &&ObjectRef| !remaining.iter().any(|held| held.object == **object);
        let removed = accepted.iter().map(|index| &self.objects[*index]).filter(is_gone).cloned().collect();
        if remaining.is_empty() && !self.removes_namespace {
            self.forget(cluster, lock).await?;
        } else if self.removes_namespace && (remaining.is_empty() || (wait.is_none() && errors.is_empty())) {
            let namespace = namespace::reference(&self.namespace);
            let is_inside = |held: &HoldUp| held.object.namespace.as_ref() == Some(&self.namespace);
            if remaining.iter().all(is_inside) {
                // Its records go with it: whoever is cut off here finds them, or nothing.
                lock.release().await;
                match cluster.delete(&namespace).await {
                    Ok(Departure::Asked) if wait.is_none() => remaining.push(HoldUp::unattended(&namespace)),
                    Ok(_) => remaining.extend(gone(cluster, &[namespace], deadline, progress).await?),
                    Err(error) => {
                        remaining.push(HoldUp::refused(&namespace, &error));
                        errors.push(error);
                    }
                }
            } else {
                remaining.push(HoldUp::recording(&namespace));
            }
        }
        if remaining.is_empty() {
            for release in &self.releases {
                progress.send(Progress::Notice(format!("release {release} uninstalled")));
            }
        }
        Ok(DestroyReport {
            context: cluster.context().to_owned(),
            namespace: self.namespace.clone(),
            namespace_removed: self.removes_namespace && remaining.is_empty(),
            releases: self.releases.clone(),
            removed,
            remaining,
            stays: self.stays.clone(),
            seconds: begun.elapsed().as_secs_f64(),
            errors,
        })
    }

    /// Asks for the deletion of every object, those first that need others.
    async fn delete(&self, cluster: &Cluster, progress: &ProgressSender) -> Deletion {
        let manifests: Vec<&Value> = self.manifests.iter().collect();
        let order = graph::reversed(&graph::needs(&manifests));
        let results =
            graph::walk(&order, PARALLEL, |index| async move { cluster.delete(&self.objects[index]).await })
                .await;
        let mut deletion = Deletion::default();
        for (index, (object, result)) in self.objects.iter().zip(results).enumerate() {
            match result {
                Some(Ok(departure)) => {
                    deletion.accepted.push(index);
                    if departure == Departure::Asked {
                        deletion.awaited.push(index);
                    } else {
                        progress.send(Progress::Removing { object: object.clone(), waits_for: None });
                    }
                }
                Some(Err(error)) => {
                    deletion.remaining.push(HoldUp::refused(object, &error));
                    deletion.errors.push(error);
                }
                None => deletion.remaining.push(HoldUp::needed(object)),
            }
        }
        deletion
    }

    /// Deletes the records and gives the lock back. The newest records come last of all: whoever is cut off finds them.
    async fn forget(&self, cluster: &Cluster, lock: &Lock) -> Result<(), Error> {
        let newest: BTreeSet<ObjectRef> =
            latest(&self.history, &self.releases).into_iter().map(Record::secret).collect();
        let older: Vec<ObjectRef> =
            self.history.iter().map(Record::secret).filter(|secret| !newest.contains(secret)).collect();
        let deleted = parallel(older.iter().map(|secret| cluster.delete(secret))).await;
        deleted.into_iter().collect::<Result<Vec<Departure>, Error>>()?;
        lock.release().await;
        let deleted = parallel(newest.iter().map(|secret| cluster.delete(secret))).await;
        deleted.into_iter().collect::<Result<Vec<Departure>, Error>>().map(drop)
    }
}

/// What became of asking for deletions.
#[derive(Default)]
struct Deletion {
    /// Indices of the objects whose deletion was taken.
    accepted: Vec<usize>,
    /// Those of them that may still be there.
    awaited: Vec<usize>,
    remaining: Vec<HoldUp>,
    errors: Vec<Error>,
}

/// Every object that a record names which may still have objects of its own in the cluster.
async fn candidates(cluster: &Cluster, history: &[Record]) -> Result<Vec<(ObjectRef, Value)>, Error> {
    let mut objects: Vec<(ObjectRef, Value)> = Vec::new();
    for record in history.iter().rev().filter(|record| !record.is(Status::Superseded)) {
        for (object, manifest) in recorded(cluster, record).await? {
            if !objects.iter().any(|(known, _)| *known == object) {
                objects.push((object, manifest));
            }
        }
    }
    Ok(objects)
}

fn reason_to_stay(live: &Value, releases: &[String], namespace: &str) -> Option<String> {
    if meta(live, "annotations", KEEP) == "keep" {
        return Some(format!("annotation {KEEP}: keep"));
    }
    match release::owner(live) {
        Some((release, within)) if within == namespace && releases.iter().any(|name| name == release) => None,
        Some((release, within)) => Some(format!("belongs to Helm release {release} in namespace {within}")),
        None => Some("no longer marked as ours".to_owned()),
    }
}

/// Why something stays that the deployment uses and did not make.
async fn reason_to_spare(
    cluster: &Cluster,
    object: &ObjectRef,
    going: &[ObjectRef],
    extent: Extent,
) -> Result<Option<String>, Error> {
    if object.kind != "PersistentVolumeClaim" {
        return Ok(Some("used, not made".to_owned()));
    }
    if !extent.with_claims {
        return Ok(Some("used, not made; --with-pvc deletes it".to_owned()));
    }
    let path = super::object::collection("v1", "pods", object.namespace.as_deref());
    let (pods, ours) = futures::join!(
        cluster.list(&path, ""),
        parallel(going.iter().map(|object| followers::of(cluster, object)))
    );
    let (pods, ours) = (pods?, ours.into_iter().collect::<Result<Vec<_>, Error>>()?.concat());
    let mut others = hold_up::users(&pods, &object.name)
        .filter(|pod| !ours.iter().any(|one| one.kind == "Pod" && one.name == **pod));
    Ok(others.next().map(|pod| format!("Pod/{pod} uses it too")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_ours_goes() {
        let ours = release::own(&json!({"metadata": {"name": "x"}}), "ms-blue", "demo");
        let releases = ["ms-blue".to_owned()];
        assert_eq!(reason_to_stay(&ours, &releases, "demo"), None);
        assert!(reason_to_stay(&ours, &releases, "other").is_some());
        assert!(reason_to_stay(&ours, &["ms-green".to_owned()], "demo").is_some());
        assert!(reason_to_stay(&json!({"metadata": {"name": "x"}}), &releases, "demo").is_some());
        let mut kept = ours.clone();
        kept["metadata"]["annotations"][KEEP] = "keep".into();
        assert!(reason_to_stay(&kept, &releases, "demo").is_some());
    }
}
