//! Parameters of what gathers data: producers, metrics, endpoints from a file (`epp.md` §2.7, §4.8, §6).

use super::fields::Fields;
use super::plugins::Reader;
use crate::config::{
    CoreMetricsExtractor, EngineMetrics, FileDiscovery, InflightLoadProducer, MetricsDataSource, PluginKind,
};

pub(super) fn token_producer(reader: &mut Reader<'_, '_>) -> PluginKind {
    let backends = ["vllm", "udsTokenizerConfig", "local", "hf"];
    if let Some(backend) = backends.into_iter().find(|backend| reader.fields.entry(backend).is_some()) {
        reader.fields.ours(backend, "has no effect yet: tokens are estimated, 4 bytes each");
    }
    reader.fields.silently(&["modelName", "estimate", "backend"]);
    PluginKind::TokenProducer
}

pub(super) fn inflight_load(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let default = InflightLoadProducer::default();
    let adds = fields.flag("addEstimatedOutputTokens").unwrap_or(default.adds_output_tokens);
    let ratio = fields.within("outputRatio", |ratio| ratio >= 0.0, "at least 0", default.output_ratio);
    let max_output_tokens = fields.count("maxEstimatedOutputTokens");
    fields.silently(&["prefixMatchInfoProducerName"]);
    PluginKind::InflightLoadProducer(InflightLoadProducer {
        adds_output_tokens: adds,
        output_ratio: ratio,
        max_output_tokens,
    })
}

pub(super) fn metrics_data_source(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let source = MetricsDataSource {
        is_https: fields.choice("scheme", &[("http", false), ("https", true)]),
        path: fields.text("path").map(str::to_owned),
        port: fields.port("port"),
        insecure_skip_verify: fields.flag("insecureSkipVerify"),
        interval: fields.duration("interval"),
    };
    fields.later(&["caCertPath", "clientCertPath", "clientKeyPath"]);
    PluginKind::MetricsDataSource(source)
}

pub(super) fn core_metrics_extractor(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let default = CoreMetricsExtractor::default();
    let text = |text: Option<&str>, default: String| {
        text.filter(|text| !text.is_empty()).map_or(default, str::to_owned)
    };
    let engine_label = text(fields.text("engineLabelKey"), default.engine_label);
    let default_engine = text(fields.text("defaultEngine"), default.default_engine);
    let engines = fields.sections("engineConfigs").into_iter().map(engine).collect();
    PluginKind::CoreMetricsExtractor(CoreMetricsExtractor { engine_label, default_engine, engines })
}

fn engine(mut fields: Fields<'_>) -> EngineMetrics {
    let name = fields.text("name").unwrap_or_default().to_owned();
    if name.is_empty() {
        fields.refuse("name", "an engine needs a name");
    }
    let engine = EngineMetrics {
        name,
        queued_requests: fields.parsed("queuedRequestsSpec"),
        running_requests: fields.parsed("runningRequestsSpec"),
        kv_usage: fields.parsed("kvUsageSpec"),
        lora: fields.parsed("loraSpec"),
        cache_info: fields.parsed("cacheInfoSpec"),
        cache_block_size_label: fields.text("cacheBlockSizeLabelName").map(str::to_owned),
        cache_blocks_label: fields.text("cacheNumBlocksLabelName").map(str::to_owned),
        cache_block_size: fields.parsed("cacheBlockSizeSpec"),
        cache_blocks: fields.parsed("cacheNumBlocksSpec"),
    };
    fields.later(&["customMetrics"]);
    fields.finish();
    engine
}

pub(super) fn file_discovery(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let path = fields.text("path").unwrap_or_default().to_owned();
    if path.is_empty() {
        fields.refuse("path", "file-discovery needs the path of a file");
    }
    PluginKind::FileDiscovery(FileDiscovery { path, watch: fields.flag("watchFile").unwrap_or_default() })
}
