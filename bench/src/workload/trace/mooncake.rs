//! Mooncake's traces: JSON lines.

use serde::Deserialize;

use super::Entry;

#[derive(Deserialize)]
struct Line {
    /// Milliseconds.
    timestamp: f64,
    input_length: u32,
    output_length: u32,
    #[serde(default)]
    hash_ids: Vec<u64>,
}

pub(super) fn entry(line: &str) -> Result<Entry, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    Ok(Entry {
        at: line.timestamp / 1000.0,
        input_tokens: line.input_length,
        output_tokens: line.output_length,
        blocks: line.hash_ids,
    })
}
