//! What the model servers say of themselves, beside the run.

mod page;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures::future::join_all;
use http::{HeaderMap, StatusCode};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{DriverError, Settings};
use crate::client::{Body, Client, Options, Url};
use crate::run::{GaugePoint, ReplicaRun, StageRun};
use page::Page;

/// Between two looks at the gauges.
const INTERVAL: Duration = Duration::from_millis(250);
/// Points of a stage; when there are more, every second one goes.
const MOST_POINTS: usize = 400;
/// How long a busy replica is waited for before its cache counts as warm.
const PATIENCE: Duration = Duration::from_secs(10);
/// A page that takes longer is not worth waiting for.
const PAGE_TIMEOUT: Duration = Duration::from_secs(2);

/// The replicas, in the order of their names.
#[derive(Debug)]
pub(super) struct Replicas {
    client: Client,
    replicas: Vec<Replica>,
}

#[derive(Clone, Debug)]
struct Replica {
    name: String,
    metrics: Url,
    reset: Url,
}

/// Replicas that are being looked at.
#[derive(Debug)]
pub(super) struct Watch {
    end: CancellationToken,
    tasks: Vec<JoinHandle<ReplicaRun>>,
}

impl Replicas {
    pub(super) fn new(settings: &Settings) -> Result<Self, DriverError> {
        let mut replicas = Vec::with_capacity(settings.replicas.len());
        for (name, url) in &settings.replicas {
            let (metrics, reset) = (url.join("/metrics")?, url.join("/reset_prefix_cache")?);
            replicas.push(Replica { name: name.clone(), metrics, reset });
        }
        replicas.sort_by(|one, other| one.name.cmp(&other.name));
        let client = Client::new(Options { timeout: PAGE_TIMEOUT, ..settings.client.clone() });
        Ok(Self { client, replicas })
    }

    /// Those that were named, else those that answers named.
    pub(super) fn names_or_seen(&self, stages: &[StageRun]) -> Vec<String> {
        if !self.replicas.is_empty() {
            return self.replicas.iter().map(|replica| replica.name.clone()).collect();
        }
        let samples = stages.iter().flat_map(|stage| &stage.samples);
        let seen: BTreeSet<&str> = samples.filter_map(|sample| sample.replica.as_deref()).collect();
        seen.into_iter().map(str::to_owned).collect()
    }

    /// Empties the prefix caches. False when there is a replica of which that is not known.
    pub(super) async fn reset_caches(&self, stop: &CancellationToken) -> bool {
        let resets = join_all(self.replicas.iter().map(|replica| self.reset(replica)));
        let done = tokio::select! {
            biased;
            () = stop.cancelled() => return false,
            done = resets => done,
        };
        !done.is_empty() && done.into_iter().all(|is_done| is_done)
    }

    /// Servers answer alike whether or not requests were using the cache, so it is asked when none does. Where `/metrics`
    /// cannot be read that is not known.
    async fn reset(&self, replica: &Replica) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            match read(&self.client, replica).await {
                Some(page) if page.running + page.waiting > 0.0 => tokio::time::sleep(INTERVAL).await,
                page => {
                    let answer = self.client.post_json(&replica.reset, HeaderMap::new(), Body::default());
                    let is_reset = answer.await.is_ok_and(|answer| answer.status == StatusCode::OK);
                    return is_reset && page.is_some();
                }
            }
        }
        tracing::warn!(replica = replica.name, "the prefix cache was not reset: requests use it");
        false
    }

    /// Reads all counters, then looks at the gauges until [`Watch::end`]. Times are since `zero`.
    pub(super) async fn watch(&self, zero: Instant) -> Watch {
        let before = join_all(self.replicas.iter().map(|replica| read(&self.client, replica))).await;
        let end = CancellationToken::new();
        let follow = |(replica, before): (&Replica, Option<Page>)| {
            tokio::spawn(follow(self.client.clone(), replica.clone(), before, zero, end.clone()))
        };
        let tasks = self.replicas.iter().zip(before).map(follow).collect();
        Watch { end, tasks }
    }
}

impl Watch {
    /// What was seen, in the order of the replicas.
    pub(super) async fn end(self) -> Vec<ReplicaRun> {
        self.end.cancel();
        let ended = join_all(self.tasks).await;
        ended.into_iter().map(Result::unwrap_or_default).collect()
    }
}

async fn follow(
    client: Client,
    replica: Replica,
    before: Option<Page>,
    zero: Instant,
    end: CancellationToken,
) -> ReplicaRun {
    let mut points = Vec::new();
    let mut interval = INTERVAL;
    let mut next = Instant::now();
    loop {
        tokio::select! {
            biased;
            () = end.cancelled() => break,
            () = tokio::time::sleep_until(next.into()) => {}
        }
        next = Instant::now() + interval;
        if let Some(page) = read(&client, &replica).await {
            points.push(page.gauges(zero.elapsed()));
        }
        if points.len() > MOST_POINTS {
            keep_every_second(&mut points);
            interval *= 2;
        }
    }
    let after = read(&client, &replica).await;
    let (Some(before), Some(after)) = (before, after) else {
        return ReplicaRun { points, is_unread: true, ..ReplicaRun::default() };
    };
    ReplicaRun {
        prompt_tokens: grown(before.prompt_tokens, after.prompt_tokens),
        cached_tokens: grown(before.cached_tokens, after.cached_tokens),
        preemptions: grown(before.preemptions, after.preemptions),
        is_unread: false,
        points,
    }
}

async fn read(client: &Client, replica: &Replica) -> Option<Page> {
    let answer = client.get(&replica.metrics, HeaderMap::new()).await.ok()?;
    (answer.status == StatusCode::OK).then(|| Page::read(&answer.text()))
}

fn keep_every_second(points: &mut Vec<GaugePoint>) {
    let mut keep = false;
    points.retain(|_| {
        keep = !keep;
        keep
    });
}

/// What a counter has grown by; one that fell began anew.
fn grown(before: f64, after: f64) -> u64 {
    let grown = if after < before { after } else { after - before };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as casts of floats saturate"
    )]
    let grown = grown as u64;
    grown
}
