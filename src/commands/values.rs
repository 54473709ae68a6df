//! `llmd values`: what can be set, as JSON Schema or in words.

use clap::Subcommand;
use serde_json::Value;

use crate::environment::catalog;
use crate::environment::problem::nearest;
use crate::environment::schema;
use crate::environment::values::{self, Local, Values as _};
use crate::error::{Exit, Failure};
use crate::ui::{Printer, Table};
use crate::yaml::tree::Node;

/// Explain the values that can be set
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the JSON Schema of a values file, for editors
    #[command(after_help = "Example:\n  llmd values schema > values.schema.json")]
    Schema,
    /// Explain a key: its type, its default, the keys below it
    #[command(after_help = "Examples:
  llmd values explain ms.decode.parallelism
  llmd values explain ms.decode.containers[].modelCommand")]
    Explain {
        /// Dotted path; without it, the parts
        #[arg(value_name = "KEY", default_value = "")]
        key: String,
    },
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Schema => ui.json(&values::schema())?,
        Command::Explain { key } => ui.data(explain(key.trim_matches('.'))?.trim_end()),
    }
    Ok(Exit::Done)
}

fn explain(key: &str) -> Result<String, Failure> {
    let schema = values::schema();
    let found = schema::lookup(&schema, key).map_err(|(below, known)| unknown_key(key, &below, &known))?;
    let default = default_of(key)?;
    let below = schema::known_keys(found);
    let mut parts = Vec::new();
    if !key.is_empty() {
        parts.push(format!("{key}: {}", schema::type_words(found)));
    }
    if let Some(description) = schema::description(found) {
        parts.push(format!("  {}", description.replace('\n', "\n  ")));
    }
    if below.is_empty() {
        let default = default.map_or_else(|| "none".to_owned(), |value| value.to_string());
        parts.push(format!("default of the chart: {default}"));
    } else {
        let rows = below.iter().filter_map(|name| explained_row(found, name, default.as_ref()));
        parts.push(Table::of(["KEY", "TYPE", "DEFAULT", "MEANING"], rows).render(false));
    }
    Ok(parts.join("\n\n"))
}

/// A row about one of the keys of a mapping.
fn explained_row(schema: &Value, name: &str, defaults: Option<&Value>) -> Option<Vec<String>> {
    let child = schema::lookup(schema, name).ok()?;
    let description = schema::description(child).unwrap_or_default();
    let default = defaults.and_then(|defaults| defaults.get(name));
    let default = default.filter(|value| !value.is_object() && !value.is_array());
    Some(vec![
        name.to_owned(),
        schema::type_words(child),
        default.map(Value::to_string).unwrap_or_default(),
        description.lines().next().unwrap_or_default().to_owned(),
    ])
}

/// The value of a key in the environment `bare`, the charts' own defaults; of `local`, in the environment `local`.
fn default_of(key: &str) -> Result<Option<Value>, Failure> {
    let steps = key.replace("[]", "[0]").replace('[', ".").replace(']', "");
    let mut bare = catalog::find(catalog::BARE)?.defaults;
    for layer in catalog::find(Local::KEY)?.layers {
        bare.merge(layer);
    }
    Ok(bare.at(steps.split('.').filter(|step| !step.is_empty())).map(Node::to_value))
}

fn unknown_key(key: &str, below: &str, known: &[String]) -> Failure {
    let rest = key.strip_prefix(below).unwrap_or(key).trim_start_matches(['.', '[']);
    let step = rest.split(['.', '[']).next().unwrap_or_default().trim_end_matches(']');
    let place = if below.is_empty() { "at the top".to_owned() } else { format!("below `{below}`") };
    let failure = Failure::usage(format!("there is no key `{step}` {place}"));
    match nearest(step, known.iter().map(String::as_str)) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => failure,
        None => failure.hint(format!("known there: {}", known.join(", "))),
    }
}
