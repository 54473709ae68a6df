//! The verbs of the program, and how they end.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use llmd_api::Severity;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{self, Asked, Flags, Misuse};
use crate::observability::init_logs;
use crate::runtime::{self, InvalidConfiguration, Shutdown};
use crate::supervisor;

/// Ended as it should.
const DONE: u8 = 0;
/// Failed while it ran or started.
const FAILED: u8 = 1;
/// Wrong usage, or a configuration that is not valid.
const INVALID: u8 = 2;

/// Runs the program with these arguments, its name first.
pub fn main(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    ExitCode::from(match args::parse(arguments) {
        Ok(Asked::Serve(flags)) => serve(*flags),
        Ok(Asked::Check { file }) => check(&file),
        Err(Misuse::Clap(error)) => {
            // Without anywhere to write there is nothing left to do.
            let _ = error.print();
            if error.use_stderr() { INVALID } else { DONE }
        }
        Err(misuse) => {
            complain(&misuse.to_string());
            INVALID
        }
    })
}

fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn serve(flags: Flags) -> u8 {
    if let Err(problem) = init_logs(&flags.log_settings()) {
        complain(&format!("error: {problem}"));
        return INVALID;
    }
    if supervisor::is_due() {
        return supervisor::run().unwrap_or_else(|error| {
            complain(&format!("error: failed to start the picker: {error}"));
            FAILED
        });
    }
    let shutdown = Shutdown::default();
    if let Err(error) = end_on_signals(shutdown.clone()) {
        complain(&format!("error: failed to listen for signals: {error}"));
        return FAILED;
    }
    match runtime::run(flags, shutdown) {
        Ok(()) => DONE,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            if error.is::<InvalidConfiguration>() { INVALID } else { FAILED }
        }
    }
}

/// SIGTERM drains; SIGINT, which is somebody at a terminal, does not. A second signal ends the process at once.
fn end_on_signals(shutdown: Shutdown) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut terminate, mut interrupt) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            for count in 0.. {
                let is_interrupt = tokio::select! {
                    _ = terminate.recv() => false,
                    _ = interrupt.recv() => true,
                };
                if is_interrupt {
                    shutdown.hurry.cancel();
                }
                shutdown.begin.cancel();
                if count > 0 {
                    end_now();
                }
            }
        });
    })?;
    Ok(())
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "who asks twice wants it now")]
fn end_now() {
    std::process::exit(130);
}

/// Says what is wrong with a configuration. 0: it can be used, whatever warnings there are.
fn check(file: &Path) -> u8 {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            complain(&format!("error: failed to read {}: {error}", file.display()));
            return INVALID;
        }
    };
    let (findings, code) = match llmd_api::load(&text, &file.display().to_string()) {
        Ok(loaded) => (loaded.findings, DONE),
        Err(findings) => (findings, INVALID),
    };
    for finding in &findings {
        complain(&finding.to_string());
    }
    let count = |severity, word| match findings.iter().filter(|finding| finding.severity == severity).count()
    {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    let (errors, warnings) = (count(Severity::Error, "error"), count(Severity::Warning, "warning"));
    let mark = if io::stdout().is_terminal() && code == DONE { "✓ " } else { "" };
    let verdict = if code == DONE { "can be used" } else { "cannot be used" };
    let summary = format!("{mark}{}: {verdict}; {errors}, {warnings}", file.display());
    if writeln!(io::stdout(), "{summary}").is_err() {
        return FAILED;
    }
    code
}
