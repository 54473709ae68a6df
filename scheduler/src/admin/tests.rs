use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::model::{EndpointSpec, MetricsSample};
use crate::observability::refill;

/// The pages of a picker with one endpoint and one decision, on a loopback port.
async fn pages() -> (String, CancellationToken) {
    let address = "127.0.0.1:8000".parse().unwrap();
    let datastore = Arc::new(Datastore::default());
    datastore.set_endpoints(vec![EndpointSpec {
        namespace: "default".into(),
        name: "pod-a".into(),
        pod: "pod-a".into(),
        address,
        metrics_address: address,
        labels: BTreeMap::from([("role".into(), "decode".into())]),
    }]);
    let sample = MetricsSample { waiting: Some(3), kv_cache_usage: Some(0.5), ..MetricsSample::default() };
    datastore.snapshot().endpoints[0].update(sample, Duration::ZERO);
    let log = Arc::new(DecisionLog::default());
    log.record(|record| {
        record.request_id = "r-1".into();
        record.scorers = vec![("queue-scorer".into(), 2.0)];
        refill(&mut record.candidates, ["127.0.0.1:8000", "127.0.0.2:8000"].into_iter());
        refill(&mut record.picked, ["127.0.0.2:8000"].into_iter());
        record.totals = vec![1.0, 2.0];
        record.scores = vec![0.5, 1.0];
    });
    let text = llmd_api::UPSTREAM_DEFAULT;
    let admin = Admin {
        metrics: Metrics::new(false),
        datastore,
        log,
        clock: Clock::start(),
        config: Arc::new(llmd_api::load(text, "default").unwrap().config),
        config_text: text.into(),
        guard: Guard::Open,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    tokio::spawn(serve(listener, None, admin, stop.clone()));
    (url, stop)
}

async fn get(url: &str) -> (u16, String) {
    let response = reqwest::get(url).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn json(url: String) -> Value {
    let (status, text) = get(&url).await;
    assert_eq!(status, 200, "{url}: {text}");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn every_page() {
    let (url, _stop) = pages().await;
    assert_eq!(get(&format!("{url}/healthz")).await, (200, "ok".to_owned()));
    let (_, metrics) = get(&format!("{url}/metrics")).await;
    assert!(metrics.contains("# TYPE inference_extension_info gauge"), "{metrics}");

    let endpoints = json(format!("{url}/debug/endpoints")).await;
    let endpoint = &endpoints["endpoints"][0];
    assert_eq!(endpoint["name"], "default/pod-a");
    assert_eq!(endpoint["metrics"]["waiting"], 3);
    assert_eq!(endpoint["labels"]["role"], "decode");
    assert_eq!(endpoint["books"]["in_flight"], 0.0);

    let config = json(format!("{url}/debug/config")).await;
    assert_eq!(config["text"], llmd_api::UPSTREAM_DEFAULT);
    assert_eq!(config["effective"]["profiles"][0]["name"], "default");

    let decisions = json(format!("{url}/debug/decide")).await;
    let candidates = &decisions["decisions"][0]["candidates"];
    assert_eq!(candidates[0]["endpoint"], "127.0.0.2:8000");
    assert_eq!(candidates[0]["picked"], true);
    assert_eq!(candidates[1]["scores"][0]["score"], 0.5);
    let none = json(format!("{url}/debug/decide?id=other")).await;
    assert_eq!(none["decisions"].as_array().unwrap().len(), 0);
    assert_eq!(get(&format!("{url}/nothing")).await.0, 404);
}
