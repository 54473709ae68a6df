//! A text on standard output that is redrawn in place while somebody looks on.

use console::{Term, truncate_str};

use super::screen::Screen;

/// What was drawn is removed when this is dropped.
#[derive(Debug)]
pub struct Picture {
    screen: Screen,
}

impl Picture {
    /// None where standard output is no terminal that can be redrawn.
    pub fn start() -> Option<Self> {
        let term = Term::stdout();
        (term.is_term() && !console::is_dumb()).then(|| Self { screen: Screen::new(term) })
    }

    /// Puts this text in the place of the last one, cut to what the terminal holds.
    pub fn show(&mut self, text: &str) {
        let (width, height) = self.screen.size();
        self.screen.show(&fitting(text, width, height));
    }
}

/// The lines of a text that a terminal holds; the last one says how many it does not.
fn fitting(text: &str, width: usize, height: usize) -> Vec<String> {
    // The cursor stands on a line of its own below.
    let room = height.saturating_sub(1).max(1);
    let all: Vec<&str> = text.lines().collect();
    let shown = if all.len() > room { room - 1 } else { all.len() };
    let mut lines: Vec<String> =
        all[..shown].iter().map(|line| truncate_str(line, width.max(1), "…").into_owned()).collect();
    if shown < all.len() {
        lines.push(format!("… {} more lines", all.len() - shown));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        assert_eq!(fitting("a\nb\nc", 80, 4), ["a", "b", "c"]);
        assert_eq!(fitting("a\nb\nc\nd", 80, 4), ["a", "b", "… 2 more lines"]);
        assert_eq!(fitting("abcdef", 4, 9), ["abc…"]);
        assert_eq!(fitting("a\nb", 0, 0), ["… 2 more lines"]);
    }
}
