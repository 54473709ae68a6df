//! `llmd`: parse, run, say what went wrong, exit.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    llmd::run(std::env::args_os()).into()
}
