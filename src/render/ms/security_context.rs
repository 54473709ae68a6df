//! A container's securityContext that holds what only a pod's may.

use serde_json::{Map, Value};

/// Fields of a pod's securityContext that a container's does not have.
const ONLY_OF_PODS: [&str; 5] =
    ["fsGroup", "fsGroupChangePolicy", "supplementalGroups", "supplementalGroupsPolicy", "sysctls"];

/// Whether any container of the pod has such a field.
pub(super) fn is_misplaced(pod: &Value) -> bool {
    let containers = pod.get("containers").and_then(Value::as_array);
    containers.into_iter().flatten().any(|container| {
        let context = container.get("securityContext").and_then(Value::as_object);
        context.is_some_and(|context| ONLY_OF_PODS.iter().any(|field| context.contains_key(*field)))
    })
}

/// Moves those fields to the pod, whose own values win. A container's context that becomes empty goes.
pub(super) fn move_to_pod(pod: &mut Value) {
    let mut moved = Map::new();
    let containers = pod.get_mut("containers").and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
        let Some(Value::Object(context)) = container.get_mut("securityContext") else { continue };
        for field in ONLY_OF_PODS {
            if let Some(value) = context.shift_remove(field) {
                moved.entry(field).or_insert(value);
            }
        }
        if context.is_empty() {
            container.shift_remove("securityContext");
        }
    }
    if let Some(Value::Object(context)) = pod.get("securityContext") {
        moved.extend(context.clone());
    }
    pod["securityContext"] = moved.into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_move_and_the_pods_own_win() {
        let mut pod = json!({
            "securityContext": {"fsGroup": 1, "runAsUser": 2},
            "containers": [
                {"securityContext": {"fsGroup": 107, "supplementalGroups": [107]}},
                {"securityContext": {"supplementalGroups": [9], "privileged": true}},
            ],
        });
        assert!(is_misplaced(&pod));
        move_to_pod(&mut pod);
        let moved = json!({
            "securityContext": {"fsGroup": 1, "runAsUser": 2, "supplementalGroups": [107]},
            "containers": [{}, {"securityContext": {"privileged": true}}],
        });
        assert_eq!(pod, moved);
        assert!(!is_misplaced(&pod));
    }
}
