//! `llmd image save`: an image becomes one file, for machines that reach no registry.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{BuiltArgs, size_text};
use crate::commands::Output;
use crate::image::{self, Program, Target};
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Write a built image to a file that `docker load`, `podman load` and `ctr images import` take
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd image save scheduler.tar
  llmd image save simulator.tar simulator --name registry.example.com/team/llmd-simulator:v0.1.0
  ctr -n k8s.io images import scheduler.tar              # on a node

Exit codes: 0 done, 1 failed, 2 wrong usage, 7 there is no such image.")]
pub(super) struct Args {
    /// The file
    #[arg(value_name = "FILE.tar")]
    file: PathBuf,
    #[command(flatten)]
    built: BuiltArgs,
    /// Name of the image once it is loaded [default: the one that `apply` deploys]
    #[arg(long, value_name = "REF")]
    name: Option<Target>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// What was saved.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::commands) struct SaveReport<'a> {
    /// What it is of.
    image: Program,
    /// Where it is.
    file: &'a Path,
    /// The name that it has once it is loaded.
    reference: &'a str,
    /// Of the manifest: `sha256:` and 64 digits.
    digest: &'a str,
    /// Bytes of all that is in it.
    size: u64,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let (program, image) =
        args.built.read(args.name.as_ref().and_then(|name| Program::of_image(name.name())))?;
    let reference = args.name.as_ref().map_or_else(|| program.default_reference(), ToString::to_string);
    image::save(&image, &reference, &args.file)?;
    let report = SaveReport {
        image: program,
        file: &args.file,
        reference: &reference,
        digest: image.digest(),
        size: image.size(),
    };
    ui.note(&format!(
        "{reference} in {} ({}): docker load -i, podman load -i or ctr -n k8s.io images import",
        args.file.display(),
        size_text(report.size)
    ));
    match args.output {
        Output::Json => ui.json(&report)?,
        Output::Table => ui.data(report.digest),
    }
    Ok(Exit::Done)
}
