//! The Go templates that a value may hold (`charts.md` §7): `{{ .Release.Name }}` and its like.
//!
//! What does not change with control flow is here: paths, literals, pipelines, the functions of [`FUNCTIONS`], trim
//! markers and comments. Everything else is an [`Error`] that names it; nothing is passed through unseen.

mod eval;
mod parser;
mod text;
mod yaml_text;

use serde_json::Value;

use crate::environment::part::Chart;

pub use text::go_text;
pub use yaml_text::to_yaml;

/// The functions that work, beside `include` of the chart's own helpers.
pub const FUNCTIONS: [&str; 7] = ["default", "include", "lower", "quote", "toYaml", "trunc", "upper"];

/// What a template can see.
pub struct Context<'a> {
    pub release_name: &'a str,
    pub namespace: &'a str,
    pub chart: Chart,
    /// The release's values over the chart's defaults.
    pub values: &'a Value,
    /// What `include "NAME" .` gives; none for a name that the chart does not define.
    pub helpers: &'a dyn Fn(&str) -> Option<String>,
    /// The names that `helpers` knows, for messages.
    pub helper_names: &'a [&'a str],
}

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An action that cannot be read or evaluated. Line and column (in characters) count from 1 and point into the
    /// text that was evaluated; `action` is what stands there.
    #[error("`{action}` at line {line}, column {column}: {problem}")]
    Template { action: String, line: usize, column: usize, problem: String },
    #[error("with its templates filled in, the value is no YAML any more: {problem}\n{text}")]
    Yaml { problem: String, text: String },
}

/// Fills in the templates of `text`.
///
/// As in Helm, what is missing becomes an empty text; a path below something missing is an error.
pub fn render(text: &str, context: &Context) -> Result<String, Error> {
    let pieces = parser::parse(text).map_err(|fault| fault.in_text(text))?;
    let rendered = eval::render(&pieces, context).map_err(|fault| fault.in_text(text))?;
    Ok(rendered.replace("<no value>", ""))
}

/// Fills in the templates of a whole value the way the charts do: the value is written as YAML, the text is
/// evaluated once, and what comes out is read as YAML again. A value without `{{` is given back as it is.
///
/// A text is not quoted before it is evaluated, so what it expands to is YAML: `"{{ .Values.port }}"` alone gives a
/// number, and inside a list or map it gives a text.
pub fn render_value(value: &Value, context: &Context) -> Result<Value, Error> {
    if !holds_template(value) {
        return Ok(value.clone());
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => to_yaml(other),
    };
    // In the charts a newline follows, without which a literal block at the end would lose its own.
    let text = render(&text, context)? + "\n";
    // Helm reads YAML 1.1: bare `yes` is a boolean (the reader's default), 017 is octal.
    let options = serde_saphyr::options! { legacy_octal_numbers: true };
    serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| Error::Yaml { problem: error.to_string(), text })
}

/// Whether a key or text anywhere in the value holds `{{`.
pub fn holds_template(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{"),
        Value::Array(items) => items.iter().any(holds_template),
        Value::Object(map) => map.iter().any(|(key, item)| key.contains("{{") || holds_template(item)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A problem at a byte offset of the text.
#[derive(Debug)]
struct Fault {
    at: usize,
    problem: String,
}

impl Fault {
    fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into() }
    }

    /// Turns the offset into line and column and quotes the action around it.
    fn in_text(self, text: &str) -> Error {
        /// Longest action that is quoted whole, in characters.
        const QUOTED: usize = 60;
        let at = (0..=self.at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (before, after) = text.split_at(at);
        let start = if after.starts_with("{{") { at } else { before.rfind("{{").unwrap_or(0) };
        let end = after.find("}}").map_or(text.len(), |end| at + end + 2);
        let action = text.get(start..end).unwrap_or_default();
        let action = match action.char_indices().nth(QUOTED) {
            Some((cut, _)) => format!("{}…", &action[..cut]),
            None => action.to_owned(),
        };
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Error::Template {
            action,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem: self.problem,
        }
    }
}

#[cfg(test)]
mod tests;
