//! What the played controllers make of Gateways.

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::routes::Attachment;
use super::world::{Class, Update, World, class_of, elements, find, generation, name, namespace};

/// An address of the range for documentation, as a cloud's load balancer would have one.
const CLOUD_ADDRESS: &str = "203.0.113.10";

/// The annotation by which a test has a Gateway fail: `ignored` or `not-programmed`.
const MODE: &str = "testbed.llmd/mode";

pub(super) fn updates(world: &World, attachments: &[Attachment<'_>]) -> Vec<Update> {
    let update = |gateway: &Value| {
        let class = class_of(gateway)?;
        let status = status(gateway, class, world, attachments)?;
        Update::new(gateway, status)
    };
    world.gateways.iter().filter_map(update).collect()
}

/// Whether the played controller does nothing about this Gateway.
pub(super) fn is_ignored(gateway: &Value) -> bool {
    gateway["metadata"]["annotations"][MODE] == "ignored"
}

/// None while nothing can be said yet.
fn status(gateway: &Value, class: &Class, world: &World, attachments: &[Attachment<'_>]) -> Option<Value> {
    if is_ignored(gateway) {
        return None;
    }
    let address = if class.has_pods {
        let service = find(&world.services, namespace(gateway), name(gateway))?;
        service["spec"]["clusterIP"].as_str()?
    } else {
        CLOUD_ADDRESS
    };
    let fault = (gateway["metadata"]["annotations"][MODE] == "not-programmed")
        .then(|| ("AddressNotAssigned", "no address could be assigned".to_owned()));
    let generation = generation(gateway);
    let live = &gateway["status"];
    let addresses =
        if fault.is_some() { json!([]) } else { json!([{"type": "IPAddress", "value": address}]) };
    let conditions =
        [Condition::holds("Accepted", "Accepted"), Condition::unless(fault, "Programmed", "Programmed")];
    let listeners: Vec<Value> = elements(&gateway["spec"]["listeners"])
        .iter()
        .map(|listener| listener_status(gateway, listener, generation, attachments))
        .collect();
    Some(json!({
        "addresses": addresses,
        "conditions": conditions::list(&conditions, generation, &live["conditions"]),
        "listeners": listeners,
    }))
}

fn listener_status(
    gateway: &Value,
    listener: &Value,
    generation: i64,
    attachments: &[Attachment<'_>],
) -> Value {
    let name = &listener["name"];
    let before = elements(&gateway["status"]["listeners"]).iter().find(|status| status["name"] == *name);
    let conditions = [
        Condition::holds("Accepted", "Accepted"),
        Condition::fails("Conflicted", "NoConflicts", String::new()),
        Condition::holds("Programmed", "Programmed"),
        Condition::holds("ResolvedRefs", "ResolvedRefs"),
    ];
    let attached = attachments.iter().filter(|attachment| attachment.is_to(gateway, listener)).count();
    json!({
        "name": name,
        "attachedRoutes": attached,
        "supportedKinds": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"}],
        "conditions": conditions::list(&conditions, generation, before.map_or(&Value::Null, |old| &old["conditions"])),
    })
}

/// The Deployment and the Service that a controller makes for a Gateway.
pub(super) fn workload(gateway: &Value, class: &Class) -> [Value; 2] {
    let name = name(gateway);
    let labels = json!({
        "app.kubernetes.io/name": name,
        "gateway.networking.k8s.io/gateway-name": name,
        "gateway.networking.k8s.io/gateway-class-name": class.name,
    });
    let metadata = json!({
        "name": name,
        "namespace": namespace(gateway),
        "labels": labels,
        "ownerReferences": [{
            "apiVersion": gateway["apiVersion"],
            "kind": gateway["kind"],
            "name": name,
            "uid": gateway["metadata"]["uid"],
            "controller": true,
            "blockOwnerDeletion": true,
        }],
    });
    let selector = json!({"gateway.networking.k8s.io/gateway-name": name});
    let ports: Vec<Value> = elements(&gateway["spec"]["listeners"])
        .iter()
        .map(|listener| json!({"name": listener["name"], "port": listener["port"], "protocol": "TCP"}))
        .collect();
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "proxy", "image": format!("testbed/{}:1", class.name)}]},
            },
        },
    });
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"type": "ClusterIP", "selector": selector, "ports": ports},
    });
    [deployment, service]
}
