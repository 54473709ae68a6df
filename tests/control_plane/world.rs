//! Everything that the API server stores about a namespace, to compare before with after.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::harness::Site;

/// A kind of objects that can be listed.
#[derive(Debug)]
struct Collection {
    root: String,
    plural: String,
    namespaced: bool,
}

/// Objects by kind and name.
pub(crate) type Snapshot = BTreeMap<String, Value>;

/// Every object in the namespace, and every object outside of namespaces that names it.
pub(crate) fn snapshot(site: &Site<'_>) -> Snapshot {
    static COLLECTIONS: OnceLock<Vec<Collection>> = OnceLock::new();
    let collections = COLLECTIONS.get_or_init(|| collections(site));
    let mut snapshot = Snapshot::new();
    for Collection { root, plural, namespaced } in collections {
        let path = if *namespaced {
            format!("{root}/namespaces/{}/{plural}", site.namespace)
        } else {
            format!("{root}/{plural}")
        };
        let list = site.cluster.object(&path).unwrap_or_default();
        for object in list["items"].as_array().into_iter().flatten() {
            let name = object["metadata"]["name"].as_str().unwrap();
            if is_everywhere(name) || !namespaced && !object.to_string().contains(&site.namespace) {
                continue;
            }
            snapshot.insert(format!("{plural}{}/{name}", root.trim_start_matches("/api")), object.clone());
        }
    }
    snapshot
}

/// Every object's identity, without its state.
pub(crate) fn names(snapshot: &Snapshot) -> Vec<String> {
    snapshot.iter().map(|(name, object)| format!("{name} {}", object["metadata"]["uid"])).collect()
}

/// A snapshot without what controllers write when it suits them.
pub(crate) fn settled(site: &Site<'_>) -> Snapshot {
    let mut before = versions(&snapshot(site));
    site.eventually("two equal looks", || {
        let now = snapshot(site);
        let versions = versions(&now);
        let is_settled = versions == before;
        before = versions;
        is_settled.then_some(now)
    })
}

/// Every object's `resourceVersion` and `generation`: neither moves unless the object is written.
pub(crate) fn versions(snapshot: &Snapshot) -> BTreeMap<String, (Value, Value)> {
    let version = |object: &Value| {
        (object["metadata"]["resourceVersion"].clone(), object["metadata"]["generation"].clone())
    };
    snapshot.iter().map(|(name, object)| (name.clone(), version(object))).collect()
}

/// What istiod puts into every namespace, a moment after it was made.
fn is_everywhere(name: &str) -> bool {
    matches!(name, "istio-ca-root-cert" | "istio-ca-crl")
}

/// All that a namespace can hold but traces that come and go by themselves, and what tells kwok of pods; outside of namespaces, what a stack or a
/// test may make.
fn is_looked_at(plural: &str, namespaced: bool) -> bool {
    if namespaced {
        !matches!(plural, "events" | "endpoints" | "endpointslices" | "leases" | "portforwards" | "logs")
    } else {
        matches!(
            plural,
            "namespaces" | "clusterroles" | "clusterrolebindings" | "persistentvolumes" | "gatewayclasses"
        )
    }
}

fn collections(site: &Site<'_>) -> Vec<Collection> {
    let mut roots = vec!["/api/v1".to_owned()];
    let groups = site.cluster.object("/apis").unwrap();
    for group in groups["groups"].as_array().unwrap() {
        roots.push(format!("/apis/{}", group["preferredVersion"]["groupVersion"].as_str().unwrap()));
    }
    let mut collections = Vec::new();
    for root in roots {
        let resources = site.cluster.object(&root).unwrap();
        for resource in resources["resources"].as_array().unwrap() {
            let plural = resource["name"].as_str().unwrap();
            let listed = resource["verbs"].as_array().unwrap().contains(&"list".into());
            let namespaced = resource["namespaced"] == true;
            if listed && is_looked_at(plural, namespaced) {
                collections.push(Collection { root: root.clone(), plural: plural.to_owned(), namespaced });
            }
        }
    }
    assert!(collections.len() > 40, "{collections:?}");
    collections
}
