//! Everything the played controllers look at, and how they are told apart.

use serde_json::Value;

/// A controller to play.
pub(super) struct Class {
    pub(super) name: &'static str,
    pub(super) controller: &'static str,
    /// Whether gateways of this class are pods of the cluster: a Deployment and a Service of the Gateway's name.
    pub(super) has_pods: bool,
}

pub(super) const CLASSES: &[Class] = &[
    Class { name: "kgateway", controller: "kgateway.dev/kgateway", has_pods: true },
    Class { name: "agentgateway-v2", controller: "kgateway.dev/agentgateway", has_pods: true },
    Class {
        name: "gke-l7-regional-external-managed",
        controller: "networking.gke.io/gateway",
        has_pods: false,
    },
];

/// All objects of the kinds that matter, as the API server gave them.
#[derive(Default)]
pub(super) struct World {
    pub(super) gateways: Vec<Value>,
    pub(super) routes: Vec<Value>,
    pub(super) pools: Vec<Value>,
    pub(super) services: Vec<Value>,
    pub(super) health_checks: Vec<Value>,
    pub(super) backend_policies: Vec<Value>,
}

/// A status to write: the object it belongs to, and the whole of what it shall say.
pub(super) struct Update {
    pub(super) object: Value,
    pub(super) status: Value,
}

impl Update {
    /// None where the object says so already. Fields of the status that are not mentioned stay as they are.
    pub(super) fn new(object: &Value, status: Value) -> Option<Self> {
        let live = &object["status"];
        let differs =
            status.as_object().is_some_and(|fields| fields.iter().any(|(key, value)| live[key] != *value));
        differs.then(|| Self { object: object.clone(), status })
    }
}

/// The class of a Gateway, if it is one of those played.
pub(super) fn class_of(gateway: &Value) -> Option<&'static Class> {
    CLASSES.iter().find(|class| gateway["spec"]["gatewayClassName"] == class.name)
}

pub(super) fn is_played(controller: &Value) -> bool {
    CLASSES.iter().any(|class| *controller == class.controller)
}

pub(super) fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

pub(super) fn namespace(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

pub(super) fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or_default()
}

/// The object of that name, if it is there.
pub(super) fn find<'a>(objects: &'a [Value], in_namespace: &str, named: &str) -> Option<&'a Value> {
    objects.iter().find(|object| namespace(object) == in_namespace && name(object) == named)
}

/// The array, or nothing where there is none.
pub(super) fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
