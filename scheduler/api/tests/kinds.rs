//! What plugins become: their defaults, and every parameter at a value of its own.

#![expect(clippy::panic, reason = "a test that finds something else fails")]

use std::time::Duration;

use llmd_api::config::{
    ActiveRequestScorer, ApproxPrefixCacheProducer, BlockScheme, ConcurrencyDetector, ConcurrencyMode,
    CoreMetricsExtractor, EngineMetrics, ExpectedLatencyScorer, FileDiscovery, HeaderProfileHandler,
    InflightLoadProducer, LabelFilter, LabelRequirement, LabelSelector, MetricsDataSource, Operator, Parser,
    PrefixBasedPdDecider, PrefixCacheScorer, PrefixLimit, SessionAffinityScorer, SessionStrategy,
    UtilizationDetector,
};
use llmd_api::{Config, Dialect, PluginKind, load};

fn config(dialect: Dialect, body: &str) -> Config {
    let text = format!("apiVersion: {}\nkind: EndpointPickerConfig\n{body}", dialect.api_version());
    load(&text, "x").unwrap_or_else(|findings| panic!("{findings:#?}\n{text}")).config
}

/// The kind of a plugin that stands alone.
fn kind(dialect: Dialect, type_name: &str, parameters: &str) -> PluginKind {
    config(dialect, &format!("plugins:\n- type: {type_name}\n  parameters: {parameters}\n"))
        .plugins
        .remove(0)
        .kind
}

fn router(type_name: &str, parameters: &str) -> PluginKind {
    kind(Dialect::Router, type_name, parameters)
}

#[test]
fn without_parameters_the_defaults_count() {
    let table = [
        ("decode-filter", PluginKind::DecodeFilter),
        ("prefill-filter", PluginKind::PrefillFilter),
        ("header-based-testing-filter", PluginKind::HeaderBasedTestingFilter),
        ("queue-scorer", PluginKind::QueueScorer),
        ("running-requests-size-scorer", PluginKind::RunningRequestsSizeScorer),
        ("kv-cache-utilization-scorer", PluginKind::KvCacheUtilizationScorer),
        ("lora-affinity-scorer", PluginKind::LoraAffinityScorer),
        ("load-aware-scorer", PluginKind::LoadAwareScorer { threshold: 128 }),
        ("active-request-scorer", PluginKind::ActiveRequestScorer(ActiveRequestScorer::default())),
        ("session-affinity-scorer", PluginKind::SessionAffinityScorer(SessionAffinityScorer::default())),
        ("max-score-picker", PluginKind::MaxScorePicker { max_endpoints: 1 }),
        ("weighted-random-picker", PluginKind::WeightedRandomPicker { max_endpoints: 1 }),
        ("random-picker", PluginKind::RandomPicker { max_endpoints: 1 }),
        ("single-profile-handler", PluginKind::SingleProfileHandler),
        ("data-parallel-profile-handler", PluginKind::DataParallelProfileHandler { primary_port: 8000 }),
        ("always-disagg-pd-decider", PluginKind::AlwaysDisaggPdDecider),
        ("prefill-header-handler", PluginKind::PrefillHeaderHandler { prefill: None }),
        ("disagg-headers-handler", PluginKind::PrefillHeaderHandler { prefill: None }),
        ("tokenizer", PluginKind::TokenProducer),
        ("inflight-load-producer", PluginKind::InflightLoadProducer(InflightLoadProducer::default())),
        ("metrics-data-source", PluginKind::MetricsDataSource(MetricsDataSource::default())),
        ("core-metrics-extractor", PluginKind::CoreMetricsExtractor(CoreMetricsExtractor::default())),
        ("utilization-detector", PluginKind::UtilizationDetector(UtilizationDetector::default())),
        ("concurrency-detector", PluginKind::ConcurrencyDetector(ConcurrencyDetector::default())),
        ("vllmhttp-parser", PluginKind::Parser(Parser::VllmHttp)),
        ("destination-endpoint-served-verifier", PluginKind::DestinationEndpointServedVerifier),
    ];
    for (type_name, expected) in table {
        for dialect in [Dialect::Gaie, Dialect::Router] {
            assert_eq!(kind(dialect, type_name, "null"), expected, "{type_name}");
        }
    }
}

