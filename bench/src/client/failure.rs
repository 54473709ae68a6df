//! What went wrong, in few words.

use std::error::Error;
use std::io;

use http::StatusCode;
use serde_json::Value;

use crate::sample::{Failure, FailureKind};

/// Longest detail, in characters.
const LONGEST: usize = 200;

pub(super) fn failed(kind: FailureKind, detail: impl Into<String>) -> Failure {
    let mut detail = detail.into();
    if let Some((end, _)) = detail.char_indices().nth(LONGEST) {
        detail.truncate(end);
        detail.push('…');
    }
    Failure { kind, detail }
}

/// An answer whose status is not 200.
pub(super) fn refused(status: StatusCode, body: &[u8]) -> Failure {
    failed(FailureKind::Http(status.as_u16()), message(body))
}

/// What the server says in a body or `error` object, on one line.
pub(super) fn message(body: &[u8]) -> String {
    let first = serde_json::Deserializer::from_slice(body).into_iter::<Value>().next();
    let value = first.and_then(Result::ok).unwrap_or_default();
    let text = [&value["error"]["message"], &value["message"], &value["error"], &value["detail"], &value];
    let words = match text.into_iter().find_map(Value::as_str) {
        Some(text) => text.to_owned(),
        None => String::from_utf8_lossy(body).into_owned(),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An error with what caused it. Too many open files are named with the remedy.
pub(super) fn io_text(error: &io::Error) -> String {
    if error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) {
        return "too many open files; raise the limit with `ulimit -n`".to_owned();
    }
    if error.kind() == io::ErrorKind::AddrNotAvailable {
        return "no local port is free for one more connection".to_owned();
    }
    chain(error)
}

/// HTTP that went wrong before the answer's head, or in its body.
pub(super) fn broken(error: &hyper::Error) -> Failure {
    let kind = if error.is_parse() { FailureKind::Malformed } else { FailureKind::Truncated };
    failed(kind, chain(error))
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_quoted_on_one_line() {
        let said = |body: &str| message(body.as_bytes());
        assert_eq!(said(r#"{"error":{"message":"no\n room","code":503}}"#), "no room");
        assert_eq!(said(r#"{"error":"gone"}"#), "gone");
        assert_eq!(said(r#"{"message":"gone"} and more"#), "gone");
        assert_eq!(said("upstream connect\terror"), "upstream connect error");
        assert_eq!(said(""), "");
        let long = failed(FailureKind::Empty, "é".repeat(LONGEST + 1)).detail;
        assert_eq!((long.chars().count(), long.chars().last()), (LONGEST + 1, Some('…')));
    }

    #[test]
    fn a_lack_of_descriptors_or_ports_is_named() {
        let said = |errno: rustix::io::Errno| io_text(&io::Error::from_raw_os_error(errno.raw_os_error()));
        assert!(said(rustix::io::Errno::MFILE).contains("ulimit -n"));
        assert!(said(rustix::io::Errno::ADDRNOTAVAIL).contains("no local port"));
        assert!(said(rustix::io::Errno::CONNREFUSED).contains("refused"));
    }
}
