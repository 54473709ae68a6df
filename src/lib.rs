//! `llmd` deploys llm-d's inference scheduling: the Gateway, the endpoint picker and the model servers.
//!
//! ```text
//!  argv ─► cli ─► commands ─► environment ─► render ─► cluster ─► API server
//!                    │        what the       objects   apply, wait,
//!                    ▼        user wants               record, delete
//!                    ui
//! ```
//!
//! | module | what it knows |
//! |---|---|
//! | [`environment`] | the environments, the values and where each was set, the names, the fixes |
//! | [`go_template`] | the Go template text that a value may hold |
//! | [`render`] | how the objects look; pure |
//! | [`cluster`] | everything that talks to the API server |
//! | [`doctor`] | whether a cluster can take a stack |
//! | [`local`] | processes on this machine instead of pods |
//! | [`draft`] | files that appear whole or not at all |
//! | [`machine`] | this machine: its name, its user, which of its processes live |
//! | [`serving`] | what clients of a running stack need to know |
//! | [`verify`] | whether a running stack does what it is for |
//! | [`image`] | images of the binaries, made and pushed without a container runtime |
//! | [`virtual_clock`] | plans played on the simulator's clock, with the scheduler's code in the loop |
//! | `ui` | the only place that prints |
//! | `commands` | one verb per file |
//!
//! Arrows point down the list of `tests/layering.rs`.

pub mod cli;
pub mod cluster;
pub mod commands;
pub mod doctor;
pub mod draft;
pub mod env_vars;
pub mod environment;
pub mod error;
pub mod go_template;
pub mod image;
pub mod local;
pub mod machine;
pub mod render;
pub mod serving;
pub mod ui;
pub mod verify;
pub mod virtual_clock;
pub mod yaml;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use cli::{Cli, Command};
pub use error::{Exit, Failure};
use ui::Printer;

/// Runs the command line and returns how it ended; everything there is to say has been said.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let ui = cli.global.printer();
    let ended = dispatch(&cli.command, &ui).and_then(|exit| ui.lost_data().map_or(Ok(exit), Err));
    ended.unwrap_or_else(|failure| {
        ui.failure(&failure);
        failure.exit
    })
}

/// Wrong usage, or `--help` and `--version`, which clap reports in the same way.
fn usage(error: &clap::Error) -> Exit {
    // Without standard error there is nowhere to complain.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// Runs a verb that talks to the cluster. One thread is enough: it waits for answers, and for little else.
fn connected<F: Future<Output = Result<Exit, Failure>>>(verb: F) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Exit::Failed, error))?.block_on(verb)
}

fn dispatch(command: &Command, ui: &Printer) -> Result<Exit, Failure> {
    match command {
        Command::Render(args) => commands::render::run(args, ui),
        Command::Diff(args) => connected(commands::diff::run(args, ui)),
        Command::Apply(args) => connected(commands::apply::run(args, ui)),
        Command::Status(args) => connected(commands::status::run(args, ui)),
        Command::List(args) => connected(commands::list::run(args, ui)),
        Command::History(args) => connected(commands::history::run(args, ui)),
        Command::Get(args) => connected(commands::get::run(args, ui)),
        Command::Rollback(args) => connected(commands::rollback::run(args, ui)),
        Command::Doctor(args) => connected(commands::doctor::run(args, ui)),
        Command::Crds(args) => connected(commands::crds::run(args, ui)),
        Command::Secret(args) => connected(commands::secret::run(args, ui)),
        Command::Destroy(args) => connected(commands::destroy::run(args, ui)),
        Command::Verify(args) => connected(commands::verify::run(args, ui)),
        Command::Ask(args) => connected(commands::ask::run(args, ui)),
        Command::Connect(args) => connected(commands::connect::run(args, ui)),
        Command::Bench(args) => commands::bench::run(args, ui),
        Command::Demo(args) => commands::demo::run(args, ui, &|words| again(words, ui)),
        Command::Names(args) => commands::names::run(args, ui),
        Command::Image(args) => commands::image::run(args, ui),
        Command::Env(args) => commands::env::run(args, ui),
        Command::Values(args) => commands::values::run(args, ui),
        Command::Fixes(args) => commands::fixes::run(args, ui),
        Command::Schema(args) => commands::schema::run(args, ui),
        Command::Completions(args) => commands::completions::run(args, Cli::command(), ui),
        Command::ExitCodes(args) => commands::exit_codes::run(args, ui),
        Command::LocalProcess(args) => commands::local_process::run(args),
    }
}

/// Runs another command line within this one.
fn again(words: Vec<OsString>, ui: &Printer) -> Result<Exit, Failure> {
    let words = std::iter::once(OsString::from("llmd")).chain(words);
    let cli = Cli::try_parse_from(words).map_err(|error| Failure::new(Exit::Failed, error))?;
    dispatch(&cli.command, ui)
}
