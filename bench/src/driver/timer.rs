//! Waits for a moment to less than a millisecond.

use std::time::{Duration, Instant};

use tokio::task::yield_now;
use tokio::time::sleep_until;

/// tokio's timers may be late by this much.
const GRAIN: Duration = Duration::from_millis(1);

/// Ends at the moment or just after it, never before. The last millisecond is spent letting others run.
pub(super) async fn wait_until(moment: Instant) {
    if let Some(early) = moment.checked_sub(GRAIN)
        && Instant::now() < early
    {
        sleep_until(early.into()).await;
    }
    while Instant::now() < moment {
        yield_now().await;
    }
}
