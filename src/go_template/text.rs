//! How Go prints values.

use serde_json::{Number, Value};

/// What Helm puts in the text for a value (Go's `%v`): nothing for null, `1e+06` for the float 1000000, `[a b]` for
/// a list, `map[a:1 b:2]` for a map.
pub fn go_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        other => {
            let mut text = String::new();
            write_value(&mut text, other);
            text
        }
    }
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("<nil>"),
        Value::Bool(given) => text.push_str(if *given { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&go_number(number)),
        Value::String(given) => text.push_str(given),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { " " });
                write_value(text, item);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push_str("map[");
            for (index, (key, item)) in entries.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { " " });
                text.push_str(key);
                text.push(':');
                write_value(text, item);
            }
            text.push(']');
        }
    }
}

/// Integers whole, floats as [`go_float`].
pub(super) fn go_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => go_float(float),
        _ => number.to_string(),
    }
}

/// A float in its shortest form, plain while the exponent is from -4 to 5, else like `1.5e+06` (Go's `%v`; seen in
/// Helm's output).
pub(super) fn go_float(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return float.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Go's `%q`: a text in double quotes with Go's escapes.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            shown if is_print(shown) => quoted.push(shown),
            hidden => {
                let code = u32::from(hidden);
                let escape = match code {
                    0..=0x7f => format!("\\x{code:02x}"),
                    0x80..=0xffff => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                quoted.push_str(&escape);
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Go's idea of a printable character: of the blanks, only the plain space.
fn is_print(character: char) -> bool {
    character == ' '
        || !(character.is_whitespace()
            || character.is_control()
            || character.escape_debug().len() > 1 && !character.is_alphanumeric())
}
