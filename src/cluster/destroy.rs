//! Deletes what the records of a deployment name, in the reverse order of the graph, and waits until it is gone.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::object::{ObjectRef, collection, list, meta, selector, text};
use super::release::{self, Record, Status};
use super::status::{latest, recorded};
use super::{Cluster, Error, PARALLEL, Progress, ProgressSender, graph, namespace, parallel, survey};

const KEEP: &str = "helm.sh/resource-policy";
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What is gone sooner than this is not told to be going.
const PATIENCE: Duration = Duration::from_secs(2);

/// What destroying a deployment takes away and what it leaves.
#[derive(Debug)]
pub struct Destruction {
    pub namespace: String,
    pub releases: Vec<String>,
    /// What goes, in the order of the records.
    pub objects: Vec<ObjectRef>,
    /// What stays, each with the reason.
    pub stays: Vec<String>,
    /// Whether the namespace goes too.
    pub removes_namespace: bool,
    manifests: Vec<Value>,
    history: Vec<Record>,
}

/// What was destroyed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DestroyReport {
    pub context: String,
    pub namespace: String,
    pub namespace_removed: bool,
    pub releases: Vec<String>,
    pub removed: Vec<ObjectRef>,
    /// What is still there when time is up, each with what holds it.
    pub remaining: Vec<String>,
    pub stays: Vec<String>,
    pub seconds: f64,
}

impl Destruction {
    /// Reads the records. None where none of the releases is recorded.
    pub async fn read(
        cluster: &Cluster,
        namespace: &str,
        releases: &[String],
    ) -> Result<Option<Self>, Error> {
        let history = cluster.history(namespace, releases).await?;
        let newest = latest(&history, releases);
        if newest.is_empty() {
            return Ok(None);
        }
        let names: Vec<String> = newest.iter().map(|record| record.name().to_owned()).collect();
        let (mut objects, mut manifests, mut stays) = (Vec::new(), Vec::new(), Vec::new());
        for (object, manifest) in candidates(cluster, &history).await? {
            let Some(live) = cluster.get(&object).await.or_else(absent_kind)? else { continue };
            if let Some(reason) = reason_to_stay(&live, &names, namespace) {
                stays.push(format!("{object} ({reason})"));
            } else {
                objects.push(object);
                manifests.push(manifest);
            }
        }
        let removes_namespace = leaves_nothing(cluster, namespace, &names, &mut stays).await?;
        let namespace = namespace.to_owned();
        Ok(Some(Self { namespace, releases: names, objects, stays, removes_namespace, manifests, history }))
    }

