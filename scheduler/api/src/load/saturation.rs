//! Parameters of the saturation detectors (`epp.md` §4.11).

use super::fields::Fields;
use super::plugins::Reader;
use crate::config::{ConcurrencyDetector, ConcurrencyMode, PluginKind, UtilizationDetector};

pub(super) fn utilization(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::UtilizationDetector(utilization_fields(&mut reader.fields))
}

/// Thresholds out of range fall back to the defaults, as upstream does it.
pub(super) fn utilization_fields(fields: &mut Fields<'_>) -> UtilizationDetector {
    let default = UtilizationDetector::default();
    let queue = default.queue_depth_threshold;
    let cache = default.kv_cache_util_threshold;
    let is_part = |part: f64| part > 0.0 && part <= 1.0;
    UtilizationDetector {
        queue_depth_threshold: fields.within("queueDepthThreshold", |depth| depth > 0.0, "above 0", queue),
        kv_cache_util_threshold: fields.within(
            "kvCacheUtilThreshold",
            is_part,
            "above 0 and at most 1",
            cache,
        ),
        metrics_staleness_threshold: fields
            .duration("metricsStalenessThreshold")
            .filter(|age| !age.is_zero())
            .unwrap_or(default.metrics_staleness_threshold),
        headroom: headroom(fields),
    }
}

pub(super) fn concurrency(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let default = ConcurrencyDetector::default();
    let modes = [
        ("requests", ConcurrencyMode::Requests),
        ("tokens", ConcurrencyMode::Tokens),
        ("hybrid", ConcurrencyMode::Hybrid),
    ];
    PluginKind::ConcurrencyDetector(ConcurrencyDetector {
        mode: fields.choice("concurrencyMode", &modes).unwrap_or(default.mode),
        max_concurrency: fields.positive("maxConcurrency", default.max_concurrency),
        max_token_concurrency: fields.positive("maxTokenConcurrency", default.max_token_concurrency),
        headroom: headroom(fields),
    })
}

fn headroom(fields: &mut Fields<'_>) -> f64 {
    fields.within("headroom", |headroom| headroom >= 0.0, "at least 0", 0.0)
}
