//! Pieces + context → text.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::parser::{Piece, Pipeline, Word, WordKind};
use super::text::{go_text, quote};
use super::{Context, Fault, to_yaml};

/// What is offered of `.Release` and `.Chart`; the rest depends on more than the values, or is a slip.
const RELEASE_FIELDS: [&str; 6] = ["IsInstall", "IsUpgrade", "Name", "Namespace", "Revision", "Service"];
const CHART_FIELDS: [&str; 4] = ["AppVersion", "Name", "Type", "Version"];

pub(super) fn render(pieces: &[Piece], context: &Context) -> Result<String, Fault> {
    let root = Root::new(context);
    pieces.iter().try_fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Action(pipeline) => text.push_str(&go_text(root.pipeline(pipeline)?.as_ref())),
        }
        Ok(text)
    })
}

/// What `.` and `$` are.
struct Root<'a> {
    context: &'a Context<'a>,
    release: Value,
    chart: Value,
}

type Evaluated<'a> = Result<Cow<'a, Value>, Fault>;

impl<'a> Root<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        let chart = context.chart;
        Self {
            context,
            release: json!({
                "IsInstall": true,
                "IsUpgrade": false,
                "Name": context.release_name,
                "Namespace": context.namespace,
                "Revision": 1,
                "Service": "Helm",
            }),
            chart: json!({
                "AppVersion": chart.app_version,
                "Name": chart.name,
                "Type": "application",
                "Version": chart.version,
            }),
        }
    }

    fn pipeline(&self, pipeline: &Pipeline) -> Evaluated<'_> {
        let mut given: Option<Cow<Value>> = None;
        for command in &pipeline.commands {
            given = Some(self.command(command, given)?);
        }
        Ok(given.unwrap_or(Cow::Owned(Value::Null)))
    }

    fn command<'s>(&'s self, command: &[Word], given: Option<Cow<'s, Value>>) -> Evaluated<'s> {
        let Some((first, arguments)) = command.split_first() else {
            return Ok(Cow::Owned(Value::Null));
        };
        let WordKind::Function(function) = first.kind else {
            if !arguments.is_empty() || given.is_some() {
                return Err(Fault::new(first.at, "only a function takes arguments, and this is none"));
            }
            if matches!(first.kind, WordKind::Nil) {
                return Err(Fault::new(first.at, "nil is no value to show"));
            }
            return self.word(first);
        };
        if function == "include" {
            return self.include(first.at, arguments, given.is_some());
        }
        let mut values = arguments.iter().map(|word| self.word(word)).collect::<Result<Vec<_>, _>>()?;
        values.extend(given);
        call(function, &values).map(Cow::Owned).map_err(|problem| Fault::new(first.at, problem))
    }

    fn word(&self, word: &Word) -> Evaluated<'_> {
        match &word.kind {
            WordKind::Literal(value) => Ok(Cow::Owned(value.clone())),
            WordKind::Nil => Ok(Cow::Owned(Value::Null)),
            WordKind::Function(_) => self.command(std::slice::from_ref(word), None),
            WordKind::Path(names) => self.path(word.at, names).map(Cow::Borrowed),
            WordKind::Group(pipeline, names) => {
                let value = self.pipeline(pipeline)?;
                if names.is_empty() {
                    return Ok(value);
                }
                descend(word.at, "(…)", &value, names).map(|found| Cow::Owned(found.clone()))
            }
        }
    }

    fn path(&self, at: usize, names: &[String]) -> Result<&Value, Fault> {
        let Some((first, rest)) = names.split_first() else {
            return Err(Fault::new(at, "the root is no value; name .Release, .Values or .Chart"));
        };
        let (start, fields): (&Value, Option<&[&str]>) = match first.as_str() {
            "Values" => (self.context.values, None),
            "Release" => (&self.release, Some(&RELEASE_FIELDS)),
            "Chart" => (&self.chart, Some(&CHART_FIELDS)),
            other => {
                let problem = format!(".{other} does not work in a value; known: .Release, .Values, .Chart");
                return Err(Fault::new(at, problem));
            }
        };
        if let (Some(known), Some(field)) = (fields, rest.first())
            && !known.contains(&field.as_str())
        {
            let known = known.join(", ");
            return Err(Fault::new(at, format!(".{first}.{field} does not work in a value; known: {known}")));
        }
        descend(at, &format!(".{first}"), start, rest)
    }

    fn include<'s>(&'s self, at: usize, arguments: &[Word], piped: bool) -> Evaluated<'s> {
        let [name, root] = arguments else {
            return Err(Fault::new(at, "include takes a helper's name and the root: include \"NAME\" ."));
        };
        let is_root = matches!(&root.kind, WordKind::Path(names) if names.is_empty());
        if piped || !is_root {
            return Err(Fault::new(root.at, "a helper works on the root only: include \"NAME\" ."));
        }
        let name_value = self.word(name)?;
        let Value::String(wanted) = name_value.as_ref() else {
            return Err(Fault::new(name.at, format!("a helper's name is a text, not {}", kind(&name_value))));
        };
        let helped = (self.context.helpers)(wanted).ok_or_else(|| {
            let known = self.context.helper_names.join(", ");
            Fault::new(name.at, format!("the chart has no helper `{wanted}` for a value; known: {known}"))
        })?;
        Ok(Cow::Owned(Value::String(helped)))
    }
}

