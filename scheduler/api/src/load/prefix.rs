//! Parameters of the prefix cache: the scorers that read matches and the producers that find them (`epp.md` §4.3).

use super::fields::Fields;
use super::plugins::Reader;
use super::types;
use crate::config::{
    ApproxPrefixCacheProducer, BlockScheme, Dialect, PluginKind, PrefixCacheScorer, PrefixLimit,
};

/// Bytes that count as one token where there is no tokenizer.
const BYTES_PER_TOKEN: u64 = 4;

/// What upstream's guides write beside other scorers.
const STRAYS: [&str; 8] = [
    "hashBlockSize",
    "mode",
    "autoTune",
    "blockSize",
    "blockSizeTokens",
    "maxPrefixBlocksToMatch",
    "maxPrefixTokensToMatch",
    "lruCapacityPerServer",
];

/// Reports parameters of the prefix cache at a plugin that has none (`epp.md` §3.5).
pub(super) fn report_strays(fields: &mut Fields<'_>) {
    fields.without_effect(&STRAYS, "it belongs to the prefix cache");
}

pub(super) fn scorer(reader: &mut Reader<'_, '_>) -> PluginKind {
    report_upstream_slips(&mut reader.fields);
    let name = reader.fields.text("prefixMatchInfoProducerName");
    let producer = match (name, reader.plugins.dialect) {
        (Some(name), _) => producer_named(reader, name),
        (None, Dialect::Router) => reader.plugins.default_producer(),
        // The router reads its own configurations under the older group too.
        (None, Dialect::Gaie) if reader.plugins.find(types::APPROX_PRODUCER).is_some() => {
            reader.plugins.default_producer()
        }
        (None, Dialect::Gaie) => {
            let producer = producer_parameters(&mut reader.fields, BlockScheme::Bytes);
            own_producer(reader, producer)
        }
    };
    reader.fields.without_effect(&STRAYS[2..], "it belongs to approx-prefix-cache-producer");
    score_parameters(reader, producer)
}

pub(super) fn precise_scorer(reader: &mut Reader<'_, '_>) -> PluginKind {
    warn_approximate(reader);
    let producer = precise_parameters(reader);
    let producer = own_producer(reader, producer);
    score_parameters(reader, producer)
}

pub(super) fn approx_producer(reader: &mut Reader<'_, '_>) -> PluginKind {
    report_upstream_slips(&mut reader.fields);
    let scheme = reader.plugins.scheme();
    PluginKind::ApproxPrefixCacheProducer(producer_parameters(&mut reader.fields, scheme))
}

pub(super) fn precise_producer(reader: &mut Reader<'_, '_>) -> PluginKind {
    warn_approximate(reader);
    PluginKind::ApproxPrefixCacheProducer(precise_parameters(reader))
}

/// The producer that a parameter names.
pub(super) fn producer_named(reader: &mut Reader<'_, '_>, name: &str) -> usize {
    if let Some(index) = reader.plugins.producer(name) {
        return index;
    }
    if name != types::APPROX_PRODUCER {
        let producers = reader.plugins.producer_names();
        reader.fields.unknown("prefixMatchInfoProducerName", "no prefix producer is named", name, producers);
    }
    reader.plugins.default_producer()
}

/// Adds a producer that bears the scorer's name.
fn own_producer(reader: &mut Reader<'_, '_>, producer: ApproxPrefixCacheProducer) -> usize {
    let name = reader.plugins.drafts[reader.index].name.clone();
    let kind = PluginKind::ApproxPrefixCacheProducer(producer);
    reader.plugins.imply(&name, types::APPROX_PRODUCER, kind)
}

fn score_parameters(reader: &mut Reader<'_, '_>, producer: usize) -> PluginKind {
    let in_range = |weight: f64| (0.0..=1.0).contains(&weight);
    PluginKind::PrefixCacheScorer(PrefixCacheScorer {
        producer,
        match_length_weight: reader.fields.within("matchLengthWeight", in_range, "from 0 to 1", 0.0),
        match_length_scale_tokens: reader.fields.positive("matchLengthScaleTokens", 8192),
    })
}

fn report_upstream_slips(fields: &mut Fields<'_>) {
    fields.without_effect(&["hashBlockSize"], "the block size is `blockSize` or `blockSizeTokens`");
    fields.without_effect(&["mode"], "there is one index, of what was sent where");
}

