//! When a hypervisor ran others on this machine's CPUs: what is late then is not the sender's doing.

use std::fs;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The kernel counts in ticks of 10 ms.
const TICK: Duration = Duration::from_millis(10);

/// The moments at which the count of stolen ticks had grown.
pub(crate) struct Stolen(Vec<Instant>);

/// A watch on the count.
pub(crate) struct Watch {
    end: mpsc::Sender<()>,
    thread: JoinHandle<Stolen>,
}

impl Watch {
    pub(crate) fn start() -> Self {
        let (end, ended) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let (mut moments, mut before) = (Vec::new(), ticks());
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let now = ticks();
                if now != before {
                    moments.push(Instant::now());
                }
                before = now;
            }
            Stolen(moments)
        });
        Self { end, thread }
    }

    pub(crate) fn end(self) -> Stolen {
        drop(self.end);
        self.thread.join().unwrap()
    }
}

impl Stolen {
    /// Whether nothing was taken between these moments: a tick is counted at its end and seen within another.
    pub(crate) fn nothing_within(&self, begin: Instant, end: Instant) -> bool {
        let first = self.0.partition_point(|moment| *moment < begin);
        self.0.get(first).is_none_or(|moment| *moment > end + 2 * TICK)
    }
}

/// Ticks that were taken since the machine started, of all CPUs (`proc_stat(5)`, `steal`).
fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/stat").unwrap();
    stat.split_ascii_whitespace().nth(8).unwrap().parse().unwrap()
}
