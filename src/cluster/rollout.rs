//! Looks at all objects until every one is ready, one has failed for good, or time is up.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::object::{ObjectRef, list, number};
use super::readiness::{self, Readiness, Surroundings};
pub(super) use super::survey::Target;
use super::{Cluster, Error, Progress, ProgressSender, parallel};
use crate::render::manifest::Stack;

/// Looks come quickly at first, then once a second.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long the API server may be out of reach before we give up waiting.
const OUTAGE: Duration = Duration::from_secs(30);
/// How long the others may go on once one object has failed for good.
const SETTLING: Duration = Duration::from_secs(5);

/// One object and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectReport {
    #[serde(flatten)]
    pub object: ObjectRef,
    pub release: String,
    #[serde(flatten)]
    pub readiness: Readiness,
}

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Ready,
    /// At least one object will not become ready by itself.
    Blocked,
    TimedOut,
}

/// The objects that shall become ready.
pub(super) struct Rollout<'a> {
    cluster: &'a Cluster,
    targets: Vec<Target>,
    surroundings: Surroundings,
}

impl<'a> Rollout<'a> {
    pub(super) fn new(cluster: &'a Cluster, targets: Vec<Target>) -> Self {
        let surroundings = Surroundings::of(targets.iter().map(|target| &target.manifest));
        Self { cluster, targets, surroundings }
    }

    /// Where every object stands now.
    pub(super) async fn survey(&self) -> Result<Vec<ObjectReport>, Error> {
        let looks =
            parallel(self.targets.iter().map(|target| self.cluster.look(&target.object, &self.surroundings)))
                .await;
        let reports = self.targets.iter().zip(looks).map(|(target, look)| {
            let readiness = look?;
            Ok(report(target, switched_off(target, &readiness).unwrap_or(readiness)))
        });
        reports.collect()
    }

    /// Waits for objects that were just applied, and gives the last state of every one.
    pub(super) async fn wait(
        &self,
        timeout: Duration,
        progress: &ProgressSender,
    ) -> Result<(Vec<ObjectReport>, Verdict), Error> {
        let begun = Instant::now();
        let mut states: Vec<Option<Readiness>> = self.targets.iter().map(ready_at_once).collect();
        let mut troubles = Troubles::default();
        let mut reached = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let open: Vec<usize> =
                (0..states.len()).filter(|index| !is_ready(states[*index].as_ref())).collect();
            let looks = parallel(
                open.iter().map(|index| self.cluster.look(&self.targets[*index].object, &self.surroundings)),
            )
            .await;
            for (index, look) in open.into_iter().zip(looks) {
                match look {
                    Ok(readiness) => {
                        reached = Instant::now();
                        troubles.note(index, &readiness);
                        let before = states[index].replace(readiness.clone());
                        // What is ready at the first look has nothing to tell.
                        let is_news = before.as_ref() != Some(&readiness);
                        if is_news && (before.is_some() || !readiness.is_ready()) {
                            let object = self.targets[index].object.clone();
                            progress.send(Progress::Rollout { object, readiness });
                        }
                    }
                    Err(error) if error.is_passing() && reached.elapsed() < OUTAGE => {}
                    Err(error) => return Err(error),
                }
            }
            let verdict = if states.iter().all(|state| is_ready(state.as_ref())) {
                Verdict::Ready
            } else if troubles.is_over(&states) {
                Verdict::Blocked
            } else if begun.elapsed() >= timeout {
                Verdict::TimedOut
            } else {
                tokio::time::sleep(pause.min(timeout.saturating_sub(begun.elapsed()))).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            };
            return Ok((self.reports(states), verdict));
        }
    }

    fn reports(&self, states: Vec<Option<Readiness>>) -> Vec<ObjectReport> {
        self.targets
            .iter()
            .zip(states)
            .map(|(target, state)| {
                report(target, state.unwrap_or_else(|| Readiness::progressing("could not be read")))
            })
            .collect()
    }
}

fn report(target: &Target, readiness: Readiness) -> ObjectReport {
    ObjectReport { object: target.object.clone(), release: target.release.clone(), readiness }
}

/// What needs no look after it was applied.
fn ready_at_once(target: &Target) -> Option<Readiness> {
    (!readiness::has_rule(&target.object.kind)).then(|| Readiness::ready("applied"))
}

