//! The configurations of upstream's guides, charts and samples (`epp.md` §3.4, §4.12) load, and say what they must.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that finds something else fails")]

use llmd_api::config::{
    ApproxPrefixCacheProducer, BlockScheme, ConcurrencyDetector, ConcurrencyMode, DisaggProfileHandler,
    Parser, PrefillDecider, PrefixBasedPdDecider, PrefixLimit, SaturationDetector,
};
use llmd_api::{Config, PluginKind, load};

/// The configuration and its warnings as `line: key: message; hint`.
fn guide(name: &str) -> (Config, Vec<String>) {
    let path = format!("{}/tests/guides/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let loaded = load(&text, "x").unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
    let shown = loaded.findings.iter().map(|finding| {
        let shown = finding.to_string();
        let (_, rest) = shown.split_once(':').unwrap();
        let (line, rest) = rest.split_once(':').unwrap();
        format!("{line}:{}", rest.split_once(':').unwrap().1)
    });
    (loaded.config, shown.collect())
}

/// The profiles as `profile: plugin=weight …`, then the handler's type.
fn described(config: &Config) -> Vec<String> {
    let profiles = config.profiles.iter().map(|profile| {
        let members = profile
            .plugins
            .iter()
            .map(|member| format!(" {}={}", config.plugins[member.plugin].name, member.weight));
        format!("{}:{}", profile.name, members.collect::<String>())
    });
    profiles.chain([config.plugins[config.profile_handler].type_name.to_owned()]).collect()
}

/// What the prefix scorer of this name reads.
fn producer<'a>(config: &'a Config, name: &str) -> &'a ApproxPrefixCacheProducer {
    let scorer = config.plugins.iter().find(|plugin| plugin.name == name).unwrap();
    let PluginKind::PrefixCacheScorer(scorer) = &scorer.kind else { panic!("{scorer:?}") };
    match &config.plugins[scorer.producer].kind {
        PluginKind::ApproxPrefixCacheProducer(producer) => producer,
        other => panic!("{other:?}"),
    }
}

fn disagg(config: &Config) -> &DisaggProfileHandler {
    match &config.plugins[config.profile_handler].kind {
        PluginKind::DisaggProfileHandler(handler) => handler,
        other => panic!("{other:?}"),
    }
}

#[test]
fn default_has_an_index_of_bytes() {
    let (config, findings) = guide("default");
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        described(&config),
        [
            "default: queue-scorer=2 kv-cache-utilization-scorer=2 prefix-cache-scorer=3 max-score-picker=1",
            "single-profile-handler"
        ]
    );
    let expected = ApproxPrefixCacheProducer {
        scheme: BlockScheme::Bytes,
        auto_tune: true,
        block_size: 64,
        limit: PrefixLimit::Blocks(256),
        capacity_per_server: 31_250,
    };
    assert_eq!(*producer(&config, "prefix-cache-scorer"), expected);
    assert_eq!(config.parsers, [Parser::OpenAi]);
}

#[test]
fn precise_warns_and_keeps_its_block_size() {
    let (config, findings) = guide("precise");
    assert_eq!(
        findings,
        [
            "6: plugins[1]: precise-prefix-cache-scorer goes by an approximate index: KV-cache events are not read yet"
        ]
    );
    let producer = producer(&config, "precise-prefix-cache-scorer");
    assert_eq!((producer.scheme, producer.block_size), (BlockScheme::Bytes, 256));
}

#[test]
fn pd_reports_the_parameters_that_nobody_reads() {
    let (config, findings) = guide("pd");
    let ignored = |line, key| {
        format!(
            "{line}: plugins[4].parameters.{key}: queue-scorer does not read it: ignored; it belongs to the prefix cache"
        )
    };
    assert_eq!(
        findings,
        [
            ignored(11, "hashBlockSize"),
            ignored(12, "maxPrefixBlocksToMatch"),
            ignored(13, "lruCapacityPerServer")
        ]
    );
    let handler = disagg(&config);
    assert_eq!((handler.decode, handler.prefill, &handler.decider), (1, Some(0), &PrefillDecider::Always));
    assert!(!handler.sets_headers);
}

