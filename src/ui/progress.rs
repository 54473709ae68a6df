//! One live line per object on a terminal; one plain line per change elsewhere.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Printer;
use super::theme::{Mark, paint};

/// Shows where things stand, each under its name.
#[derive(Debug)]
pub struct ProgressView<'a> {
    printer: &'a Printer,
    /// None where lines are printed one after the other.
    live: Option<MultiProgress>,
    lines: HashMap<String, ProgressBar>,
    said: HashMap<String, String>,
}

impl<'a> ProgressView<'a> {
    pub fn new(printer: &'a Printer) -> Self {
        let live = std::io::stderr().is_terminal() && !printer.is_quiet();
        Self {
            printer,
            live: live.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10))),
            lines: HashMap::new(),
            said: HashMap::new(),
        }
    }

    /// A line that stays.
    pub fn note(&self, text: &str) {
        match &self.live {
            Some(live) => live.suspend(|| self.printer.note(text)),
            None => self.printer.note(text),
        }
    }

    /// A warning, which stays.
    pub fn warn(&self, text: &str) {
        match &self.live {
            Some(live) => live.suspend(|| self.printer.warn(text)),
            None => self.printer.warn(text),
        }
    }

    /// A line that stays, ending in a word that carries meaning.
    pub fn marked(&self, text: &str, word: &str, mark: Mark) {
        match &self.live {
            Some(live) => live.suspend(|| self.printer.marked(text, word, mark)),
            None => self.printer.marked(text, word, mark),
        }
    }

    /// Where one thing stands now. What is done keeps its line only on a terminal with room for it.
    pub fn state(&mut self, name: &str, state: &str, mark: Mark) {
        if self.said.get(name).is_some_and(|said| said == state) {
            return;
        }
        self.said.insert(name.to_owned(), state.to_owned());
        let colored = self.printer.colors_narration();
        let Some(live) = &self.live else {
            self.printer.note(&format!("  {name}  {}", paint(state, mark, colored)));
            return;
        };
        let bar = self.lines.entry(name.to_owned()).or_insert_with(|| {
            let bar = live.add(ProgressBar::new_spinner());
            bar.set_style(style());
            bar
        });
        bar.set_prefix(paint(mark.icon(), mark, colored));
        bar.set_message(format!("{name}  {}", paint(state, mark, colored)));
        bar.enable_steady_tick(Duration::from_millis(500));
        if mark == Mark::Good {
            bar.finish();
        }
    }

    /// Takes the lines away, where what follows says it all again.
    pub fn clear(self) {
        for line in self.lines.into_values() {
            line.finish_and_clear();
        }
    }

    /// Leaves the lines as they stand.
    pub fn finish(self) {
        for line in self.lines.into_values() {
            if !line.is_finished() {
                line.abandon();
            }
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("  {prefix} {wide_msg} {elapsed:.dim}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}
