//! Chooses how an endpoint's page is read, by the engine that its labels name.

use std::collections::BTreeMap;
use std::sync::Arc;

use llmd_api::config::{CoreMetricsExtractor, EngineMetrics};

use super::engine::vllm;
use super::{Extractor, MetricFlags, built_in_engines};

/// What the label of a pod that names its engine was called before.
const LEGACY_ENGINE_LABEL: &str = "inference.networking.k8s.io/engine-type";

/// The engines by name.
#[derive(Debug, Clone)]
pub struct Mapping {
    label: String,
    default: Arc<Extractor>,
    engines: BTreeMap<String, Arc<Extractor>>,
}

impl Default for Mapping {
    fn default() -> Self {
        let CoreMetricsExtractor { engine_label, .. } = CoreMetricsExtractor::default();
        Self::of(engine_label, &vllm(), &BTreeMap::new())
    }
}

impl Mapping {
    /// The built-in engines, and those of the configuration, which replace built-in ones of the same name. The flags
    /// change the default engine, unless the configuration has it.
    pub fn new(configured: &CoreMetricsExtractor, flags: &MetricFlags) -> Self {
        let by_name = |engine: EngineMetrics| (engine.name.clone(), engine);
        let mut engines: BTreeMap<_, _> = built_in_engines().into_iter().map(by_name).collect();
        let default = &configured.default_engine;
        if let Some(engine) = engines.get_mut(default) {
            flags.apply(engine);
        }
        engines.extend(configured.engines.iter().cloned().map(by_name));
        let default = engines.get(default).cloned().unwrap_or_else(|| {
            tracing::warn!(engine = %default, "the default engine is unknown, vllm takes its place");
            vllm()
        });
        Self::of(configured.engine_label.clone(), &default, &engines)
    }

    fn of(label: String, default: &EngineMetrics, engines: &BTreeMap<String, EngineMetrics>) -> Self {
        let extractor = |engine| Arc::new(Extractor::new(engine));
        let engines = engines.iter().map(|(name, engine)| (name.clone(), extractor(engine))).collect();
        Self { label, default: extractor(default), engines }
    }

    /// How the page of an endpoint with these labels is read; that of the default engine for one not known.
    pub fn extractor(&self, labels: &BTreeMap<String, String>) -> &Arc<Extractor> {
        let name = labels.get(&self.label).or_else(|| labels.get(LEGACY_ENGINE_LABEL));
        let Some(name) = name.filter(|name| !name.is_empty()) else { return &self.default };
        self.engines.get(name).unwrap_or_else(|| {
            tracing::warn!(engine = %name, "unknown engine, its metrics are read like those of the default engine");
            &self.default
        })
    }
}

#[cfg(test)]
mod tests {
    use llmd_api::names::label;

    use super::*;

    const PAGE: &str = "vllm:num_requests_waiting 1\nsglang:num_queue_reqs 2\nmine 3\n";

    fn waiting(mapping: &Mapping, labels: &[(&str, &str)]) -> Option<u32> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        mapping.extractor(&labels).extract(PAGE.as_bytes()).sample.waiting
    }

    fn mapping(configured: &CoreMetricsExtractor, queued_requests: Option<&str>) -> Mapping {
        let queued_requests = queued_requests.map(|text| text.parse().unwrap());
        Mapping::new(configured, &MetricFlags { queued_requests, ..MetricFlags::default() })
    }

    fn mine(name: &str) -> EngineMetrics {
        EngineMetrics {
            name: name.to_owned(),
            queued_requests: "mine".parse().ok(),
            ..EngineMetrics::default()
        }
    }

    #[test]
    fn labels_choose_the_engine() {
        let mapping = mapping(&CoreMetricsExtractor::default(), None);
        assert_eq!(waiting(&mapping, &[]), Some(1));
        assert_eq!(waiting(&mapping, &[(label::ENGINE, "")]), Some(1));
        assert_eq!(waiting(&mapping, &[(label::ENGINE, "sglang")]), Some(2));
        assert_eq!(waiting(&mapping, &[(LEGACY_ENGINE_LABEL, "sglang")]), Some(2));
        assert_eq!(waiting(&mapping, &[(label::ENGINE, "vllm"), (LEGACY_ENGINE_LABEL, "sglang")]), Some(1));
        assert_eq!(waiting(&mapping, &[(label::ENGINE, "other")]), Some(1));
        assert_eq!(waiting(&Mapping::default(), &[]), Some(1));
    }

    #[test]
    fn configured_engines_come_beside_and_replace() {
        let configured = CoreMetricsExtractor {
            engine_label: "engine".to_owned(),
            default_engine: "sglang".to_owned(),
            engines: vec![mine("mine"), mine("vllm")],
        };
        let mapping = mapping(&configured, None);
        assert_eq!(waiting(&mapping, &[]), Some(2));
        assert_eq!(waiting(&mapping, &[("engine", "mine")]), Some(3));
        assert_eq!(waiting(&mapping, &[("engine", "vllm")]), Some(3));
        assert_eq!(waiting(&mapping, &[(label::ENGINE, "mine")]), Some(2));
    }

    #[test]
    fn an_unknown_default_is_vllm() {
        let configured =
            CoreMetricsExtractor { default_engine: "x".to_owned(), ..CoreMetricsExtractor::default() };
        assert_eq!(waiting(&mapping(&configured, None), &[]), Some(1));
    }

    #[test]
    fn flags_change_the_default_engine_and_switch_off() {
        let configured = CoreMetricsExtractor::default();
        let sglang = [(label::ENGINE, "sglang")];
        assert_eq!(waiting(&mapping(&configured, Some("mine")), &[]), Some(3));
        assert_eq!(waiting(&mapping(&configured, Some("mine")), &[(label::ENGINE, "vllm")]), Some(3));
        assert_eq!(waiting(&mapping(&configured, Some("mine")), &sglang), Some(2));
        assert_eq!(waiting(&mapping(&configured, Some("mine{a=b}")), &[]), None);
        assert_eq!(waiting(&mapping(&configured, Some(" ")), &[]), None);
    }

    #[test]
    fn the_configuration_wins_over_flags() {
        let configured =
            CoreMetricsExtractor { engines: vec![mine("vllm")], ..CoreMetricsExtractor::default() };
        assert_eq!(waiting(&mapping(&configured, Some("sglang:num_queue_reqs")), &[]), Some(3));
    }
}
