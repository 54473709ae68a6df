//! The only place that prints.
//!
//! Data goes to standard output, everything else to standard error. Colour carries no meaning of its own: what is
//! green also says "ready". Lines are lower-case fragments; an object is named `Kind/name`.

mod live;
mod picture;
mod printer;
mod progress;
mod prompt;
mod screen;
mod table;
mod theme;

pub use live::Live;
pub use picture::Picture;
pub use printer::{ColorChoice, Printer, Verbosity};
pub use progress::ProgressView;
pub use prompt::Answer;
pub use table::Table;
pub use theme::Mark;
