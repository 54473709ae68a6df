//! Which of several pickers leads (`epp.md` §2.6): by a Lease, as client-go's electors do, so that pickers of both
//! kinds can stand for the same one.
//!
//! There are never two leaders, as long as clocks run equally fast: a leader that could not renew steps down
//! `times.renew` after it *sent* its last successful renewal, and others wait for `times.lease` after they *saw* it.

mod lease;

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, future};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::PostParams;
use kube::runtime::{WatchStreamExt as _, watcher::watch_object};
use kube::{Api, Client};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use self::lease::Observed;

/// How an election is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// How long a Lease is good after it was renewed; whole seconds, as the Lease holds such.
    pub lease: Duration,
    /// How long a leader tries to renew before it steps down; shorter than `lease`.
    pub renew: Duration,
    /// Between two attempts.
    pub retry: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let [lease, renew, retry] = [15, 10, 2].map(Duration::from_secs);
        Self { lease, renew, retry }
    }
}

/// One that stands for a Lease.
pub struct Elector {
    api: Api<Lease>,
    name: String,
    /// Nobody else's, nor that of an earlier run of this pod.
    identity: String,
    times: Times,
}

/// Why a leader's renewal failed.
enum Failure {
    /// The Lease is another's, or gone.
    Lost,
    /// It may succeed when tried again.
    Error(kube::Error),
}

impl Elector {
    /// Stands for the Lease `name` in `namespace`; `pod` tells people who holds it.
    pub fn new(client: Client, namespace: &str, name: String, pod: &str, times: Times) -> Self {
        let identity = format!("{pod}_{}", uuid::Uuid::new_v4());
        Self { api: Api::namespaced(client, namespace), name, identity, times }
    }

    /// Stands for the Lease until `stop`, and keeps `is_leader` true while it is held. At the end the Lease is
    /// released, so that another can take it at once.
    pub async fn run(self, is_leader: watch::Sender<bool>, stop: CancellationToken) {
        loop {
            let (held, renewed) = tokio::select! {
                () = stop.cancelled() => return,
                acquired = self.acquire() => acquired,
            };
            info!(lease = self.name, identity = self.identity, "leading");
            is_leader.send_replace(true);
            let is_stopped = tokio::select! {
                () = stop.cancelled() => true,
                () = self.keep(held, renewed) => false,
            };
            is_leader.send_replace(false);
            if is_stopped {
                return self.release().await;
            }
            warn!(lease = self.name, identity = self.identity, "no longer leading");
        }
    }

    /// Tries until the Lease is ours. Also gives the time at which the successful attempt began.
    async fn acquire(&self) -> (Lease, Instant) {
        let mut observed = Observed::default();
        let changes = watch_object(self.api.clone(), &self.name).default_backoff();
        let mut is_failing = false;
        let mut releases = changes.try_filter(|lease| future::ready(lease::is_free(lease.as_ref()))).boxed();
        loop {
            let began = Instant::now();
            match timeout(self.request_limit(), self.attempt(&mut observed)).await {
                Ok(Ok(Some(lease))) => return (lease, began),
                Ok(Ok(None)) => is_failing = false,
                Ok(Err(error)) if !is_failing => {
                    warn!(lease = self.name, %error, "failed to stand for the lease, trying again");
                    is_failing = true;
                }
                Ok(Err(error)) => debug!(lease = self.name, %error, "still failing to stand for the lease"),
                Err(_) => debug!(lease = self.name, "no answer in time"),
            }
            // Spread, so that candidates do not come at the same moment; at once when it is released.
            let pause = self.times.retry.mul_f64(1.0 + 0.2 * rand::random::<f64>());
            let _ = timeout(pause, releases.next()).await;
        }
    }

    /// Takes the Lease if it may be taken.
    async fn attempt(&self, observed: &mut Observed) -> kube::Result<Option<Lease>> {
        let written = match self.api.get_opt(&self.name).await? {
            None => {
                let lease = lease::taken(Lease::default(), &self.name, &self.identity, self.times.lease);
                self.api.create(&PostParams::default(), &lease).await
            }
            Some(lease) if observed.may_take(&lease, &self.identity, Instant::now()) => {
                let lease = lease::taken(lease, &self.name, &self.identity, self.times.lease);
                self.api.replace(&self.name, &PostParams::default(), &lease).await
            }
            Some(_) => return Ok(None),
        };
        match written {
            Ok(lease) => Ok(Some(lease)),
            // Another was quicker.
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Renews the Lease for as long as that succeeds in time.
    async fn keep(&self, mut held: Lease, mut renewed: Instant) {
        loop {
            let deadline = renewed + self.times.renew;
            sleep_until((Instant::now() + self.times.retry).min(deadline)).await;
            let began = Instant::now();
            let limit = deadline.min(began + self.request_limit());
            match timeout_at(limit, self.renew(&mut held)).await {
                Ok(Ok(())) => renewed = began,
                Ok(Err(Failure::Lost)) => return,
                Ok(Err(Failure::Error(error))) => warn!(lease = self.name, %error, "failed to renew"),
                Err(_) => warn!(lease = self.name, "failed to renew: no answer in time"),
            }
            if Instant::now() >= renewed + self.times.renew {
                return;
            }
        }
    }

    async fn renew(&self, held: &mut Lease) -> Result<(), Failure> {
        lease::renew(held);
        match self.api.replace(&self.name, &PostParams::default(), held).await {
            Ok(lease) => {
                *held = lease;
                return Ok(());
            }
            Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => {}
            Err(error) => return Err(Failure::Error(error)),
        }
        // Changed since: by an attempt of ours whose answer was lost, by a hand that labels it, or by another.
        match self.api.get_opt(&self.name).await.map_err(Failure::Error)? {
            Some(lease) if lease::holder(&lease) == Some(&self.identity) => *held = lease,
            _ => return Err(Failure::Lost),
        }
        lease::renew(held);
        *held = self.api.replace(&self.name, &PostParams::default(), held).await.map_err(Failure::Error)?;
        Ok(())
    }

    /// Gives the Lease away if it is still ours; without an answer in time it expires instead.
    async fn release(&self) {
        let releasing = async {
            // Once more if a renewal that was under way came in between.
            for _ in 0..2 {
                let Some(held) = self.api.get_opt(&self.name).await? else { break };
                if lease::holder(&held) != Some(&self.identity) {
                    break;
                }
                match self.api.replace(&self.name, &PostParams::default(), &lease::released(held)).await {
                    Err(kube::Error::Api(status)) if status.code == 409 => {}
                    other => return other.map(drop),
                }
            }
            kube::Result::Ok(())
        };
        match timeout(self.request_limit(), releasing).await {
            Ok(Ok(())) => info!(lease = self.name, "released"),
            Ok(Err(error)) => warn!(lease = self.name, %error, "failed to release"),
            Err(_) => warn!(lease = self.name, "failed to release: no answer in time"),
        }
    }

    /// Two attempts to renew must fit: the first may hang on a dead connection.
    fn request_limit(&self) -> Duration {
        self.times.renew / 2
    }
}
