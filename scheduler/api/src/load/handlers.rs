//! Parameters of profile handlers and what belongs to them (`epp.md` §4.7).

use super::plugins::Reader;
use super::{prefix, scorers};
use crate::config::{
    Dialect, DisaggProfileHandler, HeaderProfileHandler, PluginKind, PrefillDecider, PrefixBasedPdDecider,
    StageOrder,
};
use crate::names::header;

const DECODE: &str = "decode";
const PREFILL: &str = "prefill";

pub(super) fn pd(reader: &mut Reader<'_, '_>) -> PluginKind {
    let decode = decode_profile(reader, "decodeProfile");
    let prefill = reader.profile("prefillProfile", PREFILL);
    let threshold = reader.fields.count("threshold").unwrap_or_default();
    let hash_block_size = reader.fields.positive("hashBlockSize", 64);
    let producer = scorers::prefix_plugin(reader);
    if threshold > 0 && producer.is_none() {
        let message = "no prefix-cache scorer is there to tell hits: the whole prompt counts as not cached";
        reader.fields.warn("threshold", message, None);
    }
    let decider = match named_decider(reader, "deciderPluginName") {
        Some(decider) => decider,
        None if threshold == 0 => PrefillDecider::Always,
        None => PrefillDecider::UncachedBytes { threshold, hash_block_size, producer },
    };
    PluginKind::DisaggProfileHandler(DisaggProfileHandler {
        decode,
        prefill,
        order: StageOrder::DecodeFirst,
        decider,
        primary_port: reader.fields.port("primaryPort"),
        sets_headers: reader.plugins.dialect == Dialect::Router,
    })
}

pub(super) fn disagg(reader: &mut Reader<'_, '_>) -> PluginKind {
    let (mut profiles, has_profiles) = reader.fields.section("profiles");
    let names = [profiles.text(DECODE), profiles.text(PREFILL), profiles.text("encode")];
    profiles.finish();
    // An earlier release wrote the names side by side.
    let flat = ["decodeProfile", "prefillProfile", "encodeProfile"].map(|key| reader.fields.text(key));
    let key = |nested, flat| if has_profiles { nested } else { flat };
    let decode = names[0].or(flat[0]);
    let decode = required_profile(reader, key("profiles", "decodeProfile"), decode);
    let prefill = names[1].or(flat[1]);
    let prefill = reader.profile_named(key("profiles", "prefillProfile"), prefill, PREFILL);
    let orders = [("decode-first", StageOrder::DecodeFirst), ("prefill-first", StageOrder::PrefillFirst)];
    let order = reader.fields.choice("stageOrder", &orders).unwrap_or_default();
    let (mut deciders, _) = reader.fields.section("deciders");
    let nested = deciders.entry(PREFILL).and_then(|entry| entry.node.text());
    let place = deciders.place_of(PREFILL);
    deciders.later(&["encode"]);
    let path = deciders.path(PREFILL);
    deciders.finish();
    let nested = nested.map(|name| reader.decider(name, &place, &path));
    let flat = named_decider(reader, "prefillDeciderPluginName");
    reader.fields.later(&["encodeDeciderPluginName"]);
    let decider = nested.or(flat).unwrap_or(match order {
        StageOrder::DecodeFirst => PrefillDecider::Never,
        StageOrder::PrefillFirst => PrefillDecider::Always,
    });
    if decider == PrefillDecider::Never && prefill.is_some() {
        let hint = "name one under `deciders.prefill`".to_owned();
        reader.fields.warn("deciders", "without a decider the prefill stage never runs", Some(hint));
    }
    PluginKind::DisaggProfileHandler(DisaggProfileHandler {
        decode,
        prefill,
        order,
        decider,
        primary_port: reader.fields.port("primaryPort"),
        sets_headers: true,
    })
}

fn named_decider(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<PrefillDecider> {
    let name = reader.fields.text(key)?;
    let (place, path) = (reader.fields.place_of(key), reader.fields.path(key));
    Some(reader.decider(name, &place, &path))
}

fn decode_profile(reader: &mut Reader<'_, '_>, key: &'static str) -> usize {
    let written = reader.fields.text(key);
    required_profile(reader, key, written)
}

/// A profile without which nothing works; an error when it is missing.
fn required_profile(reader: &Reader<'_, '_>, key: &str, written: Option<&str>) -> usize {
    let found = reader.profile_named(key, written, DECODE);
    if found.is_none() && written.is_none() {
        let message = format!("no profile is named `{DECODE}`, which is the default");
        reader.fields.refuse(key, message);
    }
    found.unwrap_or_default()
}

pub(super) fn data_parallel(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::DataParallelProfileHandler { primary_port: reader.fields.port("primaryPort").unwrap_or(8000) }
}

pub(super) fn header_profile(reader: &mut Reader<'_, '_>) -> PluginKind {
    let header = reader.fields.text("headerName").filter(|name| !name.is_empty()).unwrap_or(header::PROFILE);
    let header = header.to_ascii_lowercase();
    let default_profile = match reader.plugins.profiles.len() {
        0 | 1 => reader.profile("defaultProfile", "").unwrap_or_default(),
        _ => decode_profile(reader, "defaultProfile"),
    };
    PluginKind::HeaderProfileHandler(HeaderProfileHandler { header, default_profile })
}

pub(super) fn prefix_based_decider(reader: &mut Reader<'_, '_>) -> PluginKind {
    let producer = match reader.fields.text("prefixMatchInfoProducerName") {
        Some(name) => prefix::producer_named(reader, name),
        // In the Gaie dialect the scorer's own index is what there is.
        None => scorers::prefix_plugin(reader).unwrap_or_else(|| reader.plugins.default_producer()),
    };
    let non_cached_tokens = reader.fields.count("nonCachedTokens").unwrap_or_default();
    if non_cached_tokens == 0 {
        let message = "0 means that the prefill stage never runs";
        reader.fields.warn("nonCachedTokens", message, None);
    }
    let prompt_tokens = reader.fields.count("promptTokens").unwrap_or_default();
    PluginKind::PrefixBasedPdDecider(PrefixBasedPdDecider { non_cached_tokens, prompt_tokens, producer })
}

pub(super) fn prefill_header(reader: &mut Reader<'_, '_>) -> PluginKind {
    let prefill = reader.profile("prefillProfile", PREFILL);
    reader.fields.silently(&["encodeProfile"]);
    PluginKind::PrefillHeaderHandler { prefill }
}
