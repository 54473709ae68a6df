//! Every object of a namespace that takes part in the way of a request.

use serde_json::Value;

use super::object::collection;
use super::{Cluster, Error, parallel};

/// Version, kind and plural.
const KINDS: [(&str, &str, &str); 8] = [
    ("gateway.networking.k8s.io/v1", "Gateway", "gateways"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes"),
    ("inference.networking.k8s.io/v1", "InferencePool", "inferencepools"),
    ("networking.istio.io/v1beta1", "DestinationRule", "destinationrules"),
    ("v1", "Service", "services"),
    ("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    ("apps/v1", "Deployment", "deployments"),
    ("v1", "Pod", "pods"),
];

/// What a namespace has of those kinds.
#[derive(Clone, Debug, Default)]
pub struct Surrounding {
    pub objects: Vec<Value>,
    /// Kinds that could not be read: not for us, or unknown to the cluster.
    pub unreadable: Vec<&'static str>,
}

/// Reads them, all kinds at once.
///
/// # Errors
/// When the API server cannot be asked; what may not be read is no error.
pub async fn surrounding(cluster: &Cluster, namespace: &str) -> Result<Surrounding, Error> {
    let lists = parallel(KINDS.iter().map(|(version, _, plural)| async move {
        cluster.list(&collection(version, plural, Some(namespace)), "").await
    }))
    .await;
    let mut found = Surrounding::default();
    for ((version, kind, _), listed) in KINDS.into_iter().zip(lists) {
        match listed {
            // Items of a list come without their kind.
            Ok(items) => found.objects.extend(items.into_iter().map(|mut item| {
                item["apiVersion"] = version.into();
                item["kind"] = kind.into();
                item
            })),
            Err(Error::Forbidden { .. } | Error::Api { .. }) => found.unreadable.push(kind),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
