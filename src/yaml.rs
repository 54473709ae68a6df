//! The only user of the YAML crate.

use serde_json::Value;

/// Writes one value as a YAML document (no `---`), keys in the order they have.
pub fn write(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}

/// Reads a stream of YAML documents; empty ones are left out.
pub fn read_documents(text: &str) -> Result<Vec<Value>, serde_saphyr::Error> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(text)?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}
