//! Text → [`Config`], every problem at once.

mod data;
mod fields;
mod filters;
mod handlers;
mod plugins;
mod prefix;
mod profiles;
mod report;
mod saturation;
mod scorers;
mod sections;
mod types;

use std::sync::Arc;

use self::fields::Fields;
use self::plugins::Plugins;
use self::report::Report;
use crate::config::{Config, Dialect};
use crate::finding::{Finding, Place, Severity};
use crate::{lint, tree};

const KIND: &str = "EndpointPickerConfig";

/// A configuration that can be used, and what its reader should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub config: Config,
    /// Warnings, in the order of the text.
    pub findings: Vec<Finding>,
}

/// Reads an `EndpointPickerConfig` of either dialect (`epp.md` §3); `source` names the text in messages.
///
/// # Errors
/// Everything that is wrong, and every warning with it, in the order of the text; at least one is an error.
pub fn load(text: &str, source: &str) -> Result<Loaded, Vec<Finding>> {
    let source: Arc<str> = Arc::from(source);
    let node = tree::read(text, &source).map_err(|finding| vec![finding])?;
    let report = Report::default();
    let place = Place::whole(source);
    let mut root = Fields::of(&report, Some(&node), (&place, String::new()), KIND, Severity::Error);
    let dialect = dialect(&mut root);
    let config = read(&mut root, dialect);
    root.finish();
    let mut findings = report.into_findings();
    if findings.iter().any(Finding::is_error) {
        return Err(findings);
    }
    findings.extend(lint(&config));
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(Loaded { config, findings })
}

fn dialect(root: &mut Fields<'_>) -> Dialect {
    let dialects = [Dialect::Gaie, Dialect::Router].map(|dialect| (dialect.api_version(), dialect));
    let dialect = root.choice("apiVersion", &dialects);
    if root.entry("apiVersion").is_none() {
        root.refuse("apiVersion", format!("is missing: write `{}`", Dialect::Router.api_version()));
    }
    root.choice("kind", &[(KIND, ())]);
    if root.entry("kind").is_none() {
        root.refuse("kind", format!("is missing: write `{KIND}`"));
    }
    dialect.unwrap_or_default()
}

/// Reads everything; where something is wrong, which is reported, the result is only good for reading on.
fn read(root: &mut Fields<'_>, dialect: Dialect) -> Config {
    let feature_gates = sections::feature_gates(root);
    let profiles = profiles::declared(root);
    let mut plugins = Plugins::declared(root, dialect, profiles::names(&profiles));
    plugins.read_parameters();
    let profiles = profiles::resolve(profiles, &mut plugins);
    let profile_handler = profiles::handler(&mut plugins, &profiles);
    let saturation = sections::saturation(root, &mut plugins);
    let (data_layer, discovery) = sections::data_layer(root, &mut plugins);
    let parsers = sections::parsers(root, &mut plugins);
    Config {
        dialect,
        feature_gates,
        plugins: plugins.finish(),
        profiles,
        profile_handler,
        saturation,
        discovery,
        parsers,
        data_layer,
    }
}
