//! One operation at a time on one deployment: a Lease in its namespace, kept alive while the work goes on.
//!
//! Times are the API server's: a clock that is wrong here neither breaks a living lock nor keeps a dead one.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kube::api::{DeleteParams, PostParams, Preconditions};
use kube::core::request::Request as Path;
use serde_json::{Value, json};

use super::object::{ObjectRef, meta, number, text};
use super::release::Record;
use super::{Cluster, Error, FIELD_MANAGER, Progress, ProgressSender};
use crate::{Exit, machine};

/// How long a lock lives without a sign of its holder.
const LIFE: Duration = Duration::from_secs(45);
/// How often the holder gives one.
const BEAT: Duration = Duration::from_secs(10);
/// How often others may be faster than we are until we give up.
const TRIES: usize = 10;
const VERB: &str = "llm-d.ai/verb";
const PROCESS: &str = "llm-d.ai/process";

/// Why the lock is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("{holder} is at work on this deployment{verb} since {since}")]
    Held {
        holder: String,
        verb: String,
        since: String,
        seen: String,
        ends: String,
        lease: String,
        /// What is to be said about this machine's clock.
        clock: Option<String>,
    },
    #[error("the lock of this deployment went to {holder}; what was begun here stands half done")]
    Lost { holder: String },
    #[error("release {release} was {before} when this was planned and is {now}")]
    Moved { release: String, before: String, now: String },
}

impl LockError {
    pub(super) const EXIT: Exit = Exit::Conflict;

    pub(super) fn hint(&self) -> String {
        match self {
            Self::Held { seen, ends, lease, clock, .. } => {
                let clock = clock.as_ref().map(|told| format!(" ({told}, by which these times count)"));
                format!(
                    "wait for it; its last sign of life was {seen} ago, and without another its lock ends in {ends}{}; \
                     to take the lock away: kubectl delete lease {lease}",
                    clock.unwrap_or_default()
                )
            }
            Self::Lost { .. } => "look at what it does: llmd history".to_owned(),
            Self::Moved { .. } => {
                "somebody else was at work meanwhile; run this again to see a plan that fits".to_owned()
            }
        }
    }
}

/// What a look at the lock tells.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Whether the lock can be read, and so nobody who takes locks is at work.
    pub is_guarded: bool,
    /// The API server's time.
    pub now: Timestamp,
}

/// The lock of one deployment.
pub struct Lock {
    cluster: Cluster,
    object: ObjectRef,
    verb: &'static str,
    holder: String,
    /// The Lease as it was last written by us.
    held: RefCell<Option<Held>>,
}

struct Held {
    lease: Value,
    clock: Clock,
}

/// The API server's time, carried on by our own clock's steps.
#[derive(Clone, Copy)]
struct Clock {
    then: Timestamp,
    read: Instant,
}

impl Clock {
    fn at(then: Timestamp) -> Self {
        Self { then, read: Instant::now() }
    }

    fn now(&self) -> Timestamp {
        self.then.checked_add(self.read.elapsed()).unwrap_or(self.then)
    }
}

impl Lock {
    /// The lock of the deployment with this postfix, for the verb of llmd that wants it. Takes nothing yet.
    pub fn new(cluster: &Cluster, namespace: &str, postfix: &str, verb: &'static str) -> Self {
        let name = format!("llmd-{postfix}");
        Self {
            cluster: cluster.clone(),
            object: ObjectRef::namespaced("coordination.k8s.io/v1", "Lease", "leases", namespace, &name),
            verb,
            holder: format!(
                "{} pid {} start {}",
                machine::user_at_host(),
                std::process::id(),
                seconds(Timestamp::now())
            ),
            held: RefCell::new(None),
        }
    }

