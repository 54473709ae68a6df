//! Values as the YAML text that Helm's `toYaml` writes (go-yaml v2).
//!
//! The style of each text matters here: a template inside it is evaluated in that text, quotes included, and the
//! charts copy such text into `ConfigMaps` byte for byte.

use serde_json::{Map, Number, Value};

use super::text::{go_float, go_number};

/// What `toYaml` gives: block style, keys sorted, no final newline.
pub fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => write_map(&mut text, map, 0, 0),
        Value::Array(items) if !items.is_empty() => write_list(&mut text, items, 0, 0),
        other => text.push_str(&scalar(other, 0)),
    }
    text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)
}

/// Writes the entries at `indent`; the first one starts where the text is if `started` columns are already there.
fn write_map(text: &mut String, map: &Map<String, Value>, indent: usize, started: usize) {
    for (index, (key, value)) in sorted(map).into_iter().enumerate() {
        text.push_str(&" ".repeat(if index == 0 { indent - started } else { indent }));
        text.push_str(&string(key, indent, true));
        text.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                text.push('\n');
                write_map(text, inner, indent + 2, 0);
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                write_list(text, items, indent, 0);
            }
            other => {
                text.push(' ');
                push_line(text, &scalar(other, indent + 2));
            }
        }
    }
}

fn write_list(text: &mut String, items: &[Value], indent: usize, started: usize) {
    for (index, item) in items.iter().enumerate() {
        text.push_str(&" ".repeat(if index == 0 { indent - started } else { indent }));
        text.push_str("- ");
        match item {
            Value::Object(inner) if !inner.is_empty() => write_map(text, inner, indent + 2, indent + 2),
            Value::Array(inner) if !inner.is_empty() => write_list(text, inner, indent + 2, indent + 2),
            other => push_line(text, &scalar(other, indent + 2)),
        }
    }
}

/// A literal block brings its own last newline.
fn push_line(text: &mut String, scalar: &str) {
    text.push_str(scalar);
    if !scalar.ends_with('\n') {
        text.push('\n');
    }
}

/// A value without children; `indent` is where the lines of a literal block stand.
fn scalar(value: &Value, indent: usize) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(given) => given.to_string(),
        Value::Number(number) => number_text(number),
        Value::String(text) => string(text, indent.max(2), false),
        Value::Array(_) => "[]".to_owned(),
        Value::Object(_) => "{}".to_owned(),
    }
}

/// `toYaml` goes through JSON, where a whole float is written as an integer if it fits in 64 bits.
fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => {
            let whole = float.to_string().parse::<i128>().ok();
            let fits = |whole: &i128| i64::try_from(*whole).is_ok() || u64::try_from(*whole).is_ok();
            whole.filter(fits).map_or_else(|| go_float(float), |whole| whole.to_string())
        }
        _ => go_number(number),
    }
}

/// What an analysis of the text allows (go-yaml's `yaml_emitter_analyze_scalar`, block context).
struct Allowed {
    plain: bool,
    single_quoted: bool,
    literal: bool,
}

fn analyze(text: &str) -> Allowed {
    if text.is_empty() {
        return Allowed { plain: false, single_quoted: true, literal: false };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut breaks) = (false, false);
    let (mut break_space, mut space_break) = (false, false);
    let mut previous = '\0';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let blank_follows = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        indicators |= match character {
            ':' => blank_follows,
            '?' | '-' if previous == '\0' => blank_follows,
            '#' => matches!(previous, '\0' | ' ' | '\t' | '\n'),
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                previous == '\0'
            }
            _ => false,
        };
        special |= !is_printable(character);
        if is_break(character) {
            breaks = true;
            space_break |= previous == ' ';
        }
        break_space |= character == ' ' && is_break(previous);
        previous = character;
    }
    let edge = |character: char| character == ' ' || is_break(character);
    let edges = text.starts_with(edge) || text.ends_with(edge);
    let unquotable = special || space_break;
    Allowed {
        plain: !(indicators || breaks || edges || break_space || unquotable),
        single_quoted: !(break_space || unquotable),
        literal: !(text.ends_with(' ') || unquotable),
    }
}

fn string(text: &str, indent: usize, is_key: bool) -> String {
    let allowed = analyze(text);
    if text.contains('\n') {
        return if allowed.literal && !is_key { literal(text, indent) } else { double_quoted(text) };
    }
    if reads_as_other(text) {
        double_quoted(text)
    } else if allowed.plain {
        text.to_owned()
    } else if allowed.single_quoted {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        double_quoted(text)
    }
}

