//! One verb per file: its arguments, what they mean, the call, the print.

pub mod completions;
pub mod env;
pub mod exit_codes;
pub mod fixes;
pub mod names;
pub mod render;
mod stack_args;
pub mod values;

use clap::{Args, ValueEnum};

pub use stack_args::{StackArgs, TargetArgs};

/// `-o` of the verbs that report.
#[derive(Clone, Copy, Debug, Args)]
pub struct OutputArgs {
    /// Form of the report
    #[arg(short, long, default_value = "table", value_name = "FORM")]
    output: ReportForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportForm {
    Table,
    Json,
}

impl OutputArgs {
    pub fn is_json(self) -> bool {
        self.output == ReportForm::Json
    }
}
