//! Label selectors as they are written on a command line.

use std::fmt;
use std::str::FromStr;

/// A label selector in Kubernetes' own syntax, of which it is known that the API server will take it:
/// `app=model,tier!=canary,role in (decode, both),!draining,rank>1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(String);

/// A text that is no label selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{requirement:?} is no requirement on labels: {reason}")]
pub struct SelectorError {
    requirement: String,
    reason: &'static str,
}

impl Selector {
    /// The selector of everything that has these labels.
    pub fn from_labels<'a>(labels: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        let pairs: Vec<_> = labels.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        Self(pairs.join(","))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        for requirement in requirements(text) {
            check(requirement)
                .map_err(|reason| SelectorError { requirement: requirement.to_owned(), reason })?;
        }
        Ok(Self(text.to_owned()))
    }
}

/// The parts between the commas that are not in parentheses.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
}

fn check(requirement: &str) -> Result<(), &'static str> {
    if let Some(key) = requirement.strip_prefix('!') {
        return check_key(key.trim_start());
    }
    let end = requirement.find(|c: char| !is_inner(c) && c != '/').unwrap_or(requirement.len());
    let (key, rest) = requirement.split_at(end);
    check_key(key)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Ok(());
    }
    for operator in ["==", "=", "!="] {
        if let Some(value) = rest.strip_prefix(operator) {
            return check_value(value.trim());
        }
    }
    if let Some(number) = rest.strip_prefix(['>', '<']) {
        return number.trim().parse::<i64>().map(drop).map_err(|_| "an integer is needed");
    }
    let set = rest.strip_prefix("notin").or_else(|| rest.strip_prefix("in"));
    let set = set.ok_or("one of = == != > < in notin is needed after the key")?.trim();
    let values = set.strip_prefix('(').and_then(|set| set.strip_suffix(')'));
    let values = values.ok_or("values in parentheses are needed")?;
    values.split(',').try_for_each(|value| check_value(value.trim()))
}

fn check_key(key: &str) -> Result<(), &'static str> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if name.is_empty() {
        return Err("a key is needed");
    }
    let is_domain = |prefix: &str| {
        prefix.len() <= 253
            && prefix.split('.').all(|label| {
                is_word(label) && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            })
    };
    if is_word(name) && prefix.is_none_or(is_domain) { Ok(()) } else { Err("the key is malformed") }
}

fn check_value(value: &str) -> Result<(), &'static str> {
    if value.is_empty() || is_word(value) { Ok(()) } else { Err("the value is malformed") }
}

/// At most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends.
fn is_word(text: &str) -> bool {
    let outer = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(is_inner)
        && outer(text.chars().next())
        && outer(text.chars().next_back())
}

fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_kubernetes_takes_is_taken() {
        for text in [
            "app=model",
            "app==model , tier != canary",
            "llm-d.ai/role in (decode, both),a notin(b)",
            "!draining,ready",
            "rank > 1, rank<4",
            "empty=,x in ()",
        ] {
            assert_eq!(text.parse::<Selector>().map(|selector| selector.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_kubernetes_refuses_is_refused_with_the_part_that_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("app=model,", ""),
            ("app=model,=x", "=x"),
            ("a=b,app model", "app model"),
            ("role in (decode", "role in (decode"),
            ("role in decode", "role in decode"),
            ("-app=x", "-app=x"),
            ("Prefix_/app=x", "Prefix_/app=x"),
            ("a/b/c", "a/b/c"),
            ("app=mod el", "app=mod el"),
            ("rank>x", "rank>x"),
            ("app=a=b", "app=a=b"),
        ] {
            assert_eq!(
                text.parse::<Selector>().map_err(|error| error.requirement),
                Err(part.to_owned()),
                "{text}"
            );
        }
        assert!(format!("{}=x", "k".repeat(64)).parse::<Selector>().is_err());
    }

    #[test]
    fn labels_make_a_selector() {
        let labels = [("app", "model"), ("role", "")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let selector = Selector::from_labels(labels.iter().map(|(key, value)| (key, value)));
        assert_eq!(selector.as_str(), "app=model,role=");
        assert_eq!(selector.as_str().parse(), Ok(selector));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[ -~é]{0,40}") {
            let _ = text.parse::<Selector>();
        }
    }
}
