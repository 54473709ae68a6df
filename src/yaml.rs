//! The only user of the YAML crate.

use serde_json::Value;

/// Writes one value as a YAML document (no `---`), keys in the order they have.
pub fn write(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}
