//! The report as JSON, and back.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::BenchReport;
use super::comparison::{self, Comparison};

/// Why a saved report cannot be used. Reads after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("read {}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("read {}: it is not JSON", path.display())]
    NotJson { path: PathBuf, source: serde_json::Error },
    #[error("read {} as {wanted}: it says no `schema`", path.display())]
    NoSchema { path: PathBuf, wanted: &'static str },
    #[error("read {}: it is {found}, and {wanted} is wanted", path.display())]
    OtherSchema { path: PathBuf, found: String, wanted: &'static str },
    #[error("read {} as {wanted}", path.display())]
    Malformed { path: PathBuf, wanted: &'static str, source: serde_json::Error },
}

/// A report that was saved.
pub fn read(path: &Path) -> Result<BenchReport, ReadError> {
    load(path, super::SCHEMA)
}

/// A comparison that was saved.
pub fn read_comparison(path: &Path) -> Result<Comparison, ReadError> {
    load(path, comparison::SCHEMA)
}

fn load<T: DeserializeOwned>(path: &Path, wanted: &'static str) -> Result<T, ReadError> {
    let path = path.to_owned();
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(ReadError::Io { path, source }),
    };
    let value: serde_json::Value = match serde_json::from_slice(&text) {
        Ok(value) => value,
        Err(source) => return Err(ReadError::NotJson { path, source }),
    };
    match value.get("schema").and_then(|schema| schema.as_str()) {
        None => return Err(ReadError::NoSchema { path, wanted }),
        Some(found) if found != wanted => {
            return Err(ReadError::OtherSchema { path, found: found.to_owned(), wanted });
        }
        Some(_) => {}
    }
    T::deserialize(value).map_err(|source| ReadError::Malformed { path, wanted, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{is_alike, report};

    fn reading(text: &str) -> Result<BenchReport, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn what_was_written_is_read() {
        let written = report();
        let read = reading(&serde_json::to_string(&written).unwrap()).unwrap();
        assert!(is_alike(&serde_json::to_value(read).unwrap(), &serde_json::to_value(written).unwrap()));
    }

    #[test]
    fn another_file_is_refused_by_what_it_is() {
        let says = |text: &str| reading(text).unwrap_err().to_string();
        assert!(says("{").ends_with("it is not JSON"), "{}", says("{"));
        assert!(says("{}").ends_with("as llmd.bench/v1: it says no `schema`"));
        assert!(says("[1]").contains("no `schema`"));
        let other = says(r#"{"schema": "llmd.comparison/v1"}"#);
        assert!(other.ends_with("it is llmd.comparison/v1, and llmd.bench/v1 is wanted"), "{other}");
        let cut = reading(r#"{"schema": "llmd.bench/v1"}"#).unwrap_err();
        assert!(
            matches!(&cut, ReadError::Malformed { source, .. } if source.to_string().contains("missing field"))
        );
        assert!(matches!(read(Path::new("/nowhere.json")), Err(ReadError::Io { .. })));
    }
}
