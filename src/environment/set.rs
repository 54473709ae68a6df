//! Helm's `--set` syntax: `a.b=c,list[0].x={1,2}` (Helm's `strvals`; `charts.md` §8).
//!
//! What Helm drops without a word is an error here: an empty key, an index that is not closed, a key without `=`.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::yaml::tree::{Content, Entry, Node, Place};

/// Highest list index that Helm takes.
pub const HIGHEST_INDEX: usize = 65_536;
/// Most dots in one key.
const DEEPEST: usize = 30;

/// The flag that a text came from, which decides what its values become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: `true`, `false` and `null` (in any case) and 64-bit integers are typed, all else is text: `1.0`,
    /// `yes`, `007`.
    Typed,
    /// `--set-string`: everything is text.
    String,
    /// `--set-json`: each value is JSON (nothing means null), or the whole text is one JSON object.
    Json,
    /// `--set-file`: the value is the path of the file that holds the text; reading it is the caller's work.
    File,
}

impl SetKind {
    /// The flag as the user wrote it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Typed => "--set",
            Self::String => "--set-string",
            Self::Json => "--set-json",
            Self::File => "--set-file",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// One `path=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Starts with a key; never empty.
    pub path: Vec<Step>,
    pub value: Value,
}

impl Assignment {
    /// The path as `--set` would take it: `a.b[0].c`.
    pub fn path_text(&self) -> String {
        path_text(&self.path)
    }
}

fn path_text(path: &[Step]) -> String {
    path.iter().fold(String::new(), |mut text, step| {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                for character in key.chars() {
                    if matches!(character, '.' | ',' | '=' | '[' | '\\') {
                        text.push('\\');
                    }
                    text.push(character);
                }
            }
            Step::Index(index) => text.extend(["[", &index.to_string(), "]"]),
        }
        text
    })
}

/// Why a text is no assignment. `at` counts characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    #[error("{flag} '{text}': character {at}: {problem}")]
    Syntax { flag: &'static str, text: String, at: usize, problem: String },
    #[error("{path} cannot be set: {parent} is {found} (set by {at}), not {wanted}")]
    Shape { path: String, parent: String, found: String, at: Place, wanted: &'static str },
}

/// Reads the text of one flag. Later assignments win over earlier ones ([`apply`] each in turn).
pub fn parse(text: &str, kind: SetKind) -> Result<Vec<Assignment>, SetError> {
    let fault = |(at, problem): (usize, String)| SetError::Syntax {
        flag: kind.flag(),
        text: text.to_owned(),
        at: text[..at].chars().count() + 1,
        problem,
    };
    if kind == SetKind::Json && text.trim_start().starts_with('{') {
        return whole_object(text).map_err(fault);
    }
    let mut reader = Reader { text, at: 0, kind };
    let mut assignments = Vec::new();
    while reader.at < text.len() {
        assignments.push(reader.assignment().map_err(fault)?);
    }
    Ok(assignments)
}

/// Puts the value in its place below `root`, a map, making maps and lists on the way; gaps in lists become null.
/// `place` is the flag that it came from.
///
/// A map does not take the place of a text or a list (an error, where Helm replaces a text without a word), except,
/// as in Helm, for an item of a list.
pub fn apply(root: &mut Node, assignment: &Assignment, place: &Place) -> Result<(), SetError> {
    let new = |content| Node { content, place: place.clone() };
    let mut node = root;
    for (depth, step) in assignment.path.iter().enumerate() {
        let in_list = depth > 0 && matches!(assignment.path[depth - 1], Step::Index(_));
        match step {
            Step::Key(_) if node.is_null() || in_list && node.map().is_none() => {
                *node = new(Content::Map(IndexMap::new()));
            }
            Step::Index(_) if node.is_null() => *node = new(Content::List(Vec::new())),
            _ => {}
        }
        let null = || new(Content::Scalar(Value::Null));
        let (found, at) = (node.content.described(), node.place.clone());
        node = match (step, &mut node.content) {
            (Step::Key(key), Content::Map(map)) => {
                let entry = map.entry(key.clone());
                &mut entry.or_insert_with(|| Entry { key: place.clone(), node: null() }).node
            }
            (Step::Index(index), Content::List(items)) => {
                if items.len() <= *index {
                    items.resize_with(index + 1, null);
                }
                &mut items[*index]
            }
            (step, _) => {
                return Err(SetError::Shape {
                    path: assignment.path_text(),
                    parent: path_text(&assignment.path[..depth]),
                    found,
                    at,
                    wanted: if matches!(step, Step::Key(_)) { "a mapping" } else { "a list" },
                });
            }
        };
    }
    *node = Node::from_value(assignment.value.clone(), place);
    Ok(())
}

/// A byte offset and what is wrong there.
type Fault = (usize, String);

/// `--set-json '{…}'`: the object is merged over what is there, so each of its leaves is an assignment.
fn whole_object(text: &str) -> Result<Vec<Assignment>, Fault> {
    let object: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| (0, format!("no JSON: {error}")))?;
    let mut assignments = Vec::new();
    flatten(&mut Vec::new(), object, &mut assignments);
    Ok(assignments)
}

