//! Whether a stack does what it is for: `deploytools.md` §3.5.
//!
//! ```text
//!  Serving ─► Stack ─► Check, Check, … ─► Outcome, Outcome, … ─► VerifyReport
//!             client   what is asked      evidence, finding
//! ```
//!
//! Each check asks by itself and none needs another, so that one that fails hides no other. Where the front door takes no
//! connections, or answers nothing in time twice, the rest says that and is not waited for.

mod causes;
mod check;
mod checks;
mod deployment;
mod prompts;
mod report;
mod stack;
mod topology;
mod trouble;

use std::fmt;
use std::time::{Duration, Instant};

use llmd_bench::client::BadUrl;

pub use check::{Category, Check};
pub use deployment::{Deployment, Standing};
pub use report::{CheckReport, Finding, Outcome, VerifyReport};

use crate::serving::Serving;
use stack::Stack;
use trouble::Trouble;

/// After so many checks without an answer in time, no more are tried.
const PATIENCE: u32 = 2;

/// A process of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    pub name: String,
    /// In words: `running`, `exited with code 1`.
    pub state: String,
    pub is_up: bool,
}

/// What stands behind a front door, as far as it is known.
#[derive(Clone, Debug, Default)]
pub enum Behind {
    #[default]
    Unknown,
    Processes(Vec<Process>),
    Deployment(Box<Deployment>),
}

/// What is checked.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub serving: &'a Serving,
    pub behind: &'a Behind,
    /// Opens the picker's page of metrics, where that asks for one; never shown.
    pub picker_token: Option<Token<'a>>,
    /// Why nobody can be asked at the front door, where that is known before.
    pub closed: Option<&'a str>,
}

/// A bearer token.
#[derive(Clone, Copy)]
pub struct Token<'a>(pub &'a str);

impl fmt::Debug for Token<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

#[derive(Clone, Debug)]
pub struct Settings {
    /// From which the prompts are made.
    pub seed: u64,
    /// What each request may take.
    pub timeout: Duration,
    /// What the first token may take.
    pub max_ttft: Option<Duration>,
}

/// What is told while checks run.
#[derive(Debug)]
pub enum Progress<'a> {
    Began(Check),
    Ended(&'a CheckReport),
}

/// Runs the checks in their order; what came of each is in the report at once, so that one who stops has it.
///
/// # Errors
/// When the front door's address is none.
pub async fn run(
    subject: Subject<'_>,
    checks: &[Check],
    settings: &Settings,
    report: &mut VerifyReport,
    mut told: impl FnMut(Progress<'_>),
) -> Result<(), BadUrl> {
    let stack = Stack::new(subject, settings)?;
    let mut closed: Option<&str> = None;
    let mut late = 0;
    for &check in checks {
        told(Progress::Began(check));
        let started = Instant::now();
        let verdict = match closed {
            Some(reason) if checks::needs_front_door(check) => Err(trouble::skip(reason)),
            _ => Box::pin(checks::run(check, &stack)).await,
        };
        match &verdict {
            Err(Trouble::Closed(_)) => closed = Some("the front door cannot be reached"),
            Err(Trouble::Late(_)) => {
                late += 1;
                let is_over = late >= PATIENCE;
                closed =
                    closed.or(if is_over { Some("checks before it had no answer in time") } else { None });
            }
            _ => {}
        }
        let explained = |trouble| Outcome::from(causes::explained(trouble, subject.behind));
        let outcome = verdict.map_or_else(explained, |evidence| Outcome::Passed { evidence });
        told(Progress::Ended(report.add(check, outcome, started.elapsed())));
    }
    report.is_partial = false;
    Ok(())
}
