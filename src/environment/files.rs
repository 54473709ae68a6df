//! Reads the user's files and says what is wrong with them in the user's terms.

use std::io::{ErrorKind, Read};

use crate::error::Failure;

/// Reads a file, or standard input for `-`; `what` says what it is for ("values file").
pub fn read(path: &str, what: &str) -> Result<Vec<u8>, Failure> {
    if path == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|error| {
            Failure::usage(format!("the {what} on standard input cannot be read: {error}"))
        });
    }
    std::fs::read(path).map_err(|error| {
        let failure = Failure::usage(format!("the {what} {path} cannot be read: {}", reason(&error)));
        match error.kind() {
            ErrorKind::NotFound => failure.hint("paths are relative to the current directory"),
            _ => failure,
        }
    })
}

/// The bytes of a file as text.
pub fn text<'a>(source: &str, bytes: &'a [u8]) -> Result<&'a str, Failure> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(Failure::usage(format!("{source} is a binary file, not YAML"))),
    }
}

/// The error in words, without Rust's `(os error 2)`.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}
