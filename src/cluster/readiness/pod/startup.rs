//! Pods that run and are not ready: still loading within what their startup probe allows, or past it.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Evidence, Stage, Trouble, seconds, since, time};
use crate::cluster::events;
use crate::cluster::object::{list, number, text};

/// How long an image may take until it is on its node.
pub const IMAGE: Duration = Duration::from_secs(15 * 60);
/// How long a container that has passed its startup probe may take to be ready.
const AFTER_START: Duration = Duration::from_secs(2 * 60);
/// The same where no startup probe says when it has started.
const WITHOUT_PROBE: Duration = Duration::from_secs(5 * 60);

/// What a container's startup probe allows; None where it has none.
pub fn budget(container: &Value) -> Option<Duration> {
    let probe = container.get("startupProbe")?;
    let value = |field: &str, default: u64| {
        number(probe, field).and_then(|value| u64::try_from(value).ok()).unwrap_or(default)
    };
    let tries = value("/periodSeconds", 10).saturating_mul(value("/failureThreshold", 3));
    Some(Duration::from_secs(value("/initialDelaySeconds", 0).saturating_add(tries)))
}

/// The containers that run beside each other: the plain ones, and init containers that stay (sidecars).
fn lasting(pod: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let pairs = [
        ("/spec/initContainers", "/status/initContainerStatuses"),
        ("/spec/containers", "/status/containerStatuses"),
    ];
    pairs.into_iter().flat_map(move |(specs, statuses)| {
        list(pod, specs)
            .iter()
            .filter(move |spec| specs == "/spec/containers" || text(spec, "/restartPolicy") == "Always")
            .filter_map(move |spec| {
                let name = text(spec, "/name");
                let status = list(pod, statuses).iter().find(|status| text(status, "/name") == name)?;
                Some((spec, status))
            })
    })
}

/// Where a running pod stands that is not ready.
pub(super) fn stage(pod: &Value, evidence: &Evidence<'_>) -> Stage {
    let begun = |status: &Value| time(status, "/state/running/startedAt");
    let unready = || lasting(pod).filter(|(_, status)| status["ready"] != true);
    let loading = unready().filter(|(_, status)| status["started"] != true).find_map(|(spec, status)| {
        Some(Stage::Loading { elapsed: since(begun(status)?, evidence), budget: budget(spec)? })
    });
    if let Some(loading) = loading {
        return loading;
    }
    let late = unready().find_map(|(spec, status)| {
        let running = since(begun(status)?, evidence);
        let allowed = match budget(spec) {
            // When it was started is not told: at the latest when the probe's time was over.
            Some(startup) => startup.min(since_started(pod, running, evidence)) + AFTER_START,
            None => WITHOUT_PROBE,
        };
        (running >= allowed).then(|| unready_trouble(pod, text(spec, "/name"), running, evidence))
    });
    late.map_or(Stage::Warming, |trouble| Stage::Failing(Box::new(trouble)))
}

/// How long after its beginning a container's readiness probe first failed, as far as an event tells: the kubelet asks
/// for readiness only once the startup probe has passed.
fn since_started(pod: &Value, running: Duration, evidence: &Evidence<'_>) -> Duration {
    let name = text(pod, "/metadata/name");
    let unhealthy = events::about(evidence.events, name, &["Unhealthy"])
        .filter(|event| text(event, "/message").contains("Readiness probe"))
        .filter_map(events::first_seen)
        .min();
    unhealthy.map_or(Duration::MAX, |first| running.saturating_sub(since(first, evidence)))
}

fn unready_trouble(pod: &Value, container: &str, running: Duration, evidence: &Evidence<'_>) -> Trouble {
    let name = text(pod, "/metadata/name");
    let probe = events::latest(evidence.events, name, &["Unhealthy"])
        .map(|event| format!(": {}", text(event, "/message").trim_end()))
        .unwrap_or_default();
    Trouble {
        summary: "not ready after start".to_owned(),
        cause: Cause {
            code: "Unready",
            message: format!(
                "Pod/{name}: container {container} runs for {} and is not ready{probe}",
                exact(running)
            ),
            hint: format!("see what it says: kubectl logs {name} -c {container}"),
            grace: seconds(0),
            ..Cause::default()
        },
        crashed: None,
    }
}

/// A duration to the second: `4m12s`, `1h5m`.
pub fn exact(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let text: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text.concat() }
}

/// A duration to the minute, so that a line about it changes once a minute.
pub(super) fn coarse(duration: Duration) -> String {
    format!("{}m", duration.as_secs() / 60)
}
