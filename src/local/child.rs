//! What a process of a stack does first: it leaves the terminal, signs its lock, and becomes its program.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use super::Kind;
use super::lock;
use crate::{Exit, Failure};

/// The hidden verb that starts a process.
pub const VERB: &str = "local-process";

/// Runs the program until it ends. Standard input is the lock, which stays open as long as the process lives.
///
/// # Errors
/// When it was not started by `llmd apply`, or the program cannot be started.
pub fn run(kind: Kind, arguments: &[String]) -> Result<Exit, Failure> {
    let signed = || -> io::Result<()> {
        let lock = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        lock::sign(&lock, &lock::signature(std::process::id()))
    };
    signed().map_err(|error| {
        Failure::usage(format!("only llmd itself starts this: standard input is no lock ({error})"))
            .hint("llmd apply -e local")
    })?;
    // Whoever leads a session already, which nobody does who was just started, stays in it.
    let _ = rustix::process::setsid();
    let named = |name: &str| std::iter::once(name.to_owned()).chain(arguments.iter().cloned());
    match kind {
        Kind::Simulator => Ok(ended(simulator::main(named("simulator")))),
        Kind::Scheduler => Ok(ended(scheduler::main(named("scheduler")))),
        Kind::Envoy => {
            let Some((program, arguments)) = arguments.split_first() else {
                return Err(Failure::usage("the path of Envoy is missing"));
            };
            let error = Command::new(program).args(arguments).exec();
            Err(Failure::message(Exit::Failed, format!("failed to run {program}: {error}")))
        }
    }
}

fn ended(code: ExitCode) -> Exit {
    let found = Exit::TABLE.iter().map(|(exit, _)| *exit).find(|exit| ExitCode::from(*exit) == code);
    found.unwrap_or(Exit::Failed)
}
