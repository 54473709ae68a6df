//! Azure's public traces of LLM inference: `TIMESTAMP,ContextTokens,GeneratedTokens`, with a line of headings.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Entry;

pub(super) fn entry(line: &str) -> Result<Entry, String> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let &[time, input, output] = fields.as_slice() else {
        return Err(format!("3 fields are needed, there are {}", fields.len()));
    };
    let tokens = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number of tokens"));
    Ok(Entry {
        at: seconds(time).ok_or_else(|| format!("`{time}` is no time"))?,
        input_tokens: tokens(input)?,
        output_tokens: tokens(output)?,
        blocks: Vec::new(),
    })
}

/// With an offset, as in the traces of 2024, or without one, as in those of 2023.
fn seconds(time: &str) -> Option<f64> {
    let with_offset = time.parse::<Timestamp>().ok();
    let time = with_offset.or_else(|| {
        let time: DateTime = time.parse().ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })?;
    Some(time.as_duration().as_secs_f64())
}
