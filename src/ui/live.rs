//! A bench while it runs: a picture that is redrawn on a terminal, a line now and then elsewhere.

mod frame;

use std::time::{Duration, Instant};

use console::Term;
use llmd_bench::driver;

use super::Printer;
use super::screen::Screen;

/// Between two pictures.
const PICTURE: Duration = Duration::from_millis(200);
/// Between two lines where there is no terminal.
const LINE: Duration = Duration::from_secs(5);

/// Shows moments of a run until it is dropped or finished, which leaves a line for each stage and nothing else.
#[derive(Debug)]
pub struct Live<'a> {
    printer: &'a Printer,
    /// None where lines are printed one after the other.
    screen: Option<Screen>,
    shown: Option<Instant>,
}

impl<'a> Live<'a> {
    pub fn start(printer: &'a Printer) -> Self {
        let term = Term::stderr();
        let is_live = term.is_term() && !console::is_dumb() && !printer.is_quiet();
        Self { printer, screen: is_live.then(|| Screen::new(term)), shown: None }
    }

    /// Shows this moment, unless the last was shown just now. It may be called as often as one likes.
    pub fn draw(&mut self, live: &driver::Live) {
        self.tell_ended(live);
        let is_live = self.screen.is_some();
        let pace = if is_live { PICTURE } else { LINE };
        // A stage that has just begun is no news for a line.
        let is_due = self.shown.map_or(is_live, |shown| shown.elapsed() >= pace);
        if is_due || self.shown.is_none() {
            self.shown = Some(Instant::now());
        }
        if !is_due {
            return;
        }
        let snapshot = live.snapshot();
        // Caches are being emptied.
        if snapshot.stages == 0 {
            return;
        }
        match &mut self.screen {
            Some(screen) => {
                let (width, height) = screen.size();
                screen.show(&frame::frame(&snapshot, width, height, self.printer.colors_narration()));
            }
            None => self.printer.note(&frame::line(&snapshot)),
        }
    }

    /// A line that stays.
    pub fn note(&mut self, text: &str) {
        if let Some(screen) = &mut self.screen {
            screen.clear();
        }
        self.printer.note(text);
    }

    /// Tells how the last stage ended and leaves the terminal as it was.
    pub fn finish(mut self, live: &driver::Live) {
        self.tell_ended(live);
    }

    fn tell_ended(&mut self, live: &driver::Live) {
        for last in live.take_ended() {
            self.shown = None;
            self.note(&frame::stage_end(&last));
        }
    }
}
