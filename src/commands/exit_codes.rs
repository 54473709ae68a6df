//! `llmd help exit-codes`.

use crate::error::{Exit, Failure};
use crate::ui::Printer;

/// What the exit codes mean
#[derive(Debug, clap::Args)]
#[command(long_about = help())]
pub struct Args {}

fn help() -> String {
    Exit::TABLE.iter().fold("What the exit codes mean:\n".to_owned(), |text, (exit, meaning)| {
        text + &format!("\n{:>5}  {meaning}", exit.code())
    })
}

pub fn run(Args {}: &Args, ui: &Printer) -> Result<Exit, Failure> {
    ui.data(&help());
    Ok(Exit::Done)
}
