//! Whether every name of a deployment fits, those that controllers will make included (`charts.md` §10).

mod generated;
mod objects;
mod syntax;

use std::fmt;

use serde::Serialize;

use crate::environment::names::{self, LONGEST_LABEL, LONGEST_RELEASE};
use crate::render::manifest::Stack;

/// Longest postfix with which every pod's name keeps its whole hash, in characters.
pub const WHOLE_POD_NAMES: usize = 16;

/// One name and its limit. Lengths are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Row {
    /// `Kind/name` of the object that has the name or causes it.
    pub object: String,
    /// What the name is: `name`, `label value of app`, `pod name`, `proxy Service` …
    pub what: String,
    /// The name. In names made at run time `#` stands for a hash and `*` for a random character.
    pub value: String,
    /// Characters of the name.
    pub length: usize,
    /// How many it may have.
    pub limit: usize,
    /// Whether it fits.
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase", tag = "is", content = "message")]
pub enum Verdict {
    Ok,
    /// Works, but a controller cuts the name: what is lost.
    Cut(String),
    /// Longer than the limit: refused.
    Over,
    /// Refused for its characters: why.
    Invalid(String),
}

impl Row {
    /// A row whose verdict follows from the length alone.
    fn sized(object: &str, what: impl Into<String>, value: impl Into<String>, limit: usize) -> Self {
        let value = value.into();
        let verdict = if value.len() > limit { Verdict::Over } else { Verdict::Ok };
        Self { object: object.to_owned(), what: what.into(), length: value.len(), value, limit, verdict }
    }

    /// The row of a postfix with which nothing renders.
    pub fn not_rendered(postfix: &str) -> Self {
        let verdict = Verdict::Invalid("does not render".to_owned());
        Self { verdict, ..Self::sized("Release", "postfix", postfix, LONGEST_RELEASE) }
    }

    /// The same, with a check of the characters where the length is fine.
    fn checked(mut self, check: impl Fn(&str) -> Option<String>) -> Self {
        if self.verdict == Verdict::Ok
            && let Some(why) = check(&self.value)
        {
            self.verdict = Verdict::Invalid(why);
        }
        self
    }

    /// Whether the cluster will refuse the name.
    pub fn is_error(&self) -> bool {
        matches!(self.verdict, Verdict::Over | Verdict::Invalid(_))
    }
}

/// `Kind/name: what `value` …`, the way a row is said in an error or a warning.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, what, value, length, limit, verdict } = self;
        write!(f, "{object}: {what} `{value}` ")?;
        match verdict {
            Verdict::Ok => write!(f, "has {length} of {limit} characters"),
            Verdict::Cut(lost) => write!(f, "is cut at {limit} characters: {lost}"),
            Verdict::Over => write!(f, "has {length} characters, {limit} are allowed"),
            Verdict::Invalid(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("fits"),
            Self::Cut(lost) => write!(f, "cut: {lost}"),
            Self::Over => f.write_str("too long"),
            Self::Invalid(why) => f.write_str(why),
        }
    }
}

/// Every name of the stack. Labels, containers and ports are among the rows only where they are wrong.
pub fn check(stack: &Stack) -> Vec<Row> {
    let mut rows = vec![
        Row::sized(&format!("Namespace/{}", stack.namespace), "name", &stack.namespace, LONGEST_LABEL)
            .checked(syntax::dns_label),
    ];
    for release in &stack.releases {
        let object = format!("Release/{}", release.name);
        rows.push(
            Row::sized(&object, "release name", &release.name, LONGEST_RELEASE)
                .checked(syntax::dns_subdomain),
        );
    }
    let istio = stack.manifests().any(|manifest| generated::gateway_class(manifest) == Some("istio"));
    for manifest in stack.manifests() {
        rows.extend(objects::rows(manifest));
        rows.extend(generated::rows(manifest, &stack.namespace, istio));
    }
    rows
}

/// The longest beginning of the postfix with which nothing is refused. `check` renders with a postfix and checks
/// the result; it should give an error row where rendering fails.
pub fn longest_postfix(check: impl Fn(&str) -> Vec<Row>, postfix: &str) -> Option<String> {
    (1..=postfix.len())
        .rev()
        .map(|bytes| names::truncated(postfix, bytes).trim_end_matches('-'))
        .filter(|shorter| !shorter.is_empty())
        .find(|shorter| !check(shorter).iter().any(Row::is_error))
        .map(str::to_owned)
}

/// What to say about names that will be refused, one line each, and last what to do about it.
///
/// `longest` is what [`longest_postfix`] found.
pub fn errors(rows: &[Row], longest: Option<&str>) -> Vec<String> {
    let mut lines: Vec<String> = rows.iter().filter(|row| row.is_error()).map(Row::to_string).collect();
    if !lines.is_empty() {
        lines.push(longest.map_or_else(
            || "no shorter postfix helps: a name does not depend on it".to_owned(),
            |longest| {
                let length = longest.len();
                format!("the longest postfix that fits here has {length} characters: `{longest}`")
            },
        ));
    }
    lines
}

/// What to say about names that controllers cut, and how to keep them whole.
pub fn warning(rows: &[Row]) -> Option<String> {
    let cut: Vec<String> = rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::Cut(lost) => Some(format!("{} of {} ({lost})", row.what, row.object)),
            _ => None,
        })
        .collect();
    if cut.is_empty() {
        return None;
    }
    let whole = format!("a postfix of at most {WHOLE_POD_NAMES} characters keeps every pod name whole");
    Some(format!("Kubernetes will cut the {}; {whole}", cut.join(", the ")))
}

#[cfg(test)]
mod tests;
