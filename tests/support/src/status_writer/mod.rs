//! Plays the Gateway controllers that cannot be had from a package registry: kgateway's, agentgateway's and GKE's.
//!
//! Like a real one it is driven by watches, looks at everything anew whenever something changes, and writes what a
//! conformant controller would. Gateways of other classes are not its business. A Gateway with the annotation
//! `testbed.llmd/mode: ignored` or `not-programmed` is left alone, or never gets an address.

mod conditions;
mod gateways;
mod pools;
mod routes;
mod world;

use std::sync::LazyLock;
use std::time::Duration;

use futures::stream::{BoxStream, SelectAll};
use futures::{FutureExt as _, StreamExt as _};
use kube::api::{ApiResource, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Client};
use serde_json::{Value, json};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use self::world::{CLASSES, Update, World, class_of};
use crate::api::{has_condition, spawn};
use crate::{ControlPlane, Crds};

/// Changes come in groups: an `apply` writes its objects one after another.
const PAUSE: Duration = Duration::from_millis(30);
const RETRY: Duration = Duration::from_millis(300);

/// The kinds looked at, in the order of `World`'s fields: group, version, kind, plural.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("gateway.networking.k8s.io", "v1", "Gateway", "gateways"),
    ("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"),
    ("inference.networking.k8s.io", "v1", "InferencePool", "inferencepools"),
    ("", "v1", "Service", "services"),
    ("networking.gke.io", "v1", "HealthCheckPolicy", "healthcheckpolicies"),
    ("networking.gke.io", "v1", "GCPBackendPolicy", "gcpbackendpolicies"),
];

/// The running controllers; they end with this value.
pub struct StatusWriter {
    task: AbortHandle,
}

impl StatusWriter {
    /// The shared control plane with these controllers, for all tests of this process; none where the suite is left
    /// out. They get on with [`crate::Istiod`].
    pub fn shared() -> Option<&'static ControlPlane> {
        static SHARED: LazyLock<Option<StatusWriter>> =
            LazyLock::new(|| ControlPlane::shared().map(StatusWriter::start));
        SHARED.as_ref()?;
        ControlPlane::shared()
    }

    /// Creates the `GatewayClasses` and plays their controllers. The control plane must have been started with
    /// [`Crds::All`].
    pub fn start(control_plane: &ControlPlane) -> Self {
        assert!(control_plane.has_crds(), "the status writer needs a control plane with {:?}", Crds::All);
        let client = control_plane.client();
        let task = spawn(async move {
            for class in CLASSES {
                create_class(&client, class).await;
            }
            run(client).await;
        });
        for class in CLASSES {
            let path = format!("/apis/gateway.networking.k8s.io/v1/gatewayclasses/{}", class.name);
            control_plane.wait_for("the GatewayClasses to be accepted", &path, |class| {
                has_condition(class, "Accepted")
            });
        }
        Self { task }
    }
}

impl Drop for StatusWriter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn create_class(client: &Client, class: &world::Class) {
    let api: Api<DynamicObject> = Api::all_with(
        client.clone(),
        &resource("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses"),
    );
    let object = json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": class.name},
        "spec": {"controllerName": class.controller},
    });
    let conditions = [conditions::Condition::holds("Accepted", "Accepted")];
    let status = json!({"status": {"conditions": conditions::list(&conditions, 1, &Value::Null)}});
    api.patch(class.name, &apply(), &Patch::Apply(&object)).await.expect("a GatewayClass can be created");
    let patched = api.patch_status(class.name, &PatchParams::default(), &Patch::Merge(&status)).await;
    patched.expect("a GatewayClass can be accepted");
}

async fn run(client: Client) {
    let mut changes = SelectAll::new();
    for (group, version, kind, plural) in KINDS {
        changes.push(watch(&client, &resource(group, version, kind, plural)));
    }
    loop {
        if changes.next().await.is_none() {
            return;
        }
        // A write that failed, mostly for an object changed meanwhile or a namespace on its way out, is tried again.
        while !reconcile_settled(&client, &mut changes).await {
            let _ = timeout(RETRY, changes.next()).await;
        }
    }
}

