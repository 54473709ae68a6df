//! The template engine: templates in, objects out.
//!
//! In a `*.yaml.j2` template an expression is a whole YAML value: it is written as JSON, so `name: {{ name }}` is
//! right for every name, and lists and mappings need no indenting. What is null is left out of the object. In a
//! `*.txt.j2` template, for texts inside a `ConfigMap`, an expression is written as it is.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, State, UndefinedBehavior, Value as Jinja};
use rust_embed::Embed;
use serde::Serialize;
use serde_json::{Map, Value};

use super::manifest::Manifest;
use crate::go_template::to_yaml;
use crate::yaml;

#[derive(Embed)]
#[folder = "templates/"]
struct Templates;

/// A template that does not render: a defect of ours, as values are checked before.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the template {template} does not render: {source:#}")]
    Template { template: &'static str, source: Box<minijinja::Error> },
    #[error("the template {template} gives no valid YAML: {source}")]
    Yaml { template: &'static str, source: Box<serde_saphyr::Error> },
}

/// The embedded templates, compiled when first used.
pub(super) struct Engine(Environment<'static>);

impl Engine {
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_loader(|name| {
            Ok(Templates::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()))
        });
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        // Building fails for overlapping delimiters only, and these are the usual ones.
        environment.set_syntax(syntax.build().unwrap_or_default());
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".yaml.j2") { AutoEscape::Json } else { AutoEscape::None }
        });
        environment.add_filter("helm_yaml", helm_yaml);
        Self(environment)
    }

    /// Renders a template to one object.
    pub(super) fn manifest(
        &self,
        template: &'static str,
        context: &impl Serialize,
    ) -> Result<Manifest, EngineError> {
        Ok(Manifest { template: template.into(), object: self.value(template, context)? })
    }

    /// Renders a YAML template to plain data.
    pub(super) fn value(
        &self,
        template: &'static str,
        context: &impl Serialize,
    ) -> Result<Value, EngineError> {
        let text = self.text(template, context)?;
        let value =
            yaml::read(&text).map_err(|source| EngineError::Yaml { template, source: Box::new(source) })?;
        Ok(tidy(value))
    }

    /// Renders a template to text.
    pub(super) fn text(
        &self,
        template: &'static str,
        context: &impl Serialize,
    ) -> Result<String, EngineError> {
        self.0
            .get_template(template)
            .and_then(|compiled| compiled.render(Serde(context)))
            .map_err(|source| EngineError::Template { template, source: Box::new(source) })
    }
}

/// Drops what is null in maps, and writes whole floats as integers, as Helm's JSON does.
pub(super) fn tidy(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, tidy(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(tidy).collect(),
        Value::Number(number) => Value::Number(yaml::whole_number(number)),
        other => other,
    }
}

/// `value | helm_yaml(indent)`: YAML as Helm's `toYaml | indent` gives it: keys sorted, no newline at the end.
#[expect(clippy::needless_pass_by_value, reason = "what a filter is called with")]
fn helm_yaml(_state: &State, value: Jinja, indent: usize) -> Result<String, minijinja::Error> {
    let value = serde_json::to_value(&value).map_err(|error| {
        minijinja::Error::new(minijinja::ErrorKind::BadSerialization, "the value is no data")
            .with_source(error)
    })?;
    let margin = " ".repeat(indent);
    let lines: Vec<String> = to_yaml(&tidy(value)).lines().map(|line| format!("{margin}{line}")).collect();
    Ok(lines.join("\n"))
}
