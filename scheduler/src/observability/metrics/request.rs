//! What is counted of each request, by model, flow and priority.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use prometheus::{Counter, Gauge, Histogram};

use super::buckets;
use super::families::{Counters, Gauges, Histograms, Maker};
use crate::openai::Usage;

/// Most different values of a label; later ones are counted as `other`.
const MOST_VALUES: usize = 250;
/// Most different combinations of labels; later ones are counted as `other`. Clients choose models and flows, and each
/// combination has a dozen histograms.
const MOST_COMBINATIONS: usize = 500;
const OTHER: &str = "other";

/// What tells the series of requests apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RequestLabels<'a> {
    /// The name the client used.
    pub model: &'a str,
    pub target_model: &'a str,
    pub fairness_id: &'a str,
    pub priority: i32,
}

/// What is known of an exchange at its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answered {
    /// Since the request came.
    pub duration: Duration,
    /// Since the first byte of the answer's body; none when there was none.
    pub since_first_byte: Option<Duration>,
    pub streaming: bool,
    /// Bytes of the answer's body; none when none was seen to begin.
    pub bytes: Option<u64>,
    pub usage: Option<Usage>,
}

/// The histograms of a request, in the order of [`HISTOGRAMS`].
#[derive(Clone, Copy)]
enum H {
    RequestBytes,
    ResponseBytes,
    InputTokens,
    OutputTokens,
    CachedTokens,
    Duration,
    Normalized,
    TimePerOutputToken,
    InterTokenLatency,
}

type Row = (Option<&'static str>, &'static str, &'static str, &'static [f64]);

/// Old name without its prefix, new name without its prefix, what it says, buckets.
const HISTOGRAMS: [Row; 9] = [
    (Some("request_sizes"), "request_size_bytes", "Request body size in bytes.", buckets::REQUEST_BYTES),
    (Some("response_sizes"), "response_size_bytes", "Response body size in bytes.", buckets::RESPONSE_BYTES),
    (Some("input_tokens"), "request_input_tokens", "Prompt tokens of requests.", buckets::INPUT_TOKENS),
    (Some("output_tokens"), "request_output_tokens", "Output tokens of requests.", buckets::OUTPUT_TOKENS),
    (
        Some("prompt_cached_tokens"),
        "request_cached_tokens",
        "Prompt tokens found cached.",
        buckets::INPUT_TOKENS,
    ),
    (
        Some("request_duration_seconds"),
        "request_duration_seconds",
        "Seconds from a request to the end of its answer.",
        buckets::DURATION,
    ),
    (
        Some("normalized_time_per_output_token_seconds"),
        "request_ntpot_seconds",
        "Seconds of a request divided by its output tokens.",
        buckets::NORMALIZED_TIME_PER_OUTPUT_TOKEN,
    ),
    (
        None,
        "request_streaming_tpot_seconds",
        "Seconds per output token after the first, of streamed answers.",
        buckets::TIME_PER_OUTPUT_TOKEN,
    ),
    (
        None,
        "request_streaming_itl_seconds",
        "Seconds between the pieces of streamed answers.",
        buckets::INTER_TOKEN_LATENCY,
    ),
];

const OLD_LABELS: [&str; 2] = ["model_name", "target_model_name"];
const NEW_LABELS: [&str; 4] = ["fairness_id", "model_name", "priority", "target_model_name"];

/// The families of requests.
pub(super) struct RequestFamilies {
    total: [Counters; 2],
    errors: [Counters; 2],
    running: [Gauges; 2],
    histograms: Vec<(Option<Histograms>, Histograms)>,
    time_to_first_token: Histograms,
    bundles: RwLock<HashMap<u64, Arc<RequestMetrics>>>,
    hasher: RandomState,
    models: KnownValues,
    flows: KnownValues,
}

