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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct EndedProcess {
    /// Its name: `server-0`.
    pub name: String,
    /// Its number; null where it was known to run and its number was not.
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
        if lock::holder(&folder.lock(name))? == Holder::Elsewhere {
            return Err(lock::elsewhere(name));
        }
    }
    for name in names {
        if let Holder::Process(pid) = lock::holder(&folder.lock(name))? {
            signal(folder, name, Signal::TERM)?;
            tell(name, &Health::Waiting { pid, message: "ending".to_owned() });
            ended.push(EndedProcess { name: (*name).to_owned(), pid, killed: false });
        }
    }
    let deadline = Instant::now() + patience;
    for process in &mut ended {
        // Who had not signed its lock yet, as it was only just started, has not been asked.
        let unasked = process.pid.is_none().then_some(Signal::TERM);
        if !gone(folder, &process.name, unasked, deadline).await? {
            process.killed = true;
            if !gone(folder, &process.name, Some(Signal::KILL), Instant::now() + KILLED).await? {
                let text = format!("{} does not end, not even when it is killed", process.name);
                return Err(Failure::message(Exit::NotReady, text));
            }
        }
        let message = if process.killed { "killed" } else { "ended" };
        tell(&process.name, &Health::Down { message: message.to_owned() });
    }
    Ok(ended)
}

/// Waits until nobody holds the lock, and signals who does, once; whether that came before the deadline.
async fn gone(
    folder: &Folder,
    name: &str,
    mut pending: Option<Signal>,
    deadline: Instant,
) -> Result<bool, Failure> {
    loop {
        let pid = match lock::holder(&folder.lock(name))? {
            Holder::Nobody => return Ok(true),
            Holder::Elsewhere => return Err(lock::elsewhere(name)),
            Holder::Process(pid) => pid,
        };
        if pid.is_some()
            && let Some(pending) = pending.take()
        {
            signal(folder, name, pending)?;
        }
        if Instant::now() >= deadline {
            return Ok(false);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Signals whoever holds the lock and has signed it.
fn signal(folder: &Folder, name: &str, signal: Signal) -> Result<(), Failure> {
    let Holder::Process(Some(pid)) = lock::holder(&folder.lock(name))? else { return Ok(()) };
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Ok(()) };
    match kill_process(pid, signal) {
        // It has ended meanwhile.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(Failure::message(Exit::Failed, format!("failed to end {name}: {error}"))),
    }
}
