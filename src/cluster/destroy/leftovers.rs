//! What destroying leaves in the cluster, and why.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Extent;
use super::removal::absent_kind;
use crate::cluster::object::{ObjectRef, list, text};
use crate::cluster::{Cluster, Error, namespace, parallel};

/// Something that is not deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    /// `Kind/name`, or `release NAME` for what belongs to another Helm release.
    pub what: String,
    /// Why it is left.
    pub reason: String,
}

impl Left {
    pub(super) fn new(what: impl fmt::Display, reason: impl Into<String>) -> Self {
        Self { what: what.to_string(), reason: reason.into() }
    }

    /// Whether it is a definition that the whole cluster shares.
    pub fn is_definition(&self) -> bool {
        self.what.starts_with(DEFINITION)
    }
}

/// `PersistentVolumeClaim/model (the model servers use it)`.
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.reason)
    }
}

const DEFINITION: &str = "CustomResourceDefinition/";
/// Kubernetes' own groups with a dot in their names. All others are defined by somebody.
const OWN_GROUPS: [&str; 7] = [
    "rbac.authorization.k8s.io",
    "networking.k8s.io",
    "storage.k8s.io",
    "coordination.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "admissionregistration.k8s.io",
];
/// Namespaces that the API server does not delete.
const EVERLASTING: [&str; 3] = ["default", "kube-system", "kube-public"];
const FLAG: &str = "--with-namespace removes it with all of it";

/// The definitions of the kinds of these objects.
pub(super) fn definitions<'a>(objects: impl Iterator<Item = &'a ObjectRef>) -> Vec<Left> {
    let defined =
        objects.filter(|object| object.group().contains('.') && !OWN_GROUPS.contains(&object.group()));
    let names: BTreeSet<String> = defined.map(ObjectRef::resource).collect();
    names
        .into_iter()
        .map(|name| Left::new(format_args!("{DEFINITION}{name}"), "shared by the whole cluster"))
        .collect()
}

/// The Secrets and claims that recorded objects use by name and that no record makes.
pub(super) fn used(recorded: &[(ObjectRef, Value)]) -> Vec<ObjectRef> {
    let mut found = BTreeSet::new();
    for (object, manifest) in recorded {
        if let Some(namespace) = &object.namespace {
            collect(manifest, namespace, &mut found);
        }
    }
    let is_made = |object: &ObjectRef| recorded.iter().any(|(made, _)| made == object);
    found.into_iter().filter(|object| !is_made(object)).collect()
}

fn collect(value: &Value, namespace: &str, found: &mut BTreeSet<ObjectRef>) {
    let secret = |name: &str| ObjectRef::namespaced("v1", "Secret", "secrets", namespace, name);
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, namespace, found)),
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("secretName", Value::String(name)) => {
                        found.insert(secret(name));
                    }
                    ("secretKeyRef" | "secretRef", value) => {
                        found.insert(secret(text(value, "/name")));
                    }
                    ("imagePullSecrets", value) => {
                        found.extend(list(value, "").iter().map(|one| secret(text(one, "/name"))));
                    }
                    ("claimName", Value::String(name)) => {
                        let kind = ("PersistentVolumeClaim", "persistentvolumeclaims");
                        found.insert(ObjectRef::namespaced("v1", kind.0, kind.1, namespace, name));
                    }
                    (_, value) => collect(value, namespace, found),
                }
            }
        }
        _ => {}
    }
}