impl RequestFamilies {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        let old = |name: &str| format!("inference_objective_{name}");
        let new = |name: &str| format!("llm_d_epp_{name}");
        let twins = |name: &str, help: &str, old_labels: &[&str], new_labels: &[&str]| {
            [
                maker.counters(&old(name), &format!("[ALPHA] {help}"), old_labels),
                maker.counters(&new(name), help, new_labels),
            ]
        };
        let with_code = ["error_code", "model_name", "target_model_name"];
        let new_with_code = ["error_code", "fairness_id", "model_name", "priority", "target_model_name"];
        let running = "Requests under way.";
        let first_token = [&["streaming"], &NEW_LABELS[..]].concat();
        Self {
            total: twins(
                "request_total",
                "Requests routed.",
                &["model_name", "priority", "target_model_name"],
                &NEW_LABELS,
            ),
            errors: twins("request_error_total", "Requests refused or failed.", &with_code, &new_with_code),
            running: [
                maker.gauges(&old("running_requests"), &format!("[ALPHA] {running}"), &["model_name"]),
                maker.gauges(&new("request_running"), running, &NEW_LABELS),
            ],
            histograms: HISTOGRAMS
                .iter()
                .map(|(old_name, new_name, help, bounds)| {
                    let older = old_name.map(|name| {
                        maker.histograms(&old(name), &format!("[ALPHA] {help}"), &OLD_LABELS, bounds)
                    });
                    (older, maker.histograms(&new(new_name), help, &NEW_LABELS, bounds))
                })
                .collect(),
            time_to_first_token: maker.histograms(
                &new("request_ttft_seconds"),
                "Seconds from a request to the first byte of its answer.",
                &first_token,
                buckets::TIME_TO_FIRST_TOKEN,
            ),
            bundles: RwLock::default(),
            hasher: RandomState::new(),
            models: KnownValues::default(),
            flows: KnownValues::default(),
        }
    }

    /// The series of these labels, made at their first use.
    pub(super) fn get(self: &Arc<Self>, labels: RequestLabels<'_>) -> Arc<RequestMetrics> {
        let known = self.known(labels);
        known.unwrap_or_else(|| {
            let fairness_id = self.flows.cap(labels.fairness_id);
            let (model, target_model) = (self.model(labels.model), self.model(labels.target_model));
            self.add(RequestLabels { model, target_model, fairness_id, ..labels })
        })
    }

    /// A model's name as a label: itself, or `other`.
    pub(super) fn model<'a>(&self, name: &'a str) -> &'a str {
        self.models.cap(name)
    }

    fn known(&self, labels: RequestLabels<'_>) -> Option<Arc<RequestMetrics>> {
        let bundles = self.bundles.read().unwrap_or_else(PoisonError::into_inner);
        bundles.get(&self.hasher.hash_one(labels)).filter(|known| known.is_of(labels)).map(Arc::clone)
    }

    fn add(self: &Arc<Self>, labels: RequestLabels<'_>) -> Arc<RequestMetrics> {
        let mut bundles = self.bundles.write().unwrap_or_else(PoisonError::into_inner);
        let mut key = self.hasher.hash_one(labels);
        let mut labels = labels;
        if bundles.len() >= MOST_COMBINATIONS && !bundles.contains_key(&key) {
            labels = RequestLabels { model: OTHER, target_model: OTHER, fairness_id: OTHER, ..labels };
            key = self.hasher.hash_one(labels);
        }
        let bundle = || {
            Arc::new(RequestMetrics {
                families: Arc::clone(self),
                model: labels.model.into(),
                target_model: labels.target_model.into(),
                fairness_id: labels.fairness_id.into(),
                priority: labels.priority.to_string().into(),
                total: OnceLock::new(),
                running: OnceLock::new(),
                histograms: std::array::from_fn(|_| OnceLock::new()),
                time_to_first_token: [OnceLock::new(), OnceLock::new()],
            })
        };
        Arc::clone(bundles.entry(key).or_insert_with(bundle))
    }
}

/// The values of a label that have series of their own.
#[derive(Default)]
struct KnownValues(RwLock<HashSet<Box<str>>>);

impl KnownValues {
    /// The value itself while there are few, then [`OTHER`].
    fn cap<'a>(&self, value: &'a str) -> &'a str {
        let is_full = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if known.contains(value) {
                return value;
            }
            known.len() >= MOST_VALUES
        };
        if is_full {
            return OTHER;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Others may have filled it in between.
        if known.len() < MOST_VALUES {
            known.insert(value.into());
        }
        if known.contains(value) { value } else { OTHER }
    }
}

