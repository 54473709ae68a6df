//! What a pod that is not ready is at, by class, and how long each class of failure may last before it is final.
//!
//! The classes and their grace are those of `deploytools.md` §3.4. Where the kubelet says nothing in the pod's status,
//! its events do.

mod container;
mod image;
mod mount;
mod node;
mod scheduling;
pub mod startup;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{Cause, condition};
use crate::cluster::object::{list, text};

/// What the cluster tells about pods beside the pods themselves.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Events about pods, in any order.
    pub events: &'a [Value],
    pub now: Timestamp,
}

/// Where one pod stands.
#[derive(Debug, PartialEq)]
pub enum Stage {
    Ready,
    /// On its way out; it counts for nothing.
    Leaving,
    /// Held back on purpose, by these gates.
    Gated(String),
    /// The scheduler has not looked at it yet.
    Waiting,
    /// Volumes, images and init containers.
    Starting,
    /// Within its startup probe: the time since its start, and what the probe allows.
    Loading {
        elapsed: Duration,
        budget: Duration,
    },
    /// Started, and not answering its readiness probe yet.
    Warming,
    Failing(Box<Trouble>),
}

/// A failure of one pod.
#[derive(Debug, Default, PartialEq)]
pub struct Trouble {
    /// In a few words, for a line that counts pods: `unschedulable: insufficient nvidia.com/gpu`.
    pub summary: String,
    pub cause: Cause,
    /// The container whose last words tell more.
    pub crashed: Option<String>,
}

/// Whether a pod takes requests, and goes on to.
pub(crate) fn is_serving(pod: &Value) -> bool {
    super::is_true(list(pod, "/status/conditions"), "Ready")
        && pod.pointer("/metadata/deletionTimestamp").is_none()
}

/// Where a pod stands.
pub fn stage(pod: &Value, evidence: &Evidence<'_>) -> Stage {
    if let Some(trouble) = node::trouble(pod, evidence) {
        return Stage::Failing(Box::new(trouble));
    }
    let conditions = list(pod, "/status/conditions");
    let is = |kind: &str| {
        condition(conditions, kind).is_some_and(|condition| text(condition, "/status") == "True")
    };
    if pod.pointer("/metadata/deletionTimestamp").is_some()
        || matches!(text(pod, "/status/phase"), "Failed" | "Succeeded")
    {
        return Stage::Leaving;
    }
    if is("Ready") {
        return Stage::Ready;
    }
    if let Some(gates) = scheduling::gates(pod) {
        return Stage::Gated(gates);
    }
    let trouble = scheduling::trouble(pod, evidence)
        .or_else(|| container::trouble(pod, evidence))
        .or_else(|| mount::trouble(pod, evidence));
    if let Some(trouble) = trouble {
        return Stage::Failing(Box::new(trouble));
    }
    match text(pod, "/status/phase") {
        "Running" => startup::stage(pod, evidence),
        _ if is("PodScheduled") => Stage::Starting,
        _ => Stage::Waiting,
    }
}

impl Stage {
    /// Where the pod stands, in a few words.
    pub fn describe(&self) -> String {
        match self {
            Self::Ready => "ready".to_owned(),
            Self::Leaving => "is ending".to_owned(),
            Self::Gated(gates) => format!("held by scheduling gate {gates}"),
            Self::Waiting => "not scheduled yet".to_owned(),
            Self::Starting => "starting".to_owned(),
            Self::Loading { elapsed, budget } => {
                format!("loading {} of {}", startup::exact(*elapsed), startup::exact(*budget))
            }
            Self::Warming => "started, not ready yet".to_owned(),
            Self::Failing(trouble) => trouble.summary.clone(),
        }
    }

    /// The heading under which pods are counted; those with the same one are counted together.
    fn heading(&self) -> String {
        match self {
            Self::Loading { .. } => "loading".to_owned(),
            _ => self.describe(),
        }
    }
}

/// The pods under one heading.
struct Group {
    heading: String,
    count: usize,
    /// The longest loading among them, and what its probe allows.
    longest: Option<(Duration, Duration)>,
}

/// The pods that are not ready, counted: `2 loading 4m/30m · 1 unschedulable: insufficient nvidia.com/gpu`.
pub fn tally(stages: &[Stage]) -> Option<String> {
    let mut groups: Vec<Group> = Vec::new();
    for stage in stages.iter().filter(|stage| !matches!(stage, Stage::Ready | Stage::Leaving)) {
        let heading = stage.heading();
        let times = match stage {
            Stage::Loading { elapsed, budget } => Some((*elapsed, *budget)),
            _ => None,
        };
        match groups.iter_mut().find(|group| group.heading == heading) {
            Some(group) => {
                group.count += 1;
                group.longest = times.max(group.longest);
            }
            None => groups.push(Group { heading, count: 1, longest: times }),
        }
    }
    let parts: Vec<String> = groups
        .into_iter()
        .map(|Group { heading, count, longest }| match longest {
            Some((elapsed, budget)) => {
                format!("{count} {heading} {}/{}", startup::coarse(elapsed), startup::coarse(budget))
            }
            None => format!("{count} {heading}"),
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Whether a pod may still come up within the time that was allowed for it.
pub(super) fn is_within_budget(pod: &Value, stage: &Stage, evidence: &Evidence<'_>) -> bool {
    match stage {
        Stage::Loading { elapsed, budget } => elapsed < budget,
        Stage::Warming | Stage::Gated(_) => true,
        Stage::Starting => time(pod, "/metadata/creationTimestamp")
            .is_none_or(|created| since(created, evidence) < startup::IMAGE),
        Stage::Ready | Stage::Leaving | Stage::Waiting | Stage::Failing(_) => false,
    }
}

/// What to do about an object that a message says is missing.
pub(super) fn missing(message: &str) -> Option<String> {
    container::Missing::named_in(message).map(|missing| missing.hint())
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The time of a field that holds one.
fn time(value: &Value, pointer: &str) -> Option<Timestamp> {
    text(value, pointer).parse().ok()
}

/// The time since then; nothing where our clock is behind the cluster's.
fn since(then: Timestamp, evidence: &Evidence<'_>) -> Duration {
    evidence.now.duration_since(then).try_into().unwrap_or_default()
}
