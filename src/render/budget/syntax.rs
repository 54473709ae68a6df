//! What Kubernetes lets a name look like. Each check says what is wrong, or nothing.

/// RFC 1123 label: `a-z 0-9 -`, a letter or digit at both ends.
pub(super) fn dns_label(name: &str) -> Option<String> {
    if name.contains('.') {
        return Some("holds a dot, which is not allowed here".to_owned());
    }
    dns_subdomain(name)
}

/// RFC 1035 label, as Services want it: a DNS label that begins with a letter.
pub(super) fn service_name(name: &str) -> Option<String> {
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    if digit { Some("does not begin with a letter".to_owned()) } else { dns_label(name) }
}

/// DNS labels with dots between them.
pub(super) fn dns_subdomain(name: &str) -> Option<String> {
    if let Some(found) =
        name.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(*c)))
    {
        return Some(format!("holds `{found}`; lower-case letters, digits and dashes are allowed"));
    }
    let bad = |part: &str| part.is_empty() || part.starts_with('-') || part.ends_with('-');
    name.split('.').any(bad).then(|| "does not begin and end with a letter or digit".to_owned())
}

/// A name that is one segment of a path, as RBAC objects have it.
pub(super) fn path_segment(name: &str) -> Option<String> {
    let bad = name.is_empty() || name == "." || name == ".." || name.contains(['/', '%']);
    bad.then(|| "is no path segment: it is empty or holds `/` or `%`".to_owned())
}

/// A container port's name: at least one letter, no two dashes together.
pub(super) fn port_name(name: &str) -> Option<String> {
    if !name.contains(|c: char| c.is_ascii_lowercase()) {
        return Some("holds no lower-case letter".to_owned());
    }
    if name.contains("--") {
        return Some("holds two dashes together".to_owned());
    }
    dns_label(name)
}

/// A label's value, or the part of its key after the `/`: empty is fine for values.
pub(super) fn label_value(value: &str) -> Option<String> {
    if let Some(found) = value.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.".contains(*c))) {
        return Some(format!("holds `{found}`; letters, digits, `-`, `_` and `.` are allowed"));
    }
    let edge = |c: char| !c.is_ascii_alphanumeric();
    (value.starts_with(edge) || value.ends_with(edge))
        .then(|| "does not begin and end with a letter or digit".to_owned())
}

pub(super) fn label_name(name: &str) -> Option<String> {
    if name.is_empty() { Some("is empty".to_owned()) } else { label_value(name) }
}
