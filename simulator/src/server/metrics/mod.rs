//! What Prometheus and schedulers are told, under the names and labels of today's vLLM.

mod buckets;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus::core::Collector;
use prometheus::{
    Counter, Encoder as _, Gauge, GaugeVec, Histogram, HistogramOpts, IntCounterVec, Opts, Registry,
    TextEncoder,
};

use crate::engine::{Limits, Stats};

/// Why a request is no longer there.
const FINISHED_REASONS: [&str; 4] = ["stop", "length", "abort", "error"];

/// What the labels say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels<'a> {
    pub(super) model: &'a str,
    pub(super) engine: u32,
    pub(super) limits: Limits,
    pub(super) max_model_len: u32,
    /// Adapters at once; none without adapters.
    pub(super) max_loras: Option<u32>,
}

/// A request that has ended by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finished {
    pub(super) reason: &'static str,
    /// From its arrival until it was first admitted.
    pub(super) queued: Duration,
    /// From then until its first token.
    pub(super) prefill: Duration,
    /// From then until its last.
    pub(super) decode: Duration,
    pub(super) prompt_tokens: u32,
    pub(super) cached_tokens: u32,
    pub(super) output_tokens: u32,
    pub(super) max_tokens: u32,
}

/// All families.
pub(super) struct Metrics {
    registry: Registry,
    running: Gauge,
    waiting: Gauge,
    waiting_for: [Gauge; 2],
    kv_cache_usage: Gauge,
    prefix_queries: Counter,
    prefix_hits: Counter,
    preemptions: Counter,
    prompt_tokens: Counter,
    cached_tokens: Counter,
    prompt_tokens_from: [Counter; 2],
    generation_tokens: Counter,
    success: IntCounterVec,
    step_tokens: Histogram,
    to_first_token: Histogram,
    between_tokens: Histogram,
    per_output_token: Histogram,
    end_to_end: Histogram,
    queued: Histogram,
    inference: Histogram,
    prefill: Histogram,
    decode: Histogram,
    request_prompt_tokens: Histogram,
    request_generation_tokens: Histogram,
    request_max_generation_tokens: Histogram,
    request_max_tokens: Histogram,
    request_computed_tokens: Histogram,
    request_choices: Histogram,
    loras: Option<Loras>,
}

/// The family that tells adapters.
struct Loras {
    family: GaugeVec,
    /// Adapters at once.
    most: String,
    /// The running and waiting ones that its series names.
    shown: Mutex<[String; 2]>,
}

/// Makes families that share some labels.
struct Maker<'a> {
    registry: &'a Registry,
    labels: HashMap<String, String>,
}

impl Maker<'_> {
    fn keep<C: Collector + Clone + 'static>(&self, family: C) -> prometheus::Result<C> {
        self.registry.register(Box::new(family.clone()))?;
        Ok(family)
    }

    fn options(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).const_labels(self.labels.clone())
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<Gauge> {
        self.keep(Gauge::with_opts(self.options(name, help))?)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<Counter> {
        self.keep(Counter::with_opts(self.options(name, help))?)
    }

    /// The series of one family that differ in one label.
    fn by_label<C: Collector + Clone + 'static, const N: usize>(
        &self,
        name: &str,
        help: &str,
        label: &str,
        values: [&str; N],
        make: impl Fn(Opts) -> prometheus::Result<C>,
    ) -> prometheus::Result<[C; N]> {
        let mut series = Vec::with_capacity(N);
        for value in values {
            series.push(self.keep(make(self.options(name, help).const_label(label, value))?)?);
        }
        series.try_into().map_err(|_| prometheus::Error::Msg(format!("{name}: a series for each label")))
    }

    fn histogram(&self, name: &str, help: &str, bounds: &[f64]) -> prometheus::Result<Histogram> {
        let options = HistogramOpts::from(self.options(name, help)).buckets(bounds.to_vec());
        self.keep(Histogram::with_opts(options)?)
    }
}

