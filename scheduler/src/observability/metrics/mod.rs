//! What the picker tells Prometheus: the upstream families under their old names (`inference_*`) and their new ones
//! (`llm_d_epp_*`), with the same labels and buckets.

mod buckets;
mod families;
mod pool;
mod request;
mod streams;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use prometheus::{Encoder as _, Histogram, Registry, TextEncoder};

use super::PluginTimer;
use crate::model::Endpoint;
use families::{Counters, Gauges, Histograms, Maker};
pub use pool::{Mean, PoolGauges, QueueOf};
use request::RequestFamilies;
pub use request::{Answered, RequestLabels, RequestMetrics};
pub use streams::OpenStream;
use streams::StreamFamilies;

/// How an attempt to schedule a request ended.
#[derive(Debug, Clone, Copy)]
pub enum Scheduled<'a> {
    On { endpoint: &'a Endpoint, target_model: &'a str },
    Nowhere,
}

/// Every family of the picker, in a registry of its own.
pub struct Metrics {
    registry: Registry,
    requests: Arc<RequestFamilies>,
    plugin_duration: [Histograms; 2],
    scheduler_duration: [Option<Histogram>; 2],
    scheduler_attempts: [Counters; 2],
    rewrite_decisions: [Counters; 2],
    disagg_decisions: [Counters; 2],
    prefix_size: [Gauges; 2],
    prefix_hit_ratio: [Histograms; 2],
    prefix_hit_bytes: [Histograms; 2],
    request_processing: Option<Histogram>,
    response_processing: Option<Histogram>,
    poll_errors: [Counters; 2],
    extract_errors: [Counters; 2],
    pool: pool::PoolFamilies,
    streams: Option<StreamFamilies>,
}

impl Metrics {
    /// All families; those of gRPC streams only when asked for.
    #[expect(clippy::too_many_lines, reason = "it is the list of families")]
    pub fn new(with_streams: bool) -> Arc<Self> {
        let registry = Registry::new();
        let maker = Maker(&registry);
        let histograms = |[old, new]: [&str; 2], help: &str, labels: [&[&str]; 2], bounds: &[f64]| {
            [
                maker.histograms(old, &format!("[ALPHA] {help}"), labels[0], bounds),
                maker.histograms(new, help, labels[1], bounds),
            ]
        };
        let counters = |[old, new]: [&str; 2], help: &str, labels: [&[&str]; 2]| {
            [maker.counters(old, &format!("[ALPHA] {help}"), labels[0]), maker.counters(new, help, labels[1])]
        };
        let plugin = &["extension_point", "plugin_name", "plugin_type"][..];
        let of_plugin = &["plugin_name", "plugin_type"][..];
        let info = maker.gauges("inference_extension_info", "[ALPHA] The build.", &["build_ref", "commit"]);
        info.set(&[env!("CARGO_PKG_VERSION"), ""], 1.0);
        let info = maker.gauges("llm_d_epp_info", "The build.", &["build_ref", "commit"]);
        info.set(&[env!("CARGO_PKG_VERSION"), ""], 1.0);
        let metrics = Self {
            requests: Arc::new(RequestFamilies::new(&maker)),
            plugin_duration: histograms(
                ["inference_extension_plugin_duration_seconds", "llm_d_epp_plugin_duration_seconds"],
                "Seconds of one call of a plugin.",
                [plugin, plugin],
                buckets::DECISION,
            ),
            scheduler_duration: histograms(
                [
                    "inference_extension_scheduler_e2e_duration_seconds",
                    "llm_d_epp_scheduler_e2e_duration_seconds",
                ],
                "Seconds of one decision.",
                [&[], &[]],
                buckets::DECISION,
            )
            .map(|family| family.get(&[])),
            scheduler_attempts: counters(
                ["inference_extension_scheduler_attempts_total", "llm_d_epp_scheduler_attempts_total"],
                "Decisions by outcome.",
                [
                    &["namespace", "pod_name", "port", "status", "target_model_name"],
                    &["endpoint_name", "namespace", "port", "status", "target_model_name"],
                ],
            ),
            rewrite_decisions: counters(
                [
                    "inference_extension_model_rewrite_decisions_total",
                    "llm_d_epp_model_rewrite_decisions_total",
                ],
                "Models rewritten, by InferenceModelRewrite.",
                [&["model_name", "model_rewrite_name", "target_model"]; 2],
            ),
            disagg_decisions: counters(
                ["llm_d_inference_scheduler_pd_decision_total", "llm_d_epp_disagg_decision_total"],
                "Requests by the stages that they were split into.",
                [&["decision_type", "model_name"]; 2],
            ),
            prefix_size: [
                maker.gauges(
                    "inference_extension_prefix_indexer_size",
                    "[ALPHA] Blocks in the prefix index.",
                    &[],
                ),
                maker.gauges("llm_d_epp_prefix_indexer_size", "Blocks in the prefix index.", of_plugin),
            ],
            prefix_hit_ratio: histograms(
                ["inference_extension_prefix_indexer_hit_ratio", "llm_d_epp_prefix_indexer_hit_ratio"],
                "Share of a prompt's blocks that its endpoint had.",
                [&[], of_plugin],
                buckets::HIT_RATIO,
            ),
            prefix_hit_bytes: histograms(
                ["inference_extension_prefix_indexer_hit_bytes", "llm_d_epp_prefix_indexer_hit_bytes"],
                "Bytes of a prompt that its endpoint had.",
                [&[], of_plugin],
                buckets::HIT_BYTES,
            ),
            request_processing: maker
                .histograms(
                    "llm_d_epp_request_processing_duration_seconds",
                    "Seconds from a complete request to its decision.",
                    &[],
                    buckets::REQUEST_PROCESSING,
                )
                .get(&[]),
            response_processing: maker
                .histograms(
                    "llm_d_epp_response_processing_duration_seconds",
                    "Seconds the picker worked on an answer.",
                    &[],
                    buckets::RESPONSE_PROCESSING,
                )
                .get(&[]),
            poll_errors: counters(
                [
                    "llm_d_inference_scheduler_datalayer_poll_errors_total",
                    "llm_d_epp_datalayer_poll_errors_total",
                ],
                "Scrapes that failed.",
                [&["source_type"]; 2],
            ),
            extract_errors: counters(
                [
                    "llm_d_inference_scheduler_datalayer_extract_errors_total",
                    "llm_d_epp_datalayer_extract_errors_total",
                ],
                "Scraped pages without what was wanted of them.",
                [&["extractor_type", "source_type"]; 2],
            ),
            pool: pool::PoolFamilies::new(&maker),
            streams: with_streams.then(|| StreamFamilies::new(&maker)),
            registry,
        };
        metrics.scrapes_failed(0, 0);
        Arc::new(metrics)
    }

