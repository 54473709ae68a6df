//! The namespace: made when it is absent, removed when we made it and nothing is left in it.

use futures::StreamExt;
use kube::api::ListParams;
use kube::core::request::Request as Path;
use serde_json::{Value, json};

use super::object::{ObjectRef, list, meta, number, text};
use super::{Cluster, Error, PARALLEL, error};

const CREATED_BY: &str = "llm-d.ai/created-by";
const US: &str = "llmd";
/// How many objects of a kind are named; of more the number is told.
const MANY: u32 = 20;

pub(super) fn reference(name: &str) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Namespace".to_owned(),
        plural: "namespaces".to_owned(),
        namespace: None,
        name: name.to_owned(),
    }
}

/// Whether the namespace has to be made. One that is being deleted takes nothing in.
pub(super) async fn is_absent(cluster: &Cluster, name: &str) -> Result<bool, Error> {
    match cluster.get(&reference(name)).await {
        Ok(Some(live)) => match terminating(&live) {
            Some(reason) => Err(Error::NamespaceTerminating { namespace: name.to_owned(), reason }),
            None => Ok(false),
        },
        Ok(None) => Ok(true),
        // Who may work in a namespace need not be allowed to read the namespace itself.
        Err(Error::Forbidden { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Why a namespace that is being deleted is still there.
pub(super) fn terminating(live: &Value) -> Option<String> {
    if !is_going(live) {
        return None;
    }
    let reasons: Vec<&str> = list(live, "/status/conditions")
        .iter()
        .filter(|condition| text(condition, "/status") == "True")
        .map(|condition| text(condition, "/message"))
        .collect();
    Some(reasons.join("; "))
}

pub(super) async fn create(cluster: &Cluster, name: &str) -> Result<(), Error> {
    let body = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": name, "annotations": { CREATED_BY: US } },
    });
    cluster.create(&reference(name), &body).await.map(drop)
}

/// Whether `llmd apply` made this namespace.
pub(super) fn is_ours(live: &Value) -> bool {
    meta(live, "annotations", CREATED_BY) == US
}

/// Whether somebody has asked for its deletion.
pub(super) fn is_going(live: &Value) -> bool {
    live.pointer("/metadata/deletionTimestamp").is_some()
}

/// A kind of objects that a namespace can hold.
struct Collection {
    api_version: String,
    kind: String,
    plural: String,
}

/// What a namespace holds, as `Kind/name`, and `release NAME` for what belongs to a Helm release.
///
/// Left out is what Kubernetes and Istio put into every namespace, and what lives and dies with its owner.
pub(super) async fn contents(cluster: &Cluster, name: &str) -> Result<Vec<String>, Error> {
    let mut contents: Vec<String> = items(cluster, name)
        .await?
        .iter()
        .flat_map(|(collection, answer)| names(collection, answer))
        .collect();
    contents.sort();
    contents.dedup();
    Ok(contents)
}

/// What a namespace holds that finalizers keep, each with them.
pub(super) async fn held(cluster: &Cluster, name: &str) -> Result<Vec<(ObjectRef, Vec<String>)>, Error> {
    let mut held = Vec::new();
    for (Collection { api_version, kind, plural }, answer) in items(cluster, name).await? {
        for item in list(&answer, "/items") {
            let finalizers: Vec<String> = list(item, "/metadata/finalizers")
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            if !finalizers.is_empty() {
                let object =
                    ObjectRef::namespaced(&api_version, &kind, &plural, name, text(item, "/metadata/name"));
                held.push((object, finalizers));
            }
        }
    }
    Ok(held)
}

/// The first objects of every kind in a namespace.
async fn items(cluster: &Cluster, namespace: &str) -> Result<Vec<(Collection, Value)>, Error> {
    let lists: Vec<Result<(Collection, Value), Error>> = futures::stream::iter(collections(cluster).await?)
        .map(|collection| first(cluster, collection, namespace))
        .buffered(PARALLEL)
        .collect()
        .await;
    lists.into_iter().collect()
}

async fn collections(cluster: &Cluster) -> Result<Vec<Collection>, Error> {
    let client = &cluster.client;
    let (core, groups) = futures::try_join!(
        cluster.in_time(client.list_core_api_versions_aggregated()),
        cluster.in_time(client.list_api_groups_aggregated())
    )
    .map_err(|error| cluster.error("ask for the kinds that the cluster has", error))?;
    let mut collections = Vec::new();
    for group in core.items.into_iter().chain(groups.items) {
        let name = group.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        let Some(version) = group.versions.into_iter().next() else { continue };
        let number = version.version.unwrap_or_default();
        let api_version = if name.is_empty() { number } else { format!("{name}/{number}") };
        for resource in version.resources {
            let listed = resource.verbs.iter().any(|verb| verb == "list")
                && resource.verbs.iter().any(|verb| verb == "delete");
            let plural = resource.resource.unwrap_or_default();
            if listed && resource.scope.as_deref() == Some("Namespaced") && !is_passing(&plural) {
                let kind = resource.response_kind.and_then(|kind| kind.kind).unwrap_or_default();
                collections.push(Collection { api_version: api_version.clone(), kind, plural });
            }
        }
    }
    Ok(collections)
}

/// Traces that come and go by themselves.
fn is_passing(plural: &str) -> bool {
    matches!(plural, "events" | "endpoints" | "endpointslices" | "leases")
}

async fn first(
    cluster: &Cluster,
    collection: Collection,
    namespace: &str,
) -> Result<(Collection, Value), Error> {
    let path = super::object::collection(&collection.api_version, &collection.plural, Some(namespace));
    let request = Path::new(&path).list_metadata(&ListParams::default().limit(MANY));
    match cluster.send(request).await {
        Ok(answer) => Ok((collection, answer)),
        Err(error) if error::is_not_found(&error) || error::is_unknown_kind(&error) => {
            Ok((collection, Value::Null))
        }
        Err(error) => Err(cluster.error(format!("list {}", super::object::describe(&path)), error)),
    }
}

fn names(collection: &Collection, answer: &Value) -> Vec<String> {
    let kind = &collection.kind;
    let mut names: Vec<String> = list(answer, "/items")
        .iter()
        .filter(|item| item.pointer("/metadata/deletionTimestamp").is_none())
        .filter(|item| list(item, "/metadata/ownerReferences").is_empty())
        .map(|item| match release_of(item) {
            Some(release) => format!("release {release}"),
            None => format!("{kind}/{}", text(item, "/metadata/name")),
        })
        .filter(|name| !is_everywhere(name))
        .collect();
    if !text(answer, "/metadata/continue").is_empty() {
        let more = number(answer, "/metadata/remainingItemCount").map(|count| format!("{count} "));
        names.push(format!("{kind}: {}more", more.unwrap_or_default()));
    }
    names
}

/// The Helm release that an object is part of, or whose record it is.
fn release_of(item: &Value) -> Option<&str> {
    if meta(item, "labels", "owner") == "helm" {
        return Some(meta(item, "labels", "name"));
    }
    super::release::owner(item).map(|(release, _)| release)
}

/// What Kubernetes, Istio and `OpenShift` put into every namespace.
fn is_everywhere(name: &str) -> bool {
    matches!(
        name,
        "ServiceAccount/default"
            | "ConfigMap/kube-root-ca.crt"
            | "ConfigMap/istio-ca-root-cert"
            | "ConfigMap/istio-ca-crl"
            | "ConfigMap/openshift-service-ca.crt"
            | "ServiceAccount/builder"
            | "ServiceAccount/deployer"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_namespace_is_told() {
        let live = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"conditions": [
            {"type": "NamespaceContentRemaining", "status": "True", "message": "pods. has 1 resource instances"},
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "fine"},
        ]}});
        assert_eq!(terminating(&live).unwrap(), "pods. has 1 resource instances");
        assert_eq!(terminating(&json!({"metadata": {}})), None);
    }

    #[test]
    fn only_namespaces_with_our_mark_are_ours() {
        assert!(is_ours(&json!({"metadata": {"annotations": {CREATED_BY: US}}})));
        assert!(!is_ours(&json!({"metadata": {"name": "x"}})));
    }
}
