//! Model servers, the scheduler with TLS and file discovery, and Envoy with what `llmd render -e standalone` gives it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use llmd::environment::{Request, names};
use scheduler::args::Asked;
use scheduler::runtime::Shutdown;
use serde_json::Value;
use tempfile::TempDir;
use test_support::{Envoy, eventually, free_port};
use tokio::runtime::Runtime;

use crate::model_server::ModelServer;

/// How long anything may take; far more than it does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What differs from one test to another.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) servers: usize,
    /// Changes Envoy's configuration.
    pub(crate) patch: Option<fn(String) -> String>,
}

/// Everything between a client and the model servers, on loopback ports.
pub(crate) struct Stack {
    pub(crate) runtime: Runtime,
    pub(crate) servers: Vec<ModelServer>,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    metrics: String,
    endpoints: PathBuf,
    shutdown: Shutdown,
    scheduler: Option<JoinHandle<()>>,
    _envoy: Envoy,
    _folder: TempDir,
}

impl Stack {
    /// Starts everything; none when there is no Envoy and the suite may be left out.
    pub(crate) fn start(options: &Options) -> Option<Self> {
        test_support::tools::Tools::for_suite(&test_support::tools::ENVOY)?;
        let runtime = Runtime::new().unwrap();
        let servers: Vec<_> =
            (0..options.servers).map(|index| ModelServer::start(runtime.handle(), index)).collect();
        let folder = tempfile::tempdir().unwrap();
        let endpoints = folder.path().join("endpoints.yaml");
        write_endpoints(&endpoints, &servers);
        let [front, admin, observe, ext_proc, health, metrics] = std::array::from_fn(|_| free_port());
        let shutdown = Shutdown::default();
        let arguments = [
            format!("--grpc-port={ext_proc}"),
            format!("--grpc-health-port={health}"),
            format!("--metrics-port={metrics}"),
            format!("--config-text={}", configuration(&endpoints)),
            "--bind-address=127.0.0.1".to_owned(),
            "--refresh-prometheus-metrics-interval=50ms".to_owned(),
            "--drain-timeout=0s".to_owned(),
        ];
        let scheduler = run_scheduler(&arguments, &shutdown);
        let metrics = format!("http://127.0.0.1:{metrics}/metrics");
        let mut yaml = envoy_yaml();
        for (from, to) in [(8081, front), (19000, admin), (19001, observe), (9002, ext_proc)] {
            let changed = yaml.replace(&format!("port_value: {from}}}"), &format!("port_value: {to}}}"));
            assert_ne!(changed, yaml, "the rendered configuration has no port {from}");
            yaml = changed;
        }
        yaml = yaml.replace("0.0.0.0", "127.0.0.1");
        if let Some(patch) = options.patch {
            yaml = patch(yaml);
        }
        let client = test_support::http_client();
        eventually("the scheduler's metrics", PATIENCE, || {
            assert!(!scheduler.is_finished(), "the scheduler has ended");
            runtime.block_on(async { client.get(&metrics).send().await.ok() })
        });
        let envoy = Envoy::start(&yaml, front)?;
        let url = format!("http://127.0.0.1:{front}");
        let stack = Self {
            runtime,
            servers,
            url,
            client,
            metrics,
            endpoints,
            shutdown,
            scheduler: Some(scheduler),
            _envoy: envoy,
            _folder: folder,
        };
        stack.await_endpoints(options.servers);
        Some(stack)
    }

    /// Makes these the endpoints.
    pub(crate) fn set_endpoints(&self, servers: &[ModelServer]) {
        write_endpoints(&self.endpoints, servers);
        self.await_endpoints(servers.len());
    }

    fn await_endpoints(&self, count: usize) {
        eventually("the endpoints", PATIENCE, || {
            let ready = self.sum_of("inference_pool_ready_pods");
            (ready == Some(count as f64)).then_some(())
        });
    }

    /// The scheduler's metrics page.
    pub(crate) fn metrics(&self) -> String {
        self.runtime
            .block_on(async { self.client.get(&self.metrics).send().await.unwrap().text().await.unwrap() })
    }

    /// The sum over all series of a family; none without any.
    pub(crate) fn sum_of(&self, family: &str) -> Option<f64> {
        let page = self.metrics();
        let values = page.lines().filter_map(|line| {
            let rest = line.strip_prefix(family)?;
            rest.starts_with([' ', '{']).then(|| rest.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        });
        values.reduce(|sum, value| sum + value)
    }

    /// Waits until no request is counted as running.
    pub(crate) fn await_idle(&self) {
        eventually("no running requests", PATIENCE, || {
            (self.sum_of("inference_objective_running_requests") == Some(0.0)).then_some(())
        });
    }

    /// Sends a JSON body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        self.post_bytes(path, body.to_string()).await
    }

    pub(crate) async fn post_bytes(&self, path: &str, body: String) -> reqwest::Response {
        let request =
            self.client.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.shutdown.begin.cancel();
        if let Some(scheduler) = self.scheduler.take()
            && scheduler.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the scheduler panicked");
        }
    }
}

fn run_scheduler(arguments: &[String], shutdown: &Shutdown) -> JoinHandle<()> {
    let arguments: Vec<String> =
        ["scheduler".to_owned()].into_iter().chain(arguments.iter().cloned()).collect();
    let shutdown = shutdown.clone();
    std::thread::spawn(move || match scheduler::args::parse(arguments) {
        Ok(Asked::Serve(flags)) => {
            scheduler::runtime::run(*flags, shutdown).unwrap_or_else(|error| panic!("{error:#}"));
        }
        other => panic!("{other:?}"),
    })
}

fn write_endpoints(path: &Path, servers: &[ModelServer]) {
    let mut text = String::from("endpoints:\n");
    for server in servers {
        let (ip, port) = (server.address.ip(), server.address.port());
        writeln!(text, "- {{name: {}, address: \"{ip}\", port: \"{port}\"}}", server.name).unwrap();
    }
    if servers.is_empty() {
        "endpoints: []\n".clone_into(&mut text);
    }
    let draft = path.with_extension("draft");
    fs::write(&draft, text).unwrap();
    fs::rename(draft, path).unwrap();
}

fn configuration(endpoints: &Path) -> String {
    format!(
        "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: file-discovery
  parameters: {{path: {}, watchFile: true}}
- type: approx-prefix-cache-producer
- type: expected-latency-scorer
- type: max-score-picker
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: expected-latency-scorer
  - pluginRef: max-score-picker
dataLayer:
  discovery: {{pluginRef: file-discovery}}
",
        endpoints.display()
    )
}

/// Envoy's configuration as `llmd render -e standalone` has it.
fn envoy_yaml() -> String {
    let request = Request {
        environment: "standalone".to_owned(),
        namespace: names::DEFAULT_NAMESPACE.to_owned(),
        postfix: names::DEFAULT_POSTFIX.to_owned(),
        ..Request::default()
    };
    let environment = llmd::environment::resolve(&request).unwrap();
    let stack = llmd::render::render(&environment).unwrap();
    let texts =
        stack.manifests().filter_map(|manifest| manifest.object.pointer("/data/envoy.yaml")?.as_str());
    texts.map(str::to_owned).next().expect("standalone renders envoy.yaml")
}