/// A workload that is recorded with pods and has none wanted: ready by its own status, and yet it serves nobody.
fn switched_off(target: &Target, readiness: &Readiness) -> Option<Readiness> {
    let recorded = number(&target.manifest, "/spec/replicas").filter(|replicas| *replicas > 0)?;
    // `8/0 ready` for as long as the controller has not seen the change.
    let share = readiness.message().split(' ').next().unwrap_or_default();
    let is_off = readiness.is_ready() && share.ends_with("/0");
    is_off.then(|| Readiness::progressing(format!("scaled to 0, the release says {recorded}")))
}

fn is_ready(state: Option<&Readiness>) -> bool {
    state.is_some_and(Readiness::is_ready)
}

/// A trouble of one object.
struct Trouble {
    code: &'static str,
    since: Instant,
    grace: Duration,
}

impl Trouble {
    fn is_final(&self) -> bool {
        self.since.elapsed() >= self.grace
    }
}

/// The troubles of all objects by their index.
#[derive(Default)]
struct Troubles {
    open: HashMap<usize, Trouble>,
    /// When the first of them became final.
    final_since: Option<Instant>,
}

impl Troubles {
    fn note(&mut self, index: usize, readiness: &Readiness) {
        match readiness.cause() {
            None => {
                self.open.remove(&index);
            }
            Some(cause) => {
                let since = match self.open.get(&index) {
                    Some(trouble) if trouble.code == cause.code => trouble.since,
                    _ => Instant::now(),
                };
                self.open.insert(index, Trouble { code: cause.code, since, grace: cause.grace });
            }
        }
    }

    /// Whether waiting makes no sense any more: something is final, and the rest had its time to settle.
    fn is_over(&mut self, states: &[Option<Readiness>]) -> bool {
        if !self.open.values().any(Trouble::is_final) {
            self.final_since = None;
            return false;
        }
        let since = *self.final_since.get_or_insert_with(Instant::now);
        let unready = states.iter().filter(|state| !is_ready(state.as_ref())).count();
        unready == self.open.values().filter(|trouble| trouble.is_final()).count()
            || since.elapsed() >= SETTLING
    }
}

/// How long a stack may take until it is ready: the longest start-up that a probe allows, and time for its image.
pub fn budget(stack: &Stack) -> Duration {
    const IMAGE: u64 = 15 * 60;
    const LEAST: u64 = 5 * 60;
    let containers = stack.manifests().flat_map(|manifest| {
        ["/spec/template/spec/containers", "/spec/leaderWorkerTemplate/workerTemplate/spec/containers"]
            .into_iter()
            .flat_map(|path| list(&manifest.object, path))
    });
    let longest = containers.filter_map(start_up).max();
    Duration::from_secs(longest.map_or(LEAST, |seconds| seconds + IMAGE))
}

/// The seconds that a container's startup probe allows.
fn start_up(container: &Value) -> Option<u64> {
    let probe = container.get("startupProbe")?;
    let value = |field: &str, default: u64| {
        number(probe, field).and_then(|value| u64::try_from(value).ok()).unwrap_or(default)
    };
    Some(value("/initialDelaySeconds", 0) + value("/periodSeconds", 10) * value("/failureThreshold", 3))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::readiness::Cause;

    #[test]
    fn the_guide_s_model_servers_get_their_half_hour() {
        let container =
            json!({"startupProbe": {"initialDelaySeconds": 15, "periodSeconds": 30, "failureThreshold": 60}});
        assert_eq!(start_up(&container), Some(1815));
        assert_eq!(start_up(&json!({"startupProbe": {}})), Some(30));
        assert_eq!(start_up(&json!({})), None);
    }

    #[test]
    fn trouble_is_final_after_its_grace_and_forgotten_when_it_passes() {
        let blocked = |grace: u64| {
            Readiness::blocked(Cause {
                code: "ImagePull",
                message: String::new(),
                hint: String::new(),
                grace: Duration::from_secs(grace),
            })
        };
        let mut troubles = Troubles::default();
        let mut over = |readiness: Readiness| {
            troubles.note(0, &readiness);
            troubles.is_over(&[Some(readiness)])
        };
        assert!(!over(blocked(60)));
        assert!(over(blocked(0)));
        assert!(!over(Readiness::progressing("again")));
    }

    #[test]
    fn the_others_may_settle_when_one_has_failed() {
        let failed = Readiness::blocked(Cause {
            code: "ImagePull",
            message: String::new(),
            hint: String::new(),
            grace: Duration::ZERO,
        });
        let mut troubles = Troubles::default();
        troubles.note(0, &failed);
        assert!(!troubles.is_over(&[Some(failed.clone()), Some(Readiness::progressing("0/1 ready"))]));
        assert!(troubles.is_over(&[Some(failed), Some(Readiness::ready("1/1 ready"))]));
    }
}
