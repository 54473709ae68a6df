//! The other sections: feature gates, saturation, flow control, data layer, parsers (`epp.md` §3.1, §3.2).

use super::fields::Fields;
use super::plugins::Plugins;
use super::saturation::utilization_fields;
use crate::config::{
    CoreMetricsExtractor, DataLayer, Dialect, FeatureGates, FileDiscovery, MetricsDataSource, Parser,
    PluginKind, SaturationDetector, UtilizationDetector,
};

const GATES: [&str; 5] =
    ["flowControl", "haPopulateNonLeaderDatastore", "prepareDataPlugins", "dataLayer", "crossReplicaSync"];

/// `gate`, `gate=true` or `gate=false`.
pub(super) fn feature_gates(root: &mut Fields<'_>) -> FeatureGates {
    let mut gates = FeatureGates::default();
    for (index, (text, node)) in root.texts("featureGates").into_iter().enumerate() {
        let key = format!("featureGates[{index}]");
        let (name, is_on) = match text.split_once('=') {
            None => (text, true),
            Some((name, "true")) => (name, true),
            Some((name, "false")) => (name, false),
            Some((name, value)) => {
                let message = format!("`true` or `false` is needed after `{name}=`, this is {value:?}");
                root.report().error(&node.place, &key, message, None);
                continue;
            }
        };
        match name {
            "flowControl" => gates.flow_control = is_on,
            "haPopulateNonLeaderDatastore" => gates.warm_standby = is_on,
            // What they switch on is always on here.
            "prepareDataPlugins" | "dataLayer" => continue,
            "crossReplicaSync" => {}
            unknown => {
                root.report().unknown((&node.place, &key), "unknown feature gate", unknown, GATES);
                continue;
            }
        }
        if is_on && name != "haPopulateNonLeaderDatastore" {
            let message = format!("the gate {name} has no effect yet");
            root.report().ours(&node.place, &key, message);
        }
    }
    gates
}

/// The detector that the configuration names, or the thresholds of its own, or the defaults.
pub(super) fn saturation(root: &mut Fields<'_>, plugins: &mut Plugins<'_>) -> SaturationDetector {
    let (mut flow_control, is_written) = root.section("flowControl");
    let (mut nested, _) = flow_control.section("saturationDetector");
    let (mut top, has_top) = root.section("saturationDetector");
    if has_top && plugins.dialect == Dialect::Router {
        let hint = "write it under `flowControl`".to_owned();
        root.warn("saturationDetector", "is deprecated at this place", Some(hint));
    }
    let own = if has_top { utilization_fields(&mut top) } else { UtilizationDetector::default() };
    let (named, deprecated) = (detector(&mut nested, plugins), detector(&mut top, plugins));
    nested.finish();
    top.finish();
    flow_control_later(&mut flow_control, is_written);
    flow_control.finish();
    named.or(deprecated).unwrap_or(SaturationDetector::Utilization(own))
}

fn detector(fields: &mut Fields<'_>, plugins: &mut Plugins<'_>) -> Option<SaturationDetector> {
    let name = fields.text("pluginRef")?;
    let (place, key) = (fields.place_of("pluginRef"), fields.path("pluginRef"));
    let index = plugins.find(name);
    // Its default instance need not be written.
    if index.is_none() && name == "utilization-detector" {
        return Some(SaturationDetector::Utilization(UtilizationDetector::default()));
    }
    let index = plugins.refer(name, &place, &key)?;
    match &plugins.drafts[index].kind {
        Some(PluginKind::UtilizationDetector(detector)) => {
            Some(SaturationDetector::Utilization(detector.clone()))
        }
        Some(PluginKind::ConcurrencyDetector(detector)) => {
            Some(SaturationDetector::Concurrency(detector.clone()))
        }
        _ => {
            plugins.report.error(&place, &key, format!("`{name}` is no saturation detector"), None);
            None
        }
    }
}

/// Everything of flow control but the detector: checked for unknown keys, and without effect yet.
fn flow_control_later(fields: &mut Fields<'_>, is_written: bool) {
    let keys = [
        "maxBytes",
        "maxRequests",
        "defaultRequestTTL",
        "noEndpointRequestTTL",
        "usageLimitPolicyPluginRef",
        "bandSelectionPolicyPluginRef",
        "enableEviction",
    ];
    let mut has_settings = false;
    for key in keys {
        has_settings |= fields.entry(key).is_some();
    }
    let mut bands = fields.sections("priorityBands");
    for key in ["defaultPriorityBand", "defaultNegativePriorityBand"] {
        let (band, is_written) = fields.section(key);
        bands.extend(is_written.then_some(band));
    }
    has_settings |= !bands.is_empty();
    for mut band in bands {
        band.silently(&["priority", "maxBytes", "maxRequests", "fairnessPolicyRef", "orderingPolicyRef"]);
        band.finish();
    }
    if is_written && has_settings {
        let message = "requests are not queued yet: only the saturation detector has an effect";
        fields.report().ours(fields.place(), &fields.key, message);
    }
}