#[test]
fn pd_with_a_threshold_counts_bytes_of_the_scorers_index() {
    let (config, findings) = guide("pd-prefix");
    assert_eq!(findings, [""; 0]);
    let PrefillDecider::UncachedBytes { threshold, hash_block_size, producer: Some(index) } =
        disagg(&config).decider
    else {
        panic!("{:?}", disagg(&config));
    };
    assert_eq!((threshold, hash_block_size), (10, 5));
    assert_eq!(config.plugins[index].name, "prefix-cache-scorer");
    assert_eq!(producer(&config, "prefix-cache-scorer").block_size, 5);
}

#[test]
fn the_others_of_the_older_group_load() {
    let (config, findings) = guide("wide-ep");
    assert_eq!(findings, [""; 0]);
    let handler = &config.plugins[config.profile_handler].kind;
    assert_eq!(*handler, PluginKind::DataParallelProfileHandler { primary_port: 8000 });

    let (config, findings) = guide("no-hit-lru");
    assert_eq!(findings, [""; 0]);
    let PluginKind::NoHitLruScorer { producer: Some(index), lru_size: 2048 } = config.plugins[1].kind else {
        panic!("{:?}", config.plugins[1]);
    };
    assert_eq!(config.plugins[index].name, "prefix-cache-scorer");

    let (config, findings) = guide("conformance");
    assert_eq!(findings, [""; 0]);
    assert_eq!(described(&config)[0], "default: header-based-testing-filter=1 random-picker=1");
}

#[test]
fn predicted_latency_says_that_it_has_no_effect() {
    let (_, findings) = guide("predicted-latency");
    assert_eq!(
        findings,
        [
            "5: plugins[0]: no profile uses `queue-scorer`",
            "6: plugins[1]: no profile uses `kv-cache-utilization-scorer`",
            "7: plugins[2]: no profile uses `prefix-cache-scorer`",
            "8: plugins[3]: predicted-latency-scorer has no effect yet: latency is not predicted",
        ]
    );
}

#[test]
fn the_routers_default_has_an_index_of_tokens() {
    let (config, findings) = guide("router-default");
    assert_eq!(findings, [""; 0]);
    let producer = producer(&config, "prefix-cache-scorer");
    assert_eq!((producer.scheme, producer.block_size), (BlockScheme::Tokens, 64));
    assert_eq!(producer.limit, PrefixLimit::Tokens(131_072));
    assert_eq!(config.parsers, Parser::DEFAULT);
    assert!(
        config
            .plugins
            .iter()
            .any(|plugin| plugin.name == "approx-prefix-cache-producer" && plugin.is_implied)
    );
}

#[test]
fn the_routers_pd_shares_one_index() {
    let (config, findings) = guide("router-pd");
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        described(&config),
        [
            "decode: decode-filter=1 prefix-cache-scorer=2.5 active-request-scorer=1 max-score-picker=1",
            "prefill: prefill-filter=1 prefix-cache-scorer=2.5 active-request-scorer=1 max-score-picker=1",
            "disagg-profile-handler"
        ]
    );
    let handler = disagg(&config);
    let PluginKind::PrefixCacheScorer(scorer) = &config.plugins[3].kind else { panic!() };
    let decider =
        PrefixBasedPdDecider { non_cached_tokens: 512, prompt_tokens: 0, producer: scorer.producer };
    assert_eq!(handler.decider, PrefillDecider::UncachedTokens(decider));
    assert_eq!((handler.decode, handler.prefill, handler.sets_headers), (0, Some(1), true));
}

#[test]
fn the_routers_precise_warns_and_saturates_by_concurrency() {
    let (config, findings) = guide("router-precise");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert_eq!(producer(&config, "prefix-cache-scorer").block_size, 128);
    let expected = ConcurrencyDetector { mode: ConcurrencyMode::Hybrid, ..ConcurrencyDetector::default() };
    assert_eq!(config.saturation, SaturationDetector::Concurrency(expected));
}

#[test]
fn the_others_of_the_router_load() {
    let (config, findings) = guide("router-payload-agnostic");
    assert_eq!(findings, [""; 0]);
    assert_eq!(config.parsers, [Parser::Passthrough]);

    let (config, findings) = guide("router-file-discovery");
    assert_eq!(findings, [""; 0]);
    let discovery = config.discovery.unwrap();
    assert_eq!((discovery.path.as_str(), discovery.watch), ("/etc/epp/endpoints.yaml", true));
}
