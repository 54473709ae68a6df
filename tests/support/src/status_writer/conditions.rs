//! Conditions as Gateway API's kinds have them.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

/// A condition to write.
pub(super) struct Condition {
    kind: &'static str,
    is_true: bool,
    reason: &'static str,
    message: String,
}

impl Condition {
    pub(super) fn holds(kind: &'static str, reason: &'static str) -> Self {
        Self { kind, is_true: true, reason, message: String::new() }
    }

    pub(super) fn fails(kind: &'static str, reason: &'static str, message: String) -> Self {
        Self { kind, is_true: false, reason, message }
    }

    /// One that holds unless there is a fault: its reason and message.
    pub(super) fn unless(
        fault: Option<(&'static str, String)>,
        kind: &'static str,
        reason: &'static str,
    ) -> Self {
        match fault {
            Some((reason, message)) => Self::fails(kind, reason, message),
            None => Self::holds(kind, reason),
        }
    }
}

/// The list for a status. A condition that was there with the same status keeps its time, so that writing what is
/// there already changes nothing.
pub(super) fn list(wanted: &[Condition], generation: i64, before: &Value) -> Value {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let object = |condition: &Condition| {
        let status = if condition.is_true { "True" } else { "False" };
        let same = |old: &&Value| old["type"] == condition.kind && old["status"] == status;
        let old = before.as_array().and_then(|all| all.iter().find(same));
        let time = old.and_then(|old| old["lastTransitionTime"].as_str()).unwrap_or(&now);
        json!({
            "type": condition.kind,
            "status": status,
            "reason": condition.reason,
            "message": condition.message,
            "observedGeneration": generation,
            "lastTransitionTime": time,
        })
    };
    wanted.iter().map(object).collect()
}