/// Where metrics come from, and endpoints if not from Kubernetes.
pub(super) fn data_layer(
    root: &mut Fields<'_>,
    plugins: &mut Plugins<'_>,
) -> (DataLayer, Option<FileDiscovery>) {
    let (mut data, _) = root.section("data");
    let (mut layer, _) = root.section("dataLayer");
    let mut named = Vec::new();
    for mut source in data.sections("sources").into_iter().chain(layer.sections("sources")) {
        named.extend(reference(&mut source, plugins));
        for mut extractor in source.sections("extractors") {
            named.extend(reference(&mut extractor, plugins));
            extractor.finish();
        }
        source.finish();
    }
    let injects_defaults = layer.flag("injectDefaults").unwrap_or(true);
    let discovery = [layer.section("discovery"), root.section("discovery")].into_iter().fold(
        None,
        |found: Option<FileDiscovery>, (mut section, is_written)| {
            let discovery = is_written.then(|| discovery(&mut section, plugins)).flatten();
            section.finish();
            found.or(discovery)
        },
    );
    layer.later(&["peerDiscovery", "crossReplicaSyncerPluginRef", "crossReplicaSyncInterval"]);
    data.finish();
    layer.finish();
    // An instance that is written but not referred to takes the place of the one that would be implied.
    let all = 0..plugins.drafts.len();
    let candidates: Vec<usize> =
        if injects_defaults { named.iter().copied().chain(all).collect() } else { named };
    let mut kinds = candidates.iter().filter_map(|index| plugins.drafts[*index].kind.as_ref());
    let metrics = kinds.clone().find_map(|kind| match kind {
        PluginKind::MetricsDataSource(source) => Some(source.clone()),
        _ => None,
    });
    let extractor = kinds.find_map(|kind| match kind {
        PluginKind::CoreMetricsExtractor(extractor) => Some(extractor.clone()),
        _ => None,
    });
    let data_layer = DataLayer {
        metrics: metrics.or_else(|| injects_defaults.then(MetricsDataSource::default)),
        extractor: extractor.unwrap_or_else(CoreMetricsExtractor::default),
    };
    (data_layer, discovery)
}

/// The plugin that `pluginRef` names. Sources and extractors that upstream adds by itself need not be written.
fn reference(fields: &mut Fields<'_>, plugins: &mut Plugins<'_>) -> Option<usize> {
    let name = fields.text("pluginRef")?;
    let is_implied = matches!(name, "metrics-data-source" | "core-metrics-extractor");
    if is_implied && plugins.find(name).is_none() {
        return None;
    }
    let (place, key) = (fields.place_of("pluginRef"), fields.path("pluginRef"));
    plugins.refer(name, &place, &key)
}

fn discovery(fields: &mut Fields<'_>, plugins: &mut Plugins<'_>) -> Option<FileDiscovery> {
    let index = reference(fields, plugins)?;
    match &plugins.drafts[index].kind {
        Some(PluginKind::FileDiscovery(discovery)) => Some(discovery.clone()),
        Some(PluginKind::Later { .. }) | None => None,
        Some(_) => {
            fields.refuse("pluginRef", "this plugin is no source of endpoints");
            None
        }
    }
}

/// The parsers in their order; behind a passthrough none is asked.
pub(super) fn parsers(root: &mut Fields<'_>, plugins: &mut Plugins<'_>) -> Vec<Parser> {
    let (mut handler, _) = root.section("requestHandler");
    let mut references = handler.sections("parsers");
    handler.finish();
    let (single, has_single) = root.section("parser");
    if has_single {
        let hint = "write it under `requestHandler.parsers`".to_owned();
        root.warn("parser", "is deprecated", Some(hint));
        references.push(single);
    }
    if references.is_empty() {
        return match plugins.dialect {
            Dialect::Gaie => vec![Parser::OpenAi],
            Dialect::Router => Parser::DEFAULT.to_vec(),
        };
    }
    references.into_iter().filter_map(|fields| parser(fields, plugins)).collect()
}

fn parser(mut fields: Fields<'_>, plugins: &mut Plugins<'_>) -> Option<Parser> {
    let name = fields.text("pluginRef");
    let (place, key) = (fields.place_of("pluginRef"), fields.path("pluginRef"));
    fields.finish();
    let index = plugins.refer(name?, &place, &key)?;
    match &plugins.drafts[index].kind {
        Some(PluginKind::Parser(parser)) => Some(*parser),
        Some(PluginKind::Later { .. }) | None => None,
        Some(_) => {
            plugins.report.error(&place, &key, "this plugin is no parser", None);
            None
        }
    }
}
