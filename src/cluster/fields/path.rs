//! Paths of fields as the API server writes them in a conflict: `spec.containers[name="x"].image`.
//!
//! The names in a path are not quoted (`metadata.labels.app.kubernetes.io/name`), so a path is read beside the object
//! that it leads into.

use serde_json::Value;

/// Where a step of a path leads.
enum Next<'a> {
    Key(&'a str),
    Index(usize),
}

/// The value at a path, if the object has it.
pub(in crate::cluster) fn get<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(value);
    }
    candidates(value, path).into_iter().find_map(|(next, rest)| match next {
        Next::Key(key) => get(&value[key], rest),
        Next::Index(index) => get(&value[index], rest),
    })
}

/// Whether a path leads to a field or to what holds it.
pub(in crate::cluster) fn covers(path: &str, field: &str) -> bool {
    let rest = field.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}

/// The first steps that a path may mean here, the longest name first, each with the rest of the path.
fn candidates<'a, 'p>(value: &'a Value, path: &'p str) -> Vec<(Next<'a>, &'p str)> {
    match value {
        Value::Object(map) => {
            let path = path.trim_start_matches('.');
            let mut keys: Vec<(Next<'a>, &'p str)> = map
                .keys()
                .filter(|key| covers(key, path))
                .map(|key| (Next::Key(key.as_str()), &path[key.len()..]))
                .collect();
            keys.sort_by_key(|(_, rest)| rest.len());
            keys
        }
        Value::Array(items) => {
            let Some((selector, rest)) = bracketed(path) else { return Vec::new() };
            let index = items.iter().position(|item| is_selected(item, selector));
            index
                .or_else(|| selector.parse().ok().filter(|index| *index < items.len()))
                .map(|index| (Next::Index(index), rest))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `[…]` at the start of a path, and what follows it; brackets in quotes do not count.
fn bracketed(path: &str) -> Option<(&str, &str)> {
    let inner = path.strip_prefix('[')?;
    let mut quoted = false;
    let end = inner.char_indices().find_map(|(index, character)| {
        if character == '"' {
            quoted = !quoted;
        }
        (character == ']' && !quoted).then_some(index)
    })?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// Whether a selector such as `containerPort=80,protocol="TCP"` or `="x"` means this item.
fn is_selected(item: &Value, selector: &str) -> bool {
    if let Some(text) = selector.strip_prefix('=') {
        return serde_json::from_str(text).is_ok_and(|value: Value| value == *item);
    }
    selector.split(',').all(|part| {
        part.split_once('=').is_some_and(|(key, text)| {
            serde_json::from_str::<Value>(text).is_ok_and(|value| item.get(key) == Some(&value))
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object() -> Value {
        json!({
            "metadata": {"labels": {"app": "short", "app.kubernetes.io/name": "long"}},
            "spec": {"replicas": 3, "ports": [{"port": 80, "protocol": "TCP", "name": "a]b"}],
                "containers": [{"name": "x", "image": "i", "args": ["--a", "--b"]}]},
        })
    }

    #[test]
    fn paths_lead_to_values() {
        let object = object();
        for (path, value) in [
            ("spec.replicas", json!(3)),
            (".spec.replicas", json!(3)),
            ("metadata.labels.app", json!("short")),
            ("metadata.labels.app.kubernetes.io/name", json!("long")),
            ("spec.ports[port=80,protocol=\"TCP\"].name", json!("a]b")),
            ("spec.ports[name=\"a]b\"].port", json!(80)),
            ("spec.containers[name=\"x\"].args[=\"--b\"]", json!("--b")),
            ("spec.containers[name=\"x\"].args[0]", json!("--a")),
        ] {
            assert_eq!(get(&object, path), Some(&value), "{path}");
        }
        for path in
            ["spec.other", "spec.containers[name=\"y\"]", "spec.containers[9]", "spec.replicas.x", "spec["]
        {
            assert_eq!(get(&object, path), None, "{path}");
        }
    }

    #[test]
    fn a_path_covers_what_is_below_it() {
        assert!(covers("spec", "spec.replicas") && covers("spec.replicas", "spec.replicas"));
        assert!(covers("spec.containers", "spec.containers[name=\"x\"].image"));
        assert!(!covers("spec.rep", "spec.replicas") && !covers("spec.replicas", "spec"));
    }
}
