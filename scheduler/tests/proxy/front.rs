//! A picker behind the proxy, and a client of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use scheduler::model::{Endpoint, EndpointSpec, MetricsSample};
use scheduler::picker::{Options, Picker};
use scheduler::proxy::Proxy;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::patience::{until, within};

/// Prefers the endpoint with the fewest waiting requests, and names the next best too.
const TWO_ENDPOINTS: &str = "
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: queue-scorer
- type: max-score-picker
  parameters: {maxNumOfEndpoints: 2}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer
  - pluginRef: max-score-picker
";

pub(crate) struct Front {
    pub(crate) picker: Picker,
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Front {
    /// A proxy in front of these addresses, the one it likes best first.
    pub(crate) async fn of(endpoints: &[SocketAddr]) -> Self {
        Self::with(endpoints, Options::default()).await
    }

    pub(crate) async fn with(endpoints: &[SocketAddr], options: Options) -> Self {
        let config = llmd_api::load(TWO_ENDPOINTS, "two-endpoints").unwrap().config;
        // What is scraped here once stays true.
        let staleness = Duration::from_secs(3600);
        let picker = Picker::new(&config, &Options { metrics_staleness: staleness, ..options }).unwrap();
        let spec = |(index, address): (usize, &SocketAddr)| EndpointSpec {
            namespace: "default".to_owned(),
            name: format!("server-{index}"),
            pod: format!("server-{index}"),
            address: *address,
            metrics_address: *address,
            labels: BTreeMap::new(),
        };
        picker.datastore.set_endpoints(endpoints.iter().enumerate().map(spec).collect());
        picker.datastore.set_synced(true);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(Proxy::new(Arc::clone(&picker.director)).serve(listener, stop.clone()));
        let client = Client::builder(TokioExecutor::new()).build_http();
        let front = Self { picker, address, stop, serving, client };
        for (waiting, index) in (0..).zip(0..endpoints.len()) {
            front.scraped(index, waiting, 0.0);
        }
        front
    }

    /// Takes this for the result of a scrape.
    pub(crate) fn scraped(&self, index: usize, waiting: u32, kv_cache_usage: f32) {
        let sample = MetricsSample {
            waiting: Some(waiting),
            kv_cache_usage: Some(kv_cache_usage),
            ..MetricsSample::default()
        };
        self.endpoint(index).update(sample, self.picker.clock.now());
    }

    pub(crate) fn endpoint(&self, index: usize) -> Arc<Endpoint> {
        Arc::clone(&self.picker.datastore.snapshot().endpoints[index])
    }

    /// Requests that were refused so, as `/metrics` has it.
    pub(crate) fn errors(&self, code: &str) -> u64 {
        let page = String::from_utf8(self.picker.metrics.render()).unwrap();
        let series = format!("llm_d_epp_request_error_total{{error_code=\"{code}\"");
        let lines = page.lines().filter(|line| line.starts_with(&series));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    }

    /// Requests on the books of all endpoints.
    pub(crate) fn in_flight(&self) -> u32 {
        self.picker.datastore.snapshot().endpoints.iter().map(|endpoint| endpoint.books.in_flight()).sum()
    }

    pub(crate) async fn until_idle(&self) {
        until("an end on the books", async || self.in_flight() == 0).await;
    }

    /// Sends a request and gives the head of its answer.
    pub(crate) async fn send(&self, mut request: Request<Full<Bytes>>) -> Response<Incoming> {
        let target = format!("http://{}{}", self.address, request.uri());
        *request.uri_mut() = target.parse().unwrap();
        within("an answer", self.client.request(request)).await.unwrap()
    }

    /// The same with the body.
    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Response<Bytes> {
        let (head, body) = self.send(request).await.into_parts();
        let body = within("the end of an answer", body.collect()).await.unwrap();
        Response::from_parts(head, body.to_bytes())
    }
}

/// A completion request with this prompt.
pub(crate) fn completion(prompt: &str) -> Request<Full<Bytes>> {
    post(serde_json::json!({"model": "m", "prompt": prompt}).to_string())
}

/// The same, to be answered in events.
pub(crate) fn streamed(prompt: &str) -> Request<Full<Bytes>> {
    post(serde_json::json!({"model": "m", "prompt": prompt, "stream": true}).to_string())
}

pub(crate) fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::post("/v1/completions").header(CONTENT_TYPE, "application/json");
    request.body(Full::new(body.into())).unwrap()
}

/// A request without a body.
pub(crate) fn bare(method: Method, target: &str) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(target).body(Full::default()).unwrap()
}

/// A header of an answer; empty where it is missing.
pub(crate) fn header<'a, B>(response: &'a Response<B>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
