//! Variables of the shell in files that are templates: `${NAME}` and `$NAME`, in capital letters.

use std::collections::BTreeMap;

/// `text` with the variables that have a value replaced by it.
pub(super) fn substitute(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(variable) = next(rest) {
        let (before, after) = (&rest[..variable.start], &rest[variable.end..]);
        result.push_str(before);
        let written = &rest[variable.start..variable.end];
        result.push_str(values.get(variable.name).map_or(written, String::as_str));
        rest = after;
    }
    result + rest
}

/// The first variable of `text`.
pub(super) fn unresolved(text: &str) -> Option<&str> {
    next(text).map(|variable| variable.name)
}

struct Variable<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

fn next(text: &str) -> Option<Variable<'_>> {
    text.match_indices('$').find_map(|(start, _)| {
        let after = &text[start + 1..];
        let (bare, brace) = after.strip_prefix('{').map_or((after, 0), |bare| (bare, 1));
        let length = bare.bytes().take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')).count();
        let (name, behind) = bare.split_at(length);
        let is_name = name.starts_with(|first: char| !first.is_ascii_digit());
        let is_closed = brace == 0 || behind.starts_with('}');
        (is_name && is_closed).then_some(Variable { name, start, end: start + 1 + 2 * brace + length })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_replaced_and_what_has_no_value_stays() {
        let values = [("NS", "demo"), ("GATEWAY_SVC", "infra")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(substitute("http://${GATEWAY_SVC}.$NS.svc/$HOME", &values), "http://infra.demo.svc/$HOME");
        assert_eq!(substitute("5$ ${ $1 ${open $lower ü$NS", &values), "5$ ${ $1 ${open $lower üdemo");
    }

    #[test]
    fn what_is_left_is_named() {
        assert_eq!(unresolved("a ${B_1}"), Some("B_1"));
        assert_eq!(unresolved("cost: 5$"), None);
    }
}
