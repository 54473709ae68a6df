//! Every plugin type that a configuration may name (`epp.md` §4.1).

use super::plugins::Reader;
use super::{data, filters, handlers, prefix, saturation, scorers};
use crate::config::{Parser, PluginKind, Role};

pub(super) const APPROX_PRODUCER: &str = "approx-prefix-cache-producer";
pub(super) const PRECISE_PRODUCER: &str = "precise-prefix-cache-producer";
pub(super) const PREFIX_SCORER: &str = "prefix-cache-scorer";
const PRECISE_SCORER: &str = "precise-prefix-cache-scorer";
pub(super) const SINGLE_HANDLER: &str = "single-profile-handler";
pub(super) const MAX_SCORE_PICKER: &str = "max-score-picker";

/// A plugin type: its name, its role, and how its parameters become a kind.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) read: Read,
}

pub(super) enum Read {
    /// It takes no parameters.
    Plain(PluginKind),
    With(fn(&mut Reader<'_, '_>) -> PluginKind),
    /// It is accepted without effect; its parameters are not looked at.
    Later(&'static str),
}

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::With(_) => "With",
            Self::Later(_) => "Later",
        })
    }
}

impl Type {
    /// Whether other plugins may name it to mean the prefix producer that it reads.
    pub(super) fn lends_producer(&self) -> bool {
        matches!(self.name, PREFIX_SCORER | PRECISE_SCORER)
    }
}

pub(super) fn find(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|of| of.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|of| of.name)
}

const fn plain(name: &'static str, role: Role, kind: PluginKind) -> Type {
    Type { name, role, read: Read::Plain(kind) }
}

const fn with(name: &'static str, role: Role, read: fn(&mut Reader<'_, '_>) -> PluginKind) -> Type {
    Type { name, role, read: Read::With(read) }
}

const fn later(name: &'static str, role: Role, why: &'static str) -> Type {
    Type { name, role, read: Read::Later(why) }
}

const NO_FILTER: &str = "it keeps every endpoint";
const NO_SCORES: &str = "it scores nothing";
const NOT_PREDICTED: &str = "latency is not predicted";
const ENCODE: &str = "there is no encode stage";
const FLOW_CONTROL: &str = "requests are not queued";
const ADMITS: &str = "it admits every request";
const NO_DATA: &str = "nothing reads what it gathers";
const CLUSTERS: &str = "a remote cluster is no endpoint";
const PARSER: &str = "it understands no request";

