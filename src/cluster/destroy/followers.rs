//! What goes by itself once its owner is gone: pods, and what the controller made for a Gateway.
//!
//! Of Deployments and Gateways they are listed as the watch cache has them: no list would have what the controllers make
//! until the owner is gone.

use serde_json::Value;

use super::removal::absent_kind;
use crate::cluster::object::{ObjectRef, collection, selector, text};
use crate::cluster::{Cluster, Error, parallel, readiness, survey};

/// The followers of one object.
pub(super) async fn of(cluster: &Cluster, object: &ObjectRef) -> Result<Vec<ObjectRef>, Error> {
    if object.kind == "Gateway" {
        return generated(cluster, object).await;
    }
    if !readiness::is_workload(&object.kind) {
        return Ok(Vec::new());
    }
    let Some(live) = cluster.get(object).await.or_else(absent_kind)? else { return Ok(Vec::new()) };
    let pods = if object.kind == "Deployment" {
        pods_of_all_revisions(cluster, &live).await?
    } else {
        cluster.pods_of(&live).await?
    };
    Ok(references(&pods, "v1", "Pod", "pods"))
}

/// What a controller made for a Gateway, whether or not the Gateway is there still.
pub(super) async fn generated(cluster: &Cluster, gateway: &ObjectRef) -> Result<Vec<ObjectRef>, Error> {
    let label = readiness::gateway_deployments(&gateway.name);
    let kinds =
        [("apps/v1", "Deployment", "deployments"), ("v1", "Service", "services"), ("v1", "Pod", "pods")];
    let lists = parallel(kinds.map(|(api_version, kind, plural)| {
        let (label, path) = (label.clone(), collection(api_version, plural, gateway.namespace.as_deref()));
        Box::pin(async move {
            let found = cluster.list_cached(&path, &label).await?;
            Ok(references(&found, api_version, kind, plural))
        })
    }))
    .await;
    Ok(lists.into_iter().collect::<Result<Vec<_>, Error>>()?.concat())
}

async fn pods_of_all_revisions(cluster: &Cluster, live: &Value) -> Result<Vec<Value>, Error> {
    let namespace = text(live, "/metadata/namespace");
    let Some(labels) = selector(live.pointer("/spec/selector/matchLabels")) else { return Ok(Vec::new()) };
    let (pods_path, sets_path) =
        (collection("v1", "pods", Some(namespace)), collection("apps/v1", "replicasets", Some(namespace)));
    let (mut pods, sets) = futures::try_join!(
        cluster.list_cached(&pods_path, &labels),
        cluster.list_cached(&sets_path, &labels)
    )?;
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
