//! TEMPORARY
pub mod printer;
pub mod table;
pub use printer::Printer;
use crate::Exit;
pub fn usage(error: &clap::Error) -> Exit { let _ = error.print(); if error.use_stderr() { Exit::Usage } else { Exit::Done } }
