//! How a command ends: the exit codes and the failure that carries one.

use std::fmt;
use std::process::ExitCode;

/// The exit codes. `llmd help exit-codes` prints this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The work failed, or was declined at the prompt.
    Failed = 1,
    /// Wrong usage, or an invalid environment, values file or name.
    Usage = 2,
    /// There are differences (only with `--exit-code`).
    Differences = 3,
    /// Not ready: not in time, not without help, or not any more.
    NotReady = 4,
    /// A check failed.
    CheckFailed = 5,
    /// An object or a field belongs to somebody else, or somebody else is at work.
    Conflict = 6,
    /// A precondition is not met: no cluster, a missing CRD, a forbidden verb.
    Preflight = 7,
    /// Interrupted by a signal.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its meaning, in order.
    pub const TABLE: [(Exit, &str); 9] = [
        (Exit::Done, "done"),
        (Exit::Failed, "the work failed, or was declined at the prompt"),
        (Exit::Usage, "wrong usage, or an invalid environment, values file or name"),
        (Exit::Differences, "there are differences (only with --exit-code)"),
        (Exit::NotReady, "not ready: not in time, not without help, or not any more"),
        (Exit::CheckFailed, "a check failed"),
        (Exit::Conflict, "an object or a field belongs to somebody else, or somebody else is at work"),
        (Exit::Preflight, "a precondition is not met: no cluster, a missing CRD, a forbidden verb"),
        (Exit::Interrupted, "interrupted"),
    ];

    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command could not do its work: what to say, what to try next, and the exit code.
///
/// Several problems found together are one failure with several `problems`.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub error: anyhow::Error,
    /// Details printed indented below the error, one a line, each with its own place.
    pub problems: Vec<String>,
    pub hints: Vec<String>,
}

impl Failure {
    pub fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into(), problems: Vec::new(), hints: Vec::new() }
    }

    /// A failure that is a plain sentence.
    pub fn message(exit: Exit, text: impl fmt::Display) -> Self {
        Self::new(exit, anyhow::anyhow!("{text}"))
    }

    /// Wrong usage (exit 2).
    pub fn usage(text: impl fmt::Display) -> Self {
        Self::message(Exit::Usage, text)
    }

    #[must_use]
    pub fn problems(mut self, problems: impl IntoIterator<Item = String>) -> Self {
        self.problems.extend(problems);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}

/// The failure as text: `error: …`, its problems, its causes, an empty line, then `hint: …` lines.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.error)?;
        for problem in &self.problems {
            write!(f, "\n  {}", problem.replace('\n', "\n  "))?;
        }
        for cause in self.error.chain().skip(1) {
            write!(f, "\n  caused by: {cause}")?;
        }
        for (index, hint) in self.hints.iter().enumerate() {
            write!(f, "{}\nhint: {hint}", if index == 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}