/// Those of the objects that are there. What we may not read is left out.
pub(super) async fn present(
    cluster: &Cluster,
    objects: Vec<ObjectRef>,
) -> Result<Vec<(ObjectRef, Value)>, Error> {
    let looks = parallel(objects.iter().map(|object| cluster.get(object))).await;
    let mut present = Vec::new();
    for (object, look) in objects.into_iter().zip(looks) {
        match look.or_else(absent_kind) {
            Ok(Some(live)) => present.push((object, live)),
            Ok(None) | Err(Error::Forbidden { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(present)
}

/// What becomes of the namespace, and of what is not deleted by name.
#[derive(Debug, Default)]
pub(super) struct Fate {
    pub(super) goes: bool,
    /// What goes with it that is not of this deployment.
    pub(super) along: Vec<String>,
    pub(super) stays: Vec<Left>,
    /// Whether its deletion was asked for before.
    pub(super) is_going: bool,
}

/// Looks whether the namespace goes: it is ours and nothing else is left in it, or that was asked for. `live` is what
/// reading it gave.
pub(super) async fn fate(
    cluster: &Cluster,
    name: &str,
    live: Result<Option<Value>, Error>,
    releases: &[String],
    going: &[ObjectRef],
    kept: &[(ObjectRef, String)],
    extent: Extent,
) -> Result<Fate, Error> {
    let stays: Vec<Left> = kept.iter().map(|(object, reason)| Left::new(object, reason.as_str())).collect();
    let staying = |reason: String| {
        let namespace = Left::new(format_args!("Namespace/{name}"), reason);
        Fate { stays: stays.iter().cloned().chain([namespace]).collect(), ..Fate::default() }
    };
    let live = match live {
        Ok(Some(live)) => live,
        Ok(None) => return Ok(Fate { stays, ..Fate::default() }),
        // Who may not read the namespace did not make it either.
        Err(Error::Forbidden { .. }) if !extent.with_namespace => {
            return Ok(staying("it was there before, and what else is in it".to_owned()));
        }
        Err(error) => return Err(error),
    };
    // Without a record nothing proves that a namespace that somebody else made is meant.
    let is_meant = extent.with_namespace && (!releases.is_empty() || namespace::is_going(&live));
    if EVERLASTING.contains(&name) {
        return Ok(staying("Kubernetes keeps it, and what else is in it".to_owned()));
    }
    if !namespace::is_ours(&live) && !is_meant {
        return Ok(staying(format!("it was there before, and what else is in it; {FLAG}")));
    }
    let contents = match namespace::contents(cluster, name).await {
        Err(Error::Forbidden { reason, .. }) if !extent.with_namespace => {
            return Ok(staying(format!("not all of it can be seen: {reason}")));
        }
        contents => contents?,
    };
    let is_ours = |left: &String| {
        left.strip_prefix("release ").is_some_and(|left| releases.iter().any(|name| name == left))
            || going.iter().any(|object| object.to_string() == **left)
    };
    let known: Vec<String> = stays.iter().map(|left| left.what.clone()).collect();
    let others = contents.into_iter().filter(|left| !is_ours(left) && !known.contains(left));
    let (inside, outside): (Vec<_>, Vec<_>) =
        kept.iter().partition(|(object, _)| object.namespace.as_deref() == Some(name));
    let along: Vec<String> = inside.into_iter().map(|(object, _)| object.to_string()).chain(others).collect();
    if along.is_empty() || extent.with_namespace {
        let stays = outside.into_iter().map(|(object, reason)| Left::new(object, reason.as_str())).collect();
        let is_going = namespace::is_going(&live);
        return Ok(Fate { goes: true, along, stays, is_going });
    }
    let mut fate = staying(format!("holds other objects; {FLAG}"));
    let others = along.into_iter().filter(|left| !known.contains(left));
    fate.stays.extend(others.map(|left| Left::new(left, "not of this deployment")));
    Ok(fate)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(api_version: &str, kind: &str, plural: &str, name: &str) -> ObjectRef {
        ObjectRef::namespaced(api_version, kind, plural, "demo", name)
    }

    #[test]
    fn what_pods_use_and_no_record_makes_is_found() {
        let pod = json!({
            "imagePullSecrets": [{"name": "registry"}],
            "containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "llm-d-hf-token", "key": "HF_TOKEN"}}}],
                            "envFrom": [{"secretRef": {"name": "more"}}]}],
            "volumes": [{"persistentVolumeClaim": {"claimName": "model"}}, {"secret": {"secretName": "made"}}],
        });
        let recorded = [
            (
                named("apps/v1", "Deployment", "deployments", "decode"),
                json!({"spec": {"template": {"spec": pod}}}),
            ),
            (named("v1", "Secret", "secrets", "made"), json!({})),
        ];
        let found: Vec<String> = used(&recorded).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["PersistentVolumeClaim/model", "Secret/llm-d-hf-token", "Secret/more", "Secret/registry"]
        );
    }

    #[test]
    fn only_kinds_that_somebody_defined_have_definitions() {
        let objects = [
            named("apps/v1", "Deployment", "deployments", "decode"),
            named("rbac.authorization.k8s.io/v1", "Role", "roles", "epp"),
            named("inference.networking.k8s.io/v1", "InferencePool", "inferencepools", "gaie"),
        ];
        let names: Vec<String> = definitions(objects.iter()).into_iter().map(|left| left.what).collect();
        assert_eq!(names, ["CustomResourceDefinition/inferencepools.inference.networking.k8s.io"]);
    }
}
