//! What the played controllers make of `HTTPRoutes`.

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::gateways::is_ignored;
use super::world::{Class, Update, World, class_of, elements, find, generation, is_played, namespace};

/// A route that names a Gateway of a played class as its parent.
pub(super) struct Attachment<'a> {
    pub(super) route: &'a Value,
    pub(super) gateway: &'a Value,
    class: &'static Class,
    parent_ref: &'a Value,
    /// Why the Gateway does not take it: a reason and a message.
    refusal: Option<(&'static str, String)>,
}

impl Attachment<'_> {
    pub(super) fn is_accepted(&self) -> bool {
        self.refusal.is_none()
    }

    /// Whether this listener of this Gateway serves the route.
    pub(super) fn is_to(&self, gateway: &Value, listener: &Value) -> bool {
        let section = &self.parent_ref["sectionName"];
        self.gateway["metadata"]["uid"] == gateway["metadata"]["uid"]
            && self.is_accepted()
            && (section.is_null() || *section == listener["name"])
    }
}

pub(super) fn attachments(world: &World) -> Vec<Attachment<'_>> {
    let mut attachments = Vec::new();
    for route in &world.routes {
        let parents = elements(&route["spec"]["parentRefs"]);
        attachments.extend(parents.iter().filter_map(|parent_ref| attachment(world, route, parent_ref)));
    }
    attachments
}

fn attachment<'a>(world: &'a World, route: &'a Value, parent_ref: &'a Value) -> Option<Attachment<'a>> {
    let parent_namespace = parent_ref["namespace"].as_str().unwrap_or_else(|| namespace(route));
    let gateway = find(&world.gateways, parent_namespace, parent_ref["name"].as_str()?)?;
    let class = class_of(gateway).filter(|_| !is_ignored(gateway))?;
    Some(Attachment { route, gateway, class, parent_ref, refusal: refusal(route, gateway, parent_ref) })
}

fn refusal(route: &Value, gateway: &Value, parent_ref: &Value) -> Option<(&'static str, String)> {
    let section = &parent_ref["sectionName"];
    let listeners: Vec<_> = elements(&gateway["spec"]["listeners"])
        .iter()
        .filter(|listener| section.is_null() || *section == listener["name"])
        .collect();
    if listeners.is_empty() {
        return Some(("NoMatchingParent", format!("sectionName {section} not found")));
    }
    let allows = |listener: &&Value| {
        let from = &listener["allowedRoutes"]["namespaces"]["from"];
        from == "All" || namespace(route) == namespace(gateway)
    };
    let message = "no listener takes routes of this namespace";
    (!listeners.iter().any(allows)).then(|| ("NotAllowedByListeners", message.to_owned()))
}

pub(super) fn updates(world: &World, attachments: &[Attachment<'_>]) -> Vec<Update> {
    let update = |route: &Value| {
        let live = elements(&route["status"]["parents"]);
        // What other controllers say about their parents is theirs.
        let foreign = live.iter().filter(|parent| !is_played(&parent["controllerName"])).cloned();
        let own = attachments
            .iter()
            .filter(|attachment| attachment.route["metadata"]["uid"] == route["metadata"]["uid"])
            .map(|attachment| parent_status(world, attachment, live));
        let parents: Vec<Value> = foreign.chain(own).collect();
        // A route that nobody spoke about has no status at all.
        if parents.is_empty() && live.is_empty() {
            return None;
        }
        Update::new(route, json!({"parents": parents}))
    };
    world.routes.iter().filter_map(update).collect()
}

fn parent_status(world: &World, attachment: &Attachment<'_>, live: &[Value]) -> Value {
    let same = |parent: &&Value| {
        parent["parentRef"] == *attachment.parent_ref
            && parent["controllerName"] == attachment.class.controller
    };
    let before = live.iter().find(same).map_or(&Value::Null, |parent| &parent["conditions"]);
    let conditions = [
        Condition::unless(attachment.refusal.clone(), "Accepted", "Accepted"),
        Condition::unless(missing_backend(world, attachment.route), "ResolvedRefs", "ResolvedRefs"),
    ];
    json!({
        "controllerName": attachment.class.controller,
        "parentRef": attachment.parent_ref,
        "conditions": conditions::list(&conditions, generation(attachment.route), before),
    })
}

fn missing_backend(world: &World, route: &Value) -> Option<(&'static str, String)> {
    let references = elements(&route["spec"]["rules"]).iter().flat_map(|rule| elements(&rule["backendRefs"]));
    references.into_iter().find_map(|reference| {
        let kind = reference["kind"].as_str().unwrap_or("Service");
        let objects = match (reference["group"].as_str().unwrap_or_default(), kind) {
            ("", "Service") => &world.services,
            ("inference.networking.k8s.io", "InferencePool") => &world.pools,
            (group, kind) => return Some(("InvalidKind", format!("unsupported backend {group}/{kind}"))),
        };
        let in_namespace = reference["namespace"].as_str().unwrap_or_else(|| namespace(route));
        let named = reference["name"].as_str().unwrap_or_default();
        let found = find(objects, in_namespace, named).is_some();
        (!found).then(|| ("BackendNotFound", format!("{kind} {in_namespace}/{named} not found")))
    })
}

/// Whether a rule of the route sends requests to this pool.
pub(super) fn uses_pool(route: &Value, pool: &Value) -> bool {
    let references = elements(&route["spec"]["rules"]).iter().flat_map(|rule| elements(&rule["backendRefs"]));
    references.into_iter().any(|reference| {
        reference["kind"] == "InferencePool"
            && reference["name"] == pool["metadata"]["name"]
            && reference["namespace"].as_str().unwrap_or_else(|| namespace(route)) == namespace(pool)
    })
}
