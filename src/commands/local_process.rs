//! `llmd local-process`: what `llmd apply -e local` starts, each process of a stack. Hidden: nobody types it.

use crate::local::{Kind, child};
use crate::{Exit, Failure};

/// Be a process of a local stack
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_enum)]
    kind: Kind,
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Becomes the program. It brings its own runtime and logs, so nothing of ours runs beside it.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    child::run(args.kind, &args.arguments)
}
