//! Waits until objects are gone, and tells what holds those that are not.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::hold_up::{self, HoldUp};
use crate::cluster::object::{ObjectRef, list, text};
use crate::cluster::{Cluster, Error, Progress, ProgressSender, namespace, parallel};

/// Between two looks: an eighth of the time waited until then, within these bounds.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What is gone sooner than this is not told to be going.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until the objects are gone. Gives those that are still there at the deadline, with what holds them.
pub(in crate::cluster) async fn gone(
    cluster: &Cluster,
    objects: &[ObjectRef],
    deadline: Instant,
    progress: &ProgressSender,
) -> Result<Vec<HoldUp>, Error> {
    let mut open: Vec<&ObjectRef> = objects.iter().collect();
    let mut told: HashMap<&ObjectRef, String> = HashMap::new();
    let begun = Instant::now();
    loop {
        let looks = parallel(open.iter().map(|object| cluster.get(object))).await;
        let mut remaining = Vec::new();
        for (object, look) in open.into_iter().zip(looks) {
            match look.or_else(absent_kind) {
                Ok(None) => progress.send(Progress::Removing { object: object.clone(), waits_for: None }),
                Ok(Some(live)) => {
                    let holder = holder(&live);
                    if begun.elapsed() >= PATIENCE && told.get(object) != Some(&holder) {
                        told.insert(object, holder.clone());
                        let (object, waits_for) = (object.clone(), Some(holder));
                        progress.send(Progress::Removing { object, waits_for });
                    }
                    remaining.push(object);
                }
                Err(error) if error.is_passing() && Instant::now() < deadline => remaining.push(object),
                Err(error) => return Err(error),
            }
        }
        open = remaining;
        if open.is_empty() || Instant::now() >= deadline {
            let explained = parallel(open.into_iter().map(|object| hold_up::explain(cluster, object))).await;
            return Ok(explained.into_iter().flatten().collect());
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let pause = (begun.elapsed() / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        tokio::time::sleep(pause.min(left)).await;
    }
}

/// An object whose kind has left the cluster is gone.
pub(super) fn absent_kind(error: Error) -> Result<Option<Value>, Error> {
    if matches!(error, Error::MissingKind { .. }) { Ok(None) } else { Err(error) }
}

/// What keeps an object that is being deleted, in a few words.
fn holder(live: &Value) -> String {
    if text(live, "/kind") == "Namespace" {
        return namespace::terminating(live)
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| "is ending".to_owned());
    }
    let finalizers: Vec<&str> = list(live, "/metadata/finalizers").iter().filter_map(Value::as_str).collect();
    if live.pointer("/metadata/deletionTimestamp").is_none() {
        "waits for its owner to go".to_owned()
    } else if finalizers.is_empty() {
        "is ending".to_owned()
    } else {
        format!("held by {}", finalizers.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finalizers_are_named() {
        let held = json!({"metadata": {"finalizers": ["example.com/guard"], "deletionTimestamp": "x"}});
        assert_eq!(holder(&held), "held by example.com/guard");
        assert_eq!(holder(&json!({"metadata": {}})), "waits for its owner to go");
        assert_eq!(holder(&json!({"metadata": {"deletionTimestamp": "x"}})), "is ending");
    }
}
