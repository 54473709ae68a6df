//! `--config FILE`: flags from a YAML file, as vLLM and llm-d-inference-sim have it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{Arg, Command};
use serde_json::{Map, Value};

/// The file that a command line names; of several, the last.
pub(super) fn path(arguments: &[String]) -> Option<&str> {
    let last =
        arguments.iter().rposition(|argument| argument == "--config" || argument.starts_with("--config="))?;
    arguments[last].strip_prefix("--config=").or_else(|| Some(arguments.get(last + 1)?.as_str()))
}

/// The flags of the file, as they would stand on a command line: `true` sets a flag, `false` and `null` leave it out, the
/// items of a list follow it one by one, and a map is JSON. Those of the command line are left out: lists would be longer.
///
/// # Errors
/// When the file cannot be read, is not such a map, or names a flag that `command` does not have.
pub(super) fn arguments(
    command: &mut Command,
    command_line: &[String],
    path: &Path,
) -> Result<Vec<String>, clap::Error> {
    let names =
        |flag: &Arg| Some(flag.get_long_and_visible_aliases()?.into_iter().map(str::to_owned).collect());
    let known: HashSet<String> =
        command.get_arguments().filter_map(names).flat_map(|names: Vec<_>| names).collect();
    let mut fail =
        |kind, problem: String| command.error(kind, format!("--config {}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| fail(ErrorKind::Io, error.to_string()))?;
    let flags: Option<Map<String, Value>> = serde_saphyr::from_str(&text)
        .map_err(|error| fail(ErrorKind::ValueValidation, format!("no map of flags: {error}")))?;
    let mut arguments = Vec::new();
    for (name, value) in flags.unwrap_or_default() {
        let name = name.replace('_', "-");
        if name == "config" || !known.contains(&name) {
            return Err(fail(ErrorKind::UnknownArgument, format!("there is no flag `{name}`")));
        }
        let flag = format!("--{name}");
        if command_line.iter().any(|argument| argument.split('=').next() == Some(&flag)) {
            continue;
        }
        match value {
            Value::Null | Value::Bool(false) => {}
            Value::Bool(true) => arguments.push(flag),
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                arguments.push(flag);
                arguments.extend(items.iter().map(text_of));
            }
            value => arguments.push(format!("{flag}={}", text_of(&value))),
        }
    }
    Ok(arguments)
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
