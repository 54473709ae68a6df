//! Starts processes.

use std::fs::File;
use std::process::{Child, Command, ExitStatus};

use super::{Folder, Process, child, io_failure, lock, program};
use crate::{Exit, Failure};

/// Lines of a log that tell why a process has ended.
const LAST_LINES: usize = 8;

/// The command line of a process, as a person would type it.
pub fn command(process: &Process) -> Vec<String> {
    let begin = ["llmd", child::VERB, process.kind.name(), "--"].map(str::to_owned);
    begin.into_iter().chain(process.arguments.iter().cloned()).collect()
}

/// Starts a process of this binary, which inherits its lock.
///
/// # Errors
/// When a file cannot be written, or the process already runs.
pub(super) async fn start(folder: &Folder, process: &Process) -> Result<Child, Failure> {
    let lock = lock::take(&folder.lock(&process.name)).await?;
    for (path, text) in &process.files {
        Folder::write(path, text)?;
    }
    let path = folder.log(&process.name);
    let log = File::options().create(true).append(true).open(&path);
    let log = log.and_then(|log| Ok((log.try_clone()?, log)));
    let (out, err) = log.map_err(|error| io_failure("failed to write", &path, &error))?;
    let spawned = Command::new(program()?)
        .args([child::VERB, process.kind.name(), "--"])
        .args(&process.arguments)
        .envs(&process.environment)
        .current_dir(folder.path())
        .stdin(lock)
        .stdout(out)
        .stderr(err)
        .spawn();
    spawned
        .map_err(|error| Failure::message(Exit::Failed, format!("failed to start {}: {error}", process.name)))
}

/// The failure of a process that has ended by itself.
pub(super) fn ended(folder: &Folder, name: &str, status: Option<ExitStatus>) -> Failure {
    let how = match status {
        Some(status) => format!("{name} has ended ({status})"),
        None => format!("{name} has ended"),
    };
    Failure::message(Exit::NotReady, how)
        .problems(folder.log_end(name, LAST_LINES))
        .hint(format!("all that it said: {}", folder.log(name).display()))
        .hint("once that is mended, apply again with the same values as before")
}
