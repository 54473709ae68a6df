//! A decision asks nothing of the allocator once its buffers have grown.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use bytes::Bytes;
use futures::FutureExt as _;
use llmd_api::{Config, Dialect, PROJECT_DEFAULT, UPSTREAM_DEFAULT, load};
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use scheduler::director::Incoming;
use scheduler::model::{Decision, Endpoint, EndpointSpec, Headers, InferenceRequest, MetricsSample, Slot};
use scheduler::observability::Metrics;
use scheduler::openai;
use scheduler::picker::{Options, Picker};
use scheduler::plugins::{Built, Context, build};
use scheduler::scheduling::{Attendant, Candidates, Cycle, ProfileScores, Scratch};

const NOW: Duration = Duration::from_secs(100);

const GAIE_DEFAULT: &str = "
apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: queue-scorer
- type: kv-cache-utilization-scorer
- type: prefix-cache-scorer
schedulingProfiles:
- name: default
  plugins:
  - {pluginRef: queue-scorer, weight: 2}
  - {pluginRef: kv-cache-utilization-scorer, weight: 2}
  - {pluginRef: prefix-cache-scorer, weight: 3}
";

const PREFILL_AND_DECODE: &str = "
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: prefill-filter
- type: decode-filter
- type: queue-scorer
- type: prefix-cache-scorer
- type: no-hit-lru-scorer
- type: prefix-based-pd-decider
  parameters: {nonCachedTokens: 1}
- type: disagg-profile-handler
  parameters:
    deciders: {prefill: prefix-based-pd-decider}
schedulingProfiles:
- name: prefill
  plugins:
  - pluginRef: prefill-filter
  - pluginRef: queue-scorer
  - pluginRef: prefix-cache-scorer
- name: decode
  plugins:
  - pluginRef: decode-filter
  - pluginRef: queue-scorer
  - pluginRef: prefix-cache-scorer
  - pluginRef: no-hit-lru-scorer
";

const WITHOUT_INDEX: &str = "
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: label-selector-filter
  parameters: {matchLabels: {llm-d.ai/role: decode}}
- type: by-label
  parameters: {label: llm-d.ai/role, validValues: [decode]}
- type: running-requests-size-scorer
- type: load-aware-scorer
- type: active-request-scorer
- type: lora-affinity-scorer
- type: session-affinity-scorer
- name: by-id
  type: session-affinity-scorer
  parameters: {strategy: session_id}
- type: weighted-random-picker
  parameters: {maxNumOfEndpoints: 2}
- type: data-parallel-profile-handler
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: label-selector-filter
  - pluginRef: by-label
  - pluginRef: running-requests-size-scorer
  - pluginRef: load-aware-scorer
  - pluginRef: active-request-scorer
  - pluginRef: lora-affinity-scorer
  - pluginRef: session-affinity-scorer
  - pluginRef: by-id
  - pluginRef: weighted-random-picker
";

/// Half of them decode, half of them prefill.
fn spec(number: u8) -> EndpointSpec {
    let address = format!("10.0.0.{number}:8000").parse().unwrap();
    let role = if number.is_multiple_of(2) { "decode" } else { "prefill" };
    EndpointSpec {
        namespace: "default".to_owned(),
        name: format!("pod-{number}"),
        pod: format!("pod-{number}"),
        address,
        metrics_address: address,
        labels: [("llm-d.ai/role".to_owned(), role.to_owned())].into(),
    }
}

/// No two of them are equally busy.
fn scrape(endpoints: &[Arc<Endpoint>]) {
    for (endpoint, number) in endpoints.iter().zip(0_u8..) {
        let sample = MetricsSample {
            waiting: Some(number.into()),
            running: Some(number.into()),
            kv_cache_usage: Some(f32::from(number) / 100.0),
            block_size: Some(16),
            blocks: Some(10_000),
            loras: None,
        };
        endpoint.update(sample, NOW);
    }
}

fn endpoints() -> Vec<Arc<Endpoint>> {
    let endpoints: Vec<_> = (0..64).map(|number| Endpoint::new(spec(number), Slot(number.into()))).collect();
    scrape(&endpoints);
    endpoints
}