    /// The verb of llmd that wants the lock.
    pub fn verb(&self) -> &'static str {
        self.verb
    }

    /// Looks whether the deployment is free.
    ///
    /// # Errors
    /// [`LockError::Held`] where somebody who lives holds the lock.
    pub async fn look(&self) -> Result<Standing, Error> {
        let lease = self.cluster.get(&self.object).await;
        let now = self.cluster.now();
        if matches!(lease, Err(Error::Forbidden { .. })) {
            return Ok(Standing { is_guarded: false, now });
        }
        self.refuse_living(lease?.as_ref(), now)?;
        Ok(Standing { is_guarded: true, now })
    }

    /// Who is at work on the deployment, in words; None where nobody is, or nobody may look.
    pub async fn holder_now(&self) -> Option<String> {
        match self.look().await {
            Err(Error::Lock(held)) => Some(held.to_string()),
            _ => None,
        }
    }

    /// Takes the lock. Who may not is warned, and goes on without it.
    pub(super) async fn acquire(&self, progress: &ProgressSender) -> Result<(), Error> {
        match self.try_acquire().await {
            Err(Error::Forbidden { reason, .. }) => {
                let text =
                    format!("nothing keeps others from changing this deployment at the same time: {reason}");
                progress.send(Progress::Warning(text));
                Ok(())
            }
            taken => taken,
        }
    }

    async fn try_acquire(&self) -> Result<(), Error> {
        let mut tries = 0;
        // As a rule there is none.
        let mut found = None;
        loop {
            let now = self.cluster.now();
            match self.write(&self.lease(found.as_ref(), now), found.is_some()).await {
                Ok(lease) => {
                    self.held.replace(Some(Held { lease, clock: Clock::at(now) }));
                    return Ok(());
                }
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) && tries < TRIES => {
                    tries += 1;
                    found = self.look_again().await?;
                }
                Err(error) => {
                    let error = self.cluster.error(format!("take the lock {}", self.object), error);
                    if found.is_some() || !matches!(error, Error::Forbidden { .. }) {
                        return Err(error);
                    }
                    // Who may not make one may still take over what is there.
                    found = self.look_again().await?;
                    if found.is_none() {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// The Lease of somebody who lives no more, if there is one.
    async fn look_again(&self) -> Result<Option<Value>, Error> {
        let found = self.cluster.get(&self.object).await?;
        self.refuse_living(found.as_ref(), self.cluster.now())?;
        Ok(found)
    }

    /// Gives signs of life for as long as it is polled, and ends when the lock is lost.
    pub(super) async fn keep(&self) -> Error {
        loop {
            tokio::time::sleep(BEAT).await;
            if let Err(lost) = self.renew().await {
                return lost;
            }
        }
    }

    async fn renew(&self) -> Result<(), Error> {
        let Some(lease) = self.renewed() else { return Ok(()) };
        let live = match self.write(&lease, true).await {
            Ok(written) => Some(written),
            Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => {
                match self.cluster.get(&self.object).await {
                    Ok(live) => live,
                    Err(_) => return Ok(()),
                }
            }
            // While the server is away nobody else gets the lock either.
            Err(_) => return Ok(()),
        };
        let holder = live.as_ref().map(|lease| text(lease, "/spec/holderIdentity")).unwrap_or_default();
        if holder != self.holder {
            let holder = if holder.is_empty() {
                "nobody: its Lease was deleted".to_owned()
            } else {
                holder.to_owned()
            };
            return Err(LockError::Lost { holder }.into());
        }
        if let (Some(held), Some(live)) = (self.held.borrow_mut().as_mut(), live) {
            held.lease = live;
        }
        Ok(())
    }

    /// Our Lease with the time of now.
    fn renewed(&self) -> Option<Value> {
        let held = self.held.borrow();
        let held = held.as_ref()?;
        let mut lease = held.lease.clone();
        lease["spec"]["renewTime"] = micro_time(held.clock.now()).into();
        Some(lease)
    }

    /// Gives the lock back, if it is ours. One that cannot be given back ends by itself.
    pub async fn release(&self) {
        let Some(Held { mut lease, .. }) = self.held.take() else { return };
        // A renewal that was cut off may have been written all the same.
        for _ in 0..2 {
            let given = |pointer: &str| Some(text(&lease, pointer).to_owned());
            let preconditions = Preconditions {
                resource_version: given("/metadata/resourceVersion"),
                uid: given("/metadata/uid"),
            };
            let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
            let request = Path::new(self.object.collection()).delete(&self.object.name, &parameters);
            match self.cluster.send(request).await {
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                _ => return,
            }
            match self.cluster.get(&self.object).await {
                Ok(Some(live)) if text(&live, "/spec/holderIdentity") == self.holder => lease = live,
                _ => return,
            }
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.borrow().is_some()
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// Fails where somebody who lives holds this Lease.
    fn refuse_living(&self, lease: Option<&Value>, now: Timestamp) -> Result<(), Error> {
        let Some(mut held) = lease.and_then(|lease| living(lease, now)) else { return Ok(()) };
        if let LockError::Held { clock, .. } = &mut held {
            *clock = self.cluster.clock_difference();
        }
        Err(held.into())
    }

    async fn write(&self, lease: &Value, exists: bool) -> kube::Result<Value> {
        let parameters =
            PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
        let (path, body) = (Path::new(self.object.collection()), lease.to_string().into_bytes());
        let request = if exists {
            path.replace(&self.object.name, &parameters, body)
        } else {
            path.create(&parameters, body)
        };
        self.cluster.send(request).await
    }

    /// The Lease as we want it, in the place of the one that was found.
    fn lease(&self, found: Option<&Value>, now: Timestamp) -> Value {
        let mut metadata = json!({
            "name": self.object.name, "namespace": self.object.namespace, "annotations": { VERB: self.verb },
        });
        if let Some(signature) = machine::signature(std::process::id()) {
            metadata["annotations"][PROCESS] = signature.into();
        }
        let mut handed = 0;
        if let Some(found) = found {
            metadata["resourceVersion"] = text(found, "/metadata/resourceVersion").into();
            handed = number(found, "/spec/leaseTransitions").unwrap_or_default().saturating_add(1);
        }
        json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata,
            "spec": {
                "holderIdentity": self.holder, "leaseDurationSeconds": LIFE.as_secs(),
                "acquireTime": micro_time(now), "renewTime": micro_time(now), "leaseTransitions": handed,
            },
        })
    }
}

/// The refusal, where the holder of a Lease lives or may live.
fn living(lease: &Value, now: Timestamp) -> Option<LockError> {
    let holder = text(lease, "/spec/holderIdentity");
    if holder.is_empty() || machine::has_ended(meta(lease, "annotations", PROCESS)) {
        return None;
    }
    let renewed: Timestamp = text(lease, "/spec/renewTime").parse().ok()?;
    let life = number(lease, "/spec/leaseDurationSeconds").unwrap_or_default();
    let left = SignedDuration::from_secs(life) - now.duration_since(renewed);
    if !left.is_positive() {
        return None;
    }
    let verb = meta(lease, "annotations", VERB);
    let since = text(lease, "/spec/acquireTime").parse().unwrap_or(renewed);
    Some(LockError::Held {
        holder: holder.to_owned(),
        verb: if verb.is_empty() { String::new() } else { format!(" (llmd {verb})") },
        since: seconds(since),
        seen: span(now.duration_since(renewed)),
        ends: span(left),
        lease: format!("-n {} {}", text(lease, "/metadata/namespace"), text(lease, "/metadata/name")),
        clock: None,
    })
}

/// Refuses where a release is not what it was when the work was planned.
pub(super) fn unmoved(release: &str, before: Option<&Record>, now: Option<&Record>) -> Result<(), Error> {
    let told = |record: Option<&Record>| match record {
        Some(record) => format!("at revision {} ({})", record.revision(), record.status()),
        None => "not installed".to_owned(),
    };
    if before == now {
        return Ok(());
    }
    Err(LockError::Moved { release: release.to_owned(), before: told(before), now: told(now) }.into())
}

/// A time in whole seconds.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time as Leases hold it.
fn micro_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// A span in whole seconds, never negative: `1m 5s`.
pub(super) fn span(span: SignedDuration) -> String {
    format!("{:#}", SignedDuration::from_secs(span.as_secs().max(0)))
}

#[cfg(test)]
mod tests;
