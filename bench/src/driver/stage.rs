//! Plays one stage: sends, then waits for what is in flight.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Course;
use super::conversation::converse;
use super::log::StageLog;
use super::timer::Timer;
use crate::plan::{Pacing, PlannedRequest, PlannedStage};
use crate::run::StageRun;
use crate::sample::{FailureKind, Sample};

/// Between the start of a stage and its first moment, so that the first request is not late.
const LEAD: Duration = Duration::from_millis(20);

/// A stage that was played.
pub(super) struct Played {
    pub(super) run: StageRun,
    /// Whether `stop` came before all had been sent and answered.
    pub(super) is_stopped: bool,
}

/// Ends when all answers have ended, or `drain_timeout` after the last sending, or at `stop`: what is in flight then is
/// cancelled.
pub(super) async fn play(
    course: &Arc<Course>,
    number: usize,
    planned: &PlannedStage,
    drain_timeout: Duration,
    stop: &CancellationToken,
) -> Played {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let log = Arc::new(StageLog::new(number, planned.requests.len()));
    let tasks = TaskTracker::new();
    let started = Instant::now() + LEAD;
    let begun = Arc::new(AtomicUsize::new(0));
    match planned.pacing {
        Pacing::Open { .. } => {
            let arrivals = send_on_time(course, &log, &tasks, planned, started);
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                count = arrivals => begun.store(count, Ordering::Relaxed),
            }
        }
        Pacing::Closed { concurrency } => {
            let requests: Arc<[PlannedRequest]> = planned.requests.clone().into();
            for _ in 0..(concurrency as usize).min(requests.len()) {
                let (course, log) = (Arc::clone(course), Arc::clone(&log));
                tasks.spawn(send_in_turn(course, log, Arc::clone(&requests), Arc::clone(&begun), started));
            }
        }
    }
    tasks.close();
    let end = drain(&tasks, &log, started, drain_timeout, stop).await;
    let is_unsent = begun.load(Ordering::Relaxed) < planned.requests.len();
    let is_stopped = end == End::Stopped || end == End::Drained && is_unsent;
    let drained = course.since(Instant::now());
    let mut records = log.take();
    if end == End::TimedOut {
        records.samples.iter_mut().for_each(blame_timeout);
    }
    let started = course.since(started);
    let run = StageRun {
        pacing: planned.pacing,
        warm_up: planned.warm_up,
        started,
        sent: records.last_sent.map_or(started, |sent| course.since(sent)),
        drained,
        samples: records.samples,
        gaps: records.gaps,
        replicas: Vec::new(),
    };
    Played { run, is_stopped }
}

/// Open loop: each at its time.
async fn send_on_time(
    course: &Arc<Course>,
    log: &Arc<StageLog>,
    tasks: &TaskTracker,
    planned: &PlannedStage,
    started: Instant,
) -> usize {
    let timer = Timer::new();
    for (request, planned) in (0..).zip(&planned.requests) {
        let intended = started + planned.after;
        timer.wait_until(intended).await;
        let (course, log) = (Arc::clone(course), Arc::clone(log));
        tasks.spawn(converse(course, log, request, planned.clone(), intended));
    }
    planned.requests.len()
}

/// Closed loop, one of its places: the next request when the one before has ended.
async fn send_in_turn(
    course: Arc<Course>,
    log: Arc<StageLog>,
    requests: Arc<[PlannedRequest]>,
    begun: Arc<AtomicUsize>,
    started: Instant,
) {
    sleep_until(started.into()).await;
    let mut intended = started;
    while !log.cut.is_cancelled() {
        let request = begun.fetch_add(1, Ordering::Relaxed);
        let Some(planned) = requests.get(request) else { return };
        let request = u32::try_from(request).unwrap_or(u32::MAX);
        converse(Arc::clone(&course), Arc::clone(&log), request, planned.clone(), intended).await;
        intended = Instant::now();
    }
}

/// How a stage ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Drained,
    Stopped,
    TimedOut,
}

/// What was cut when the time to drain was over was not answered in time; it was not given up by a person.
fn blame_timeout(sample: &mut Sample) {
    if let Some(failure) = &mut sample.failure
        && failure.kind == FailureKind::Cancelled
    {
        failure.kind = FailureKind::DrainTimeout;
        "not answered when the stage's time to drain was over".clone_into(&mut failure.detail);
    }
}

async fn drain(
    tasks: &TaskTracker,
    log: &StageLog,
    started: Instant,
    drain_timeout: Duration,
    stop: &CancellationToken,
) -> End {
    let mut drained = pin!(tasks.wait());
    let end = loop {
        let deadline = log.last_sent().unwrap_or(started) + drain_timeout;
        tokio::select! {
            biased;
            () = &mut drained => return End::Drained,
            () = stop.cancelled() => break End::Stopped,
            () = sleep_until(deadline.into()) => {
                // Follow-ups and closed loops send while others are waited for.
                if log.last_sent().unwrap_or(started) + drain_timeout <= Instant::now() {
                    break End::TimedOut;
                }
            }
        }
    };
    log.cut.cancel();
    drained.await;
    end
}
