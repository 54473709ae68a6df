//! The command line: clap types, no logic.

use clap::{Parser, Subcommand};

use crate::commands::{completions, env, exit_codes, fixes, names, render, values};

/// Deploys llm-d's inference scheduling on Kubernetes: a Gateway, an endpoint picker, model servers.
#[derive(Debug, Parser)]
#[command(
    name = "llmd",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Exit codes: `llmd help exit-codes`. Start with `llmd render -e istio`."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Render(render::Args),
    Names(names::Args),
    Env(env::Args),
    Values(values::Args),
    Fixes(fixes::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    ExitCodes(exit_codes::Args),
}
