//! Ends processes.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::lock::{self, Holder};
use super::{Folder, Health};
use crate::{Exit, Failure};

/// How often a lock is looked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// How long a killed process may take to go.
const KILLED: Duration = Duration::from_secs(5);

/// A process that was ended.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EndedProcess {
    pub name: String,
    pub pid: Option<u32>,
    /// It did not end when it was asked to.
    pub killed: bool,
}

/// Ends those of these processes that live: asks, waits for so long, kills.
///
/// # Errors
/// When one cannot be ended.
pub(super) async fn end(
    folder: &Folder,
    names: &[&str],
    patience: Duration,
    tell: &mut dyn FnMut(&str, &Health),
) -> Result<Vec<EndedProcess>, Failure> {
    let mut ended = Vec::new();
    for name in names {
        if let Holder::Process(pid) = lock::holder(&folder.lock(name))? {
            signal(folder, name, Signal::TERM)?;
            tell(name, &Health::Waiting { pid, message: "ending".to_owned() });
            ended.push(EndedProcess { name: (*name).to_owned(), pid, killed: false });
        }
    }
    let deadline = Instant::now() + patience;
    for process in &mut ended {
        let is_gone = |deadline| gone(folder, &process.name, deadline);
        if !is_gone(deadline).await? {
            signal(folder, &process.name, Signal::KILL)?;
            process.killed = true;
            if !is_gone(Instant::now() + KILLED).await? {
                let text = format!("{} does not end, not even when it is killed", process.name);
                return Err(Failure::message(Exit::NotReady, text));
            }
        }
        let message = if process.killed { "killed" } else { "ended" };
        tell(&process.name, &Health::Down { message: message.to_owned() });
    }
    Ok(ended)
}

/// Waits until nobody holds the lock; whether that came before the deadline.
async fn gone(folder: &Folder, name: &str, deadline: Instant) -> Result<bool, Failure> {
    while lock::holder(&folder.lock(name))?.is_alive() {
        if Instant::now() >= deadline {
            return Ok(false);
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(true)
}

/// Signals whoever holds the lock. A process that has just begun signs it in a moment.
fn signal(folder: &Folder, name: &str, signal: Signal) -> Result<(), Failure> {
    let Holder::Process(Some(pid)) = lock::holder(&folder.lock(name))? else { return Ok(()) };
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Ok(()) };
    match kill_process(pid, signal) {
        // It has ended meanwhile.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(Failure::message(Exit::Failed, format!("failed to end {name}: {error}"))),
    }
}
