//! The test bed's own way to the API server, by a user whose calls the audit log leaves out.

use std::path::Path;
use std::sync::{LazyLock, mpsc};

use http::Request;
use http::header::CONTENT_TYPE;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// One for the whole process and never dropped, so that tests may start and drop test beds inside a runtime of
/// their own, where another one may be neither waited for nor dropped.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime can be started")
});

#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
}

impl Api {
    pub(crate) fn new(kubeconfig: &Path) -> Self {
        let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig was just written");
        let client = wait(async move {
            let options = KubeConfigOptions::default();
            let config = Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .expect("the kubeconfig is complete");
            Client::try_from(config).expect("the certificates can be read")
        });
        Self { client }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// The answer to a GET, if it is one of success.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let client = self.client();
        let request = Request::get(path).body(Vec::new()).expect("the path is well formed");
        wait(async move { client.request_text(request).await.ok() })
    }

    /// The object at this path, if it is there.
    pub(crate) fn object(&self, path: &str) -> Option<Value> {
        serde_json::from_str(&self.text(path)?).ok()
    }

    /// Makes the object at this path what is said of it, whoever else has fields of it.
    pub(crate) fn apply(&self, path: &str, object: &Value) {
        let client = self.client();
        let request = Request::patch(format!("{path}?fieldManager=testbed&force=true"))
            .header(CONTENT_TYPE, "application/apply-patch+yaml")
            .body(object.to_string().into_bytes())
            .expect("the path is well formed");
        let answer = wait(async move { client.request_text(request).await });
        answer.unwrap_or_else(|error| panic!("failed to apply {path}: {error}"));
    }
}

/// Waits for a future, also on a thread that belongs to another runtime.
fn wait<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    spawn(async move {
        let _ = sender.send(future.await);
    });
    receiver.recv().expect("the future was not cancelled")
}

/// Runs a future beside the test.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> tokio::task::AbortHandle {
    RUNTIME.spawn(future).abort_handle()
}

/// Whether an object has this condition with status True.
pub(crate) fn has_condition(object: &Value, kind: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    conditions.is_some_and(|all| all.iter().any(|one| one["type"] == kind && one["status"] == "True"))
}
