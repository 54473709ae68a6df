//! Quantities of resources: `500m`, `100Gi`, `2`.

use serde_json::Value;

/// A quantity in thousandths, so that `500m` is a whole number; none where it is no quantity.
pub(super) fn thousandths(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => parse(text.trim()),
        Value::Number(number) => parse(&number.to_string()),
        _ => None,
    }
}

/// `NUMBER[SUFFIX]`; a suffix is a power of ten, a power of two, or an exponent.
fn parse(text: &str) -> Option<i128> {
    let end = text.find(|character: char| !character.is_ascii_digit() && !"+-.".contains(character));
    let (number, suffix) = text.split_at(end.unwrap_or(text.len()));
    let (power, of_two) = match suffix {
        "m" => return decimal(number, 0),
        "n" | "u" => return decimal(number, 0).map(|thousandths| (thousandths > 0).into()),
        "" => (0, false),
        "k" => (1, false),
        "M" => (2, false),
        "G" => (3, false),
        "T" => (4, false),
        "P" => (5, false),
        "E" => (6, false),
        "Ki" => (1, true),
        "Mi" => (2, true),
        "Gi" => (3, true),
        "Ti" => (4, true),
        "Pi" => (5, true),
        "Ei" => (6, true),
        exponent => {
            let power: u32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            return decimal(number, 3)?.checked_mul(10_i128.checked_pow(power)?);
        }
    };
    let unit = if of_two { 1024_i128 } else { 1000_i128 };
    decimal(number, 3)?.checked_mul(unit.checked_pow(power)?)
}

/// A decimal number times ten to the power of `places`, rounded up.
fn decimal(text: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digits || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let rest = fraction.get(places..).unwrap_or_default();
    let number: i128 = format!("{whole}{kept}").parse().ok()?;
    number.checked_add(rest.bytes().any(|digit| digit != b'0').into())
}

/// A quantity of a resource as a person reads it: `100 Gi` for bytes, `2` for what is counted.
pub(super) fn words(resource: &str, thousandths: i128) -> String {
    const GIBI: i128 = 1024 * 1024 * 1024 * 1000;
    let is_bytes = resource.ends_with("memory") || resource.ends_with("storage");
    let (unit, suffix) = if is_bytes { (GIBI, " Gi") } else { (1000, "") };
    let tenths = thousandths.saturating_mul(10) / unit;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole}{suffix}"),
        (whole, tenth) => format!("{whole}.{}{suffix}", tenth.abs()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        for (text, expected) in [
            ("2", 2000),
            ("500m", 500),
            ("1.5", 1500),
            ("1k", 1_000_000),
            ("1Ki", 1_024_000),
            ("100Gi", 100 * 1024 * 1024 * 1024 * 1000),
            ("1e3", 1_000_000),
            ("0.5Gi", 512 * 1024 * 1024 * 1000),
            ("100n", 1),
        ] {
            assert_eq!(thousandths(&json!(text)), Some(expected), "{text}");
        }
        assert_eq!(thousandths(&json!(8)), Some(8000));
        for text in ["", "Gi", "2 apples", "1e", "-", "e3"] {
            assert_eq!(thousandths(&json!(text)), None, "{text}");
        }
    }

    #[test]
    fn quantities_are_told_in_few_letters() {
        assert_eq!(words("memory", thousandths(&json!("100Gi")).unwrap()), "100 Gi");
        assert_eq!(words("nvidia.com/gpu", 2000), "2");
        assert_eq!(words("cpu", 500), "0.5");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*", number in "[0-9]{1,40}[.0-9]{0,3}(Ei|e99|m)?") {
            let _ = thousandths(&json!(text));
            let _ = thousandths(&json!(number));
        }
    }
}
