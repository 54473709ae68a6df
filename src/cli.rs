//! The command line: clap types, no logic.

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    apply, ask, bench, completions, connect, crds, demo, destroy, diff, doctor, env, exit_codes, fixes, get,
    history, image, list, local_process, names, render, rollback, schema, secret, status, values, verify,
};
use crate::local::child;
use crate::ui::{ColorChoice, Printer, Verbosity};

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
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every verb takes.
#[derive(Clone, Debug, Args)]
pub struct GlobalArgs {
    /// Print only data, warnings and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
    /// When to use colours (`NO_COLOR` and `CLICOLOR_FORCE` count too)
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Global options"
    )]
    color: ColorChoice,
}

impl GlobalArgs {
    pub fn printer(&self) -> Printer {
        let verbosity = if self.quiet { Verbosity::Quiet } else { Verbosity::Normal };
        Printer::new(verbosity, self.color)
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Render(render::Args),
    Diff(diff::Args),
    Apply(apply::Args),
    Status(status::Args),
    List(list::Args),
    History(history::Args),
    Get(get::Args),
    Rollback(rollback::Args),
    Verify(verify::Args),
    Ask(ask::Args),
    Connect(connect::Args),
    Bench(Box<bench::Args>),
    Demo(demo::Args),
    Doctor(doctor::Args),
    Crds(crds::Args),
    Secret(secret::Args),
    Destroy(destroy::Args),
    Names(names::Args),
    Image(image::Args),
    Env(env::Args),
    Values(values::Args),
    Fixes(fixes::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    ExitCodes(exit_codes::Args),
    #[command(name = child::VERB, hide = true)]
    LocalProcess(local_process::Args),
}