    /// Deletes everything and waits until it is gone, or until time is up.
    pub async fn run(
        &self,
        cluster: &Cluster,
        timeout: Duration,
        progress: &ProgressSender,
    ) -> Result<DestroyReport, Vec<Error>> {
        let begun = Instant::now();
        self.mark(cluster).await.map_err(|error| vec![error])?;
        let trailing = self.trailing(cluster).await.map_err(|error| vec![error])?;
        let manifests: Vec<&Value> = self.manifests.iter().collect();
        let order = graph::reversed(&graph::needs(&manifests));
        let results =
            graph::walk(&order, PARALLEL, |index| async move { cluster.delete(&self.objects[index]).await })
                .await;
        let errors: Vec<Error> = results.into_iter().flatten().filter_map(Result::err).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let all: Vec<ObjectRef> = self.objects.iter().cloned().chain(trailing).collect();
        let mut remaining =
            gone(cluster, &all, begun + timeout, progress).await.map_err(|error| vec![error])?;
        if remaining.is_empty() {
            self.forget(cluster, progress).await.map_err(|error| vec![error])?;
            if self.removes_namespace {
                let namespace = [namespace::reference(&self.namespace)];
                cluster.delete(&namespace[0]).await.map_err(|error| vec![error])?;
                remaining = gone(cluster, &namespace, begun + timeout, progress)
                    .await
                    .map_err(|error| vec![error])?;
            }
        }
        Ok(DestroyReport {
            context: cluster.context().to_owned(),
            namespace: self.namespace.clone(),
            namespace_removed: self.removes_namespace && remaining.is_empty(),
            releases: self.releases.clone(),
            removed: self.objects.clone(),
            remaining,
            stays: self.stays.clone(),
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    /// Says in the records that the deployment is going.
    async fn mark(&self, cluster: &Cluster) -> Result<(), Error> {
        let mut newest: Vec<Record> = latest(&self.history, &self.releases).into_iter().cloned().collect();
        let marks = newest.iter_mut().map(|record| {
            cluster.mark(record, Status::Uninstalling, Some("Deletion in progress (or silently failed)"))
        });
        parallel(marks).await.into_iter().collect()
    }

    /// What goes by itself once its owner is gone: pods, and what the controller made for a Gateway.
    async fn trailing(&self, cluster: &Cluster) -> Result<Vec<ObjectRef>, Error> {
        let looks = parallel(self.objects.iter().map(|object| followers(cluster, object))).await;
        let mut trailing = Vec::new();
        for look in looks {
            trailing.extend(look?);
        }
        Ok(trailing)
    }

    /// Deletes the records, the last trace of the releases.
    async fn forget(&self, cluster: &Cluster, progress: &ProgressSender) -> Result<(), Error> {
        let results =
            parallel(self.history.iter().map(|record| async move { cluster.delete(&record.secret()).await }))
                .await;
        results.into_iter().collect::<Result<Vec<bool>, Error>>()?;
        for release in &self.releases {
            progress.send(Progress::Notice(format!("release {release} uninstalled")));
        }
        Ok(())
    }
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

/// An object whose kind has left the cluster is gone.
fn absent_kind(error: Error) -> Result<Option<Value>, Error> {
    if matches!(error, Error::MissingKind { .. }) { Ok(None) } else { Err(error) }
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

/// Whether nothing is left of the namespace once the objects are gone. Tells what stays otherwise.
async fn leaves_nothing(
    cluster: &Cluster,
    name: &str,
    releases: &[String],
    stays: &mut Vec<String>,
) -> Result<bool, Error> {
    match cluster.get(&namespace::reference(name)).await {
        Ok(Some(live)) if namespace::is_ours(&live) => {}
        Ok(None) => return Ok(false),
        // Who may not read the namespace did not make it either.
        Ok(Some(_)) | Err(Error::Forbidden { .. }) => {
            stays.push(format!("Namespace/{name} and what else is in it (it was there before)"));
            return Ok(false);
        }
        Err(error) => return Err(error),
    }
    let contents = match namespace::contents(cluster, name).await {
        Err(Error::Forbidden { reason, .. }) => {
            stays.push(format!("Namespace/{name} (not all of it can be seen: {reason})"));
            return Ok(false);
        }
        contents => contents?,
    };
    let left: Vec<String> = contents
        .into_iter()
        .filter(|left| {
            !left.strip_prefix("release ").is_some_and(|left| releases.iter().any(|name| name == left))
        })
        .collect();
    if left.is_empty() {
        return Ok(true);
    }
    stays.push(format!("Namespace/{name} (holds other objects)"));
    stays.extend(left);
    Ok(false)
}

/// What goes by itself after an object.
async fn followers(cluster: &Cluster, object: &ObjectRef) -> Result<Vec<ObjectRef>, Error> {
    let namespace = object.namespace.as_deref();
    if object.kind == "Gateway" {
        let label = super::readiness::gateway_deployments(&object.name);
        let kinds =
            [("apps/v1", "Deployment", "deployments"), ("v1", "Service", "services"), ("v1", "Pod", "pods")];
        let lists = parallel(kinds.map(|(api_version, kind, plural)| {
            let (label, path) = (label.clone(), collection(api_version, plural, namespace));
            Box::pin(async move {
                let found = cluster.list(&path, &label).await?;
                Ok(references(&found, api_version, kind, plural))
            })
        }))
        .await;
        return Ok(lists.into_iter().collect::<Result<Vec<_>, Error>>()?.concat());
    }
    if !super::readiness::is_workload(&object.kind) {
        return Ok(Vec::new());
    }
    let Some(live) = cluster.get(object).await? else { return Ok(Vec::new()) };
    let pods = if object.kind == "Deployment" {
        pods_of_all_revisions(cluster, &live).await?
    } else {
        cluster.pods_of(&live).await?
    };
    Ok(references(&pods, "v1", "Pod", "pods"))
}

async fn pods_of_all_revisions(cluster: &Cluster, live: &Value) -> Result<Vec<Value>, Error> {
    let namespace = text(live, "/metadata/namespace");
    let Some(labels) = selector(live.pointer("/spec/selector/matchLabels")) else { return Ok(Vec::new()) };
    let (pods_path, sets_path) =
        (collection("v1", "pods", Some(namespace)), collection("apps/v1", "replicasets", Some(namespace)));
    let (mut pods, sets) =
        futures::try_join!(cluster.list(&pods_path, &labels), cluster.list(&sets_path, &labels))?;
    let uid = text(live, "/metadata/uid");
    let ours: Vec<&str> = sets
        .iter()
        .filter(|set| survey::is_owned_by(set, uid))
        .map(|set| text(set, "/metadata/uid"))
        .collect();
    pods.retain(|pod| ours.iter().any(|set| survey::is_owned_by(pod, set)));
    Ok(pods)
}

fn references(found: &[Value], api_version: &str, kind: &str, plural: &str) -> Vec<ObjectRef> {
    found
        .iter()
        .map(|object| {
            let (namespace, name) = (text(object, "/metadata/namespace"), text(object, "/metadata/name"));
            ObjectRef::namespaced(api_version, kind, plural, namespace, name)
        })
        .collect()
}

/// Waits until the objects are gone. Gives those that are still there at the deadline, with what holds them.
pub(super) async fn gone(
    cluster: &Cluster,
    objects: &[ObjectRef],
    deadline: Instant,
    progress: &ProgressSender,
) -> Result<Vec<String>, Error> {
    let mut open: Vec<&ObjectRef> = objects.iter().collect();
    let mut told: HashMap<&ObjectRef, String> = HashMap::new();
    let begun = Instant::now();
    let mut pause = PAUSE;
    loop {
        let looks = parallel(open.iter().map(|object| cluster.get(object))).await;
        let mut remaining = Vec::new();
        for (object, look) in open.into_iter().zip(looks) {
            match look.or_else(absent_kind) {
                Ok(None) => progress.send(Progress::Removing { object: object.clone(), waits_for: None }),
                Ok(Some(live)) => {
                    let holder = holder(&live);
                    if begun.elapsed() >= PATIENCE && told.get(object) != Some(&holder) {
                        told.insert(object, holder.clone());
                        let (object, waits_for) = (object.clone(), Some(holder));
                        progress.send(Progress::Removing { object, waits_for });
                    }
                    remaining.push(object);
                }
                Err(error) if error.is_passing() && Instant::now() < deadline => remaining.push(object),
                Err(error) => return Err(error),
            }
        }
        open = remaining;
        if open.is_empty() || Instant::now() >= deadline {
            let still = |object: &&ObjectRef| {
                told.get(*object).map_or_else(|| object.to_string(), |holder| format!("{object}: {holder}"))
            };
            return Ok(open.iter().map(still).collect());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What keeps an object that is being deleted.
fn holder(live: &Value) -> String {
    if text(live, "/kind") == "Namespace" {
        return namespace::terminating(live)
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| "is ending".to_owned());
    }
    let finalizers: Vec<&str> = list(live, "/metadata/finalizers").iter().filter_map(Value::as_str).collect();
    if !finalizers.is_empty() {
        format!("held by {}", finalizers.join(", "))
    } else if live.pointer("/metadata/deletionTimestamp").is_some() {
        "is ending".to_owned()
    } else {
        "waits for its owner to go".to_owned()
    }
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

    #[test]
    fn finalizers_are_named() {
        let held = json!({"metadata": {"finalizers": ["example.com/guard"], "deletionTimestamp": "x"}});
        assert_eq!(holder(&held), "held by example.com/guard");
        assert_eq!(holder(&json!({"metadata": {}})), "waits for its owner to go");
    }
}
