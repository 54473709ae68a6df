//! `llmd image build`: a binary becomes an image in a folder.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{folder_of, size_text};
use crate::commands::Output;
use crate::env_vars;
use crate::image::{self, Architecture, Image, Labels, Program};
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Pack a static binary as an OCI image
///
/// Without --binary it is the one beside llmd, or of a build for a static target. `SOURCE_DATE_EPOCH` sets the time
/// that the image says it was made at.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd image build
  llmd image build simulator --binary target/x86_64-unknown-linux-musl/release/simulator
  llmd image build scheduler --revision \"$(git rev-parse HEAD)\" -d image

Exit codes: 0 done, 1 failed, 2 wrong usage, 7 there is no binary that an image can be made of.")]
pub(super) struct Args {
    /// What the image is of
    #[arg(value_enum, default_value_t)]
    image: Program,
    /// The binary: static, for Linux
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Folder for the image, an OCI layout [default: llmd's own, where push and save find it]
    #[arg(short, long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Processor that the image is for [default: this machine's]
    #[arg(long, value_enum)]
    architecture: Option<Architecture>,
    /// Commit that the binary was built from (org.opencontainers.image.revision)
    #[arg(long, value_name = "COMMIT")]
    revision: Option<String>,
    /// Where the source is (org.opencontainers.image.source)
    #[arg(long, value_name = "URL")]
    source: Option<String>,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// What was built.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::commands) struct BuildReport<'a> {
    /// What it is of.
    image: Program,
    /// The processor that it is for.
    architecture: Architecture,
    /// The binary that it was made of.
    binary: &'a Path,
    /// Where it is, as an OCI layout.
    folder: &'a Path,
    /// Of the manifest: `sha256:` and 64 digits.
    digest: &'a str,
    /// Bytes of all that is in it.
    size: u64,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let architecture = args.architecture.or_else(Architecture::of_this_machine).ok_or_else(|| {
        Failure::usage("there are no images for this machine's processor: name one with --architecture")
    })?;
    let labels =
        Labels { revision: args.revision.clone(), source: args.source.clone(), time: source_date_epoch()? };
    let folder = match &args.directory {
        Some(folder) => folder.clone(),
        None => folder_of(args.image)?,
    };
    let binary = image::find(args.image, args.binary.as_deref(), architecture)?;
    let image = Image::of(args.image, &binary, &labels)?;
    image::write(&image, args.image, &folder)?;
    let report = BuildReport {
        image: args.image,
        architecture,
        binary: &binary.path,
        folder: &folder,
        digest: image.digest(),
        size: image.size(),
    };
    ui.note(&format!(
        "{} for {}, of {}: {} in {}",
        report.image.image_name(),
        report.architecture,
        report.binary.display(),
        size_text(report.size),
        report.folder.display()
    ));
    match args.output {
        Output::Json => ui.json(&report)?,
        Output::Table => ui.data(report.digest),
    }
    Ok(Exit::Done)
}

fn source_date_epoch() -> Result<u64, Failure> {
    let Some(text) = std::env::var_os(env_vars::SOURCE_DATE_EPOCH) else { return Ok(0) };
    let number = text.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        Failure::usage(format!("SOURCE_DATE_EPOCH is {}, not a number of seconds", text.display()))
    })
}
