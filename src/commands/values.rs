//! `llmd values`: what can be set, as JSON Schema or in words.

use clap::Subcommand;
use serde_json::Value;

use crate::environment::catalog;
use crate::environment::problem::nearest;
use crate::environment::schema;
use crate::environment::values;
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

pub fn run(args: Args, ui: &Printer) -> Result<Exit, Failure> {
    match args.command {
        Command::Schema => ui.json(&values::schema())?,
        Command::Explain { key } => ui.data(explain(key.trim_matches('.'))?.trim_end()),
    }
    Ok(Exit::Done)
}

fn explain(key: &str) -> Result<String, Failure> {
    let schema = values::schema();
    let found = schema::lookup(&schema, key).map_err(|(below, known)| unknown_key(key, &below, &known))?;
    let default = default_of(key)?;
    let mut text = String::new();
    if !key.is_empty() {
        text.push_str(&format!("{key}: {}\n", schema::type_words(found)));
    }
    if let Some(description) = schema::description(found) {
        text.push_str(&format!("\n  {}\n", description.replace('\n', "\n  ")));
    }
    let below = schema::known_keys(found);
    match &default {
        Some(value) if below.is_empty() => text.push_str(&format!("\ndefault of the chart: {value}\n")),
        None if below.is_empty() => text.push_str("\nno default in the chart\n"),
        _ => {}
    }
    if !below.is_empty() {
        let rows = below.iter().filter_map(|name| {
            let child = schema::lookup(found, name).ok()?;
            let description = schema::description(child).unwrap_or_default();
            let first = description.lines().next().unwrap_or_default().to_owned();
            let default = default.as_ref().and_then(|value| value.get(name));
            let default = default.filter(|value| !value.is_object() && !value.is_array());
            Some(vec![
                name.clone(),
                schema::type_words(child),
                default.map(Value::to_string).unwrap_or_default(),
                first,
            ])
        });
        text.push('\n');
        text.push_str(&Table::of(["KEY", "TYPE", "DEFAULT", "MEANING"], rows).render(false));
    }
    Ok(text)
}

/// The value of a key in the environment `bare`, the charts' own defaults.
fn default_of(key: &str) -> Result<Option<Value>, Failure> {
    let defaults = catalog::find(catalog::BARE)?.defaults;
    let steps = key.replace("[]", "[0]").replace('[', ".").replace(']', "");
    Ok(defaults.at(steps.split('.').filter(|step| !step.is_empty())).map(Node::to_value))
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
