//! What requests leave on the page, with the whole picker behind it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use llmd_api::{UPSTREAM_DEFAULT, load};
use scheduler::director::{Body, Exchange, Incoming};
use scheduler::model::{EndpointSpec, MetricsSample};
use scheduler::picker::{Options, Picker};

/// A picker by upstream's default configuration, with one endpoint.
fn picker(options: &Options) -> Picker {
    let picker = Picker::new(&load(UPSTREAM_DEFAULT, "default").unwrap().config, options).unwrap();
    let address = "127.0.0.1:8000".parse().unwrap();
    picker.datastore.set_endpoints(vec![EndpointSpec {
        namespace: "default".into(),
        name: "pod-a".into(),
        pod: "pod-a".into(),
        address,
        metrics_address: address,
        labels: BTreeMap::new(),
    }]);
    picker.datastore.snapshot().endpoints[0].update(MetricsSample::default(), Duration::ZERO);
    picker
}

async fn route(picker: &Picker) -> Exchange {
    let mut incoming = Incoming::default();
    incoming.headers.set(":path", Bytes::from_static(b"/v1/completions"));
    let mut body = Body::default();
    body.push(Bytes::from(format!(r#"{{"model":"m","prompt":"{}"}}"#, "word ".repeat(1000))));
    incoming.body = body;
    picker.director.route(incoming).await.unwrap()
}

/// The values of the series whose name and labels begin so.
fn values(picker: &Picker, series: &str) -> Vec<f64> {
    let page = String::from_utf8(picker.metrics.render()).unwrap();
    let lines = page.lines().filter(|line| line.starts_with(series));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn what_the_endpoint_had_of_the_prompt_is_told() {
    let picker = picker(&Options::default());
    for _ in 0..2 {
        route(&picker).await.finish();
    }
    for name in ["inference_extension_prefix_indexer_hit", "llm_d_epp_prefix_indexer_hit"] {
        assert_eq!(values(&picker, &format!("{name}_ratio_count")), [2.0], "{name}");
        // Nothing of the first, all of the second.
        assert_eq!(values(&picker, &format!("{name}_ratio_sum")), [1.0], "{name}");
        let bytes = values(&picker, &format!("{name}_bytes_sum"));
        assert!(bytes.len() == 1 && bytes[0] > 4000.0, "{name}: {bytes:?}");
    }
}

#[tokio::test]
async fn running_requests_are_counted_until_they_end() {
    let picker = picker(&Options::default());
    let exchange = route(&picker).await;
    assert_eq!(values(&picker, "llm_d_epp_request_running{"), [1.0]);
    drop(exchange);
    assert_eq!(values(&picker, "llm_d_epp_request_running{"), [0.0]);
    assert_eq!(values(&picker, "llm_d_epp_request_total{"), [1.0]);
}

/// Without their answers, requests do not count as running or ended.
#[tokio::test]
async fn answers_that_pass_unseen_leave_nothing() {
    let picker = picker(&Options { skip_responses: true, ..Options::default() });
    let exchange = route(&picker).await;
    assert!(!exchange.wants_response());
    drop(exchange);
    assert_eq!(values(&picker, "llm_d_epp_request_total{"), [1.0]);
    assert!(values(&picker, "llm_d_epp_request_running{").is_empty());
    assert!(values(&picker, "llm_d_epp_request_duration_seconds_count{").is_empty());
}

/// A request that cannot be read has the labels of one that says nothing (recorded).
#[tokio::test]
async fn a_request_that_cannot_be_read_is_of_the_default_flow() {
    let picker = picker(&Options::default());
    let mut incoming = Incoming::default();
    incoming.headers.set(":path", Bytes::from_static(b"/v1/completions"));
    incoming.body.push(Bytes::from_static(b"{"));
    assert!(picker.director.route(incoming).await.is_err());
    let series = "llm_d_epp_request_error_total{error_code=\"BadRequest\",fairness_id=\"default-flow\",model_name=\"\"";
    assert_eq!(values(&picker, series), [1.0]);
}
