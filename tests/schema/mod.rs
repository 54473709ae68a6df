//! Every report that a test makes llmd print is held to its schema. Each suite's harness hands its runs on to here.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsStr;
use std::sync::LazyLock;

use clap::CommandFactory as _;
use jsonschema::Validator;
use llmd::cli::Cli;
use llmd::commands::schema::{REPORTS, Report};
use serde_json::Value;

/// Fails unless what `llmd ARGUMENTS` printed is as the schema of its report says. What prints no JSON is let pass, and so
/// is what ended before there was a report.
#[track_caller]
pub(crate) fn check<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>, stdout: &str) {
    let Some(command) = printing(arguments) else { return };
    let report = REPORTS.iter().find(|report| report.printed_by.contains(&&*command));
    let report = report.unwrap_or_else(|| panic!("`llmd {command}` has no schema"));
    let lines = if command.ends_with("jsonl") { stdout.lines().collect() } else { vec![stdout] };
    lines.into_iter().filter(|text| !text.trim().is_empty()).for_each(|text| conforms(report, text));
}

/// Fails unless the text is such a report.
#[track_caller]
pub(crate) fn conforms(report: &Report, text: &str) {
    static VALIDATORS: LazyLock<Vec<(&str, Validator)>> = LazyLock::new(|| {
        let validator = |report: &'static Report| {
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            (report.name, options.build(report.schema().as_value()).unwrap())
        };
        REPORTS.iter().map(validator).collect()
    });
    let value: Value = serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("the report {} is no JSON ({error}):\n{text}", report.name));
    let (_, validator) = VALIDATORS.iter().find(|(name, _)| *name == report.name).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("at `{}`: {error} ({})", error.instance_path(), error.schema_path()))
        .collect();
    assert!(faults.is_empty(), "the report {} breaks its schema:\n{}", report.name, faults.join("\n"));
}

/// The verb and the form of a command line that prints JSON: `image push -o json`.
fn printing<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Option<String> {
    let words = arguments.into_iter().map(|word| word.as_ref().to_owned());
    let matches = Cli::command().try_get_matches_from(std::iter::once("llmd".into()).chain(words)).ok()?;
    let (mut here, mut verb) = (&matches, Vec::new());
    while let Some((name, below)) = here.subcommand() {
        verb.push(name);
        here = below;
    }
    let is_form = here.ids().any(|id| id == "output");
    let form = is_form.then(|| here.get_raw("output")?.next()?.to_str()).flatten()?;
    form.starts_with("json").then(|| format!("{} -o {form}", verb.join(" ")))
}
