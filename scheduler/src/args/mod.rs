//! The command line: the flags of both upstream generations, and a few of our own (`epp.md` §2.4).

mod flags;
mod go_style;
mod problems;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;

use clap::FromArgMatches as _;

pub use flags::{Command, Flags, IGNORED};
pub use values::{Quantity, Scheme};

/// What a command line asks for.
#[derive(Debug)]
pub enum Asked {
    Serve(Box<Flags>),
    /// Look at a configuration file and say what is wrong with it.
    Check {
        file: std::path::PathBuf,
    },
}

/// Why a command line cannot be followed; help and version too, as clap has it.
#[derive(Debug)]
pub enum Misuse {
    Clap(Box<clap::Error>),
    /// All that is wrong with flags that are right by themselves.
    Flags(Vec<String>),
}

impl fmt::Display for Misuse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clap(error) => error.fmt(formatter),
            Self::Flags(problems) => {
                for problem in problems {
                    writeln!(formatter, "error: {problem}")?;
                }
                write!(formatter, "\nhint: `scheduler --help` tells what the flags take")
            }
        }
    }
}

impl std::error::Error for Misuse {}

/// Reads a command line, the program's name first. All problems are told at once.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Asked, Misuse> {
    let matches = go_style::command().try_get_matches_from(go_style::normalize(arguments));
    let mut flags = matches
        .and_then(|matches| Flags::from_arg_matches(&matches))
        .map_err(|error| Misuse::Clap(Box::new(error)))?;
    // $NAMESPACE may be there and empty.
    if flags.pool_namespace.is_empty() {
        "default".clone_into(&mut flags.pool_namespace);
    }
    if let Some(Command::Check { file }) = flags.command {
        return Ok(Asked::Check { file });
    }
    let problems = problems::of(&flags);
    if problems.is_empty() { Ok(Asked::Serve(Box::new(flags))) } else { Err(Misuse::Flags(problems)) }
}
