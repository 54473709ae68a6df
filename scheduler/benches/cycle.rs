//! What a decision costs: `cargo bench -p scheduler --bench cycle`.
//!
//! - `score`: a prompt too short to hash, so only filters, scorers and the picker work;
//! - `decide`: the same with the prompt hashed, looked up and remembered; up to 64 endpoints have it cached already;
//! - `route`: everything the director does with a request, from the body's bytes to the books and back.
//!
//! The pool is busy: eight requests in flight at each endpoint, no two endpoints say the same of themselves.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use futures::FutureExt as _;
use llmd_api::{Config, Dialect, PROJECT_DEFAULT, UPSTREAM_DEFAULT, load};
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use scheduler::director::Incoming;
use scheduler::expected_latency::{Flight, Policy, Prefix, Work};
use scheduler::model::{Decision, Endpoint, EndpointSpec, Headers, InferenceRequest, MetricsSample, Slot};
use scheduler::observability::Metrics;
use scheduler::openai;
use scheduler::picker::{Options, Picker};
use scheduler::plugins::{Built, Context, build, parameters};
use scheduler::scheduling::{Attendant, Candidates, Cycle, ProfileScores, Scratch};

const POOLS: [u32; 3] = [8, 100, 1000];
const PROMPTS: [(&str, usize); 3] = [("2K", 2 << 10), ("32K", 32 << 10), ("220K", 220 << 10)];
/// Endpoints that have a prompt cached.
const HOLDERS: u32 = 64;
/// Later than any bench takes, so that metrics said then are never old.
const NOW: Duration = Duration::from_secs(1_000_000);

fn configurations() -> [(&'static str, Config); 2] {
    [("project", PROJECT_DEFAULT), ("upstream", UPSTREAM_DEFAULT)]
        .map(|(name, text)| (name, load(text, name).unwrap().config))
}

fn spec(number: u32) -> EndpointSpec {
    let [_, _, high, low] = number.to_be_bytes();
    let address = ([10, 0, high, low], 8000).into();
    EndpointSpec {
        namespace: "default".to_owned(),
        name: format!("pod-{number}"),
        pod: format!("pod-{number}"),
        address,
        metrics_address: address,
        labels: [("llm-d.ai/role".to_owned(), "decode".to_owned())].into(),
    }
}

/// Lets endpoints say what they do, and books eight requests on each.
fn busy(endpoints: &[Arc<Endpoint>], policy: &Policy) -> Vec<Flight> {
    let mut flights = Vec::new();
    for (endpoint, number) in endpoints.iter().zip(0_u16..) {
        let sample = MetricsSample {
            waiting: Some(u32::from(number % 13)),
            running: Some(u32::from(number % 29)),
            kv_cache_usage: Some(f32::from(number) / 2000.0),
            block_size: Some(16),
            blocks: Some(10_000),
            loras: None,
        };
        endpoint.update(sample, NOW);
        let work = Work { prompt_tokens: 500 + u32::from(number), is_streamed: true, ..Work::default() };
        flights.extend((0..8).map(|_| policy.dispatch(NOW, &endpoint.books, &work, Prefix::default())));
    }
    flights
}

fn body(prompt_bytes: usize) -> Bytes {
    let text = "The river runs past the mill. ";
    let prompt: String = text.chars().cycle().take(prompt_bytes).collect();
    format!(r#"{{"model":"food-review","prompt":"{prompt}","max_tokens":100,"stream":true}}"#).into()
}

fn request(built: &Built, prompt_bytes: usize) -> InferenceRequest {
    let body = body(prompt_bytes);
    let parsed = openai::parse("/v1/completions", &body, &built.parsers, Dialect::Router).unwrap();
    InferenceRequest {
        id: "id".into(),
        has_made_up_id: false,
        headers: Headers::new(),
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

/// A scheduler and its pool.
struct Bed {
    built: Built,
    endpoints: Vec<Arc<Endpoint>>,
    scratch: Scratch,
    _flights: Vec<Flight>,
}

impl Bed {
    fn new(config: &Config, count: u32) -> Self {
        let metrics = Metrics::new(false);
        let policy = Arc::new(Policy::new(parameters(config)));
        let context = Context {
            timer: &|point, plugin_type, name| metrics.plugin_timer(point.as_str(), plugin_type, name),
            policy: Arc::clone(&policy),
            ..Context::default()
        };
        let endpoints: Vec<_> = (0..count).map(|number| Endpoint::new(spec(number), Slot(number))).collect();
        let flights = busy(&endpoints, &policy);
        let scratch = Scratch::new(SmallRng::seed_from_u64(1));
        Self { built: build(config, &context).unwrap(), endpoints, scratch, _flights: flights }
    }

    fn decide(&mut self, request: &InferenceRequest, candidates: &Candidates) -> Option<Decision> {
        let Self { built, endpoints, scratch, .. } = self;
        built.scheduler.schedule(request, endpoints, candidates, NOW, scratch, &mut Nobody).unwrap()
    }

    /// A prompt of so many bytes that some endpoints have cached, as they were sent it.
    fn warm(&mut self, prompt_bytes: usize) -> InferenceRequest {
        let request = request(&self.built, prompt_bytes);
        let count = self.endpoints.len().try_into().unwrap();
        for holder in 0..HOLDERS.min(count) {
            self.decide(&request, &vec![holder]);
        }
        request
    }
}

fn cycles(criterion: &mut Criterion) {
    for (name, config) in configurations() {
        for count in POOLS {
            let mut bed = Bed::new(&config, count);
            let candidates: Candidates = (0..count).collect();
            let mut bench = |id: String, prompt_bytes: usize| {
                let request = bed.warm(prompt_bytes);
                criterion.bench_function(&id, |bench| {
                    bench.iter(|| bed.decide(black_box(&request), &candidates));
                });
            };
            bench(format!("{name}/score/{count}"), 12);
            for (size, prompt_bytes) in PROMPTS {
                bench(format!("{name}/decide/{count}/{size}"), prompt_bytes);
            }
        }
    }
}

fn routes(criterion: &mut Criterion) {
    for (name, config) in configurations() {
        for count in POOLS {
            let picker = Picker::new(&config, &Options::default()).unwrap();
            picker.datastore.set_endpoints((0..count).map(spec).collect());
            let policy = Policy::new(parameters(&config));
            let _flights = busy(&picker.datastore.current().endpoints, &policy);
            for (size, prompt_bytes) in PROMPTS {
                let body = body(prompt_bytes);
                criterion.bench_function(&format!("{name}/route/{count}/{size}"), |bench| {
                    bench.iter(|| {
                        let mut incoming = Incoming::default();
                        incoming.headers.set(":path", Bytes::from_static(b"/v1/completions"));
                        incoming.headers.set("x-request-id", Bytes::from_static(b"id"));
                        incoming.body.push(body.clone());
                        picker.director.route(incoming).now_or_never().unwrap().unwrap()
                    });
                });
            }
        }
    }
}

fn brief() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group!(name = benches; config = brief(); targets = cycles, routes);
criterion_main!(benches);
