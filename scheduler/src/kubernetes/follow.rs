//! A watch that lasts: over restarts of the API server, expired versions and definitions that come later.

use std::fmt::Debug;
use std::time::Duration;

use futures::StreamExt as _;
use kube::api::ListParams;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use tracing::{debug, info, warn};

/// After so many seconds the server ends a watch and it is begun anew: a connection that died without a word is
/// noticed a few seconds later.
const WATCH_SECONDS: u32 = 60;

/// What can be watched.
pub(super) trait Watched:
    Resource<DynamicType: Clone> + Clone + DeserializeOwned + Debug + Send + 'static
{
}
impl<K: Resource<DynamicType: Clone> + Clone + DeserializeOwned + Debug + Send + 'static> Watched for K {}

/// Hands every event of a collection to `tell`. Returns when the API server does not serve it, or does not let us read
/// it in the first place; everything else is tried again. A server that starts forbids for a while what it has allowed.
pub(super) async fn follow<K: Watched>(api: &Api<K>, config: watcher::Config, tell: impl Fn(Event<K>)) {
    let config = config.timeout(WATCH_SECONDS);
    let mut events = watcher(api.clone(), config.clone()).boxed();
    let mut backoff = Backoff::default();
    let (mut is_failing, mut was_listed) = (false, false);
    while let Some(event) = events.next().await {
        let error = match event {
            Ok(event) => {
                // `Init` announces a request; it does not say that one succeeded.
                if is_failing && !matches!(event, Event::Init) {
                    info!(path = api.resource_url(), "watching again");
                    is_failing = false;
                }
                was_listed |= matches!(event, Event::InitDone);
                tell(event);
                continue;
            }
            Err(error) => error,
        };
        match &error {
            watcher::Error::InitialListFailed(error) if is_absent(error) => return,
            watcher::Error::InitialListFailed(error) if is_forbidden(error) && !was_listed => return,
            // Refused by the server itself: most likely it knows the version no longer, so list again.
            watcher::Error::WatchStartFailed(kube::Error::Api(_)) => {
                events = watcher(api.clone(), config.clone()).boxed();
            }
            _ => {}
        }
        if is_failing {
            debug!(path = api.resource_url(), %error, "still failing to watch");
        } else {
            warn!(path = api.resource_url(), %error, "failed to watch, trying again");
            is_failing = true;
        }
        backoff.pause().await;
    }
}

/// Whether the API server serves a collection and lets us read it; asks until it answers.
pub(super) async fn is_served<K: Watched>(api: &Api<K>) -> bool {
    let mut backoff = Backoff::default();
    loop {
        match api.list_metadata(&ListParams::default().limit(1)).await {
            Ok(_) => return true,
            Err(error) if is_absent(&error) || is_forbidden(&error) => return false,
            Err(error) => debug!(path = api.resource_url(), %error, "failed to list, trying again"),
        }
        backoff.pause().await;
    }
}

/// Asks every so often; returns when the collection is served.
pub(super) async fn until_served<K: Watched>(api: &Api<K>, every: Duration) {
    while !is_served(api).await {
        sleep(every).await;
    }
}

/// What is answered about a kind that is not there to those who may read it.
fn is_absent(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

/// What is answered to those who may not read a kind, whether it is there or not.
fn is_forbidden(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 403)
}

/// Waits between attempts, longer each time; short again after half a minute without failure.
#[derive(Default)]
struct Backoff {
    failures: u32,
    last: Option<Instant>,
}

impl Backoff {
    async fn pause(&mut self) {
        if self.last.is_some_and(|last| last.elapsed() > Duration::from_secs(30)) {
            self.failures = 0;
        }
        let longest = Duration::from_millis(100 << self.failures.min(6));
        // Spread, so that pickers do not all come back to a restarted API server at the same moment.
        sleep(longest.mul_f64(rand::random_range(0.5..1.0))).await;
        self.failures = self.failures.saturating_add(1);
        self.last = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests;
