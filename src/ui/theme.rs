//! Meaning → style and icon.

use console::Style;

/// What a line or cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Done, ready.
    Good,
    /// Under way.
    Busy,
    /// Failed, blocked.
    Bad,
    /// New or different.
    Changed,
    /// Nothing to see.
    Plain,
}

impl Mark {
    pub(super) fn style(self) -> Style {
        // Styles are forced here; whether they are used at all is decided by the printer.
        let style = Style::new().force_styling(true);
        match self {
            Self::Good => style.green(),
            Self::Busy => style.cyan(),
            Self::Bad => style.red(),
            Self::Changed => style.yellow(),
            Self::Plain => Style::new(),
        }
    }

    /// The sign before a live line.
    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Busy => "•",
            Self::Bad => "✗",
            Self::Changed => "~",
            Self::Plain => " ",
        }
    }
}

/// A text in the style of its meaning, if colours are wanted.
pub(super) fn paint(text: &str, mark: Mark, colored: bool) -> String {
    if colored && mark != Mark::Plain { mark.style().apply_to(text).to_string() } else { text.to_owned() }
}