fn body(number: usize) -> Bytes {
    let prompt = format!("{number} ").repeat(2000);
    format!(r#"{{"model":"food-review","prompt":"{prompt}"}}"#).into()
}

fn request(built: &Built, number: usize) -> InferenceRequest {
    let body = body(number);
    let parsed = openai::parse("/v1/completions", &body, &built.parsers, Dialect::Router).unwrap();
    let mut headers = Headers::new();
    headers.set("x-session-token", Bytes::from_static(b"ZGVmYXVsdC9wb2QtMg=="));
    headers.set("x-session-id", Bytes::from(number.to_string()));
    InferenceRequest {
        id: "id".into(),
        has_made_up_id: false,
        headers,
        body,
        parsed,
        model: "food-review".into(),
        target_model: "food-review".into(),
        priority: 0,
        fairness_id: "default-flow".into(),
        subset: None,
        wants_spares: false,
        received_at: NOW,
    }
}

struct Nobody;

impl Attendant for Nobody {
    fn scored(&mut self, _: &Cycle<'_>, _: &ProfileScores<'_>) {}

    fn accepts(&mut self, _: &Cycle<'_>, _: &Decision) -> bool {
        true
    }
}

fn built(text: &str) -> Built {
    let config: Config = load(text, "config.yaml").unwrap().config;
    let metrics = Metrics::new(false);
    let context = Context {
        timer: &|point, plugin_type, name| metrics.plugin_timer(point.as_str(), plugin_type, name),
        ..Context::default()
    };
    build(&config, &context).unwrap()
}

/// Allocations of 100 decisions over prompts that were all decided before, and of their targets.
fn allocations(text: &str) -> u64 {
    let built = built(text);
    let endpoints = endpoints();
    let candidates: Candidates = (0..64).collect();
    let requests: Vec<_> = (0..10).map(|number| request(&built, number)).collect();
    let mut scratch = Scratch::new(SmallRng::seed_from_u64(1));
    let mut decide = |request: &InferenceRequest| {
        let scheduler = &built.scheduler;
        let decision = scheduler.schedule(request, &endpoints, &candidates, NOW, &mut scratch, &mut Nobody);
        assert!(decision.is_ok_and(|decision| decision.is_some_and(|decision| decision.primary().is_some())));
    };
    requests.iter().cycle().take(100).for_each(&mut decide);
    measure(|| requests.iter().cycle().take(100).for_each(&mut decide)).count_total
}

/// Allocations of a request that the director routes, from its bytes to the end of its books, by one after another.
fn allocations_of_routes(config: &Config, pool: u8) -> Vec<u64> {
    let picker = Picker::new(config, &Options::default()).unwrap();
    picker.datastore.set_endpoints((0..pool).map(spec).collect());
    scrape(&picker.datastore.current().endpoints);
    let bodies: Vec<_> = (0..10).map(body).collect();
    let route = |body: &Bytes| {
        let mut incoming = Incoming::default();
        incoming.headers.set(":path", Bytes::from_static(b"/v1/completions"));
        incoming.body.push(body.clone());
        assert!(picker.director.route(incoming).now_or_never().unwrap().is_ok());
    };
    bodies.iter().cycle().take(200).for_each(route);
    bodies.iter().cycle().take(100).map(|body| measure(|| route(body)).count_total).collect()
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(1)))).count_total, 1);
}

#[test]
fn decisions_do_not_allocate() {
    for text in [UPSTREAM_DEFAULT, PROJECT_DEFAULT, GAIE_DEFAULT, PREFILL_AND_DECODE, WITHOUT_INDEX] {
        assert_eq!(allocations(text), 0, "{text}");
    }
}

/// What is made for a request and lives as long as it does: its headers, names and body, the list of candidates, the
/// attempt, the destination, the anchors on the books. Counted, so that a change is noticed.
const OF_A_ROUTE: u64 = 13;

#[test]
fn what_a_route_allocates_does_not_depend_on_pool_and_policy() {
    for text in [PROJECT_DEFAULT, UPSTREAM_DEFAULT] {
        let config = load(text, "config.yaml").unwrap().config;
        for pool in [8, 64] {
            assert_eq!(allocations_of_routes(&config, pool), [OF_A_ROUTE; 100], "{pool} endpoints");
        }
    }
}
