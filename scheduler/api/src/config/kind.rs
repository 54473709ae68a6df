//! Every kind of plugin there is.

use serde::Serialize;

use super::parameters::{
    ActiveRequestScorer, ApproxPrefixCacheProducer, ConcurrencyDetector, CoreMetricsExtractor,
    DisaggProfileHandler, ExpectedLatencyScorer, FileDiscovery, HeaderProfileHandler, InflightLoadProducer,
    LabelFilter, MetricsDataSource, Parser, PrefixBasedPdDecider, PrefixCacheScorer, SessionAffinityScorer,
    UtilizationDetector,
};
use super::selector::LabelSelector;

/// A plugin's type with its parameters (`epp.md` §4.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum PluginKind {
    /// `decode-filter`: endpoints that decode.
    DecodeFilter,
    /// `prefill-filter`: endpoints that prefill.
    PrefillFilter,
    /// `by-label`.
    LabelFilter(LabelFilter),
    /// `by-label-selector` and `label-selector-filter`.
    LabelSelectorFilter(LabelSelector),
    /// `header-based-testing-filter`: endpoints that a request header names.
    HeaderBasedTestingFilter,

    /// `queue-scorer`.
    QueueScorer,
    /// `running-requests-size-scorer`.
    RunningRequestsSizeScorer,
    /// `kv-cache-utilization-scorer`.
    KvCacheUtilizationScorer,
    /// `prefix-cache-scorer`, and `precise-prefix-cache-scorer` over an approximate index.
    PrefixCacheScorer(PrefixCacheScorer),
    /// `load-aware-scorer`: the queue at which the score is 0.
    LoadAwareScorer { threshold: u64 },
    /// `active-request-scorer`.
    ActiveRequestScorer(ActiveRequestScorer),
    /// `lora-affinity-scorer`.
    LoraAffinityScorer,
    /// `session-affinity-scorer`.
    SessionAffinityScorer(SessionAffinityScorer),
    /// `no-hit-lru-scorer`: remembers this many endpoints; without a producer every request counts as cold.
    NoHitLruScorer { producer: Option<usize>, lru_size: u64 },
    /// `expected-latency-scorer`: this project's own.
    ExpectedLatencyScorer(ExpectedLatencyScorer),

    /// `max-score-picker`, with the length of the list of fallbacks.
    MaxScorePicker { max_endpoints: usize },
    /// `weighted-random-picker`, with the length of the list of fallbacks.
    WeightedRandomPicker { max_endpoints: usize },
    /// `random-picker`, with the length of the list of fallbacks.
    RandomPicker { max_endpoints: usize },

    /// `single-profile-handler`.
    SingleProfileHandler,
    /// `pd-profile-handler` and `disagg-profile-handler`.
    DisaggProfileHandler(DisaggProfileHandler),
    /// `data-parallel-profile-handler`: the port that requests are sent to, whatever rank is chosen.
    DataParallelProfileHandler { primary_port: u16 },
    /// `header-profile-handler`.
    HeaderProfileHandler(HeaderProfileHandler),
    /// `always-disagg-pd-decider`.
    AlwaysDisaggPdDecider,
    /// `prefix-based-pd-decider`.
    PrefixBasedPdDecider(PrefixBasedPdDecider),
    /// `prefill-header-handler` and `disagg-headers-handler`: the profile whose target the header names; none when
    /// there is no such profile.
    PrefillHeaderHandler { prefill: Option<usize> },

    /// `approx-prefix-cache-producer`, and `precise-prefix-cache-producer` as an approximate one.
    ApproxPrefixCacheProducer(ApproxPrefixCacheProducer),
    /// `token-producer` and `tokenizer`: estimates, whatever backend was asked for.
    TokenProducer,
    /// `inflight-load-producer`; always on.
    InflightLoadProducer(InflightLoadProducer),

    /// `metrics-data-source`.
    MetricsDataSource(MetricsDataSource),
    /// `core-metrics-extractor`.
    CoreMetricsExtractor(CoreMetricsExtractor),
    /// `file-discovery`.
    FileDiscovery(FileDiscovery),
    /// `utilization-detector`; in a profile it is a filter.
    UtilizationDetector(UtilizationDetector),
    /// `concurrency-detector`; in a profile it is a filter.
    ConcurrencyDetector(ConcurrencyDetector),
    /// `openai-parser`, `anthropic-parser`, `vllmhttp-parser`, `passthrough-parser`.
    Parser(Parser),

    /// `destination-endpoint-served-verifier`: shows the served endpoint to a conformance test.
    DestinationEndpointServedVerifier,
    /// Known and accepted, but without effect yet.
    Later {
        /// What happens instead.
        why: &'static str,
    },
}
