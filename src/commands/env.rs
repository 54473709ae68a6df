//! `llmd env`: the environments and their effective values.

use clap::Subcommand;
use serde_json::{Map, Value};

use super::{Output, StackArgs};
use crate::environment::catalog;
use crate::environment::{Layers, Request};
use crate::error::{Exit, Failure};
use crate::ui::{Printer, Table};
use crate::yaml;
use crate::yaml::tree::{Content, Node};

/// List the environments, or show the values of one
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the built-in environments
    List {
        /// How the report is printed
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
    },
    /// Show the effective values of an environment, as `-f` takes them
    #[command(after_help = "Examples:
  llmd env show xpu
  llmd env show istio --origins --set ms.decode.replicas=2
  llmd env show istio > mine.yaml")]
    Show {
        /// Name of the environment, or path of a file [default: that of `-e`]
        #[arg(value_name = "ENV|FILE")]
        name: Option<String>,
        #[command(flatten)]
        stack: Box<StackArgs>,
        /// Say for each value which layer set it
        #[arg(long)]
        origins: bool,
    },
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::List { output } => list(*output, ui),
        Command::Show { name, stack, origins } => {
            let mut request = stack.request()?;
            if let Some(name) = name {
                request.environment.clone_from(name);
            }
            show(&request, *origins, ui)
        }
    }
}

fn list(output: Output, ui: &Printer) -> Result<Exit, Failure> {
    let environments = catalog::list()?;
    if output == Output::Json {
        ui.json(&environments)?;
    } else {
        let rows = environments
            .iter()
            .map(|listed| vec![listed.name.clone(), listed.aliases.join(", "), listed.description.clone()]);
        ui.table(&Table::of(["ENVIRONMENT", "ALIASES", "DESCRIPTION"], rows));
    }
    Ok(Exit::Done)
}

fn show(request: &Request, origins: bool, ui: &Printer) -> Result<Exit, Failure> {
    let layers = Layers::read(request)?;
    layers.check()?;
    let sections = layers.definition().sections();
    if origins {
        let mut rows = Vec::new();
        for key in sections {
            leaves(&layers.effective(key), key, &mut rows);
        }
        ui.table(&Table::of(["SET BY", "VALUE"], rows));
    } else {
        let effective: Map<String, Value> =
            sections.into_iter().map(|key| (key.to_owned(), layers.effective(key).to_value())).collect();
        ui.data(yaml::write(&yaml::whole_numbers(effective.into())).trim_end());
    }
    Ok(Exit::Done)
}

/// One row for each value that is no mapping: its path, itself, its place.
fn leaves(node: &Node, path: &str, rows: &mut Vec<Vec<String>>) {
    match &node.content {
        Content::Map(map) if !map.is_empty() => {
            for (key, entry) in map {
                leaves(&entry.node, &format!("{path}.{key}"), rows);
            }
        }
        Content::List(items) if items.iter().any(|item| item.map().is_some()) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{index}]"), rows);
            }
        }
        _ => {
            const LONGEST: usize = 60;
            let mut value = yaml::whole_numbers(node.to_value()).to_string();
            if value.chars().count() > LONGEST {
                value = value.chars().take(LONGEST - 1).chain(['…']).collect();
            }
            rows.push(vec![node.place.to_string(), format!("{path} = {value}")]);
        }
    }
}
