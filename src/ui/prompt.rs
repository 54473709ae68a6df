//! Questions. They are asked on a terminal only.

use dialoguer::Input;

use super::Printer;
use crate::{Exit, Failure};

/// What the user said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
}

impl Printer {
    /// Asks whether to go on; "no" is the default.
    pub fn confirm(&self, question: &str, yes: bool) -> Result<Answer, Failure> {
        if yes {
            return Ok(Answer::Yes);
        }
        if !self.is_interactive() {
            return Err(Failure::usage("cannot ask for confirmation: this is not a terminal")
                .hint("say it beforehand with --yes"));
        }
        // A whole line is read: a single key would take the `y` in `maybe` for an answer.
        let line = Input::<String>::new().with_prompt(format!("{question} [y/N]")).allow_empty(true);
        match line.interact_text() {
            Ok(answer) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => Ok(Answer::Yes),
            Ok(_) => Ok(Answer::No),
            Err(dialoguer::Error::IO(error)) if error.kind() == std::io::ErrorKind::Interrupted => {
                Err(Failure::message(Exit::Interrupted, "interrupted: nothing was changed"))
            }
            Err(error) => Err(Failure::new(Exit::Failed, error)),
        }
    }
}