static TYPES: &[Type] = &[
    plain("decode-filter", Role::Filter, PluginKind::DecodeFilter),
    plain("prefill-filter", Role::Filter, PluginKind::PrefillFilter),
    later("encode-filter", Role::Filter, ENCODE),
    with("by-label", Role::Filter, filters::by_label),
    with("by-label-selector", Role::Filter, filters::label_selector),
    with("label-selector-filter", Role::Filter, filters::label_selector),
    plain("header-based-testing-filter", Role::Filter, PluginKind::HeaderBasedTestingFilter),
    later("prefix-cache-affinity-filter", Role::Filter, NO_FILTER),
    later("slo-headroom-tier-filter", Role::Filter, NO_FILTER),
    later("session-affinity-filter", Role::Filter, NO_FILTER),
    later("topology-affinity-filter", Role::Filter, NO_FILTER),
    later("endpoint-attribute-filter", Role::Filter, NO_FILTER),
    later("utilization-filter", Role::Filter, NO_FILTER),
    later("multicluster-session-affinity-filter", Role::Filter, CLUSTERS),
    plain("queue-scorer", Role::Scorer, PluginKind::QueueScorer),
    plain("running-requests-size-scorer", Role::Scorer, PluginKind::RunningRequestsSizeScorer),
    plain("kv-cache-utilization-scorer", Role::Scorer, PluginKind::KvCacheUtilizationScorer),
    with(PREFIX_SCORER, Role::Scorer, prefix::scorer),
    with(PRECISE_SCORER, Role::Scorer, prefix::precise_scorer),
    with("load-aware-scorer", Role::Scorer, scorers::load_aware),
    with("active-request-scorer", Role::Scorer, scorers::active_request),
    plain("lora-affinity-scorer", Role::Scorer, PluginKind::LoraAffinityScorer),
    with("session-affinity-scorer", Role::Scorer, scorers::session_affinity),
    with("no-hit-lru-scorer", Role::Scorer, scorers::no_hit_lru),
    with("expected-latency-scorer", Role::Scorer, scorers::expected_latency),
    later("predicted-latency-scorer", Role::Scorer, NOT_PREDICTED),
    later("latency-scorer", Role::Scorer, NOT_PREDICTED),
    later("token-load-scorer", Role::Scorer, NO_SCORES),
    later("mm-embeddings-cache-scorer", Role::Scorer, ENCODE),
    later("context-length-aware", Role::Scorer, NO_SCORES),
    later("header-label-affinity-scorer", Role::Scorer, NO_SCORES),
    later("topology-affinity-scorer", Role::Scorer, NO_SCORES),
    later("endpoint-attribute-scorer", Role::Scorer, NO_SCORES),
    later("multicluster-queue-scorer", Role::Scorer, CLUSTERS),
    later("multicluster-kv-cache-utilization-scorer", Role::Scorer, CLUSTERS),
    later("multicluster-prefix-cache-scorer", Role::Scorer, CLUSTERS),
    with(MAX_SCORE_PICKER, Role::Picker, filters::max_score_picker),
    with("weighted-random-picker", Role::Picker, filters::weighted_random_picker),
    with("random-picker", Role::Picker, filters::random_picker),
    plain(SINGLE_HANDLER, Role::ProfileHandler, PluginKind::SingleProfileHandler),
    with("pd-profile-handler", Role::ProfileHandler, handlers::pd),
    with("disagg-profile-handler", Role::ProfileHandler, handlers::disagg),
    with("data-parallel-profile-handler", Role::ProfileHandler, handlers::data_parallel),
    with("header-profile-handler", Role::ProfileHandler, handlers::header_profile),
    plain("always-disagg-pd-decider", Role::Decider, PluginKind::AlwaysDisaggPdDecider),
    with("prefix-based-pd-decider", Role::Decider, handlers::prefix_based_decider),
    later("always-disagg-multimodal-decider", Role::Decider, ENCODE),
    with("prefill-header-handler", Role::Hook, handlers::prefill_header),
    with("disagg-headers-handler", Role::Hook, handlers::prefill_header),
    later("encode-header-handler", Role::Hook, ENCODE),
    with(APPROX_PRODUCER, Role::Producer, prefix::approx_producer),
    with(PRECISE_PRODUCER, Role::Producer, prefix::precise_producer),
    with("token-producer", Role::Hook, data::token_producer),
    with("tokenizer", Role::Hook, data::token_producer),
    with("inflight-load-producer", Role::Hook, data::inflight_load),
    later("predicted-latency-producer", Role::Hook, NOT_PREDICTED),
    later("mm-embeddings-cache-producer", Role::Hook, ENCODE),
    later("session-id-producer", Role::Hook, NO_DATA),
    later("burst-prefix-cache-producer", Role::Hook, NO_DATA),
    later("p2p-source-producer", Role::Hook, NO_DATA),
    later("multicluster-approx-prefix-cache-producer", Role::Hook, CLUSTERS),
    later("latency-slo-admitter", Role::Hook, ADMITS),
    later("probabilistic-admitter", Role::Hook, ADMITS),
    later("disaggregatedset-rollout-screener", Role::Hook, "it keeps every endpoint"),
    later("disaggregatedset-rollout-pod-extractor", Role::Hook, NO_DATA),
    later("agent-identity", Role::Hook, "the fairness id comes from its header only"),
    plain("destination-endpoint-served-verifier", Role::Hook, PluginKind::DestinationEndpointServedVerifier),
    later("request-attribute-reporter", Role::Hook, "it reports nothing"),
    plain("openai-parser", Role::Parser, PluginKind::Parser(Parser::OpenAi)),
    plain("anthropic-parser", Role::Parser, PluginKind::Parser(Parser::Anthropic)),
    plain("vllmhttp-parser", Role::Parser, PluginKind::Parser(Parser::VllmHttp)),
    plain("passthrough-parser", Role::Parser, PluginKind::Parser(Parser::Passthrough)),
    later("vllmgrpc-parser", Role::Parser, PARSER),
    later("sglanghttp-parser", Role::Parser, PARSER),
    later("vertexai-parser", Role::Parser, PARSER),
    with("metrics-data-source", Role::Hook, data::metrics_data_source),
    with("core-metrics-extractor", Role::Hook, data::core_metrics_extractor),
    later("model-server-protocol-metrics", Role::Hook, "the flags say what is scraped"),
    later("models-data-source", Role::Hook, NO_DATA),
    later("models-data-extractor", Role::Hook, NO_DATA),
    later("k8s-notification-source", Role::Hook, NO_DATA),
    later("endpoint-notification-source", Role::Hook, NO_DATA),
    later("dcgm-data-source", Role::Hook, NO_DATA),
    later("dcgm-extractor", Role::Hook, NO_DATA),
    later("topology-extractor", Role::Hook, NO_DATA),
    later("multicluster-metrics-data-source", Role::Hook, CLUSTERS),
    later("multicluster-metrics-extractor", Role::Hook, CLUSTERS),
    with("file-discovery", Role::Discovery, data::file_discovery),
    later("multicluster-file-discovery", Role::Discovery, CLUSTERS),
    with("utilization-detector", Role::SaturationDetector, saturation::utilization),
    with("concurrency-detector", Role::SaturationDetector, saturation::concurrency),
    later("fcfs-ordering-policy", Role::Hook, FLOW_CONTROL),
    later("edf-ordering-policy", Role::Hook, FLOW_CONTROL),
    later("slo-deadline-ordering-policy", Role::Hook, FLOW_CONTROL),
    later("global-strict-fairness-policy", Role::Hook, FLOW_CONTROL),
    later("round-robin-fairness-policy", Role::Hook, FLOW_CONTROL),
    later("program-aware-fairness", Role::Hook, FLOW_CONTROL),
    later("static-usage-limit-policy", Role::Hook, FLOW_CONTROL),
    later("priority-holdback-policy", Role::Hook, FLOW_CONTROL),
    later("soft-reflective-ceiling-policy", Role::Hook, FLOW_CONTROL),
    later("sheddable-eviction-filter", Role::Hook, FLOW_CONTROL),
    later("priority-then-time-eviction-order-policy", Role::Hook, FLOW_CONTROL),
];
