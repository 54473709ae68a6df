//! `llmd image`: images of the scheduler, the simulator and llmd, without a container runtime.

mod build;
mod push;
mod save;

pub(super) use build::BuildReport;
pub(super) use push::PushedReport;
pub(super) use save::SaveReport;

use std::path::PathBuf;

use crate::image::{self, Image, Program, Pushed};
use crate::local::state_folder;
use crate::render::Stack;
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Build images without a container runtime, and push or save them
///
/// An image holds one static binary and the list of what it was made of, nothing else; it runs as user 65532. The same
/// binary always gives the same digest.
#[derive(Clone, Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  llmd image build scheduler                             # from the static binary beside llmd
  llmd image push registry.example.com/team/llmd-scheduler:v0.1.0
  llmd apply -e istio --scheduler-image registry.example.com/team/llmd-scheduler:v0.1.0
  llmd image save scheduler.tar                          # for docker load, podman load, ctr images import"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    Build(build::Args),
    Push(push::Args),
    Save(save::Args),
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Build(args) => build::run(args, ui),
        Command::Push(args) => crate::connected(push::run(args, ui)),
        Command::Save(args) => save::run(args, ui),
    }
}

/// Warns of images of ours that a stack runs and that this machine has not pushed. The registry is not asked: that would
/// make every apply wait for it, and needs credentials that the cluster has and the user may not.
pub(super) fn warn_of_unpushed(stack: &Stack, ui: &Printer) {
    // Without a place for state there is no record, and nothing to say.
    let Ok(file) = record() else { return };
    let pushed = match Pushed::open(file) {
        Ok(pushed) => pushed,
        Err(failure) => return ui.warn(&failure.error.to_string()),
    };
    for image in stack.images() {
        if let Some(program) = pushed.is_missing(image) {
            ui.warn(&format!(
                "image {image} was never pushed from this machine; unless somebody else has pushed it: llmd image build \
                 {program} && llmd image push {image}"
            ));
        }
    }
}

/// An image and where it was built.
#[derive(Clone, Debug, clap::Args)]
struct BuiltArgs {
    /// Which image [default: the one that the name says, else the scheduler]
    #[arg(value_enum)]
    image: Option<Program>,
    /// Folder that `llmd image build -d` wrote [default: where build writes without it]
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

impl BuiltArgs {
    /// The image, which must have been built.
    fn read(&self, named: Option<Program>) -> Result<(Program, Image), Failure> {
        let program = self.image.or(named).unwrap_or_default();
        let folder = match &self.from {
            Some(folder) => folder.clone(),
            None => folder_of(program)?,
        };
        match image::read(&folder)? {
            Some(image) => Ok((program, image)),
            None => Err(Failure::message(
                Exit::Preflight,
                format!("there is no image of the {program} in {}", folder.display()),
            )
            .hint(format!("build it: llmd image build {program}"))),
        }
    }
}

/// Where an image is kept between its build and its push.
fn folder_of(program: Program) -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("images").join(program.name()))
}

/// The record of pushes.
fn record() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("images").join("pushed.json"))
}

/// A number of bytes as a person reads it.
fn size_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
