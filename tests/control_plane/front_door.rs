//! What a deployment's pods would do, done by this process: simulators, the scheduler and Envoy, to which the pods'
//! ports lead.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use http::HeaderValue;
use scheduler::args::Asked;
use scheduler::runtime::Shutdown;
use serde_json::Value;
use tempfile::TempDir;
use test_support::{Envoy, eventually, free_port};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::door::{Door, Fault};
use crate::harness::{LIMIT, Site};

pub(crate) const MODEL: &str = "Qwen/Qwen3-32B";

/// How the scheduler picks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picking {
    ByPrefix,
    /// By chance, where all queues are empty.
    ByQueue,
    /// By prefix, and never the last of those that it knows.
    LeavesOneOut,
}

/// Everything behind the pods' ports; it ends with this value.
pub(crate) struct Stack {
    /// The model pods, in the order of their names, and the simulator of each.
    pub(crate) servers: Vec<(String, SocketAddr)>,
    /// Envoy's port, which asks the scheduler.
    pub(crate) proxy: SocketAddr,
    /// The scheduler's page of metrics.
    pub(crate) metrics: SocketAddr,
    pub(crate) runtime: Runtime,
    stop: CancellationToken,
    shutdown: Shutdown,
    scheduler: Option<JoinHandle<()>>,
    _envoy: Envoy,
    _folder: TempDir,
}

impl Stack {
    /// Starts one for the model pods of a site; none where there is no Envoy and the suite may be left out.
    pub(crate) fn start(site: &Site<'_>) -> Option<Self> {
        Self::of(site, MODEL, Picking::ByPrefix)
    }

    /// The same for a model and a scheduler of one's own.
    pub(crate) fn of(site: &Site<'_>, model: &str, picking: Picking) -> Option<Self> {
        test_support::tools::Tools::for_suite(&test_support::tools::ENVOY)?;
        let runtime = Runtime::new().unwrap();
        let stop = CancellationToken::new();
        let start = |pod: String| {
            let address = runtime.block_on(simulator(&pod, model, &stop));
            (pod, address)
        };
        let servers: Vec<_> = pods(site, "llm-d.ai/inferenceServing=true").into_iter().map(start).collect();
        let folder = tempfile::tempdir().unwrap();
        let mut endpoints = "endpoints:".to_owned();
        for (index, (name, address)) in servers.iter().enumerate() {
            let (ip, port) = (address.ip(), address.port());
            let is_left_out = picking == Picking::LeavesOneOut && index + 1 == servers.len();
            let role = if is_left_out { "prefill" } else { "decode" };
            let labels = format!("{{llm-d.ai/role: {role}}}");
            write!(endpoints, "\n- {{name: {name}, address: \"{ip}\", port: \"{port}\", labels: {labels}}}")
                .unwrap();
        }
        std::fs::write(folder.path().join("endpoints.yaml"), endpoints).unwrap();
        let [front, admin, observe, ext_proc, health, metrics] = std::array::from_fn(|_| free_port());
        let arguments = [
            "scheduler".to_owned(),
            format!("--config-text={}", configuration(picking, &folder)),
            format!("--grpc-port={ext_proc}"),
            format!("--grpc-health-port={health}"),
            format!("--metrics-port={metrics}"),
            "--bind-address=127.0.0.1".to_owned(),
            "--refresh-prometheus-metrics-interval=50ms".to_owned(),
            "--drain-timeout=0s".to_owned(),
        ];
        let shutdown = Shutdown::default();
        let handed = shutdown.clone();
        let scheduler = std::thread::spawn(move || {
            let Ok(Asked::Serve(flags)) = scheduler::args::parse(arguments) else { panic!("wrong flags") };
            scheduler::runtime::run(*flags, handed).unwrap();
        });
        let documents = site.rendered("-e standalone");
        let mut yaml =
            documents.iter().find_map(|object| object["data"]["envoy.yaml"].as_str()).unwrap().to_owned();
        for (from, to) in [(8081, front), (19000, admin), (19001, observe), (9002, ext_proc)] {
            yaml = yaml.replace(&format!("port_value: {from}}}"), &format!("port_value: {to}}}"));
        }
        let envoy = Envoy::start(&yaml.replace("0.0.0.0", "127.0.0.1"), front)?;
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (proxy, metrics) = (loopback(front), loopback(metrics));
        let client = test_support::http_client();
        eventually("the scheduler to know every model server", LIMIT, || {
            let answer = client.get(format!("http://{metrics}/metrics")).send();
            let page = runtime.block_on(async { answer.await.ok()?.text().await.ok() })?;
            let wanted = servers.len().to_string();
            let mut lines = page.lines().filter(|line| line.starts_with("inference_pool_ready_pods"));
            lines.any(|line| line.ends_with(&format!(" {wanted}"))).then_some(())
        });
        let scheduler = Some(scheduler);
        Some(Self {
            servers,
            proxy,
            metrics,
            runtime,
            stop,
            shutdown,
            scheduler,
            _envoy: envoy,
            _folder: folder,
        })
    }