fn literal(text: &str, indent: usize) -> String {
    let mut block = String::from("|");
    if text.starts_with(|first| first == ' ' || is_break(first)) {
        block.push('2');
    }
    let body = text.strip_suffix(is_break);
    block.push_str(match body {
        None => "-",
        Some(body) if body.is_empty() || body.ends_with(is_break) => "+",
        Some(_) => "",
    });
    block.push('\n');
    for line in text.split_inclusive('\n') {
        if line != "\n" {
            block.push_str(&" ".repeat(indent));
        }
        block.push_str(line);
    }
    block
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\0' => quoted.push_str("\\0"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\x0b' => quoted.push_str("\\v"),
            '\x0c' => quoted.push_str("\\f"),
            '\r' => quoted.push_str("\\r"),
            '\x1b' => quoted.push_str("\\e"),
            '\u{85}' => quoted.push_str("\\N"),
            '\u{a0}' => quoted.push_str("\\_"),
            '\u{2028}' => quoted.push_str("\\L"),
            '\u{2029}' => quoted.push_str("\\P"),
            shown if is_printable(shown) => quoted.push(shown),
            _ => {
                let escape = match code {
                    0..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                quoted.push_str(&escape);
            }
        }
    }
    quoted.push('"');
    quoted
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// go-yaml writes nothing beyond 16 bits as it is.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Whether YAML 1.1 would read the bare text as something else than a text.
fn reads_as_other(text: &str) -> bool {
    const WORDS: [&str; 12] = ["", "~", "null", "y", "yes", "true", "on", "n", "no", "false", "off", ".nan"];
    let cased = |word: &str| {
        let mut capital = word.to_owned();
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text == word || text == capital || text == word.to_ascii_uppercase()
    };
    if WORDS.into_iter().any(cased) || text == ".NaN" {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let starts_bare = !unsigned.starts_with('_') || unsigned.len() < text.len();
    let plain = unsigned.replace('_', "");
    matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || starts_bare && is_number(&plain)
        || is_base60(unsigned)
        || is_date(text)
}

/// Decimal, `0x`, `0o`, `0b` and float forms, without sign and underscores.
fn is_number(plain: &str) -> bool {
    let all = |digits: &str, radix: u32| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    match plain.get(..2) {
        Some("0x" | "0X") => all(&plain[2..], 16),
        Some("0o" | "0O") => all(&plain[2..], 8),
        Some("0b" | "0B") => all(&plain[2..], 2),
        _ => {
            plain.starts_with(|c: char| c.is_ascii_digit() || c == '.')
                && plain.parse::<f64>().is_ok_and(f64::is_finite)
        }
    }
}

/// `12:30`, a number in YAML 1.1 though no longer read as one.
fn is_base60(unsigned: &str) -> bool {
    let Some((first, rest)) = unsigned.split_once(':') else { return false };
    let rest = rest.split_once('.').map_or(rest, |(minutes, _)| minutes);
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_');
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && rest
            .split(':')
            .all(|part| part.len() <= 2 && digits(part) && part.parse().is_ok_and(|n: u8| n < 60))
}

/// `2026-01-26`, perhaps with a time.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let up_to =
        |part: &str, limit: u8| part.len() <= 2 && part.parse().is_ok_and(|n: u8| (1..=limit).contains(&n));
    year.len() == 4
        && year.chars().all(|c| c.is_ascii_digit())
        && up_to(month, 12)
        && up_to(day, 31)
        && (time.is_empty() || time.contains(':'))
}

/// The entries in go-yaml's key order: runs of digits by their number, letters after everything else.
fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    // Inserted one by one: go-yaml's comparison is no total order, which the standard sort would mind.
    map.iter().fold(Vec::with_capacity(map.len()), |mut entries: Vec<(&String, &Value)>, entry| {
        let place = entries.iter().position(|(key, _)| key_less(entry.0, key)).unwrap_or(entries.len());
        entries.insert(place, entry);
        entries
    })
}

fn key_less(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let Some(at) = left.iter().zip(&right).position(|(l, r)| l != r) else {
        return left.len() < right.len();
    };
    let (l, r) = (left[at], right[at]);
    if l.is_alphabetic() && r.is_alphabetic() {
        return l < r;
    }
    if l.is_alphabetic() || r.is_alphabetic() {
        return r.is_alphabetic();
    }
    let zero = l == '0' || r == '0';
    let continues = zero && left[..at].iter().rev().take_while(|c| c.is_ascii_digit()).any(|c| *c != '0');
    let run = |from: &[char]| {
        let digits = from.iter().map_while(|c| c.to_digit(10)).map(u64::from);
        digits.fold((u64::from(continues), 0_usize), |(number, length), digit| {
            (number.wrapping_mul(10).wrapping_add(digit), length + 1)
        })
    };
    let ((left_number, left_length), (right_number, right_length)) = (run(&left[at..]), run(&right[at..]));
    if left_number != right_number {
        left_number < right_number
    } else if left_length != right_length {
        left_length < right_length
    } else {
        l < r
    }
}
