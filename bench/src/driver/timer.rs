//! Waits for a moment to a few microseconds.

use std::time::Instant;

use tokio::time::sleep_until;

/// The kernel's timer, where there is one, since tokio's knows only whole milliseconds. Nothing is spent while it waits.
#[derive(Debug)]
pub(super) struct Timer {
    #[cfg(target_os = "linux")]
    alarm: Option<alarm::Alarm>,
}

impl Timer {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            alarm: alarm::Alarm::new().ok(),
        }
    }

    /// Ends at the moment or just after it, never before.
    pub(super) async fn wait_until(&self, moment: Instant) {
        #[cfg(target_os = "linux")]
        if let Some(alarm) = &self.alarm
            && alarm.wait_until(moment).await.is_ok()
        {
            return;
        }
        sleep_until(moment.into()).await;
    }
}

#[cfg(target_os = "linux")]
mod alarm {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Instant;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    /// A file that can be read when it is time.
    #[derive(Debug)]
    pub(super) struct Alarm(AsyncFd<OwnedFd>);

    impl Alarm {
        #[expect(
            deprecated,
            reason = "its successor is unsafe; the file is owned here and never replaced, as that asks"
        )]
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            AsyncFd::new(timerfd_create(TimerfdClockId::Monotonic, flags)?).map(Self)
        }

        pub(super) async fn wait_until(&self, moment: Instant) -> io::Result<()> {
            loop {
                let left = moment.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(());
                }
                let it_value = Timespec::try_from(left).map_err(io::Error::other)?;
                let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
                timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &Itimerspec { it_interval, it_value })?;
                let mut ready = self.0.readable().await?;
                // Whatever it says: the clock decides. Reading makes it wait again.
                let _ = rustix::io::read(&self.0, &mut [0_u8; 8]);
                ready.clear_ready();
            }
        }
    }
}