#[test]
fn what_reads_prefix_hits_gets_a_producer() {
    for (dialect, implied) in
        [(Dialect::Gaie, "prefix-cache-scorer"), (Dialect::Router, "approx-prefix-cache-producer")]
    {
        let config = config(dialect, "plugins:\n- type: prefix-cache-scorer\n");
        let PluginKind::PrefixCacheScorer(scorer) = &config.plugins[0].kind else { panic!() };
        let producer = &config.plugins[scorer.producer];
        assert_eq!((producer.name.as_str(), producer.is_implied), (implied, true));
        assert_eq!((scorer.match_length_weight, scorer.match_length_scale_tokens), (0.0, 8192));
    }
    assert_eq!(
        router("expected-latency-scorer", "null"),
        PluginKind::ExpectedLatencyScorer(ExpectedLatencyScorer::with_defaults(1))
    );
    assert_eq!(
        router("no-hit-lru-scorer", "null"),
        PluginKind::NoHitLruScorer { producer: Some(1), lru_size: 1024 }
    );
    assert_eq!(
        kind(Dialect::Gaie, "no-hit-lru-scorer", "null"),
        PluginKind::NoHitLruScorer { producer: None, lru_size: 1024 }
    );
}

#[test]
fn the_order_of_plugins_does_not_matter_to_references() {
    let config = config(
        Dialect::Gaie,
        "plugins:\n- {type: no-hit-lru-scorer, parameters: {prefixPluginName: mine}}\n- type: queue-scorer\n\
         - {name: mine, type: prefix-cache-scorer, parameters: {blockSizeTokens: 16}}\n",
    );
    let PluginKind::NoHitLruScorer { producer: Some(index), .. } = config.plugins[0].kind else { panic!() };
    let PluginKind::PrefixCacheScorer(PrefixCacheScorer { producer, .. }) = config.plugins[2].kind else {
        panic!()
    };
    assert_eq!(index, producer);
    let PluginKind::ApproxPrefixCacheProducer(producer) = &config.plugins[index].kind else { panic!() };
    assert_eq!((producer.scheme, producer.block_size), (BlockScheme::Bytes, 64));
}

#[test]
fn the_producers_limits_follow_their_dialect() {
    let producer = |dialect, parameters: &str| match kind(dialect, "approx-prefix-cache-producer", parameters)
    {
        PluginKind::ApproxPrefixCacheProducer(ApproxPrefixCacheProducer { block_size, limit, .. }) => {
            (block_size, limit)
        }
        other => panic!("{other:?}"),
    };
    let router = |parameters| producer(Dialect::Router, parameters);
    assert_eq!(router("{blockSizeTokens: 16}"), (64, PrefixLimit::Tokens(131_072)));
    assert_eq!(router("{blockSizeTokens: 16, autoTune: false}").0, 16);
    assert_eq!(router("{blockSize: 1024}").0, 256);
    assert_eq!(router("{maxPrefixBlocksToMatch: 7}").1, PrefixLimit::Tokens(131_072));
    assert_eq!(router("{maxPrefixTokensToMatch: 0}").1, PrefixLimit::Blocks(2048));
    assert_eq!(router("{maxPrefixTokensToMatch: 0, maxPrefixBlocksToMatch: 7}").1, PrefixLimit::Blocks(7));
    assert_eq!(
        router("{maxPrefixTokensToMatch: 0, maxPrefixBlocksToMatch: 0}").1,
        PrefixLimit::Blocks(u64::MAX)
    );
    assert_eq!(producer(Dialect::Gaie, "{maxPrefixBlocksToMatch: 0}").1, PrefixLimit::Blocks(256));
    assert_eq!(producer(Dialect::Gaie, "{blockSize: 0}").0, 64);
}

#[test]
fn parameters_of_filters_scorers_and_pickers_reach_their_fields() {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let table = [
        (
            ("by-label", "{label: a, validValues: [b, c], allowsNoLabel: true}"),
            PluginKind::LabelFilter(LabelFilter {
                label: "a".to_owned(),
                valid_values: texts(&["b", "c"]),
                allows_no_label: true,
            }),
        ),
        (
            (
                "label-selector-filter",
                "{matchLabels: {a: b}, matchExpressions: [{key: c, operator: Exists}]}",
            ),
            PluginKind::LabelSelectorFilter(LabelSelector {
                requirements: vec![
                    LabelRequirement { key: "a".to_owned(), operator: Operator::In, values: texts(&["b"]) },
                    LabelRequirement { key: "c".to_owned(), operator: Operator::Exists, values: Vec::new() },
                ],
            }),
        ),
        (("load-aware-scorer", "{threshold: 100.0}"), PluginKind::LoadAwareScorer { threshold: 100 }),
        (
            ("active-request-scorer", "{idleThreshold: 2, maxBusyScore: 0.5, requestTimeout: 2m}"),
            PluginKind::ActiveRequestScorer(ActiveRequestScorer { idle_threshold: 2, max_busy_score: 0.5 }),
        ),
        (
            (
                "session-affinity-scorer",
                "{strategy: session_id, sessionIdConfig: {sources: [{header: X-A}], evictionTtlSeconds: 9}, profileName: default}",
            ),
            PluginKind::SessionAffinityScorer(SessionAffinityScorer {
                strategy: SessionStrategy::SessionId {
                    headers: texts(&["x-a"]),
                    idle: Duration::from_secs(9),
                },
                profile: Some(0),
            }),
        ),
        (
            (
                "expected-latency-scorer",
                "{ttftWeight: 1, kvWeight: 2, evictionWeight: 4, outputTokens: 8, lateBinding: false, maxHold: 5s}",
            ),
            PluginKind::ExpectedLatencyScorer(ExpectedLatencyScorer {
                producer: 1,
                ttft_weight: 1.0,
                kv_weight: 2.0,
                eviction_weight: 4.0,
                output_tokens: 8,
                late_binding: false,
                max_hold: Duration::from_secs(5),
            }),
        ),
        (("max-score-picker", "{maxNumOfEndpoints: 3}"), PluginKind::MaxScorePicker { max_endpoints: 3 }),
    ];
    for ((type_name, parameters), expected) in table {
        assert_eq!(router(type_name, parameters), expected, "{type_name}");
    }
}

