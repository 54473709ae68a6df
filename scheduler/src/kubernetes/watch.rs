//! Which collections are watched, and for how long.

use std::sync::Arc;

use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::watcher::{Config, Event};
use kube::{Api, Client};
use llmd_api::names::group;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::collection::Collection;
use super::endpoints::Pod;
use super::follow::{follow, is_served, until_served};
use super::publish::Publisher;
use super::{EndpointSource, PoolSource, Selector};
use crate::datastore::Datastore;

/// The groups of `InferenceObjective` and `InferenceModelRewrite`: the first that is served counts.
const EXTENSION_GROUPS: [&str; 2] = [group::ROUTER, group::INFERENCE_EXPERIMENTAL];

/// What the API server last said.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) pool: Collection<DynamicObject>,
    pub(super) pods: Collection<Pod>,
    pub(super) objectives: Collection<DynamicObject>,
    pub(super) rewrites: Collection<DynamicObject>,
}

type Part = fn(&mut View) -> &mut Collection<DynamicObject>;

/// Keeps the datastore as the cluster says, until `stop`. Errors are logged and what failed is tried again.
pub async fn run(client: Client, source: PoolSource, datastore: Arc<Datastore>, stop: CancellationToken) {
    let view = watch::Sender::new(View::default());
    let wanted = watch::Sender::new(None);
    let publisher = Publisher::new(&source, &datastore, &wanted);
    let watches = Watches { client, source: &source, view: &view };
    let everything = async {
        tokio::join!(
            publisher.run(view.subscribe()),
            watches.pool(),
            watches.pods(wanted.subscribe()),
            watches.first_of("InferenceObjective", |view| &mut view.objectives),
            watches.first_of("InferenceModelRewrite", |view| &mut view.rewrites),
        )
    };
    tokio::select! {
        () = stop.cancelled() => {}
        _ = everything => {}
    }
}

struct Watches<'a> {
    client: Client,
    source: &'a PoolSource,
    view: &'a watch::Sender<View>,
}

impl Watches<'_> {
    async fn pool(&self) {
        let EndpointSource::Pool(group) = self.source.endpoints else { return };
        let api = self.api(&group.resource());
        let part: Part = |view| &mut view.pool;
        let config = Config::default().fields(&format!("metadata.name={}", self.source.name));
        loop {
            if !is_served(&api).await {
                self.view.send_modify(|view| part(view).set_absent());
                warn!(
                    path = api.resource_url(),
                    "InferencePools are not served, or may not be read; waiting"
                );
                until_served(&api, self.source.retry_missing).await;
            }
            follow(&api, config.clone(), |event| self.tell(part, event)).await;
        }
    }

    /// The pods that are wanted; when others are wanted, the known ones stay until the others are listed.
    async fn pods(&self, mut wanted: watch::Receiver<Option<Selector>>) {
        let api: Api<Pod> = Api::namespaced_with(
            self.client.clone(),
            &self.source.namespace,
            &ApiResource::erase::<k8s_openapi::api::core::v1::Pod>(&()),
        );
        let tell = |event: Event<Pod>| {
            let event = event.modify(|pod| pod.metadata.managed_fields = None);
            self.view.send_if_modified(|view| view.pods.apply(event));
        };
        loop {
            let selector = wanted.borrow_and_update().clone();
            let following = async {
                let Some(selector) = selector else {
                    self.view.send_modify(|view| view.pods.forget());
                    return std::future::pending().await;
                };
                let config = Config::default().labels(selector.as_str());
                loop {
                    follow(&api, config.clone(), tell).await;
                    warn!(path = api.resource_url(), "pods may not be read; waiting");
                    until_served(&api, self.source.retry_missing).await;
                }
            };
            tokio::select! {
                changed = wanted.changed() => if changed.is_err() { return },
                () = following => {}
            }
        }
    }

    /// A kind that need not be there, of the first group that serves it.
    async fn first_of(&self, kind: &str, part: Part) {
        let plural = format!("{}s", kind.to_lowercase());
        let apis = EXTENSION_GROUPS.map(|group| {
            let kind = GroupVersionKind::gvk(group, "v1alpha2", kind);
            self.api(&ApiResource::from_gvk_with_plural(&kind, &plural))
        });
        let [preferred, other] = &apis;
        let retry = self.source.retry_missing;
        let mut is_said = false;
        loop {
            if is_served(preferred).await {
                follow(preferred, Config::default(), |event| self.tell(part, event)).await;
            } else if is_served(other).await {
                let preferred_appears = async {
                    sleep(retry).await;
                    until_served(preferred, retry).await;
                };
                tokio::select! {
                    () = follow(other, Config::default(), |event| self.tell(part, event)) => {}
                    () = preferred_appears => info!(path = preferred.resource_url(), "served now, changing to it"),
                }
            } else {
                self.view.send_modify(|view| part(view).set_absent());
                if !is_said {
                    info!(kind, groups = ?EXTENSION_GROUPS, "not served, or may not be read; going on without");
                    is_said = true;
                }
                sleep(retry).await;
            }
        }
    }

    fn api(&self, resource: &ApiResource) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), &self.source.namespace, resource)
    }

    fn tell(&self, part: Part, event: Event<DynamicObject>) {
        self.view.send_if_modified(|view| part(view).apply(event));
    }
}
