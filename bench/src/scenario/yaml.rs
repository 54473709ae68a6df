//! YAML (and JSON) files, read strictly: what is wrong is said with its place, and what was probably meant.

use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::{Error, Location, Spanned};

use super::error::{Place, ScenarioError, Warning};
use super::variable::unresolved;

/// A section of which only the place is read; none where it is absent or null.
pub(super) type Unread = Option<Spanned<IgnoredAny>>;

/// A file that is being read.
pub(super) struct Source<'a> {
    path: &'a Path,
    warnings: Vec<Warning>,
    /// Keys that are known and mean nothing here.
    ignored: Vec<(Location, &'static str)>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path, warnings: Vec::new(), ignored: Vec::new() }
    }

    /// In the order of the file; last, in one line, the keys that are ignored.
    pub(super) fn into_warnings(mut self) -> Vec<Warning> {
        self.warnings.sort_by_key(|warning| (warning.place.line, warning.place.column));
        self.ignored.sort_by_key(|(location, _)| (location.line(), location.column()));
        let keys: Vec<String> = self
            .ignored
            .iter()
            .map(|(location, key)| format!("`{key}` (line {})", location.line()))
            .collect();
        if !keys.is_empty() {
            self.warn(Location::UNKNOWN, format!("ignored, as it means nothing here: {}", keys.join(", ")));
        }
        self.warnings
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    /// The one document of `text`. Anchors and merge keys count.
    pub(super) fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T, ScenarioError> {
        let options = serde_saphyr::options! { strict_booleans: true, emit_comments: false };
        serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let error = error.without_snippet();
            self.error(error.location().unwrap_or(Location::UNKNOWN), problem(error))
        })
    }

    /// A text without variables that nobody has resolved.
    pub(super) fn text(&self, text: Spanned<String>) -> Result<String, ScenarioError> {
        match unresolved(&text.value) {
            Some(name) => {
                let problem = format!("the variable `{name}` has no value");
                Err(self.error(text.referenced, problem))
            }
            None => Ok(text.value),
        }
    }

    pub(super) fn error(&self, location: Location, problem: impl Into<String>) -> ScenarioError {
        ScenarioError::Invalid { place: self.place(location), problem: problem.into() }
    }

    pub(super) fn warn(&mut self, location: Location, message: impl Into<String>) {
        let warning = Warning { place: self.place(location), message: message.into() };
        self.warnings.push(warning);
    }

    /// Tells of a key, where it is given, that is known and means nothing here.
    pub(super) fn ignore(&mut self, key: &'static str, section: &Unread) {
        self.ignored.extend(section.as_ref().map(|section| (section.referenced, key)));
    }

    fn place(&self, location: Location) -> Place {
        Place { path: self.path.to_owned(), line: location.line(), column: location.column() }
    }
}

fn problem(error: &Error) -> String {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown("key", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("value", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("the key `{field}` is missing"),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` stands twice in one mapping")
        }
        // The parser appends a position, and we print our own.
        error => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            let line = line.strip_prefix("error: ").unwrap_or(line);
            line.split(" at line ").next().unwrap_or_default().to_owned()
        }
    }
}

/// That a name is not known, and which is meant or which there are.
pub(super) fn unknown(kind: &str, given: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + name.len().max(given.len()) / 4);
    match nearest {
        Some((_, name)) => format!("unknown {kind} `{given}`; did you mean `{name}`?"),
        None => format!("unknown {kind} `{given}`; there are {}", known.join(", ")),
    }
}
