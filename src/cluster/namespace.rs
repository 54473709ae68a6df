//! The namespace: made when it is absent, removed when we made it and nothing is left in it.

use futures::StreamExt;
use kube::api::ListParams;
use kube::core::request::Request as Path;
use serde_json::{Value, json};

use super::object::{ObjectRef, list, meta, text};
use super::{Cluster, Error, PARALLEL, error};

const CREATED_BY: &str = "llm-d.ai/created-by";
const US: &str = "llmd";

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
    live.pointer("/metadata/deletionTimestamp")?;
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
    let collections = collections(cluster).await?;
    let lists: Vec<Result<Vec<String>, Error>> = futures::stream::iter(&collections)
        .map(|collection| names(cluster, collection, name))
        .buffered(PARALLEL)
        .collect()
        .await;
    let mut contents = Vec::new();
    for names in lists {
        contents.extend(names?);
    }
    contents.sort();
    contents.dedup();
    Ok(contents)
}

async fn collections(cluster: &Cluster) -> Result<Vec<Collection>, Error> {
    let client = &cluster.client;
    let (core, groups) =
        futures::try_join!(client.list_core_api_versions_aggregated(), client.list_api_groups_aggregated())
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

async fn names(cluster: &Cluster, collection: &Collection, namespace: &str) -> Result<Vec<String>, Error> {
    let path = super::object::collection(&collection.api_version, &collection.plural, Some(namespace));
    let request = Path::new(&path).list_metadata(&ListParams::default().limit(20));
    let answer = match cluster.send(request).await {
        Ok(answer) => answer,
        Err(error) if error::is_not_found(&error) || error::is_unknown_kind(&error) => return Ok(Vec::new()),
        Err(error) => return Err(cluster.error(format!("list {}", super::object::describe(&path)), error)),
    };
    Ok(list(&answer, "/items")
        .iter()
        .filter(|item| item.pointer("/metadata/deletionTimestamp").is_none())
        .filter(|item| list(item, "/metadata/ownerReferences").is_empty())
        .map(|item| match release_of(item) {
            Some(release) => format!("release {release}"),
            None => format!("{}/{}", collection.kind, text(item, "/metadata/name")),
        })
        .filter(|name| !is_everywhere(name))
        .collect())
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
