//! `llmd`: parse, run, say what went wrong, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    llmd::run(std::env::args_os()).into()
}
