//! Levels, channels and colours of what is printed.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::table::Table;
use super::theme::{Mark, paint};

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; everywhere with `CLICOLOR_FORCE`
    #[default]
    Auto,
    Always,
    Never,
}

/// How much is told beside the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    Quiet,
    #[default]
    Normal,
}

/// Prints data to standard output and narration to standard error.
#[derive(Debug)]
pub struct Printer {
    verbosity: Verbosity,
    colored_out: bool,
    colored_err: bool,
    /// Whether standard output was closed by its reader.
    closed: AtomicBool,
}

impl Printer {
    pub fn new(verbosity: Verbosity, color: ColorChoice) -> Self {
        let (colored_out, colored_err) = match color {
            ColorChoice::Always => (true, true),
            ColorChoice::Never => (false, false),
            // The crate knows NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
            ColorChoice::Auto => (console::colors_enabled(), console::colors_enabled_stderr()),
        };
        Self { verbosity, colored_out, colored_err, closed: AtomicBool::new(false) }
    }

    /// A piece of the answer, followed by a line break.
    pub fn data(&self, text: &str) {
        let mut out = io::stdout().lock();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.closed.store(true, Ordering::Relaxed);
        }
    }

    pub fn table(&self, table: &Table) {
        self.data(&table.render(self.colored_out));
    }

    /// A report as JSON.
    pub fn json(&self, report: &impl serde::Serialize) -> Result<(), crate::Failure> {
        let text = serde_json::to_string_pretty(report)
            .map_err(|error| crate::Failure::new(crate::Exit::Failed, error))?;
        self.data(&text);
        Ok(())
    }

    /// Whether the reader of standard output went away; then there is nobody to say anything to.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// A line about what happens.
    pub fn note(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            Self::err(text);
        }
    }

    /// A line with a part that carries meaning.
    pub fn marked(&self, text: &str, word: &str, mark: Mark) {
        self.note(&format!("{text} {}", paint(word, mark, self.colored_err)));
    }

    /// Something to look at, even when quiet.
    pub fn warn(&self, text: &str) {
        Self::err(&format!("{} {text}", paint("warning:", Mark::Changed, self.colored_err)));
    }

    /// Why a command failed.
    pub fn failure(&self, failure: &crate::Failure) {
        let text = failure.to_string();
        let text = match text.strip_prefix("error:") {
            Some(rest) => format!("{}{rest}", paint("error:", Mark::Bad, self.colored_err)),
            None => text,
        };
        Self::err(&text);
    }

    pub fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    pub(super) fn colors_narration(&self) -> bool {
        self.colored_err
    }

    /// Whether lines may be redrawn and questions asked.
    pub fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn err(text: &str) {
        // Without standard error there is nowhere to complain.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
