//! Parameters of the plugins. Their defaults are the `Default`s here (`epp.md` §4).

use std::time::Duration;

use serde::Serialize;

use super::metric::MetricSpec;
use crate::names::{header, label};

/// Endpoints whose label has one of some values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelFilter {
    pub label: String,
    pub valid_values: Vec<String>,
    /// Keep endpoints without the label.
    pub allows_no_label: bool,
}

/// Score by how much of a prompt an endpoint has cached (`epp.md` §4.3).
///
/// `w·min(1, matched/scale)² + (1−w)·matched/total`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrefixCacheScorer {
    /// Index of the [`ApproxPrefixCacheProducer`] that it reads.
    pub producer: usize,
    /// `w`, 0 to 1.
    pub match_length_weight: f64,
    /// `scale`, in tokens, above 0.
    pub match_length_scale_tokens: u64,
}

/// An index of what was sent where (`epp.md` §4.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApproxPrefixCacheProducer {
    pub scheme: BlockScheme,
    /// Take block size and capacity from the endpoints' metrics where they tell.
    pub auto_tune: bool,
    /// Bytes or tokens, see [`BlockScheme`]; above 0.
    pub block_size: u32,
    pub limit: PrefixLimit,
    /// Blocks remembered of one endpoint; above 0.
    pub capacity_per_server: u64,
}

/// How a prompt is cut into blocks and these are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum BlockScheme {
    /// Bytes of the text; an auto-tuned block is the engine's block times 4; a partial block is dropped.
    Bytes,
    /// Tokens; an auto-tuned block has at least 64; a partial block counts.
    Tokens,
}

impl BlockScheme {
    /// The smallest block that auto-tuning takes.
    pub const AUTO_TUNE_FLOOR_TOKENS: u32 = 64;
}

/// How far into a prompt matches are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PrefixLimit {
    Blocks(u64),
    Tokens(u64),
}

impl ApproxPrefixCacheProducer {
    /// The defaults of a scheme.
    pub fn with_defaults(scheme: BlockScheme) -> Self {
        let (block_size, limit) = match scheme {
            BlockScheme::Bytes => (64, PrefixLimit::Blocks(256)),
            BlockScheme::Tokens => (BlockScheme::AUTO_TUNE_FLOOR_TOKENS, PrefixLimit::Tokens(131_072)),
        };
        Self { scheme, auto_tune: true, block_size, limit, capacity_per_server: 31_250 }
    }
}

/// Score by requests in flight (`epp.md` §4.2).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveRequestScorer {
    /// Up to this many requests an endpoint counts as idle.
    pub idle_threshold: u64,
    /// Score of a busy endpoint with the least load, 0 to 1.
    pub max_busy_score: f64,
}

impl Default for ActiveRequestScorer {
    fn default() -> Self {
        Self { idle_threshold: 0, max_busy_score: 1.0 }
    }
}

/// Keep a session where it was (`epp.md` §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionAffinityScorer {
    pub strategy: SessionStrategy,
    /// Index of the profile whose target is remembered; none for the primary one.
    pub profile: Option<usize>,
}

/// How a session is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SessionStrategy {
    /// The header holds the endpoint's id in base64; the response sets it.
    EncodedEndpoint { header: String },
    /// One of these headers, the first that is there, holds the client's own id; its endpoint is remembered for `idle`.
    SessionId { headers: Vec<String>, idle: Duration },
}

impl Default for SessionAffinityScorer {
    fn default() -> Self {
        let header = header::SESSION_TOKEN.to_owned();
        Self { strategy: SessionStrategy::EncodedEndpoint { header }, profile: None }
    }
}

/// This project's own policy: the cost of a placement in expected latency, its own and its neighbours'.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedLatencyScorer {
    /// Index of the [`ApproxPrefixCacheProducer`] that it reads.
    pub producer: usize,
    /// Weight of the time to first token.
    pub ttft_weight: f64,
    /// Weight of the KV cache that a request occupies.
    pub kv_weight: f64,
    /// Weight of the cached blocks that a request evicts.
    pub eviction_weight: f64,
    /// Output tokens expected of a request before any was seen.
    pub output_tokens: u64,
    /// Hold a request until an endpoint can begin with it.
    pub late_binding: bool,
    /// The longest that a request is held.
    pub max_hold: Duration,
}

impl ExpectedLatencyScorer {
    /// The defaults, over a producer.
    pub fn with_defaults(producer: usize) -> Self {
        Self {
            producer,
            ttft_weight: 10.0,
            kv_weight: 3.0,
            eviction_weight: 0.3,
            output_tokens: 512,
            late_binding: true,
            max_hold: Duration::from_secs(30),
        }
    }
}

/// Prefill and decode on different endpoints (`epp.md` §4.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisaggProfileHandler {
    /// Index of the profile that always runs; its target is the destination.
    pub decode: usize,
    /// Index of the profile of the prefill stage; none when there is no such profile.
    pub prefill: Option<usize>,
    pub order: StageOrder,
    pub decider: PrefillDecider,
    /// Port that the request is sent to, with the chosen rank in a header; none: the target's own.
    pub primary_port: Option<u16>,
    /// The handler itself sets the prefill header; otherwise `prefill-header-handler` does.
    pub sets_headers: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum StageOrder {
    #[default]
    DecodeFirst,
    PrefillFirst,
}

