//! The first process of a container runs the picker as its child, and starts it anew at once when something kills it.
//!
//! kubelet takes one to two seconds for that, in which a gateway answers every request by 500 (`gateway.md` §6). What ends by
//! itself, well or not, is left to kubelet: its exit code becomes the container's.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// A child that is killed sooner than this each time has something that kubelet should see, and wait longer for.
const SHORT_LIFE: Duration = Duration::from_secs(10);
const SHORT_LIVES: u32 = 5;
/// What a shell adds to the number of the signal that ended a process.
const KILLED: i32 = 128;

/// Whether this process is the first of its container.
pub(crate) fn is_due() -> bool {
    std::process::id() == 1
}

/// Runs this program with the same arguments until it ends by itself; its exit code.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run() -> io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let program = std::env::current_exe()?;
    runtime.block_on(supervise(|| {
        let mut command = Command::new(&program);
        command.args(std::env::args_os().skip(1));
        command
    }))
}

async fn supervise(command: impl Fn() -> Command) -> io::Result<u8> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (mut short_lives, mut is_ending) = (0, false);
    loop {
        let started = Instant::now();
        let mut child = command().spawn()?;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                _ = terminate.recv() => forward(&child, Signal::TERM),
                _ = interrupt.recv() => forward(&child, Signal::INT),
            }
            is_ending = true;
        };
        short_lives = if started.elapsed() < SHORT_LIFE { short_lives + 1 } else { 0 };
        let Some(number) = status.signal().filter(|_| !is_ending && short_lives < SHORT_LIVES) else {
            return Ok(exit_code(status));
        };
        tracing::error!(signal = number, "the picker was killed and is started again");
    }
}

/// A child that has ended meanwhile needs none.
fn forward(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let _ = pid.map(|pid| kill_process(pid, signal));
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(KILLED + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a script that can count its runs in a file `runs`.
    async fn supervised(script: &str) -> (u8, usize) {
        let folder = tempfile::tempdir().unwrap();
        let code = supervise(|| {
            let mut command = Command::new("sh");
            command.current_dir(folder.path()).args(["-c", &format!("echo >> runs; {script}")]);
            command
        });
        let code = code.await.unwrap();
        (code, std::fs::read_to_string(folder.path().join("runs")).unwrap().lines().count())
    }

    /// One test, as a signal reaches all that listen in this process.
    #[tokio::test]
    async fn what_is_killed_starts_again_and_what_ends_does_not() {
        assert_eq!(supervised("exit 3").await, (3, 1));
        assert_eq!(supervised("[ $(wc -l < runs) = 3 ] || kill -KILL $$; exit 2").await, (2, 3));
        // What is killed again and again is left to others.
        assert_eq!(supervised("kill -KILL $$").await, (137, 5));
        // The signal goes to this process, which passes it on.
        let script = "trap 'exit 7' TERM; kill -TERM $PPID; while :; do sleep 0.01; done";
        assert_eq!(supervised(script).await, (7, 1));
    }
}
