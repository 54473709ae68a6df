//! The endpoint picker's own configuration, checked before it is deployed.

use llmd_api::{Finding, load, nearest};

use crate::environment::part::Part;
use crate::environment::{Environment, Request};
use crate::error::Failure;
use crate::ui::Printer;

/// Where the files are among the values.
const KEY: &str = "gaie.inferenceExtension.pluginsCustomConfig";
/// The file that is always there.
const DEFAULT: &str = "default-plugins.yaml";

/// Refuses a configuration that the picker could not start with (with `--as-upstream` only warns); warns of what
/// never acts, and of what is wrong in files that the picker does not read.
pub(super) fn report(environment: &Environment, request: &Request, ui: &Printer) -> Result<(), Failure> {
    let Some(section) = &environment.gaie else { return Ok(()) };
    let extension = &section.values.inference_extension;
    let files = &extension.plugins_custom_config;
    let read = extension.plugins_config_file.as_deref().unwrap_or_default();
    let mut errors = Vec::new();
    if !read.is_empty() && read != DEFAULT && !files.contains_key(read) {
        let near = nearest(read, files.keys().map(String::as_str).chain([DEFAULT]));
        let hint = near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        let message = format!("pluginsCustomConfig has no file `{read}`{hint}");
        errors.push(section.problem(Part::Gaie, "inferenceExtension.pluginsConfigFile", message).to_string());
    }
    for (name, text) in files.iter().filter(|(name, text)| *name == read || is_configuration(text)) {
        let findings = findings(text, &format!("{KEY}.{name}"));
        for finding in findings.iter().filter(|finding| !(request.as_upstream && finding.is_ours)) {
            if finding.is_error() && name == read {
                errors.push(finding.to_string());
            } else {
                ui.warn(&finding.to_string());
            }
        }
    }
    if request.as_upstream {
        for error in &errors {
            ui.warn(error);
        }
    } else if !errors.is_empty() {
        let text = "the endpoint picker cannot start with its configuration";
        return Err(Failure::usage(text).problems(errors));
    }
    Ok(())
}

fn findings(text: &str, source: &str) -> Vec<Finding> {
    load(text, source).map_or_else(|findings| findings, |loaded| loaded.findings)
}

/// Whether a file that the picker does not read is meant for it at all.
fn is_configuration(text: &str) -> bool {
    text.contains("EndpointPickerConfig")
}
