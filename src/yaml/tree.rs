//! A tree of values in which every key and value knows where it was written.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

/// Where something was written: `values.yaml:3:5`, or a flag, which has no lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A file's path, `environments/istio.yaml`, or a flag as it was typed.
    pub source: Arc<str>,
    /// From 1; 0 when the source has no lines.
    pub line: u64,
    /// In characters, from 1; 0 when the source has no lines.
    pub column: u64,
}

impl Place {
    /// A place that is a whole source, such as a flag.
    pub fn whole(source: impl Into<Arc<str>>) -> Self {
        Self { source: source.into(), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.source),
            (line, column) => write!(f, "{}:{line}:{column}", self.source),
        }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub content: Content,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Null, a boolean, a number or a text.
    Scalar(Value),
    List(Vec<Node>),
    Map(IndexMap<String, Entry>),
}

impl Content {
    /// The kind of value, as it reads in a message: "a list", "the text \"x\"".
    pub fn described(&self) -> String {
        match self {
            Self::Scalar(Value::Null) => "null".to_owned(),
            Self::Scalar(Value::String(text)) => format!("the text {text:?}"),
            Self::Scalar(Value::Bool(value)) => format!("the boolean {value}"),
            Self::Scalar(value) => format!("the number {value}"),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a mapping".to_owned(),
        }
    }
}

/// The value of a key, and the key's own place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Place,
    pub node: Node,
}

impl Node {
    pub fn empty_map(place: Place) -> Self {
        Self { content: Content::Map(IndexMap::new()), place }
    }

    /// Plain data as a tree, every part of it at one place.
    pub fn from_value(value: Value, place: &Place) -> Self {
        let content = match value {
            Value::Array(items) => {
                Content::List(items.into_iter().map(|item| Self::from_value(item, place)).collect())
            }
            Value::Object(map) => Content::Map(
                map.into_iter()
                    .map(|(key, value)| {
                        (key, Entry { key: place.clone(), node: Self::from_value(value, place) })
                    })
                    .collect(),
            ),
            scalar => Content::Scalar(scalar),
        };
        Self { content, place: place.clone() }
    }

    pub fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::to_value).collect(),
            Content::Map(map) => {
                map.iter().map(|(key, entry)| (key.clone(), entry.node.to_value())).collect()
            }
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar(Value::Null))
    }

    pub fn map(&self) -> Option<&IndexMap<String, Entry>> {
        match &self.content {
            Content::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entry below a key, when this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.map()?.get(key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// Takes a key out of a map.
    pub fn take(&mut self, key: &str) -> Option<Entry> {
        match &mut self.content {
            Content::Map(map) => map.shift_remove(key),
            _ => None,
        }
    }

    /// Drops keys of this map that have no value, such as sections whose lines are all commented out.
    pub fn drop_empty(&mut self) {
        if let Content::Map(map) = &mut self.content {
            map.retain(|_, entry| !entry.node.is_null());
        }
    }

    /// The node that a dotted path such as `ms.decode.containers[0].image` or a JSON pointer's parts name.
    pub fn at<'a>(&self, steps: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        steps.into_iter().try_fold(self, |node, step| match &node.content {
            Content::Map(map) => map.get(step).map(|entry| &entry.node),
            Content::List(items) => items.get(step.parse::<usize>().ok()?),
            Content::Scalar(_) => None,
        })
    }

    /// Lays `over` on top of this, as Helm merges values files: maps key by key, all else is replaced.
    /// A null replaces, so that it can unset a default later ([`Node::coalesce`]).
    pub fn merge(&mut self, over: Node) {
        match (&mut self.content, over) {
            (Content::Map(base), Node { content: Content::Map(over), .. }) => {
                for (key, entry) in over {
                    match base.get_mut(&key) {
                        Some(existing) => {
                            existing.key = entry.key;
                            existing.node.merge(entry.node);
                        }
                        None => {
                            base.insert(key, entry);
                        }
                    }
                }
            }
            (_, over) => *self = over,
        }
    }

    /// Lays user values over a chart's defaults, as Helm coalesces them: like [`Node::merge`], but a null over
    /// a key that the chart has removes the key; any other null stays and reaches the templates.
    pub fn coalesce(&mut self, user: &Node) {
        let (Content::Map(defaults), Content::Map(user)) = (&mut self.content, &user.content) else {
            self.clone_from(user);
            return;
        };
        for (key, entry) in user {
            match defaults.get_mut(key) {
                Some(_) if entry.node.is_null() => {
                    defaults.shift_remove(key);
                }
                Some(default) if default.node.map().is_some() && entry.node.map().is_some() => {
                    default.key.clone_from(&entry.key);
                    default.node.coalesce(&entry.node);
                }
                Some(default) => default.clone_from(entry),
                None => {
                    defaults.insert(key.clone(), entry.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(value: Value) -> Node {
        Node::from_value(value, &Place::whole("test"))
    }

    #[test]
    fn merging_replaces_all_but_maps_and_keeps_nulls() {
        let mut base = node(json!({"a": {"b": 1, "c": [1, 2]}, "d": "x"}));
        base.merge(node(json!({"a": {"c": [3], "e": null}, "d": {"f": 1}})));
        assert_eq!(base.to_value(), json!({"a": {"b": 1, "c": [3], "e": null}, "d": {"f": 1}}));
    }

    #[test]
    fn a_null_removes_only_what_the_chart_has() {
        let mut defaults = node(json!({"a": {"b": 1, "c": 2}, "l": [{"x": 1}]}));
        defaults.coalesce(&node(json!({"a": {"b": null, "new": null}, "l": [{"x": null}]})));
        assert_eq!(defaults.to_value(), json!({"a": {"c": 2, "new": null}, "l": [{"x": null}]}));
    }
}