/// When the prefill stage runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum PrefillDecider {
    Never,
    Always,
    /// When at least `threshold` bytes of the prompt are not cached on the decode endpoint; `max(matched − 1, 0)`
    /// blocks of `hash_block_size` bytes are.
    UncachedBytes {
        threshold: u64,
        hash_block_size: u64,
        producer: Option<usize>,
    },
    /// When the tokens suffice.
    UncachedTokens(PrefixBasedPdDecider),
}

/// Disaggregate when the prompt has at least `prompt_tokens`, and `non_cached_tokens` of them are not cached on the
/// decode endpoint. 0 of the latter: never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrefixBasedPdDecider {
    pub non_cached_tokens: u64,
    pub prompt_tokens: u64,
    /// Index of the [`ApproxPrefixCacheProducer`] that it reads.
    pub producer: usize,
}

/// The profile that a request header names. With one profile that one runs, whatever the header says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeaderProfileHandler {
    /// In lower case.
    pub header: String,
    /// Index of the profile without the header.
    pub default_profile: usize,
}

/// How requests in flight are counted (`epp.md` §4.8).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InflightLoadProducer {
    /// Count expected output tokens: input × `output_ratio`, at most `max_output_tokens`.
    pub adds_output_tokens: bool,
    pub output_ratio: f64,
    pub max_output_tokens: Option<u64>,
}

impl Default for InflightLoadProducer {
    fn default() -> Self {
        Self { adds_output_tokens: false, output_ratio: 1.5, max_output_tokens: None }
    }
}

/// How `/metrics` of an endpoint is scraped. What is none follows the flags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MetricsDataSource {
    pub is_https: Option<bool>,
    pub path: Option<String>,
    pub port: Option<u16>,
    pub insecure_skip_verify: Option<bool>,
    pub interval: Option<Duration>,
}

/// Which metrics of which engine mean what (`epp.md` §6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoreMetricsExtractor {
    /// Label of the pod that names its engine.
    pub engine_label: String,
    /// Engine of pods without the label.
    pub default_engine: String,
    /// Beside the built-in engines; one of the same name replaces the built-in.
    pub engines: Vec<EngineMetrics>,
}

impl Default for CoreMetricsExtractor {
    fn default() -> Self {
        Self {
            engine_label: label::ENGINE.to_owned(),
            default_engine: "vllm".to_owned(),
            engines: Vec::new(),
        }
    }
}

/// The metrics of one engine; what is none is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EngineMetrics {
    pub name: String,
    pub queued_requests: Option<MetricSpec>,
    pub running_requests: Option<MetricSpec>,
    pub kv_usage: Option<MetricSpec>,
    pub lora: Option<MetricSpec>,
    pub cache_info: Option<MetricSpec>,
    /// Label of `cache_info` that holds the block size; none: `block_size`.
    pub cache_block_size_label: Option<String>,
    /// Label of `cache_info` that holds the number of blocks; none: `num_gpu_blocks`.
    pub cache_blocks_label: Option<String>,
    pub cache_block_size: Option<MetricSpec>,
    pub cache_blocks: Option<MetricSpec>,
}

/// Endpoints from a file (`epp.md` §2.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileDiscovery {
    pub path: String,
    /// Read it again when it changes.
    pub watch: bool,
}

/// Saturation by queue and KV cache (`epp.md` §4.11).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UtilizationDetector {
    /// Requests, above 0.
    pub queue_depth_threshold: f64,
    /// 0 to 1, not 0.
    pub kv_cache_util_threshold: f64,
    /// Older metrics count as saturated.
    pub metrics_staleness_threshold: Duration,
    /// As a filter, this part above the thresholds still passes.
    pub headroom: f64,
}

impl Default for UtilizationDetector {
    fn default() -> Self {
        Self {
            queue_depth_threshold: 5.0,
            kv_cache_util_threshold: 0.8,
            metrics_staleness_threshold: Duration::from_millis(200),
            headroom: 0.0,
        }
    }
}

/// Saturation by requests or tokens in flight (`epp.md` §4.11).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConcurrencyDetector {
    pub mode: ConcurrencyMode,
    /// Requests an endpoint, above 0.
    pub max_concurrency: u64,
    /// Tokens an endpoint, above 0.
    pub max_token_concurrency: u64,
    /// As a filter, this part above the limits still passes.
    pub headroom: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum ConcurrencyMode {
    #[default]
    Requests,
    Tokens,
    /// The greater of both.
    Hybrid,
}

impl Default for ConcurrencyDetector {
    fn default() -> Self {
        Self {
            mode: ConcurrencyMode::Requests,
            max_concurrency: 100,
            max_token_concurrency: 1_000_000,
            headroom: 0.0,
        }
    }
}

/// Which request bodies are understood (`epp.md` §1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Parser {
    OpenAi,
    Anthropic,
    VllmHttp,
    /// Every path, without looking at the body.
    Passthrough,
}

impl Parser {
    /// The list of the router when none is written.
    pub const DEFAULT: [Self; 4] = [Self::OpenAi, Self::Anthropic, Self::VllmHttp, Self::Passthrough];
}
