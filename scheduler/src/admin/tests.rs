use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::*;
use crate::datalayer::{Trust, client_config};
use crate::kubernetes::review::Reviewer;
use crate::model::{EndpointSpec, MetricsSample};

/// A picker's pages on a loopback port.
struct Pages {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Pages {
    async fn open(guard: Guard, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, tls, admin(guard), stop.clone()));
        Self { address, stop, serving }
    }

    /// Status and text of a page.
    async fn get(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let mut request = test_support::http_client().get(format!("http://{}{path}", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn json(&self, path: &str) -> Value {
        let (status, text) = self.get(path, None).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// One endpoint and one decision.
fn admin(guard: Guard) -> Admin {
    let datastore = Arc::new(Datastore::default());
    let spec = |name: &str, address: &str| EndpointSpec {
        namespace: "default".into(),
        name: name.into(),
        pod: name.into(),
        address: address.parse().unwrap(),
        metrics_address: address.parse().unwrap(),
        labels: BTreeMap::from([("role".into(), "decode".into())]),
    };
    datastore.set_endpoints(vec![spec("pod-a", "127.0.0.1:8000"), spec("pod-b", "127.0.0.2:8000")]);
    let sample = MetricsSample { waiting: Some(3), kv_cache_usage: Some(0.5), ..MetricsSample::default() };
    datastore.snapshot().endpoints[0].update(sample, Duration::ZERO);
    let log = Arc::new(DecisionLog::default());
    log.record(|record| {
        record.request_id = "r-1".into();
        record.scorers = vec![("queue-scorer".into(), 2.0)];
        record.snapshot = datastore.current();
        record.candidates = vec![0, 1];
        record.picked = vec!["127.0.0.2:8000".into()];
        record.totals = vec![1.0, 2.0];
        record.scores = vec![0.5, 1.0];
    });
    let text = llmd_api::UPSTREAM_DEFAULT;
    datastore.set_synced(true);
    let (_, draining) = watch::channel(false);
    let health = HealthState::new(Arc::clone(&datastore), None, draining);
    Admin {
        metrics: Metrics::new(false),
        datastore,
        log,
        clock: Clock::start(),
        config: Arc::new(llmd_api::load(text, "default").unwrap().config),
        config_text: text.into(),
        guard,
        health,
    }
}

#[tokio::test]
async fn every_page() {
    let pages = Pages::open(Guard::Open, None).await;
    assert_eq!(pages.get("/healthz", None).await, (200, "ok".to_owned()));
    assert_eq!(pages.get("/readyz", None).await, (200, "ok".to_owned()));
    let (_, metrics) = pages.get("/metrics", None).await;
    assert!(metrics.contains("# TYPE inference_extension_info gauge"), "{metrics}");

    let endpoints = pages.json("/debug/endpoints").await;
    let endpoint = &endpoints["endpoints"][0];
    assert_eq!(endpoint["name"], "default/pod-a");
    assert_eq!(endpoint["metrics"]["waiting"], 3);
    assert_eq!(endpoint["labels"]["role"], "decode");
    assert_eq!(endpoint["books"]["in_flight"], 0.0);

    let config = pages.json("/debug/config").await;
    assert_eq!(config["text"], llmd_api::UPSTREAM_DEFAULT);
    assert_eq!(config["effective"]["profiles"][0]["name"], "default");

    let decisions = pages.json("/debug/decide").await;
    let candidates = &decisions["decisions"][0]["candidates"];
    assert_eq!(candidates[0]["endpoint"], "127.0.0.2:8000");
    assert_eq!(candidates[0]["picked"], true);
    assert_eq!(candidates[1]["scores"][0]["score"], 0.5);
    let none = pages.json("/debug/decide?id=other").await;
    assert_eq!(none["decisions"].as_array().unwrap().len(), 0);
    assert_eq!(pages.get("/nothing", None).await.0, 404);
}

/// An API server that knows two tokens, `reader` and `stranger`, and lets only the first read.
fn reviews() -> Router {
    let tokens = async |Json(mut review): Json<Value>| {
        let token = review["spec"]["token"].clone();
        let is_known = token == "reader" || token == "stranger";
        review["status"] = json!({"authenticated": is_known, "user": {"username": token}});
        Json(review)
    };
    let access = async |Json(mut review): Json<Value>| {
        review["status"] = json!({"allowed": review["spec"]["user"] == "reader"});
        Json(review)
    };
    Router::new()
        .route("/apis/authentication.k8s.io/v1/tokenreviews", post(tokens))
        .route("/apis/authorization.k8s.io/v1/subjectaccessreviews", post(access))
}

/// A guard that asks this API server.
async fn guard(api: Router) -> Guard {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, api).into_future());
    let client = kube::Config::new(server.parse().unwrap()).try_into().unwrap();
    Guard::Review(Arc::new(Reviewer::new(client, "/metrics")))
}

#[tokio::test]
async fn only_those_are_let_in_whom_the_api_server_lets() {
    let pages = Pages::open(guard(reviews()).await, None).await;
    for path in ["/metrics", "/debug/endpoints", "/debug/config", "/debug/decide"] {
        let table = [(None, 401), (Some("unknown"), 401), (Some("stranger"), 403), (Some("reader"), 200)];
        for (token, wanted) in table {
            assert_eq!(pages.get(path, token).await.0, wanted, "{path} {token:?}");
        }
    }
    assert_eq!(pages.get("/healthz", None).await.0, 200);

    let pages = Pages::open(guard(Router::new()).await, None).await;
    assert_eq!(pages.get("/metrics", Some("reader")).await.0, 500, "it does not answer");
}

#[tokio::test]
async fn the_port_may_speak_tls_and_closes_when_told() {
    let certificates = tls::Certificates::self_signed().unwrap();
    let config = tls::server_config(&certificates, &[b"http/1.1"], None, None).unwrap();
    let pages = Pages::open(Guard::Open, Some(config)).await;
    let stream = TcpStream::connect(pages.address).await.unwrap();
    let connector = TlsConnector::from(client_config(&Trust::Anyone).unwrap());
    let mut stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    pages.stop.cancel();
    pages.serving.await.unwrap();
}
