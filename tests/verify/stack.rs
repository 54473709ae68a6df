//! Simulators and a picker with its proxy, in the test's own process.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use http::HeaderValue;
use llmd::serving::{Replica, Serving};
use scheduler::args::Asked;
use scheduler::runtime::{self, Shutdown};
use tempfile::TempDir;
use test_support::free_port;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) const MODEL: &str = "base-model";
/// Fast enough for tests, and slow enough that a stream takes time on a busy machine too: 6 ms a token.
pub(crate) const FAST: &str = "0.4";

/// How the picker decides.
pub(crate) const PREFIX_AWARE: &str = "expected-latency-scorer";
/// By chance where all queues are empty.
pub(crate) const BY_QUEUE: &str = "queue-scorer";

/// A stack that ends with this value.
pub(crate) struct Stack {
    pub(crate) serving: Serving,
    servers: CancellationToken,
    shutdown: Shutdown,
    picker: Option<JoinHandle<anyhow::Result<()>>>,
    _folder: TempDir,
}

impl Stack {
    /// Three model servers behind a picker that goes by the prefix.
    pub(crate) async fn start() -> Self {
        Self::with(PREFIX_AWARE, FAST, &["decode"; 3]).await
    }

    /// One model server for each role, so many times as slow as the hardware.
    pub(crate) async fn with(scorer: &str, time_scale: &str, roles: &[&str]) -> Self {
        let servers = CancellationToken::new();
        let mut replicas = Vec::new();
        let mut endpoints = "endpoints:".to_owned();
        for (index, role) in roles.iter().enumerate() {
            let name = format!("server-{index}");
            let address = simulator(&name, time_scale, &servers).await;
            let (ip, port) = (address.ip(), address.port());
            let entry =
                format!("{{name: {name}, address: {ip}, port: {port}, labels: {{llm-d.ai/role: {role}}}}}");
            write!(endpoints, "\n- {entry}").unwrap();
            replicas.push(Replica { name, url: format!("http://{address}") });
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("endpoints.yaml"), endpoints).unwrap();
        let config = folder.path().join("config.yaml");
        std::fs::write(&config, configuration(scorer, &folder)).unwrap();
        let [front_door, metrics, grpc, health] = std::array::from_fn(|_| free_port());
        let flags = [
            "scheduler".to_owned(),
            format!("--config-file={}", config.display()),
            "--bind-address=127.0.0.1".to_owned(),
            "--drain-timeout=0s".to_owned(),
            "--refresh-prometheus-metrics-interval=100ms".to_owned(),
            format!("--proxy-port={front_door}"),
            format!("--metrics-port={metrics}"),
            format!("--grpc-port={grpc}"),
            format!("--grpc-health-port={health}"),
        ];
        let Asked::Serve(flags) = scheduler::args::parse(flags).unwrap() else { unreachable!() };
        let shutdown = Shutdown::default();
        let handed = shutdown.clone();
        let picker = std::thread::spawn(move || runtime::run(*flags, handed));
        let serving = Serving {
            front_door: format!("http://127.0.0.1:{front_door}"),
            model: MODEL.to_owned(),
            picker_metrics: Some(format!("http://127.0.0.1:{metrics}/metrics")),
            replicas,
        };
        let stack = Self { serving, servers, shutdown, picker: Some(picker), _folder: folder };
        stack.until_it_serves().await;
        stack
    }

    async fn until_it_serves(&self) {
        let url = format!("{}/v1/models", self.serving.front_door);
        let client = test_support::http_client();
        let serves = async {
            while !client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), serves).await.unwrap();
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.shutdown.hurry.cancel();
        self.shutdown.begin.cancel();
        self.servers.cancel();
        if let Some(picker) = self.picker.take() {
            let _ = picker.join();
        }
    }
}

fn configuration(scorer: &str, folder: &TempDir) -> String {
    format!(
        "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: file-discovery
  parameters: {{path: {}}}
- type: decode-filter
- type: {scorer}
- type: max-score-picker
dataLayer: {{discovery: {{pluginRef: file-discovery}}}}
schedulingProfiles:
- name: default
  plugins: [{{pluginRef: decode-filter}}, {{pluginRef: {scorer}}}, {{pluginRef: max-score-picker}}]
",
        folder.path().join("endpoints.yaml").display()
    )
}

async fn simulator(name: &str, time_scale: &str, stop: &CancellationToken) -> SocketAddr {
    let arguments = ["simulator", "--model", MODEL, "--shutdown-timeout", "0", "--time-scale", time_scale];
    let parsed = simulator::args::parse(arguments.map(str::to_owned)).unwrap();
    let mut settings = parsed.flags.settings().unwrap();
    settings.headers.insert("x-inference-pod", HeaderValue::from_str(name).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(simulator::server::run(listener, settings, stop.clone()));
    address
}
