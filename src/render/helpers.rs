//! The charts' own name helpers that templated values may `include`.

use serde_json::Value;

use super::Part;
use crate::environment::names::{self, Epp, ModelService};

/// Names of the helpers that a part's chart has.
pub(super) fn known(part: Part) -> &'static [&'static str] {
    match part {
        Part::Infra => &["common.names.fullname"],
        Part::Gaie => &["gateway-api-inference-extension.name"],
        Part::Ms => &[
            "llm-d-modelservice.fullname",
            "llm-d-modelservice.decodeName",
            "llm-d-modelservice.prefillName",
        ],
    }
}

/// What a helper gives for a release with these values; none when the chart has no such helper.
pub(super) fn include(part: Part, helper: &str, release: &str, values: &Value) -> Option<String> {
    let text = |key: &str| values.get(key).and_then(Value::as_str).unwrap_or_default();
    match (part, helper) {
        (Part::Infra, "common.names.fullname") => {
            Some(names::chart_fullname(release, Part::Infra, text("fullnameOverride"), text("nameOverride")))
        }
        (Part::Gaie, "gateway-api-inference-extension.name") => Some(Epp::new(release).name),
        (Part::Ms, _) => {
            let model_service = ModelService::new(release, text("fullnameOverride"));
            match helper {
                "llm-d-modelservice.fullname" => Some(model_service.name),
                "llm-d-modelservice.decodeName" => Some(model_service.decode()),
                "llm-d-modelservice.prefillName" => Some(model_service.prefill()),
                _ => None,
            }
        }
        _ => None,
    }
}