impl Metrics {
    /// All families at zero.
    ///
    /// # Errors
    /// When a label cannot be shown.
    #[expect(clippy::too_many_lines, reason = "it is the list of families")]
    pub(super) fn new(labels: &Labels<'_>) -> prometheus::Result<Self> {
        let of_model = HashMap::from([
            ("model_name".to_owned(), labels.model.to_owned()),
            ("engine".to_owned(), labels.engine.to_string()),
        ]);
        let registry = Registry::new();
        let maker = Maker { registry: &registry, labels: of_model };
        let tokens = buckets::tokens(labels.max_model_len);
        let success = maker.options("vllm:request_success_total", "Requests that ended, by reason.");
        let success = maker.keep(IntCounterVec::new(success, &["finished_reason"])?)?;
        for reason in FINISHED_REASONS {
            success.with_label_values(&[reason]).inc_by(0);
        }
        maker.by_label(
            "vllm:engine_sleep_state",
            "1 for the state that the engine is in.",
            "sleep_state",
            ["awake"],
            Gauge::with_opts,
        )?[0]
            .set(1.0);
        let cache = Opts::new("vllm:cache_config_info", "The KV cache.")
            .const_label("engine", labels.engine.to_string())
            .const_label("block_size", labels.limits.block_size.to_string())
            .const_label("num_gpu_blocks", labels.limits.kv_blocks.to_string())
            .const_label("cache_dtype", "auto")
            .const_label("enable_prefix_caching", "True")
            .const_label("gpu_memory_utilization", "0.9")
            .const_label("num_cpu_blocks", "None")
            .const_label("prefix_caching_hash_algo", "xxhash")
            .const_label("sliding_window", "None");
        maker.keep(Gauge::with_opts(cache)?)?.set(1.0);
        let loras = match labels.max_loras {
            None => None,
            Some(most) => {
                let names = ["max_lora", "running_lora_adapters", "waiting_lora_adapters"];
                let options = Opts::new("vllm:lora_requests_info", "Adapters of requests, at a Unix time.");
                let family = maker.keep(GaugeVec::new(options, &names)?)?;
                Some(Loras { family, most: most.to_string(), shown: Mutex::default() })
            }
        };
        let metrics = Self {
            running: maker.gauge("vllm:num_requests_running", "Requests in the batch.")?,
            waiting: maker.gauge("vllm:num_requests_waiting", "Requests that wait to be admitted.")?,
            waiting_for: maker.by_label(
                "vllm:num_requests_waiting_by_reason",
                "Requests that wait, by reason.",
                "reason",
                ["capacity", "deferred"],
                Gauge::with_opts,
            )?,
            kv_cache_usage: maker.gauge("vllm:kv_cache_usage_perc", "KV blocks in use; 1 is all.")?,
            prefix_queries: maker
                .counter("vllm:prefix_cache_queries_total", "Tokens looked up in the prefix cache.")?,
            prefix_hits: maker
                .counter("vllm:prefix_cache_hits_total", "Tokens found in the prefix cache.")?,
            preemptions: maker
                .counter("vllm:num_preemptions_total", "Requests that lost their KV blocks.")?,
            prompt_tokens: maker.counter("vllm:prompt_tokens_total", "Prompt tokens.")?,
            cached_tokens: maker
                .counter("vllm:prompt_tokens_cached_total", "Prompt tokens that were cached.")?,
            prompt_tokens_from: maker.by_label(
                "vllm:prompt_tokens_by_source_total",
                "Prompt tokens, by where their KV came from.",
                "source",
                ["local_compute", "local_cache_hit"],
                Counter::with_opts,
            )?,
            generation_tokens: maker.counter("vllm:generation_tokens_total", "Generated tokens.")?,
            success,
            step_tokens: maker.histogram(
                "vllm:iteration_tokens_total",
                "Tokens of a step.",
                buckets::ITERATION_TOKENS,
            )?,
            to_first_token: maker.histogram(
                "vllm:time_to_first_token_seconds",
                "Seconds from a request to its first token.",
                buckets::TIME_TO_FIRST_TOKEN,
            )?,
            between_tokens: maker.histogram(
                "vllm:inter_token_latency_seconds",
                "Seconds between two tokens of a request.",
                buckets::TOKEN,
            )?,
            per_output_token: maker.histogram(
                "vllm:request_time_per_output_token_seconds",
                "Seconds per token of a request, without the first.",
                buckets::TOKEN,
            )?,
            end_to_end: maker.histogram(
                "vllm:e2e_request_latency_seconds",
                "Seconds of a request.",
                buckets::REQUEST,
            )?,
            queued: maker.histogram(
                "vllm:request_queue_time_seconds",
                "Seconds until a request was admitted.",
                buckets::REQUEST,
            )?,
            inference: maker.histogram(
                "vllm:request_inference_time_seconds",
                "Seconds from there to the last token.",
                buckets::REQUEST,
            )?,
            prefill: maker.histogram(
                "vllm:request_prefill_time_seconds",
                "Seconds from there to the first token.",
                buckets::REQUEST,
            )?,
            decode: maker.histogram(
                "vllm:request_decode_time_seconds",
                "Seconds from the first token to the last.",
                buckets::REQUEST,
            )?,
            request_prompt_tokens: maker.histogram(
                "vllm:request_prompt_tokens",
                "Prompt tokens of a request.",
                &tokens,
            )?,
            request_generation_tokens: maker.histogram(
                "vllm:request_generation_tokens",
                "Tokens generated for a request.",
                &tokens,
            )?,
            request_max_generation_tokens: maker.histogram(
                "vllm:request_max_num_generation_tokens",
                "Tokens of the longest choice.",
                &tokens,
            )?,
            request_max_tokens: maker.histogram(
                "vllm:request_params_max_tokens",
                "Tokens that a request may have.",
                &tokens,
            )?,
            request_computed_tokens: maker.histogram(
                "vllm:request_prefill_kv_computed_tokens",
                "Prompt tokens of a request that were not cached.",
                &tokens,
            )?,
            request_choices: maker.histogram(
                "vllm:request_params_n",
                "Choices of a request.",
                buckets::CHOICES,
            )?,
            loras,
            registry,
        };
        metrics.set_loras(&BTreeSet::new(), &BTreeSet::new());
        Ok(metrics)
    }