/// The series of one kind of request.
pub struct RequestMetrics {
    families: Arc<RequestFamilies>,
    model: Box<str>,
    target_model: Box<str>,
    fairness_id: Box<str>,
    priority: Box<str>,
    total: OnceLock<[Option<Counter>; 2]>,
    running: OnceLock<[Option<Gauge>; 2]>,
    histograms: [OnceLock<[Option<Histogram>; 2]>; HISTOGRAMS.len()],
    time_to_first_token: [OnceLock<Option<Histogram>>; 2],
}

impl RequestMetrics {
    fn is_of(&self, labels: RequestLabels<'_>) -> bool {
        *self.model == *labels.model
            && *self.target_model == *labels.target_model
            && *self.fairness_id == *labels.fairness_id
            && self.priority.parse() == Ok(labels.priority)
    }

    fn old_labels(&self) -> [&str; 2] {
        [&self.model, &self.target_model]
    }

    fn new_labels(&self) -> [&str; 4] {
        [&self.fairness_id, &self.model, &self.priority, &self.target_model]
    }

    fn observe(&self, which: H, value: f64) {
        let pair = self.histograms[which as usize].get_or_init(|| {
            let (old, new) = &self.families.histograms[which as usize];
            [old.as_ref().and_then(|old| old.get(&self.old_labels())), new.get(&self.new_labels())]
        });
        pair.iter().flatten().for_each(|histogram| histogram.observe(value));
    }

    fn run(&self, change: f64) {
        let pair = self.running.get_or_init(|| {
            let [old, new] = &self.families.running;
            [old.get(&[&self.model]), new.get(&self.new_labels())]
        });
        pair.iter().flatten().for_each(|gauge| gauge.add(change));
    }

    /// The request was routed; its body, as it is sent on, has that many bytes.
    pub fn accepted(&self, bytes: usize) {
        let pair = self.total.get_or_init(|| {
            let [old, new] = &self.families.total;
            [old.get(&[&self.model, &self.priority, &self.target_model]), new.get(&self.new_labels())]
        });
        pair.iter().flatten().for_each(Counter::inc);
        self.observe(H::RequestBytes, bytes as f64);
    }

    /// The picker begins to watch the request's answer.
    pub fn started(&self) {
        self.run(1.0);
    }

    /// The request was refused or failed.
    pub fn error(&self, code: &str) {
        let [old, new] = &self.families.errors;
        old.add(&[code, &self.model, &self.target_model], 1.0);
        new.add(&[code, &self.fairness_id, &self.model, &self.priority, &self.target_model], 1.0);
    }

    /// The first byte of the answer's body came.
    pub fn first_byte(&self, after: Duration, streaming: bool) {
        let series = self.time_to_first_token[usize::from(streaming)].get_or_init(|| {
            let streaming = if streaming { "true" } else { "false" };
            let [fairness_id, model, priority, target_model] = self.new_labels();
            self.families.time_to_first_token.get(&[streaming, fairness_id, model, priority, target_model])
        });
        if let Some(histogram) = series {
            histogram.observe(after.as_secs_f64());
        }
    }

    /// A later piece of a streamed answer came, that long after the one before it.
    pub fn inter_token_latency(&self, gap: Duration) {
        self.observe(H::InterTokenLatency, gap.as_secs_f64());
    }

    /// The exchange is over; the counterpart of [`RequestMetrics::started`].
    pub fn finished(&self, answered: &Answered) {
        self.run(-1.0);
        let seconds = answered.duration.as_secs_f64();
        if seconds > 0.0 {
            self.observe(H::Duration, seconds);
        }
        if let Some(bytes) = answered.bytes {
            self.observe(H::ResponseBytes, bytes as f64);
        }
        let Some(usage) = answered.usage else { return };
        self.observe(H::InputTokens, f64::from(usage.prompt_tokens));
        self.observe(H::OutputTokens, f64::from(usage.completion_tokens));
        self.observe(H::CachedTokens, f64::from(usage.cached_tokens));
        if usage.completion_tokens > 0 {
            self.observe(H::Normalized, seconds / f64::from(usage.completion_tokens));
        }
        if let Some(since) = answered.since_first_byte
            && answered.streaming
            && usage.completion_tokens > 1
        {
            self.observe(H::TimePerOutputToken, since.as_secs_f64() / f64::from(usage.completion_tokens - 1));
        }
    }
}
