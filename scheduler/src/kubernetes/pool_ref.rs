//! How other objects name the pool they are for.

use serde::Deserialize;

use super::PoolGroup;

/// `spec.poolRef` of `InferenceObjective` and `InferenceModelRewrite` (`epp.md` §5.3).
#[derive(Debug, Deserialize)]
pub(super) struct PoolRef {
    group: Option<String>,
    kind: Option<String>,
    name: String,
}

impl PoolRef {
    /// Whether it is the pool `name` of `group`, in the namespace of the object that holds the reference.
    pub(super) fn names(&self, group: PoolGroup, name: &str) -> bool {
        self.name == name
            && self.group.as_deref().unwrap_or_else(|| PoolGroup::V1.name()) == group.name()
            && self.kind.as_deref().unwrap_or("InferencePool") == "InferencePool"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn group_and_name_must_be_the_pools() {
        let names = |reference: Value, group| PoolRef::deserialize(&reference).unwrap().names(group, "pool");
        let alpha = json!({"group": "inference.networking.x-k8s.io", "name": "pool"});
        assert!(names(json!({"name": "pool"}), PoolGroup::V1));
        assert!(!names(json!({"name": "other"}), PoolGroup::V1));
        assert!(!names(json!({"name": "pool"}), PoolGroup::V1Alpha2));
        assert!(!names(json!({"name": "pool", "kind": "Service"}), PoolGroup::V1));
        assert!(names(alpha.clone(), PoolGroup::V1Alpha2));
        assert!(!names(alpha, PoolGroup::V1));
    }
}