    /// Leads the ports of every pod of the deployment to its part; `entry` is the port at which requests come in, on the
    /// pods with that label.
    pub(crate) fn attach(&self, site: &Site<'_>, entry: (&str, u16), metrics: SocketAddr) {
        for (pod, address) in &self.servers {
            site.cluster.forward(&site.namespace, pod, &[(8000, *address)]);
        }
        for pod in pods(site, "inferencepool=gaie-inference-scheduling-epp") {
            site.cluster.forward(&site.namespace, &pod, &[(8081, self.proxy), (9090, metrics)]);
        }
        let (label, port) = entry;
        for pod in pods(site, label).iter().filter(|_| port != 8081) {
            site.cluster.forward(&site.namespace, pod, &[(port, self.proxy)]);
        }
    }

    /// A door before one of its parts, for as long as it is kept, and its address.
    pub(crate) fn door(&self, part: SocketAddr, fault: Fault) -> (Door, SocketAddr) {
        let door = self.runtime.block_on(Door::before(&format!("http://{part}"), fault));
        let address = door.url.trim_start_matches("http://").parse().unwrap();
        (door, address)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.shutdown.hurry.cancel();
        self.shutdown.begin.cancel();
        self.stop.cancel();
        if let Some(scheduler) = self.scheduler.take() {
            let _ = scheduler.join();
        }
    }
}

/// The names of the pods that a label selects, in order.
pub(crate) fn pods(site: &Site<'_>, label: &str) -> Vec<String> {
    let selector = label.replace('=', "%3D");
    let list = site.object("api/v1/pods", &format!("?labelSelector={selector}")).unwrap();
    let items = list["items"].as_array().unwrap().iter();
    let alive = items.filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    let mut names: Vec<String> =
        alive.map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn configuration(picking: Picking, folder: &TempDir) -> String {
    let scorer = if picking == Picking::ByQueue { "queue-scorer" } else { "expected-latency-scorer" };
    format!(
        "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: file-discovery
  parameters: {{path: {}}}
- type: decode-filter
- type: {scorer}
- type: max-score-picker
schedulingProfiles:
- name: default
  plugins: [{{pluginRef: decode-filter}}, {{pluginRef: {scorer}}}, {{pluginRef: max-score-picker}}]
dataLayer: {{discovery: {{pluginRef: file-discovery}}}}
",
        folder.path().join("endpoints.yaml").display()
    )
}

async fn simulator(name: &str, model: &str, stop: &CancellationToken) -> SocketAddr {
    // Slow enough that a stream takes time on a busy machine too.
    let arguments = ["simulator", "--model", model, "--shutdown-timeout", "0", "--time-scale", "0.4"];
    let parsed = simulator::args::parse(arguments.map(str::to_owned)).unwrap();
    let mut settings = parsed.flags.settings().unwrap();
    settings.headers.insert("x-inference-pod", HeaderValue::from_str(name).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(simulator::server::run(listener, settings, stop.clone()));
    address
}

/// The checks of a report that ended so: `passed`, `failed` or `skipped`.
pub(crate) fn that<'a>(report: &'a Value, ended: &str) -> Vec<&'a str> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["result"] == ended).map(|check| check["check"].as_str().unwrap()).collect()
}