fn flatten(path: &mut Vec<Step>, object: Map<String, Value>, assignments: &mut Vec<Assignment>) {
    for (key, value) in object {
        path.push(Step::Key(key));
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(path, inner, assignments),
            leaf => assignments.push(Assignment { path: path.clone(), value: leaf }),
        }
        path.pop();
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Byte offset.
    at: usize,
    kind: SetKind,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.text[self.at..].chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// The characters up to one of `stops` (which is consumed) or the end; `\x` stands for x.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut taken = String::new();
        while let Some(character) = self.next() {
            if stops.contains(&character) {
                return (taken, Some(character));
            }
            match character {
                '\\' => taken.extend(self.next()),
                other => taken.push(other),
            }
        }
        (taken, None)
    }

    fn assignment(&mut self) -> Result<Assignment, Fault> {
        let mut path = Vec::new();
        loop {
            let start = self.at;
            let (key, stop) = self.until(&['=', '[', ',', '.']);
            if key.is_empty() {
                return Err((start, "a key is missing here".to_owned()));
            }
            if path.len() > DEEPEST {
                return Err((start, format!("the key has more than {DEEPEST} levels")));
            }
            path.push(Step::Key(key.clone()));
            match stop {
                Some('=') => break,
                Some('.') => {}
                Some('[') => {
                    if self.indexes(&mut path)? == '=' {
                        break;
                    }
                }
                _ => {
                    let hint = if stop == Some(',') && start > 0 {
                        "; a comma in a value is written `\\,`"
                    } else {
                        ""
                    };
                    return Err((start, format!("key `{key}` has no value: write KEY=VALUE{hint}")));
                }
            }
        }
        let value = if self.kind == SetKind::Json { self.json()? } else { self.value()? };
        Ok(Assignment { path, value })
    }

    /// `0]`, perhaps with `[1]` after it, and the `.` or `=` that follows, which it returns.
    fn indexes(&mut self, path: &mut Vec<Step>) -> Result<char, Fault> {
        loop {
            let start = self.at;
            let (index, stop) = self.until(&[']']);
            if stop.is_none() {
                return Err((start - 1, "the index is not closed with `]`".to_owned()));
            }
            let number = index.strip_prefix('+').unwrap_or(&index).parse::<usize>().ok();
            let number = number.filter(|number| *number <= HIGHEST_INDEX).ok_or_else(|| {
                (start, format!("index `{index}` is no whole number from 0 to {HIGHEST_INDEX}"))
            })?;
            path.push(Step::Index(number));
            let after = self.at;
            match self.next() {
                Some('[') => {}
                Some(stop @ ('.' | '=')) => return Ok(stop),
                Some(other) => return Err((after, format!("unexpected `{other}` after the index"))),
                None => return Err((after, "a value is missing: write KEY[0]=VALUE".to_owned())),
            }
        }
    }

    fn value(&mut self) -> Result<Value, Fault> {
        if !self.text[self.at..].starts_with('{') {
            let (text, _) = self.until(&[',']);
            return Ok(self.typed(text));
        }
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            items.push(self.typed(text));
            match stop {
                Some(',') => {}
                Some(_) => break,
                None => return Err((start, "the list is not closed with `}`".to_owned())),
            }
        }
        if self.text[self.at..].starts_with(',') {
            self.at += 1;
        }
        Ok(Value::Array(items))
    }

    fn typed(&self, text: String) -> Value {
        if self.kind != SetKind::Typed {
            return Value::String(text);
        }
        match text.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "0" => Value::from(0),
            _ if text.starts_with('0') => Value::String(text),
            _ => text.parse::<i64>().map_or_else(|_| Value::String(text), Value::from),
        }
    }

    /// One JSON value and the blanks and comma after it.
    fn json(&mut self) -> Result<Value, Fault> {
        if self.skip_empty() {
            return Ok(Value::Null);
        }
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err((self.at, format!("no JSON: {error}"))),
            None => Value::Null,
        };
        self.at += values.byte_offset();
        self.skip_empty();
        Ok(value)
    }

    /// Skips blanks and one comma; says whether there was a comma or the end, that is, nothing.
    fn skip_empty(&mut self) -> bool {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        if rest.starts_with(',') {
            self.at += 1;
            return true;
        }
        rest.is_empty()
    }
}

#[cfg(test)]
#[path = "set_tests.rs"]
mod tests;
