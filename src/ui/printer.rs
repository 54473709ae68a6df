//! Levels, channels and colours of what is printed.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use schemars::JsonSchema;
use serde::Serialize;

use super::table::Table;
use super::theme::{Mark, paint};
use crate::{Exit, Failure};

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
    /// Why standard output takes no more.
    lost: Mutex<Option<io::Error>>,
}

impl Printer {
    pub fn new(verbosity: Verbosity, color: ColorChoice) -> Self {
        let (colored_out, colored_err) = match color {
            ColorChoice::Always => (true, true),
            ColorChoice::Never => (false, false),
            // The crate knows NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
            ColorChoice::Auto => (console::colors_enabled(), console::colors_enabled_stderr()),
        };
        Self { verbosity, colored_out, colored_err, lost: Mutex::new(None) }
    }

    /// A piece of the answer, followed by a line break.
    pub fn data(&self, text: &str) {
        self.piece(&format!("{text}\n"));
    }

    /// A line of the answer that carries meaning.
    pub fn painted(&self, text: &str, mark: Mark) {
        self.data(&paint(text, mark, self.colored_out));
    }

    /// A piece of the answer as it is, seen at once.
    pub fn piece(&self, text: &str) {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if let (Err(error), Ok(mut lost)) = (written, self.lost.lock()) {
            lost.get_or_insert(error);
        }
    }

    pub fn table(&self, table: &Table) {
        self.data(&table.render(self.colored_out));
    }

    /// A report as JSON; what has no schema is no report.
    pub fn json(&self, report: &(impl Serialize + JsonSchema)) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(report).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.data(&text);
        Ok(())
    }

    /// A report as JSON on one line.
    pub fn json_line(&self, report: &(impl Serialize + JsonSchema)) -> Result<(), Failure> {
        let text = serde_json::to_string(report).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.data(&text);
        Ok(())
    }

    /// A report as YAML.
    pub fn yaml(&self, report: &(impl Serialize + JsonSchema)) -> Result<(), Failure> {
        let value = serde_json::to_value(report).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.data(crate::yaml::write(&value).trim_end());
        Ok(())
    }

    /// Why data did not reach standard output. A reader that went away (`| head`) wants no more, which is no failure.
    pub fn lost_data(&self) -> Option<Failure> {
        let error = self.lost.lock().ok()?.take()?;
        (error.kind() != io::ErrorKind::BrokenPipe)
            .then(|| Failure::message(Exit::Failed, format!("standard output cannot be written: {error}")))
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
    pub fn failure(&self, failure: &Failure) {
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

    /// Whether what goes to standard output may have colours.
    pub fn colors_data(&self) -> bool {
        self.colored_out
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
