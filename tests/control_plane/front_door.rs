//! What a deployment's pods would do, done by this process: simulators, the scheduler and Envoy, to which the pods'
//! ports lead.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderValue, Request, Response, StatusCode, request::Parts};
use scheduler::args::Asked;
use scheduler::runtime::Shutdown;
use serde_json::Value;
use tempfile::TempDir;
use test_support::{Envoy, eventually, free_port};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::harness::{LIMIT, Site};

pub(crate) const MODEL: &str = "Qwen/Qwen3-32B";

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
        test_support::tools::Tools::for_suite(&test_support::tools::ENVOY)?;
        let runtime = Runtime::new().unwrap();
        let stop = CancellationToken::new();
        let start = |pod: String| {
            let address = runtime.block_on(simulator(&pod, &stop));
            (pod, address)
        };
        let servers: Vec<_> = pods(site, "llm-d.ai/inferenceServing=true").into_iter().map(start).collect();
        let folder = tempfile::tempdir().unwrap();
        let mut endpoints = "endpoints:".to_owned();
        for (name, address) in &servers {
            let (ip, port) = (address.ip(), address.port());
            write!(endpoints, "\n- {{name: {name}, address: \"{ip}\", port: \"{port}\"}}").unwrap();
        }
        std::fs::write(folder.path().join("endpoints.yaml"), endpoints).unwrap();
        let [front, admin, observe, ext_proc, health, metrics] = std::array::from_fn(|_| free_port());
        let arguments = [
            "scheduler".to_owned(),
            format!("--config-text={}", configuration(&folder)),
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
    let line = ["get", "pods", "-n", &site.namespace, "-l", label, "-o", "json"];
    let list = site.cluster.kubectl(&line).json();
    let items = list["items"].as_array().unwrap().iter();
    let alive = items.filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    let mut names: Vec<String> =
        alive.map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn configuration(folder: &TempDir) -> String {
    format!(
        "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: file-discovery
  parameters: {{path: {}}}
- type: approx-prefix-cache-producer
- type: expected-latency-scorer
- type: max-score-picker
schedulingProfiles:
- name: default
  plugins: [{{pluginRef: expected-latency-scorer}}, {{pluginRef: max-score-picker}}]
dataLayer: {{discovery: {{pluginRef: file-discovery}}}}
",
        folder.path().join("endpoints.yaml").display()
    )
}

async fn simulator(name: &str, stop: &CancellationToken) -> SocketAddr {
    // Slow enough that a stream takes time on a busy machine too.
    let arguments = ["simulator", "--model", MODEL, "--shutdown-timeout", "0", "--time-scale", "0.4"];
    let parsed = simulator::args::parse(arguments.map(str::to_owned)).unwrap();
    let mut settings = parsed.flags.settings().unwrap();
    settings.headers.insert("x-inference-pod", HeaderValue::from_str(name).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(simulator::server::run(listener, settings, stop.clone()));
    address
}

/// How a door answers some requests.
pub(crate) type Answer = Box<dyn Fn(&Parts) -> Option<StatusCode> + Send + Sync>;

/// What a door does before it passes a request on.
pub(crate) enum Fault {
    /// Answers some requests by itself, without a body.
    Instead(Answer),
    /// Changes the pages of metrics.
    Page(fn(String) -> String),
}

/// A server before another one that passes everything on, but for one fault.
pub(crate) fn door(stack: &Stack, target: SocketAddr, fault: Fault) -> SocketAddr {
    let listener = stack.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (client, fault) = (test_support::http_client(), std::sync::Arc::new(fault));
    let router = Router::new()
        .fallback(async move |request: Request<Body>| pass(&client, target, request, &fault).await);
    stack.runtime.spawn(axum::serve(listener, router).into_future());
    address
}

async fn pass(
    client: &reqwest::Client,
    target: SocketAddr,
    asked: Request<Body>,
    fault: &Fault,
) -> Response<Body> {
    let (head, body) = asked.into_parts();
    if let Fault::Instead(answer) = fault
        && let Some(status) = answer(&head)
    {
        return Response::builder().status(status).body(Body::empty()).unwrap();
    }
    let mut request = client.request(head.method, format!("http://{target}{}", head.uri));
    if let Some(kind) = head.headers.get("content-type") {
        request = request.header("content-type", kind);
    }
    let got = request.body(to_bytes(body, usize::MAX).await.unwrap()).send().await.unwrap();
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = got.status();
    *reply.headers_mut() = got.headers().clone();
    reply.headers_mut().remove("content-length");
    reply.headers_mut().remove("transfer-encoding");
    *reply.body_mut() = match fault {
        Fault::Page(change) if head.uri.path() == "/metrics" => change(got.text().await.unwrap()).into(),
        _ => Body::from_stream(got.bytes_stream()),
    };
    reply
}

/// The checks of a report that failed, and the report.
pub(crate) fn failed(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["result"] == "failed").map(|check| check["check"].as_str().unwrap()).collect()
}
