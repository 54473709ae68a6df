//! Time as the picker counts it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// Monotonic time: since the start of the process, or that of a simulation, which somebody else counts.
#[derive(Debug, Clone)]
pub struct Clock {
    start: Instant,
    /// None: the time that passes.
    simulated: Option<Arc<Simulated>>,
}

#[derive(Debug, Default)]
struct Simulated {
    nanoseconds: AtomicU64,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    /// By the time to wake them, those of one time in the order in which they went to sleep.
    wakers: BTreeMap<(u64, u64), Waker>,
    slept: u64,
}

impl Clock {
    /// A clock that begins now.
    pub fn start() -> Self {
        Self { start: Instant::now(), simulated: None }
    }

    /// A clock that stands at zero until it is [set](Self::set).
    pub fn simulated() -> Self {
        Self { start: Instant::now(), simulated: Some(Arc::default()) }
    }

    /// When the clock began.
    pub fn start_instant(&self) -> Instant {
        self.start
    }

    pub fn now(&self) -> Duration {
        match &self.simulated {
            None => self.start.elapsed(),
            Some(time) => Duration::from_nanos(time.nanoseconds.load(Relaxed)),
        }
    }

    /// Sets a simulated clock, which never goes back, and wakes those who slept until then. Any other goes by itself.
    pub fn set(&self, now: Duration) {
        let Some(time) = &self.simulated else { return };
        let now = nanoseconds(now);
        time.nanoseconds.fetch_max(now, Relaxed);
        let due = {
            let wakers = &mut time.sleepers().wakers;
            if wakers.first_key_value().is_none_or(|(&(until, _), _)| until > now) {
                return;
            }
            let later = wakers.split_off(&(now + 1, 0));
            std::mem::replace(wakers, later)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// Waits for so long by this clock.
    pub async fn sleep(&self, duration: Duration) {
        match &self.simulated {
            None => tokio::time::sleep(duration).await,
            Some(time) => time.wait_until(nanoseconds(self.now().saturating_add(duration))).await,
        }
    }
}

impl Simulated {
    async fn wait_until(&self, until: u64) {
        let mut known: Option<Waker> = None;
        poll_fn(|context| {
            if self.nanoseconds.load(Relaxed) >= until {
                return Poll::Ready(());
            }
            if known.as_ref().is_none_or(|waker| !waker.will_wake(context.waker())) {
                known = Some(context.waker().clone());
                let mut sleepers = self.sleepers();
                sleepers.slept += 1;
                let place = (until, sleepers.slept);
                sleepers.wakers.insert(place, context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a `u64` holds are 584 years.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX - 1)
}
