//! Why a check does not pass.

use super::report::{Finding, Outcome};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It does not hold.
    Wrong(Finding),
    /// The front door answered by another status than wanted, with these words, if any.
    Answered { status: u16, wanted: u16, words: String },
    /// Nobody takes connections at the front door: nothing behind it can be checked.
    Closed(String),
    /// Something took longer than it may.
    Late(String),
    /// It cannot be known here.
    Skip(String),
}

/// A finding; more can be said of it.
pub(super) fn wrong(what: impl Into<String>) -> Trouble {
    Trouble::Wrong(Finding { what: what.into(), cause: None, hint: None })
}

pub(super) fn skip(reason: impl Into<String>) -> Trouble {
    Trouble::Skip(reason.into())
}

/// `404: The model does not exist.`
pub(super) fn summary(status: u16, words: &str) -> String {
    if words.is_empty() { status.to_string() } else { format!("{status}: {words}") }
}

impl Trouble {
    pub(super) fn cause(mut self, text: impl Into<String>) -> Self {
        if let Self::Wrong(finding) = &mut self {
            finding.cause = Some(text.into());
        }
        self
    }

    pub(super) fn hint(mut self, text: impl Into<String>) -> Self {
        if let Self::Wrong(finding) = &mut self {
            finding.hint = Some(text.into());
        }
        self
    }
}

impl From<Trouble> for Outcome {
    fn from(trouble: Trouble) -> Self {
        let (what, cause, hint) = match trouble {
            Trouble::Skip(reason) => return Self::Skipped { reason },
            Trouble::Wrong(finding) => return Self::Failed(finding),
            Trouble::Answered { status, wanted, words } => {
                let what = format!("answered by {}, not by {wanted}", summary(status, &words));
                return Self::Failed(Finding { what, cause: None, hint: None });
            }
            Trouble::Closed(cause) => (
                "the front door cannot be reached",
                cause,
                "see whether the stack is up with `llmd status`, and whether the address is right",
            ),
            Trouble::Late(cause) => (
                "no answer in time",
                cause,
                "a model server may hang or have a long queue; --timeout gives it more time",
            ),
        };
        Self::Failed(Finding { what: what.to_owned(), cause: Some(cause), hint: Some(hint.to_owned()) })
    }
}
