//! Which accelerators a container asks for.

use serde_json::{Map, Value, json};

use crate::environment::values::{Accelerator, AcceleratorVariable, ContainerResources, ModelContainer};

/// Part of the name of an image that runs without accelerators.
const SIMULATOR: &str = "llm-d-inference-sim";

/// The resource of a container's accelerators; none when it needs none.
pub(super) fn resource(accelerator: &Accelerator, container: &ModelContainer) -> Option<String> {
    let kind = kind(accelerator);
    if container.image.as_deref().unwrap_or_default().contains(SIMULATOR) || kind == "cpu" {
        return None;
    }
    let known = json!(accelerator.resources);
    let name = known.get(kind).and_then(Value::as_str).unwrap_or("nvidia.com/gpu");
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// The variables that the accelerator needs.
pub(super) fn variables(accelerator: &Accelerator) -> &[AcceleratorVariable] {
    match kind(accelerator) {
        "intel-i915" => accelerator.env.intel_i915.as_deref().unwrap_or_default(),
        _ => &[],
    }
}

fn kind(accelerator: &Accelerator) -> &str {
    accelerator.type_.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("nvidia")
}

/// Limits and requests, with the accelerators where the user does not name them.
pub(super) fn resources(given: &ContainerResources, resource: Option<&str>, accelerators: i64) -> Value {
    let fill = |given: &indexmap::IndexMap<String, Value>| {
        let mut filled: Map<String, Value> = given.clone().into_iter().collect();
        if let Some(resource) =
            resource.filter(|resource| accelerators >= 1 && !filled.contains_key(*resource))
        {
            filled.insert(resource.to_owned(), accelerators.to_string().into());
        }
        filled
    };
    json!({"limits": fill(&given.limits), "requests": fill(&given.requests)})
}

/// What is noted where the user's limit is another number than parallelism needs; the user's wins.
pub(super) fn warning(
    given: &ContainerResources,
    resource: Option<&str>,
    accelerators: i64,
) -> Option<String> {
    let resource = resource.filter(|_| accelerators >= 1)?;
    let user = match given.limits.get(resource)? {
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        #[expect(clippy::cast_possible_truncation, reason = "a count of devices")]
        other => other.as_f64().unwrap_or_default() as i64,
    };
    (user != accelerators).then(|| {
        format!(
            "Accelerator mismatch: {resource} is set to {user} but parallelism calculates {accelerators}. \
             Using {user}."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accelerator(values: Value) -> Accelerator {
        serde_json::from_value(values).unwrap()
    }

    fn container(image: &str) -> ModelContainer {
        ModelContainer { image: Some(image.to_owned()), ..ModelContainer::default() }
    }

    fn given(values: Value) -> ContainerResources {
        serde_json::from_value(values).unwrap()
    }

    #[test]
    fn the_type_names_the_resource() {
        let of = |kind: &str, image: &str| {
            let values = json!({"type": kind, "resources": {"amd": "amd.com/gpu", "intel-xe": "x/y"}});
            resource(&accelerator(values), &container(image))
        };
        assert_eq!(of("amd", "img").as_deref(), Some("amd.com/gpu"));
        assert_eq!(of("intel-xe", "img").as_deref(), Some("x/y"));
        assert_eq!(of("unheard-of", "img").as_deref(), Some("nvidia.com/gpu"));
        assert_eq!(of("cpu", "img"), None);
        assert_eq!(of("amd", "ghcr.io/llm-d/llm-d-inference-sim:v1"), None);
    }

    #[test]
    fn accelerators_fill_only_what_is_not_given() {
        let resources = resources(&given(json!({"requests": {"r": 1}})), Some("r"), 2);
        assert_eq!(resources, json!({"limits": {"r": "2"}, "requests": {"r": 1}}));
    }

    #[test]
    fn another_limit_is_noted() {
        let note = |values: Value| warning(&given(values), Some("r"), 2);
        assert_eq!(
            note(json!({"limits": {"r": "4"}})).as_deref(),
            Some("Accelerator mismatch: r is set to 4 but parallelism calculates 2. Using 4.")
        );
        assert_eq!(note(json!({"limits": {"r": 2}})), None);
        assert_eq!(note(json!({"requests": {"r": 4}})), None);
    }
}