async fn reconcile_settled(client: &Client, changes: &mut SelectAll<BoxStream<'static, ()>>) -> bool {
    sleep(PAUSE).await;
    while changes.next().now_or_never().flatten().is_some() {}
    reconcile(client).await.is_ok()
}

fn watch(client: &Client, resource: &ApiResource) -> BoxStream<'static, ()> {
    let api: Api<DynamicObject> = Api::all_with(client.clone(), resource);
    watcher(api, watcher::Config::default()).default_backoff().map(|_| ()).boxed()
}

/// Looks at everything and writes what is not as it should be.
async fn reconcile(client: &Client) -> kube::Result<()> {
    let mut world = World::default();
    let fields = [
        &mut world.gateways,
        &mut world.routes,
        &mut world.pools,
        &mut world.services,
        &mut world.health_checks,
        &mut world.backend_policies,
    ];
    for (objects, (group, version, kind, plural)) in fields.into_iter().zip(KINDS) {
        *objects = list(client, &resource(group, version, kind, plural)).await?;
    }
    let mut outcome = Ok(());
    for gateway in world.gateways.iter().filter(|gateway| !gateways::is_ignored(gateway)) {
        let being_deleted = !gateway["metadata"]["deletionTimestamp"].is_null();
        if let Some(class) = class_of(gateway).filter(|class| class.has_pods && !being_deleted) {
            for object in gateways::workload(gateway, class) {
                outcome = outcome.and(create(client, &object).await);
            }
        }
    }
    let attachments = routes::attachments(&world);
    let mut updates = gateways::updates(&world, &attachments);
    updates.extend(routes::updates(&world, &attachments));
    updates.extend(pools::updates(&world, &attachments));
    updates.extend(pools::policy_updates(&world));
    for update in &updates {
        outcome = outcome.and(write(client, update).await);
    }
    outcome
}

async fn list(client: &Client, resource: &ApiResource) -> kube::Result<Vec<Value>> {
    let api: Api<DynamicObject> = Api::all_with(client.clone(), resource);
    let listed = api.list(&ListParams::default()).await?;
    let complete = |object: DynamicObject| {
        let mut value = serde_json::to_value(object).expect("an object that was JSON");
        // Members of a list carry neither.
        value["apiVersion"] = resource.api_version.clone().into();
        value["kind"] = resource.kind.clone().into();
        value
    };
    Ok(listed.items.into_iter().map(complete).collect())
}

async fn create(client: &Client, object: &Value) -> kube::Result<()> {
    let resource = match object["kind"].as_str() {
        Some("Deployment") => resource("apps", "v1", "Deployment", "deployments"),
        _ => resource("", "v1", "Service", "services"),
    };
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), world::namespace(object), &resource);
    api.patch(world::name(object), &apply(), &Patch::Apply(object)).await.map(drop)
}

async fn write(client: &Client, update: &Update) -> kube::Result<()> {
    let object = &update.object;
    let kind = KINDS.iter().find(|(_, _, kind, _)| object["kind"] == *kind);
    let &(group, version, kind, plural) = kind.expect("an update is of one of the kinds looked at");
    let api: Api<DynamicObject> = Api::namespaced_with(
        client.clone(),
        world::namespace(object),
        &resource(group, version, kind, plural),
    );
    // With the version that was looked at: another controller may have written to the same list.
    let patch = json!({
        "metadata": {"resourceVersion": object["metadata"]["resourceVersion"]},
        "status": update.status,
    });
    api.patch_status(world::name(object), &PatchParams::default(), &Patch::Merge(&patch)).await.map(drop)
}

fn apply() -> PatchParams {
    PatchParams::apply("testbed").force()
}

fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}
