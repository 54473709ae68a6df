//! Chooses how an endpoint's page is read, by the engine that its labels name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{EngineMetrics, Extractor};

/// Label of a pod that names its engine.
const ENGINE_LABEL: &str = "llm-d.ai/engine-type";
/// What it was called before.
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
        Self::new(None, EngineMetrics::vllm(), [])
    }
}

impl Mapping {
    /// `label` names the engine of a pod (none: `llm-d.ai/engine-type`), pods without it have the engine `default`.
    /// `engines` come beside the built-in ones and replace those of the same name, as `default` does.
    pub fn new(
        label: Option<&str>,
        default: EngineMetrics,
        engines: impl IntoIterator<Item = EngineMetrics>,
    ) -> Self {
        let all = EngineMetrics::built_in().into_iter().chain(engines).chain([default.clone()]);
        Self {
            label: label.unwrap_or(ENGINE_LABEL).to_owned(),
            default: Arc::new(Extractor::new(&default)),
            engines: all.map(|engine| (engine.name.clone(), Arc::new(Extractor::new(&engine)))).collect(),
        }
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
    use super::*;
    use crate::datalayer::{MetricFlags, MetricSpec};

    fn waiting(mapping: &Mapping, labels: &[(&str, &str)], page: &str) -> Option<u32> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        mapping.extractor(&labels).extract(page.as_bytes()).sample.waiting
    }

    const PAGE: &str = "vllm:num_requests_waiting 1\nsglang:num_queue_reqs 2\nmine 3\n";

    #[test]
    fn labels_choose_the_engine() {
        let mapping = Mapping::default();
        assert_eq!(waiting(&mapping, &[], PAGE), Some(1));
        assert_eq!(waiting(&mapping, &[(ENGINE_LABEL, "sglang")], PAGE), Some(2));
        assert_eq!(waiting(&mapping, &[(LEGACY_ENGINE_LABEL, "sglang")], PAGE), Some(2));
        let both = [(ENGINE_LABEL, "vllm"), (LEGACY_ENGINE_LABEL, "sglang")];
        assert_eq!(waiting(&mapping, &both, PAGE), Some(1));
        assert_eq!(waiting(&mapping, &[(ENGINE_LABEL, "other")], PAGE), Some(1));
    }

    #[test]
    fn configured_engines_come_beside_and_replace() {
        let mine = |name: &str| EngineMetrics {
            name: name.to_owned(),
            queued_requests: Some(MetricSpec::named("mine")),
            ..EngineMetrics::default()
        };
        let mapping = Mapping::new(Some("engine"), EngineMetrics::vllm(), [mine("mine"), mine("sglang")]);
        assert_eq!(waiting(&mapping, &[("engine", "mine")], PAGE), Some(3));
        assert_eq!(waiting(&mapping, &[("engine", "sglang")], PAGE), Some(3));
        assert_eq!(waiting(&mapping, &[(ENGINE_LABEL, "mine")], PAGE), Some(1));
        assert_eq!(waiting(&Mapping::new(None, mine("vllm"), []), &[(ENGINE_LABEL, "vllm")], PAGE), Some(3));
    }

    #[test]
    fn flags_override_and_switch_off() {
        let mut engine = EngineMetrics::vllm();
        let mut flags = MetricFlags {
            queued_requests: Some("mine{a=b}".to_owned()),
            lora: Some(String::new()),
            ..MetricFlags::default()
        };
        engine.override_with(&flags).unwrap();
        assert_eq!(engine.queued_requests, Some(MetricSpec::named("mine").with("a", "b")));
        assert_eq!(engine.lora, None);
        assert_eq!(engine.kv_usage, EngineMetrics::vllm().kv_usage);
        flags.kv_usage = Some("no metric".to_owned());
        assert!(engine.override_with(&flags).is_err());
    }
}