/// Follows names below a value. A missing key gives null; a name below null or below no map is Go's error.
fn descend<'v>(at: usize, start: &str, value: &'v Value, names: &[String]) -> Result<&'v Value, Fault> {
    let mut path = start.to_owned();
    names.iter().try_fold(value, |value, name| {
        let found = match value {
            Value::Object(map) => Ok(map.get(name).unwrap_or(&Value::Null)),
            Value::Null => Err(Fault::new(at, format!("{path} is missing, so it has no {name}"))),
            other => Err(Fault::new(at, format!("{path} is {}, so it has no {name}", kind(other)))),
        };
        path = format!("{path}.{name}");
        found
    })
}

fn call(function: &str, arguments: &[Cow<Value>]) -> Result<Value, String> {
    let values: Vec<&Value> = arguments.iter().map(AsRef::as_ref).collect();
    match (function, values.as_slice()) {
        ("quote", values) => {
            let shown: Vec<String> =
                values.iter().filter(|value| !value.is_null()).map(|value| quote(&go_text(value))).collect();
            Ok(Value::String(shown.join(" ")))
        }
        ("default", [fallback, given @ ..]) => {
            let given = given.first().filter(|given| !is_empty(given));
            Ok((**given.unwrap_or(fallback)).clone())
        }
        ("lower", [value]) => text_of(function, value).map(|text| Value::String(text.to_lowercase())),
        ("upper", [value]) => text_of(function, value).map(|text| Value::String(text.to_uppercase())),
        ("toYaml", [value]) => Ok(Value::String(to_yaml(value))),
        ("trunc", [length, value]) => {
            let length = length
                .as_i64()
                .ok_or_else(|| format!("trunc takes a whole number first, not {}", kind(length)))?;
            trunc(length, text_of(function, value)?).map(|text| Value::String(text.to_owned()))
        }
        _ => {
            let wanted = match function {
                "default" => "a fallback and a value",
                "trunc" => "a length and a text",
                _ => "one value",
            };
            Err(format!("{function} takes {wanted}, not {} arguments", values.len()))
        }
    }
}

fn text_of<'v>(function: &str, value: &'v Value) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| format!("{function} takes a text, not {}", kind(value)))
}

/// Sprig's `trunc`: the first bytes, or with a negative length the last ones.
fn trunc(length: i64, text: &str) -> Result<&str, String> {
    let bytes = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
    let cut = match length {
        0.. if bytes < text.len() => text.get(..bytes),
        ..0 if bytes < text.len() => text.get(text.len() - bytes..),
        _ => Some(text),
    };
    cut.ok_or_else(|| format!("trunc {length} cuts a character of `{text}` in two"))
}

/// Sprig's idea of a value that `default` replaces.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(given) => !given,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => Map::is_empty(map),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
