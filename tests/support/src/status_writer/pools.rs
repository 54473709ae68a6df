//! What the played controllers make of `InferencePools`, and of the policies that GKE attaches to them.

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::routes::{Attachment, uses_pool};
use super::world::{Update, World, class_of, elements, find, generation, is_played, name, namespace};

/// A pool has a parent for every Gateway from which a route leads to it.
pub(super) fn updates(world: &World, attachments: &[Attachment<'_>]) -> Vec<Update> {
    let update = |pool: &Value| {
        let live = elements(&pool["status"]["parents"]);
        let foreign = live.iter().filter(|parent| !is_played(&parent["controllerName"])).cloned();
        let mut gateways: Vec<&Value> = Vec::new();
        for attachment in attachments.iter().filter(|attachment| attachment.is_accepted()) {
            let known = gateways
                .iter()
                .any(|gateway| gateway["metadata"]["uid"] == attachment.gateway["metadata"]["uid"]);
            if uses_pool(attachment.route, pool) && !known {
                gateways.push(attachment.gateway);
            }
        }
        let own = gateways.into_iter().map(|gateway| parent_status(world, pool, gateway, live));
        let parents: Vec<Value> = foreign.chain(own).collect();
        if parents.is_empty() && live.is_empty() {
            return None;
        }
        Update::new(pool, json!({"parents": parents}))
    };
    world.pools.iter().filter_map(update).collect()
}

fn parent_status(world: &World, pool: &Value, gateway: &Value, live: &[Value]) -> Value {
    let parent_ref = json!({
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": name(gateway),
        "namespace": namespace(gateway),
    });
    let before = live.iter().find(|parent| parent["parentRef"] == parent_ref);
    let picker = pool["spec"]["endpointPickerRef"]["name"].as_str().unwrap_or_default();
    let fault = find(&world.services, namespace(pool), picker)
        .is_none()
        .then(|| ("InvalidExtensionRef", format!("Service {picker} not found")));
    let conditions =
        [Condition::holds("Accepted", "Accepted"), Condition::unless(fault, "ResolvedRefs", "ResolvedRefs")];
    json!({
        "controllerName": class_of(gateway).map(|class| class.controller),
        "parentRef": parent_ref,
        "conditions": conditions::list(&conditions, generation(pool), before.map_or(&Value::Null, |old| &old["conditions"])),
    })
}

/// `HealthCheckPolicies` and `GCPBackendPolicies` are attached once their target is there.
pub(super) fn policy_updates(world: &World) -> Vec<Update> {
    let policies = world.health_checks.iter().chain(&world.backend_policies);
    let update = |policy: &Value| {
        let target = policy["spec"]["targetRef"]["name"].as_str().unwrap_or_default();
        let objects = if policy["spec"]["targetRef"]["kind"] == "InferencePool" {
            &world.pools
        } else {
            &world.services
        };
        let fault = find(objects, namespace(policy), target)
            .is_none()
            .then(|| ("Invalid", format!("target {target} not found")));
        let conditions = [Condition::unless(fault, "Attached", "Attached")];
        let before = &policy["status"]["conditions"];
        Update::new(policy, json!({"conditions": conditions::list(&conditions, generation(policy), before)}))
    };
    policies.filter_map(update).collect()
}
