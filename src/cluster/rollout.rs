//! Looks at all objects until every one is ready, one has failed for good, or time is up.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::autoscaler::{self, Autoscalers};
use super::object::{ObjectRef, list, number};
use super::readiness::pod::startup;
use super::readiness::{self, Cause, Readiness, Surroundings};
use super::survey::Look;
pub(super) use super::survey::Target;
use super::topology;
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
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ObjectReport {
    #[serde(flatten)]
    pub object: ObjectRef,
    /// The Helm release that it belongs to.
    pub release: String,
    #[serde(flatten)]
    pub readiness: Readiness,
}

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every object is.
    Ready,
    /// At least one object will not become ready by itself.
    Blocked,
    /// Time was up before every object was ready.
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

    /// Where every object stands now, and the objects as they are.
    pub(super) async fn survey(&self) -> Result<Vec<(ObjectReport, Option<Value>)>, Error> {
        let looks =
            parallel(self.targets.iter().map(|target| self.cluster.look(&target.object, &self.surroundings)))
                .await;
        let looks: Vec<Look> = looks.into_iter().collect::<Result<_, _>>()?;
        let mut surveyed = Vec::new();
        for (target, Look { live, readiness }) in self.targets.iter().zip(looks) {
            let off = switched_off(target, &readiness, live.as_ref());
            let readiness = match off {
                Some(Off { recorded, scaler: None }) => match self.autoscaler_of(&target.object).await {
                    Some(scaler) => Readiness::ready(format!("scaled to 0 by {scaler}")),
                    None => scaled_to_nothing(recorded),
                },
                Some(Off { scaler: Some(scaler), .. }) => {
                    Readiness::ready(format!("scaled to 0 by {scaler}"))
                }
                None => readiness,
            };
            surveyed.push((report(target, readiness), live));
        }
        let objects: Vec<&Value> =
            surveyed.iter().map(|(_, live)| live.as_ref().unwrap_or(&Value::Null)).collect();
        for (index, cause) in self.faults(&objects).await? {
            if surveyed[index].0.readiness.is_ready() {
                surveyed[index].0.readiness = Readiness::blocked(cause);
            }
        }
        Ok(surveyed)
    }

    /// What no status tells, by the index of the target.
    async fn faults(&self, objects: &[&Value]) -> Result<Vec<(usize, Cause)>, Error> {
        let namespace = self.targets.iter().find_map(|target| target.object.namespace.as_deref());
        let around = self.cluster.neighbourhood(namespace.unwrap_or_default(), objects).await?;
        Ok(topology::faults(objects, &around))
    }

    /// The `HorizontalPodAutoscaler` of an object, if one counts its replicas.
    async fn autoscaler_of(&self, object: &ObjectRef) -> Option<String> {
        Autoscalers::of(self.cluster, object.namespace.as_deref()?).scaling(object).await
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
                    Ok(Look { readiness, .. }) => {
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
                self.settled(&mut states, progress).await?
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

    /// The verdict where every object by itself is ready: what they say about each other may still be wrong.
    async fn settled(
        &self,
        states: &mut [Option<Readiness>],
        progress: &ProgressSender,
    ) -> Result<Verdict, Error> {
        let objects: Vec<&Value> = self.targets.iter().map(|target| &target.manifest).collect();
        let faults = self.faults(&objects).await?;
        let verdict = if faults.is_empty() { Verdict::Ready } else { Verdict::Blocked };
        for (index, cause) in faults {
            let (object, readiness) = (self.targets[index].object.clone(), Readiness::blocked(cause));
            states[index] = Some(readiness.clone());
            progress.send(Progress::Rollout { object, readiness });
        }
        Ok(verdict)
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
struct Off {
    recorded: i64,
    /// Whoever scaled it by the `scale` subresource.
    scaler: Option<String>,
}

fn switched_off(target: &Target, readiness: &Readiness, live: Option<&Value>) -> Option<Off> {
    let recorded = number(&target.manifest, "/spec/replicas").filter(|replicas| *replicas > 0)?;
    let live = live.filter(|live| readiness.is_ready() && number(live, "/spec/replicas") == Some(0))?;
    // Whoever uses kubectl has done it by hand.
    let scaler = autoscaler::scaler(live).filter(|manager| !manager.starts_with("kubectl"));
    Some(Off { recorded, scaler: scaler.map(str::to_owned) })
}

fn scaled_to_nothing(recorded: i64) -> Readiness {
    Readiness::blocked(Cause {
        code: "ScaledToZero",
        message: format!("scaled to 0, the release says {recorded}"),
        hint: "apply again, or scale it up: kubectl scale".to_owned(),
        ..Cause::default()
    })
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
    const LEAST: Duration = Duration::from_secs(5 * 60);
    let containers = stack.manifests().flat_map(|manifest| {
        ["/spec/template/spec/containers", "/spec/leaderWorkerTemplate/workerTemplate/spec/containers"]
            .into_iter()
            .flat_map(|path| list(&manifest.object, path))
    });
    let longest = containers.filter_map(startup::budget).max();
    longest.map_or(LEAST, |longest| longest.saturating_add(startup::IMAGE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whoever_scaled_to_nothing_is_told() {
        let entry = |manager: &str| {
            json!([{"manager": manager, "subresource": "scale",
                                            "fieldsV1": {"f:spec": {"f:replicas": {}}}}])
        };
        let target = Target {
            object: ObjectRef::namespaced("apps/v1", "Deployment", "deployments", "demo", "decode"),
            release: "ms".to_owned(),
            manifest: json!({"spec": {"replicas": 8}}),
        };
        let off = |replicas: i64, manager: &str| {
            let live = json!({"metadata": {"managedFields": entry(manager)}, "spec": {"replicas": replicas}});
            switched_off(&target, &Readiness::ready("0/0 ready"), Some(&live)).map(|off| off.scaler)
        };
        assert_eq!(off(0, "keda"), Some(Some("keda".to_owned())));
        assert_eq!(off(0, "kubectl"), Some(None));
        assert_eq!(off(1, "keda"), None);
    }

    #[test]
    fn trouble_is_final_after_its_grace_and_forgotten_when_it_passes() {
        let blocked = |grace: u64| {
            Readiness::blocked(Cause {
                code: "ImagePull",
                message: String::new(),
                hint: String::new(),
                grace: Duration::from_secs(grace),
                ..Cause::default()
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
            ..Cause::default()
        });
        let mut troubles = Troubles::default();
        troubles.note(0, &failed);
        assert!(!troubles.is_over(&[Some(failed.clone()), Some(Readiness::progressing("0/1 ready"))]));
        assert!(troubles.is_over(&[Some(failed), Some(Readiness::ready("1/1 ready"))]));
    }
}