fn producer_parameters(fields: &mut Fields<'_>, scheme: BlockScheme) -> ApproxPrefixCacheProducer {
    let default = ApproxPrefixCacheProducer::with_defaults(scheme);
    let auto_tune = fields.flag("autoTune").unwrap_or(default.auto_tune);
    let bytes = fields.count("blockSize").filter(|size| *size > 0);
    let tokens = fields.count("blockSizeTokens").filter(|size| *size > 0);
    let written = match scheme {
        BlockScheme::Bytes => tokens.map(|tokens| tokens.saturating_mul(BYTES_PER_TOKEN)).or(bytes),
        BlockScheme::Tokens => tokens.or_else(|| bytes.map(|bytes| bytes.div_ceil(BYTES_PER_TOKEN))),
    };
    if scheme == BlockScheme::Tokens && bytes.is_some() {
        let hint = format!("write `blockSizeTokens: {}`", written.unwrap_or_default());
        fields.warn("blockSize", "is deprecated and counts bytes", Some(hint));
    }
    let limit = match (fields.count("maxPrefixTokensToMatch"), fields.count("maxPrefixBlocksToMatch")) {
        (Some(tokens), _) if tokens > 0 => PrefixLimit::Tokens(tokens),
        (None, _) if scheme == BlockScheme::Tokens => default.limit,
        (_, Some(0)) if scheme == BlockScheme::Tokens => PrefixLimit::Blocks(u64::MAX),
        (_, Some(blocks)) if blocks > 0 => PrefixLimit::Blocks(blocks),
        _ if scheme == BlockScheme::Tokens => PrefixLimit::Blocks(2048),
        _ => default.limit,
    };
    ApproxPrefixCacheProducer {
        scheme,
        auto_tune,
        block_size: block_size(written, auto_tune, &default),
        limit,
        capacity_per_server: fields
            .count("lruCapacityPerServer")
            .filter(|capacity| *capacity > 0)
            .unwrap_or(default.capacity_per_server),
    }
}

/// Auto-tuned token blocks are never small: an index of small blocks outgrows its memory (`epp.md` §9, row 3).
fn block_size(written: Option<u64>, auto_tune: bool, default: &ApproxPrefixCacheProducer) -> u32 {
    let size = written.map_or(default.block_size, |size| u32::try_from(size).unwrap_or(u32::MAX));
    if auto_tune && default.scheme == BlockScheme::Tokens {
        size.max(BlockScheme::AUTO_TUNE_FLOOR_TOKENS)
    } else {
        size
    }
}

fn warn_approximate(reader: &Reader<'_, '_>) {
    let type_name = reader.plugins.drafts[reader.index].of.map_or("", |of| of.name);
    let place = &reader.plugins.drafts[reader.index].place;
    let message = format!("{type_name} goes by an approximate index: KV-cache events are not read yet");
    reader.plugins.report.ours(place, &format!("plugins[{}]", reader.index), message);
}

/// What of the precise index means something to an approximate one: the block size, wherever a release wrote it.
fn precise_parameters(reader: &mut Reader<'_, '_>) -> ApproxPrefixCacheProducer {
    let scheme = reader.plugins.scheme();
    let default = ApproxPrefixCacheProducer::with_defaults(scheme);
    let (mut indexer, _) = reader.fields.section("indexerConfig");
    let (mut nested, _) = indexer.section("tokenProcessorConfig");
    let (mut own, _) = reader.fields.section("tokenProcessorConfig");
    let size = |of: &mut Fields<'_>| of.count("blockSizeTokens").or_else(|| of.count("blockSize"));
    let tokens = size(&mut own).or_else(|| size(&mut nested)).filter(|tokens| *tokens > 0);
    for section in [&mut own, &mut nested] {
        section.silently(&["blockSize", "blockSizeTokens", "hashSeed", "hashAlgorithm"]);
    }
    own.finish();
    nested.finish();
    let known = ["kvEventsConfig", "kvCacheBackendConfigs", "tokenizersPoolConfig", "speculativeIndexing"];
    reader.fields.silently(&known);
    report_upstream_slips(&mut reader.fields);
    let written = tokens.map(|tokens| match scheme {
        BlockScheme::Bytes => tokens.saturating_mul(BYTES_PER_TOKEN),
        BlockScheme::Tokens => tokens,
    });
    ApproxPrefixCacheProducer { block_size: block_size(written, default.auto_tune, &default), ..default }
}
