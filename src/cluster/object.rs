//! Names of objects and their places in the API.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

/// One object of the cluster: kind, namespace, name and path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, schemars::JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct ObjectRef {
    /// `GROUP/VERSION`; of the core group, `v1`.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    #[schemars(skip)]
    pub plural: String,
    /// Null for what lives outside of namespaces.
    pub namespace: Option<String>,
    /// Without its namespace.
    pub name: String,
}

impl ObjectRef {
    /// An object in a namespace.
    pub fn namespaced(api_version: &str, kind: &str, plural: &str, namespace: &str, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        }
    }

    /// `Kind/name`, the way objects are named in messages.
    pub(super) fn display(kind: &str, name: &str) -> String {
        format!("{kind}/{name}")
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The path of the collection that holds the object.
    pub fn collection(&self) -> String {
        collection(&self.api_version, &self.plural, self.namespace.as_deref())
    }

    /// The resource as kubectl takes it: `deployments.apps`.
    pub fn resource(&self) -> String {
        match self.group() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// Name and namespace as kubectl takes them: `-n demo decode`.
    pub fn location(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("-n {namespace} {}", self.name),
            None => self.name.clone(),
        }
    }
}

/// The path of a collection of objects.
pub(crate) fn collection(api_version: &str, plural: &str, namespace: Option<&str>) -> String {
    let root = if api_version.contains('/') { "/apis" } else { "/api" };
    match namespace {
        Some(namespace) => format!("{root}/{api_version}/namespaces/{namespace}/{plural}"),
        None => format!("{root}/{api_version}/{plural}"),
    }
}

/// A collection's path in words: `pods in namespace demo`.
pub(super) fn describe(path: &str) -> String {
    let plural = path.rsplit('/').next().unwrap_or(path);
    match path.split("/namespaces/").nth(1).and_then(|rest| rest.split_once('/')) {
        Some((namespace, _)) => format!("{plural} in namespace {namespace}"),
        None => format!("{plural} in all namespaces"),
    }
}

/// `Kind/name`, the way objects are named in messages.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl Serialize for ObjectRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ObjectRef", 4)?;
        fields.serialize_field("apiVersion", &self.api_version)?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("namespace", &self.namespace)?;
        fields.serialize_field("name", &self.name)?;
        fields.end()
    }
}

/// The text at a JSON pointer; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number at a JSON pointer.
pub(crate) fn number(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// The list at a JSON pointer; empty where there is none.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The entry of `metadata.labels` or `metadata.annotations`, whose keys hold slashes.
pub(crate) fn meta<'a>(object: &'a Value, map: &str, key: &str) -> &'a str {
    object
        .get("metadata")
        .and_then(|metadata| metadata.get(map))
        .and_then(|map| map.get(key))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The endpoints of an `EndpointSlice` that are ready; those that do not say are.
pub(crate) fn ready_endpoints(slice: &Value) -> impl Iterator<Item = &Value> {
    let is_ready = |endpoint: &&Value| endpoint.pointer("/conditions/ready") != Some(&Value::Bool(false));
    list(slice, "/endpoints").iter().filter(is_ready)
}

/// A label selector (`matchLabels`) as the API takes it: `a=b,c=d`.
pub(super) fn selector(labels: Option<&Value>) -> Option<String> {
    let labels = labels?.as_object()?;
    let pairs: Vec<String> =
        labels.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_follow_the_api() {
        let deployment = ObjectRef::namespaced("apps/v1", "Deployment", "deployments", "demo", "decode");
        assert_eq!(deployment.collection(), "/apis/apps/v1/namespaces/demo/deployments");
        assert_eq!(
            (deployment.resource().as_str(), deployment.location().as_str()),
            ("deployments.apps", "-n demo decode")
        );
        assert_eq!(collection("v1", "secrets", None), "/api/v1/secrets");
        assert_eq!(describe("/api/v1/namespaces/demo/secrets"), "secrets in namespace demo");
        assert_eq!(describe("/api/v1/secrets"), "secrets in all namespaces");
    }

    #[test]
    fn selectors_join_labels() {
        assert_eq!(selector(Some(&json!({"a": "b", "c": "d"}))).unwrap(), "a=b,c=d");
        assert_eq!(selector(Some(&json!({}))), None);
    }

    #[test]
    fn an_endpoint_is_ready_unless_it_says_no() {
        let ready = |slice: Value| ready_endpoints(&slice).count();
        assert_eq!(ready(json!({"endpoints": [{"addresses": ["10.0.0.1"]}]})), 1);
        assert_eq!(ready(json!({"endpoints": [{"conditions": {"ready": false}}]})), 0);
        assert_eq!(ready(json!({})), 0);
    }
}
