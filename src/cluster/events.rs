//! What the cluster's events tell about objects.

use jiff::Timestamp;
use kube::api::ListParams;
use serde::Serialize;
use serde_json::Value;

use super::Cluster;
use super::object::{ObjectRef, collection, number, text};

/// Events of a namespace that are read at most.
const LIMIT: u32 = 500;

/// A warning about one object, with how often it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EventReport {
    /// `Kind/name`.
    pub object: String,
    /// A short name of what happened, as its reporter calls it: `FailedScheduling`.
    pub reason: String,
    /// What happened, in words.
    pub message: String,
    /// How often it was seen.
    pub count: i64,
    /// When it was given last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
}

impl Cluster {
    /// Events about the objects of one kind. Events only explain: who may not read them gets none.
    pub(super) async fn events_about(&self, namespace: &str, kind: &str) -> Vec<Value> {
        let about = ListParams::default().fields(&format!("involvedObject.kind={kind}")).limit(LIMIT);
        self.list_where(&collection("v1", "events", Some(namespace)), &about).await.unwrap_or_default()
    }

    /// The warnings of a namespace about what `is_ours` takes, newest first, each once.
    pub(super) async fn warnings(
        &self,
        namespace: &str,
        is_ours: impl Fn(&str, &str) -> bool,
    ) -> Vec<EventReport> {
        let warnings = ListParams::default().fields("type=Warning").limit(LIMIT);
        let found = self.list_where(&collection("v1", "events", Some(namespace)), &warnings).await;
        let ours = found.unwrap_or_default();
        let ours = ours.iter().filter(|event| {
            is_ours(text(event, "/involvedObject/kind"), text(event, "/involvedObject/name"))
        });
        merged(ours)
    }
}

/// The events about an object of that name, for one of the reasons.
pub(super) fn about<'a>(
    events: &'a [Value],
    name: &str,
    reasons: &[&str],
) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| {
        text(event, "/involvedObject/name") == name && reasons.contains(&text(event, "/reason"))
    })
}

/// The newest of them.
pub(super) fn latest<'a>(events: &'a [Value], name: &str, reasons: &[&str]) -> Option<&'a Value> {
    about(events, name, reasons).max_by_key(|event| last_seen(event))
}

/// When an event was given last. Which field holds it depends on who wrote the event.
pub(super) fn last_seen(event: &Value) -> Option<Timestamp> {
    ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"]
        .into_iter()
        .find_map(|field| text(event, field).parse().ok())
}

/// When an event was given first.
pub(super) fn first_seen(event: &Value) -> Option<Timestamp> {
    ["/firstTimestamp", "/eventTime", "/metadata/creationTimestamp"]
        .into_iter()
        .find_map(|field| text(event, field).parse().ok())
}

/// Each object's warnings by reason and message, newest first.
fn merged<'a>(events: impl Iterator<Item = &'a Value>) -> Vec<EventReport> {
    let mut merged: Vec<EventReport> = Vec::new();
    for event in events {
        let report = EventReport {
            object: ObjectRef::display(
                text(event, "/involvedObject/kind"),
                text(event, "/involvedObject/name"),
            ),
            reason: text(event, "/reason").to_owned(),
            message: text(event, "/message").trim().replace('\n', " "),
            count: number(event, "/series/count").or_else(|| number(event, "/count")).unwrap_or(1).max(1),
            last: last_seen(event),
        };
        let same = merged.iter_mut().find(|known| {
            (&known.object, &known.reason, &known.message)
                == (&report.object, &report.reason, &report.message)
        });
        match same {
            Some(known) => {
                known.count = known.count.saturating_add(report.count);
                known.last = known.last.max(report.last);
            }
            None => merged.push(report),
        }
    }
    merged.sort_by(|a, b| (b.last, &a.object, &a.reason).cmp(&(a.last, &b.object, &b.reason)));
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, reason: &str, fields: &Value) -> Value {
        let mut event =
            json!({"involvedObject": {"kind": "Pod", "name": name}, "reason": reason, "message": "why"});
        for (key, value) in fields.as_object().unwrap() {
            event[key] = value.clone();
        }
        event
    }

    #[test]
    fn the_same_warning_is_told_once_and_the_newest_first() {
        let events = [
            event("a", "BackOff", &json!({"lastTimestamp": "2026-01-01T00:00:01Z", "count": 3})),
            event("b", "Failed", &json!({"eventTime": "2026-01-01T00:00:05.000000Z"})),
            event(
                "a",
                "BackOff",
                &json!({"series": {"lastObservedTime": "2026-01-01T00:00:09Z", "count": 4}}),
            ),
        ];
        let told: Vec<(String, i64)> =
            merged(events.iter()).into_iter().map(|event| (event.object, event.count)).collect();
        assert_eq!(told, [("Pod/a".to_owned(), 7), ("Pod/b".to_owned(), 1)]);
        let newest = latest(&events, "a", &["BackOff"]).unwrap();
        assert!(newest.get("series").is_some());
        assert_eq!(latest(&events, "a", &["Failed"]), None);
    }
}
