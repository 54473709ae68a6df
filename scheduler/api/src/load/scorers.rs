//! Parameters of the other scorers (`epp.md` §4.2).

use std::time::Duration;

use super::plugins::Reader;
use super::{prefix, types};
use crate::config::{
    ActiveRequestScorer, Dialect, ExpectedLatencyScorer, PluginKind, SessionAffinityScorer, SessionStrategy,
};
use crate::names::header;

pub(super) fn load_aware(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::LoadAwareScorer { threshold: reader.fields.positive("threshold", 128) }
}

pub(super) fn active_request(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let default = ActiveRequestScorer::default();
    if fields.duration("requestTimeout").is_some() {
        fields.ours("requestTimeout", "is ignored: requests are counted until their stream ends");
    }
    let in_range = |score: f64| (0.0..=1.0).contains(&score);
    PluginKind::ActiveRequestScorer(ActiveRequestScorer {
        idle_threshold: fields.count("idleThreshold").unwrap_or(default.idle_threshold),
        max_busy_score: fields.within("maxBusyScore", in_range, "from 0 to 1", default.max_busy_score),
    })
}

pub(super) fn session_affinity(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let strategies = [("encoded_endpoint_header", false), ("session_id", true)];
    let by_id = fields.choice("strategy", &strategies).unwrap_or(false);
    let name = |text: &str| text.to_ascii_lowercase();
    let (mut encoded, has_encoded) = fields.section("encodedEndpointHeaderConfig");
    let header = encoded.text("header").map_or_else(|| header::SESSION_TOKEN.to_owned(), name);
    encoded.finish();
    let (mut id, has_id) = fields.section("sessionIdConfig");
    let mut headers = Vec::new();
    for mut source in id.sections("sources") {
        headers.extend(source.text("header").map(name));
        source.later(&["attribute"]);
        source.finish();
    }
    if headers.is_empty() {
        headers.push(header::SESSION_ID.to_owned());
    }
    let seconds = id.within("evictionTtlSeconds", |seconds| seconds > 0.0, "above 0", 300.0);
    id.silently(&["evictionSweepSeconds"]);
    id.finish();
    if (has_id && !by_id) || (has_encoded && by_id) {
        let key = if by_id { "encodedEndpointHeaderConfig" } else { "sessionIdConfig" };
        fields.warn(key, "is ignored: `strategy` says otherwise", None);
    }
    let idle = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    let strategy = if by_id {
        SessionStrategy::SessionId { headers, idle }
    } else {
        SessionStrategy::EncodedEndpoint { header }
    };
    let written = reader.fields.text("profileName").filter(|name| !name.is_empty());
    let profile = written.and_then(|_| reader.profile_named("profileName", written, ""));
    PluginKind::SessionAffinityScorer(SessionAffinityScorer { strategy, profile })
}

pub(super) fn no_hit_lru(reader: &mut Reader<'_, '_>) -> PluginKind {
    let producer = prefix_plugin(reader);
    let producer = match reader.plugins.dialect {
        Dialect::Router => producer.or_else(|| Some(reader.plugins.default_producer())),
        Dialect::Gaie => {
            if producer.is_none() {
                let message = "no prefix-cache scorer is there to tell hits: every request counts as cold";
                reader.fields.warn("prefixPluginName", message, None);
            }
            producer
        }
    };
    PluginKind::NoHitLruScorer { producer, lru_size: reader.fields.positive("lruSize", 1024) }
}

/// The producer behind `prefixPluginName`, or behind the only name that it has by default.
pub(super) fn prefix_plugin(reader: &mut Reader<'_, '_>) -> Option<usize> {
    let of_type = reader.fields.text("prefixPluginType");
    let name = reader.fields.text("prefixPluginName").or(of_type);
    let found = reader.plugins.producer(name.unwrap_or(types::PREFIX_SCORER));
    if let (Some(name), None) = (name, found) {
        let key = "prefixPluginName";
        reader.fields.warn(key, format!("no prefix-cache scorer or producer is named `{name}`"), None);
    }
    found
}

pub(super) fn expected_latency(reader: &mut Reader<'_, '_>) -> PluginKind {
    let name = reader.fields.text("prefixMatchInfoProducerName");
    let producer = match name {
        Some(name) => prefix::producer_named(reader, name),
        None => reader.plugins.default_producer(),
    };
    let default = ExpectedLatencyScorer::with_defaults(producer);
    let fields = &mut reader.fields;
    let mut weight = |key, default| fields.within(key, |weight: f64| weight >= 0.0, "at least 0", default);
    PluginKind::ExpectedLatencyScorer(ExpectedLatencyScorer {
        producer,
        ttft_weight: weight("ttftWeight", default.ttft_weight),
        kv_weight: weight("kvWeight", default.kv_weight),
        eviction_weight: weight("evictionWeight", default.eviction_weight),
        output_tokens: fields.positive("outputTokens", default.output_tokens),
        late_binding: fields.flag("lateBinding").unwrap_or(default.late_binding),
        max_hold: fields.duration("maxHold").unwrap_or(default.max_hold),
    })
}
