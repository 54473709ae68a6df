//! A namespace on a control plane, and a picker's datastore that follows it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use scheduler::datastore::{Datastore, Snapshot};
use scheduler::kubernetes::{self, EndpointSource, PoolGroup, PoolSource};
use serde_json::{Value, json};
use test_support::{ControlPlane, eventually};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Long enough for a busy machine; nothing waits this long when all is well.
pub(crate) const LIMIT: Duration = Duration::from_secs(90);

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

pub(crate) async fn client(kubeconfig: &Path) -> Client {
    kubernetes::connect(Some(kubeconfig)).await.unwrap()
}

/// A namespace of the test's own.
pub(crate) struct Site<'a> {
    pub(crate) cluster: &'a ControlPlane,
    pub(crate) namespace: String,
}

impl<'a> Site<'a> {
    pub(crate) fn new(cluster: &'a ControlPlane, prefix: &str) -> Self {
        Self { cluster, namespace: cluster.create_namespace(prefix) }
    }

    pub(crate) fn kubectl(&self, line: &str) {
        let words = ["-n", &self.namespace].into_iter().chain(line.split_whitespace());
        self.cluster.kubectl(&words.collect::<Vec<_>>()).success();
    }

    /// Creates or changes objects.
    pub(crate) fn apply(&self, objects: &[Value]) {
        self.cluster.apply(&self.namespace, objects);
    }

    pub(crate) fn source(&self, endpoints: EndpointSource) -> PoolSource {
        PoolSource {
            namespace: self.namespace.clone(),
            name: "pool".to_owned(),
            endpoints,
            metrics_port: None,
            retry_missing: Duration::from_millis(200),
        }
    }

    /// Starts to follow the pool `pool` of the group `inference.networking.k8s.io`.
    pub(crate) fn follow_pool(&self) -> Follower {
        Follower::start(self.cluster.kubeconfig(), self.source(EndpointSource::Pool(PoolGroup::V1)))
    }
}

/// A datastore that is kept as the cluster says.
pub(crate) struct Follower {
    pub(crate) datastore: Arc<Datastore>,
    runtime: Runtime,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Follower {
    pub(crate) fn start(kubeconfig: &Path, source: PoolSource) -> Self {
        let (datastore, stop, runtime) = (Arc::<Datastore>::default(), CancellationToken::new(), runtime());
        let client = runtime.block_on(client(kubeconfig));
        let task = runtime.spawn(kubernetes::run(client, source, Arc::clone(&datastore), stop.clone()));
        Self { datastore, runtime, stop, task }
    }

    /// Waits until what the datastore holds is as wanted.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, is_wanted: impl Fn(&Snapshot) -> bool) {
        eventually(what, LIMIT, || {
            assert!(!self.task.is_finished(), "it has ended");
            is_wanted(&self.datastore.snapshot()).then_some(())
        });
    }

    /// Waits until it is synced with exactly these endpoints.
    #[track_caller]
    pub(crate) fn wait_for_endpoints(&self, wanted: &[&str]) {
        self.wait_for(&format!("the endpoints {wanted:?}"), |now| now.synced && names(now) == wanted);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        names(&self.datastore.snapshot())
    }

    pub(crate) fn is_synced(&self) -> bool {
        self.datastore.snapshot().synced
    }

    /// Ends it, which must not take long.
    pub(crate) fn stop(self) {
        self.stop.cancel();
        self.runtime.block_on(self.task).unwrap();
    }
}

/// `name:port` of every endpoint.
fn names(snapshot: &Snapshot) -> Vec<String> {
    let name = |spec: &scheduler::model::EndpointSpec| format!("{}:{}", spec.name, spec.address.port());
    snapshot.endpoints.iter().map(|endpoint| name(&endpoint.spec)).collect()
}

pub(crate) fn pool(labels: &Value, ports: &[u16]) -> Value {
    let ports: Vec<_> = ports.iter().map(|port| json!({"number": port})).collect();
    json!({
        "apiVersion": "inference.networking.k8s.io/v1",
        "kind": "InferencePool",
        "metadata": {"name": "pool"},
        "spec": {
            "selector": {"matchLabels": labels},
            "targetPorts": ports,
            "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
        },
    })
}

/// A pod that kwok runs and makes ready, or what the mode says.
pub(crate) fn pod(name: &str, labels: &Value, mode: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels, "annotations": {"testbed.llmd/mode": mode}},
        "spec": {"containers": [{"name": "main", "image": "server:1"}]},
    })
}

pub(crate) fn ready_pod(name: &str, labels: &Value) -> Value {
    pod(name, labels, "run")
}