    /// The engine's state at the end of a step; what it counts has grown since `before`.
    pub(super) fn set_stats(&self, before: &Stats, now: &Stats) {
        self.running.set(f64::from(now.running));
        self.waiting.set(f64::from(now.waiting));
        self.waiting_for[0].set(f64::from(now.waiting));
        self.kv_cache_usage.set(f64::from(now.referenced_blocks) / f64::from(now.capacity_blocks.max(1)));
        let growth = |of: fn(&Stats) -> u64| of(now).saturating_sub(of(before)) as f64;
        self.prefix_queries.inc_by(growth(|stats| stats.prefix_query_tokens));
        self.prefix_hits.inc_by(growth(|stats| stats.prefix_hit_tokens));
        self.preemptions.inc_by(growth(|stats| stats.preemptions));
        let (prompt, generated) =
            (growth(|stats| stats.prompt_tokens), growth(|stats| stats.generation_tokens));
        self.prompt_tokens.inc_by(prompt);
        self.generation_tokens.inc_by(generated);
        if generated > 0.0 {
            self.step_tokens.observe(prompt + generated);
        }
    }

    /// The first token of a request.
    pub(super) fn first_token(&self, since_arrival: Duration, prompt_tokens: u32, cached_tokens: u32) {
        self.to_first_token.observe(since_arrival.as_secs_f64());
        let computed = f64::from(prompt_tokens.saturating_sub(cached_tokens));
        self.prompt_tokens_from[0].inc_by(computed);
        self.prompt_tokens_from[1].inc_by(f64::from(cached_tokens));
        self.cached_tokens.inc_by(f64::from(cached_tokens));
    }

    /// Another one.
    pub(super) fn next_token(&self, since_last: Duration) {
        self.between_tokens.observe(since_last.as_secs_f64());
    }

    /// A request has all its tokens.
    pub(super) fn finished(&self, finished: &Finished) {
        self.success.with_label_values(&[finished.reason]).inc();
        let inference = finished.prefill + finished.decode;
        self.end_to_end.observe((finished.queued + inference).as_secs_f64());
        self.queued.observe(finished.queued.as_secs_f64());
        self.inference.observe(inference.as_secs_f64());
        self.prefill.observe(finished.prefill.as_secs_f64());
        self.decode.observe(finished.decode.as_secs_f64());
        if finished.output_tokens > 1 {
            let gaps = f64::from(finished.output_tokens - 1);
            self.per_output_token.observe(finished.decode.as_secs_f64() / gaps);
        }
        self.request_prompt_tokens.observe(f64::from(finished.prompt_tokens));
        self.request_generation_tokens.observe(f64::from(finished.output_tokens));
        self.request_max_tokens.observe(f64::from(finished.max_tokens));
        let computed = finished.prompt_tokens.saturating_sub(finished.cached_tokens);
        self.request_computed_tokens.observe(f64::from(computed));
    }

    /// All choices of a prompt have ended by themselves.
    pub(super) fn all_finished(&self, choices: u32, longest: u32) {
        self.request_choices.observe(f64::from(choices));
        self.request_max_generation_tokens.observe(f64::from(longest));
    }

    /// The client of a request has gone.
    pub(super) fn aborted(&self) {
        self.success.with_label_values(&["abort"]).inc();
    }

    /// Which adapters have requests. The value is the time, by which a scheduler knows the newest series.
    pub(super) fn set_loras(&self, running: &BTreeSet<&str>, waiting: &BTreeSet<&str>) {
        let Some(Loras { family, most, shown }) = &self.loras else { return };
        let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(",");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let names = [list(running), list(waiting)];
        family.with_label_values(&[most, &names[0], &names[1]]).set(now.as_secs_f64());
        // Only now does the one before go, as a page may be read at any moment and must have one.
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown != names {
            // It is there, as it was set.
            let _ = family.remove_label_values(&[most, &shown[0], &shown[1]]);
            *shown = names;
        }
    }

    /// The page in Prometheus' text format.
    pub(super) fn render(&self) -> Vec<u8> {
        let mut page = Vec::with_capacity(32 * 1024);
        // Only a writer can fail, and a vector does not.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut page);
        page
    }
}
