//! The pages of the metrics port.

use serde_json::Value;

use crate::clients::model_server;
use crate::place::Place;

#[tokio::test]
async fn every_page_answers() {
    let server = model_server(|| "answer").await;
    let process = Place::new(&[server]).start(&[]).until_serving().await;
    assert_eq!(process.complete(&[("x-request-id", "request-7")]).await.status(), 200);
    assert_eq!(process.page("/healthz").await, (200, "ok".to_owned()));
    let (status, metrics) = process.page("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("# TYPE inference_objective_request_total counter"), "{metrics}");

    let json = async |path| {
        let (status, text) = process.page(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let endpoints = json("/debug/endpoints").await;
    assert_eq!(endpoints["synced"], true);
    assert_eq!(endpoints["endpoints"][0]["address"], server.to_string());
    assert_eq!(endpoints["endpoints"][0]["books"]["in_flight"], 0.0);
    let config = json("/debug/config").await;
    assert!(config["text"].as_str().unwrap().contains("type: file-discovery"));
    assert!(config["effective"].is_object());
    let decisions = json("/debug/decide?id=request-7").await;
    assert_eq!(decisions["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(decisions["decisions"][0]["picked"][0], server.to_string());
    assert_eq!(json("/debug/decide?id=another").await["decisions"], Value::Array(Vec::new()));
    assert_eq!(process.page("/debug/nothing").await.0, 404);
}

/// Without an API server nobody can be asked who may read them.
#[tokio::test]
async fn pages_that_are_open_to_others_are_told_of() {
    let words = "everybody may read metrics";
    let everywhere = "--bind-address=0.0.0.0";
    let meant = "--metrics-endpoint-auth=false";
    for (flags, is_told) in [(vec![], false), (vec![everywhere], true), (vec![everywhere, meant], false)] {
        let process = Place::new(&[]).start(&flags).until_serving().await;
        assert_eq!(process.page("/metrics").await.0, 200);
        assert_eq!(process.stderr().contains(words), is_told, "{flags:?}");
    }
}

#[tokio::test]
async fn a_changed_file_changes_the_endpoints() {
    let (first, second) = (model_server(|| "first").await, model_server(|| "second").await);
    let place = Place::new(&[first]);
    place.configure(
        "- type: file-discovery
  parameters: {path: ENDPOINTS, watchFile: true}
- type: queue-scorer
dataLayer: {discovery: {pluginRef: file-discovery}}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer",
    );
    let process = place.start(&["--secure-serving=false"]).until_serving().await;
    assert_eq!(process.destination().await, first.to_string());
    let list = format!("endpoints:\n- {{name: b, address: {}, port: {}}}\n", second.ip(), second.port());
    process.place.write("endpoints.yaml", &list);
    let wanted = second.to_string();
    crate::patience::until("the other endpoint", async || process.destination().await == wanted).await;
}
