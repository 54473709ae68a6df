//! The scheduler's configuration: what the user names, with the endpoints from the stack's own file.

use std::path::Path;

use llmd_api::{Finding, GAIE_DEFAULT, PROJECT_DEFAULT};
use serde_json::{Value, json};

use crate::Failure;
use crate::environment::files;
use crate::yaml;

/// This project's policy.
pub(super) const DEFAULT: &str = "default";
/// The upstream picker's; the virtual clock knows it by the same name.
const UPSTREAM_DEFAULT: &str = "upstream-default";

const DISCOVERY: &str = "file-discovery";

/// The text that the scheduler is to read.
///
/// # Errors
/// When there is no such file, or the scheduler could not start with it.
pub(super) fn compose(wanted: &str, endpoints: &Path) -> Result<String, Failure> {
    let (text, source) = text(wanted)?;
    let findings = llmd_api::load(&text, &source).map_or_else(|findings| findings, |loaded| loaded.findings);
    let errors: Vec<String> =
        findings.iter().filter(|finding| finding.is_error()).map(Finding::to_string).collect();
    if !errors.is_empty() {
        return Err(Failure::usage("the scheduler cannot start with its configuration").problems(errors));
    }
    let mut document = yaml::read(&text).map_err(|error| Failure::usage(format!("{source}: {error}")))?;
    discover(&mut document, endpoints);
    Ok(yaml::write(&document))
}

fn text(wanted: &str) -> Result<(String, String), Failure> {
    match wanted {
        DEFAULT => Ok((PROJECT_DEFAULT.to_owned(), DEFAULT.to_owned())),
        UPSTREAM_DEFAULT => Ok((GAIE_DEFAULT.to_owned(), UPSTREAM_DEFAULT.to_owned())),
        text if text.contains('\n') => Ok((text.to_owned(), "local.pluginsConfig".to_owned())),
        path => {
            let bytes = files::read(path, "scheduler's configuration").map_err(|failure| {
                failure.hint(format!("local.pluginsConfig also takes `{DEFAULT}` and `{UPSTREAM_DEFAULT}`"))
            })?;
            Ok((files::text(path, &bytes)?.to_owned(), path.to_owned()))
        }
    }
}

/// Endpoints come from this file, whatever the document says of them.
fn discover(document: &mut Value, endpoints: &Path) {
    let Some(root) = document.as_object_mut() else { return };
    root.shift_remove("discovery");
    let plugin = json!({"type": DISCOVERY, "parameters": {"path": endpoints, "watchFile": true}});
    if let Some(plugins) = root.entry("plugins").or_insert_with(|| json!([])).as_array_mut() {
        plugins.retain(|plugin| plugin["type"] != DISCOVERY);
        plugins.push(plugin);
    }
    let layer = root.entry("dataLayer").or_insert_with(|| json!({}));
    if layer.is_null() {
        *layer = json!({});
    }
    layer["discovery"] = json!({"pluginRef": DISCOVERY});
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_come_from_the_stacks_file() {
        let own = "apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\nplugins:\n- type: queue-scorer\n\
                   - {type: file-discovery, parameters: {path: /mine.yaml}}\ndataLayer:\n  discovery: {pluginRef: file-discovery}\n\
                   schedulingProfiles:\n- name: default\n  plugins: [{pluginRef: queue-scorer}]\n";
        for wanted in [DEFAULT, UPSTREAM_DEFAULT, own] {
            let text = compose(wanted, Path::new("/state/endpoints.yaml")).unwrap();
            let loaded = llmd_api::load(&text, "composed").unwrap();
            let discovery = loaded.config.discovery.unwrap();
            assert_eq!(discovery.path, "/state/endpoints.yaml", "{text}");
            assert!(loaded.findings.iter().all(|finding| !finding.is_error()), "{text}");
        }
    }

    #[test]
    fn what_the_scheduler_would_refuse_is_refused() {
        let failure =
            compose("kind: EndpointPickerConfig\nplugins:\n- type: no-such\n", Path::new("/e")).unwrap_err();
        assert!(failure.to_string().contains("local.pluginsConfig:"), "{failure}");
        let failure = compose("no-such-policy", Path::new("/e")).unwrap_err();
        assert!(failure.to_string().contains("upstream-default"), "{failure}");
    }
}