#[test]
fn parameters_of_the_other_plugins_reach_their_fields() {
    let table = [
        (
            ("header-profile-handler", "{headerName: X-Stage, defaultProfile: default}"),
            PluginKind::HeaderProfileHandler(HeaderProfileHandler {
                header: "x-stage".to_owned(),
                default_profile: 0,
            }),
        ),
        (
            ("prefix-based-pd-decider", "{nonCachedTokens: 8, promptTokens: 16}"),
            PluginKind::PrefixBasedPdDecider(PrefixBasedPdDecider {
                non_cached_tokens: 8,
                prompt_tokens: 16,
                producer: 1,
            }),
        ),
        (
            (
                "inflight-load-producer",
                "{addEstimatedOutputTokens: true, outputRatio: 2, maxEstimatedOutputTokens: 99}",
            ),
            PluginKind::InflightLoadProducer(InflightLoadProducer {
                adds_output_tokens: true,
                output_ratio: 2.0,
                max_output_tokens: Some(99),
            }),
        ),
        (
            (
                "metrics-data-source",
                "{scheme: https, path: /m, port: 9, insecureSkipVerify: false, interval: 1s}",
            ),
            PluginKind::MetricsDataSource(MetricsDataSource {
                is_https: Some(true),
                path: Some("/m".to_owned()),
                port: Some(9),
                insecure_skip_verify: Some(false),
                interval: Some(Duration::from_secs(1)),
            }),
        ),
        (
            (
                "core-metrics-extractor",
                "{engineLabelKey: e, defaultEngine: d, engineConfigs: [{name: n, queuedRequestsSpec: 'q{a=b}'}]}",
            ),
            PluginKind::CoreMetricsExtractor(CoreMetricsExtractor {
                engine_label: "e".to_owned(),
                default_engine: "d".to_owned(),
                engines: vec![EngineMetrics {
                    name: "n".to_owned(),
                    queued_requests: Some("q{a=b}".parse().unwrap()),
                    ..EngineMetrics::default()
                }],
            }),
        ),
        (
            ("file-discovery", "{path: /a, watchFile: true}"),
            PluginKind::FileDiscovery(FileDiscovery { path: "/a".to_owned(), watch: true }),
        ),
        (
            (
                "concurrency-detector",
                "{concurrencyMode: tokens, maxConcurrency: 1, maxTokenConcurrency: 2, headroom: 0.5}",
            ),
            PluginKind::ConcurrencyDetector(ConcurrencyDetector {
                mode: ConcurrencyMode::Tokens,
                max_concurrency: 1,
                max_token_concurrency: 2,
                headroom: 0.5,
            }),
        ),
    ];
    for ((type_name, parameters), expected) in table {
        assert_eq!(router(type_name, parameters), expected, "{type_name}");
    }
}

#[test]
fn without_profiles_everything_is_in_one() {
    let config = config(
        Dialect::Router,
        "plugins:\n- type: queue-scorer\n- type: decode-filter\n- type: weighted-random-picker\n- type: openai-parser\n",
    );
    let members: Vec<&str> =
        config.profiles[0].plugins.iter().map(|member| config.plugins[member.plugin].name.as_str()).collect();
    assert_eq!(config.profiles[0].name, "default");
    assert_eq!(members, ["queue-scorer", "decode-filter", "weighted-random-picker"]);
}

#[test]
fn gates_are_switched_by_name() {
    let gates =
        config(Dialect::Router, "featureGates: [flowControl=false, haPopulateNonLeaderDatastore=false]\n");
    assert!(!gates.feature_gates.flow_control && !gates.feature_gates.warm_standby);
    assert!(config(Dialect::Router, "").feature_gates.warm_standby);
}
