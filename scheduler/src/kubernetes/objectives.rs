//! Priorities by `InferenceObjective` (`epp.md` §5.3).

use std::collections::BTreeMap;

use kube::core::DynamicObject;
use serde::Deserialize;
use tracing::warn;

use super::pool_ref::PoolRef;
use super::{PoolGroup, is_leaving, name};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    pool_ref: PoolRef,
    /// Higher is more important; below 0 may be shed.
    #[serde(default)]
    priority: Option<i32>,
}

/// Priority by name, of the objectives that are for this pool. What cannot be read is logged and left out.
pub(super) fn objectives<'a>(
    objects: impl IntoIterator<Item = &'a DynamicObject>,
    group: PoolGroup,
    pool: &str,
) -> BTreeMap<Box<str>, i32> {
    let priority = |object: &DynamicObject| match Spec::deserialize(&object.data["spec"]) {
        Ok(spec) if spec.pool_ref.names(group, pool) => Some((name(object), spec.priority.unwrap_or(0))),
        Ok(_) => None,
        Err(error) => {
            warn!(objective = name(object).as_ref(), %error, "an InferenceObjective cannot be read");
            None
        }
    };
    objects.into_iter().filter(|object| !is_leaving(object)).filter_map(priority).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(name: &str, spec: &Value) -> DynamicObject {
        serde_json::from_value(json!({"metadata": {"name": name}, "spec": spec})).unwrap()
    }

    #[test]
    fn priorities_are_of_this_pools_objectives() {
        let reference = json!({"name": "pool"});
        let mut leaving = object("leaving", &json!({"poolRef": reference, "priority": 9}));
        leaving.metadata.deletion_timestamp =
            Some(serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap());
        let objects = [
            object("gold", &json!({"poolRef": reference, "priority": 10})),
            object("sheddable", &json!({"poolRef": reference, "priority": -1})),
            object("plain", &json!({"poolRef": reference})),
            object("other", &json!({"poolRef": {"name": "other"}, "priority": 7})),
            object("broken", &json!({"priority": "high"})),
            leaving,
        ];
        let expected = [("gold", 10), ("sheddable", -1), ("plain", 0)];
        let expected = expected.map(|(name, priority)| (Box::from(name), priority));
        assert_eq!(objectives(&objects, PoolGroup::V1, "pool"), expected.into());
        assert_eq!(objectives(&objects, PoolGroup::V1Alpha2, "pool"), BTreeMap::new());
    }
}