    /// The timer of one plugin at one extension point.
    pub fn plugin_timer(&self, extension_point: &str, plugin_type: &str, plugin_name: &str) -> PluginTimer {
        let labels = [extension_point, plugin_name, plugin_type];
        match [self.plugin_duration[0].get(&labels), self.plugin_duration[1].get(&labels)] {
            [Some(old), Some(new)] => PluginTimer::new([old, new]),
            _ => PluginTimer::default(),
        }
    }

    /// The series of one kind of request.
    pub fn request(&self, labels: RequestLabels<'_>) -> Arc<RequestMetrics> {
        self.requests.get(labels)
    }

    /// One decision, which took that many seconds.
    pub fn scheduled(&self, seconds: f64, outcome: Scheduled<'_>) {
        self.scheduler_duration.iter().flatten().for_each(|family| family.observe(seconds));
        let [old, new] = &self.scheduler_attempts;
        match outcome {
            Scheduled::On { endpoint, target_model } => {
                let spec = &endpoint.spec;
                let target_model = self.requests.model(target_model);
                let port = endpoint.address.rsplit(':').next().unwrap_or_default();
                old.add(&[&spec.namespace, &spec.pod, port, "success", target_model], 1.0);
                new.add(&[&spec.name, &spec.namespace, port, "success", target_model], 1.0);
            }
            Scheduled::Nowhere => {
                old.add(&["", "", "", "failure", ""], 1.0);
                new.add(&["", "", "", "failure", ""], 1.0);
            }
        }
    }

    /// An `InferenceModelRewrite` gave a request another model.
    pub fn rewrite_decision(&self, object: &str, model: &str, target: &str) {
        let model = self.requests.model(model);
        self.rewrite_decisions.iter().for_each(|family| family.add(&[model, object, target], 1.0));
    }

    /// A request was split into stages: `decode-only`, `prefill-decode`.
    pub fn disagg_decision(&self, decision: &str, model: &str) {
        let model = self.requests.model(model);
        self.disagg_decisions.iter().for_each(|family| family.add(&[decision, model], 1.0));
    }

    /// What the chosen endpoint had of a prompt, as a producer knew it. `ratio` is none for a prompt shorter than a block.
    pub fn prefix_hit(&self, plugin_type: &str, plugin_name: &str, ratio: Option<f64>, bytes: f64) {
        let labels = [plugin_name, plugin_type];
        if let Some(ratio) = ratio {
            self.prefix_hit_ratio[0].observe(&[], ratio);
            self.prefix_hit_ratio[1].observe(&labels, ratio);
        }
        self.prefix_hit_bytes[0].observe(&[], bytes);
        self.prefix_hit_bytes[1].observe(&labels, bytes);
    }

    /// How many blocks a producer's index holds.
    pub fn set_prefix_size(&self, plugin_type: &str, plugin_name: &str, blocks: f64) {
        self.prefix_size[0].set(&[], blocks);
        self.prefix_size[1].set(&[plugin_name, plugin_type], blocks);
    }

    /// Seconds from a complete request to its decision.
    pub fn request_processed(&self, seconds: f64) {
        self.request_processing.iter().for_each(|family| family.observe(seconds));
    }

    /// Seconds that the picker worked on one answer.
    pub fn response_processed(&self, seconds: f64) {
        self.response_processing.iter().for_each(|family| family.observe(seconds));
    }

    /// New failures of the data layer: scrapes, and pages that lacked something.
    pub fn scrapes_failed(&self, polls: u64, extractions: u64) {
        for family in &self.poll_errors {
            family.add(&["metrics-data-source"], polls as f64);
        }
        for family in &self.extract_errors {
            family.add(&["core-metrics-extractor", "metrics-data-source"], extractions as f64);
        }
    }

    /// Publishes the state of the pool.
    pub fn set_pool(&self, pool: &PoolGauges<'_>) {
        self.pool.set(pool);
    }

    /// Counts a gRPC stream until the guard is dropped.
    pub fn stream_opened(&self) -> OpenStream {
        self.streams.as_ref().map_or_else(OpenStream::uncounted, StreamFamilies::open)
    }

    /// The page in Prometheus' text format.
    pub fn render(&self) -> Vec<u8> {
        let mut page = Vec::with_capacity(64 * 1024);
        // Only a writer can fail, and a vector does not.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut page);
        super::process::write(&mut page);
        page
    }
}
