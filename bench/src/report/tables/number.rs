//! Numbers as tables show them: three digits that count, and the unit that needs no zeros.

/// Three significant digits, but no digit before the point is lost: `53,751`, `42.0`, `0.357`.
pub fn significant(value: f64) -> String {
    let size = value.abs();
    // By what it is when rounded, so that 9.999 is 10.0.
    let decimals = match size {
        _ if size >= 99.95 || size == 0.0 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ if size >= 0.09995 => 3,
        _ if size >= 0.009_995 => 4,
        _ => 5,
    };
    grouped(&format!("{value:.decimals$}"))
}

/// `17,084`
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Of seconds, with the unit that suits: `357 ms`, `55.9 s`.
pub fn seconds(value: f64) -> String {
    let unit = TimeUnit::suiting(value);
    format!("{} {}", significant(value * unit.per_second()), unit.symbol())
}

/// Of a share: `93.8 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// With its sign, minus as a dash of its own width; zero has none.
pub(super) fn signed(value: f64, text: impl Fn(f64) -> String) -> String {
    let unsigned = text(value.abs());
    let is_zero = unsigned.chars().all(|digit| !('1'..='9').contains(&digit));
    match (is_zero, value < 0.0) {
        (true, _) => unsigned,
        (_, true) => format!("−{unsigned}"),
        (_, false) => format!("+{unsigned}"),
    }
}

/// In which times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Microseconds,
    Milliseconds,
    Seconds,
}

impl TimeUnit {
    pub(super) fn suiting(seconds: f64) -> Self {
        match seconds.abs() {
            size if size >= 0.9995 => Self::Seconds,
            size if size >= 0.000_999_5 || size == 0.0 => Self::Milliseconds,
            _ => Self::Microseconds,
        }
    }

    pub(super) fn per_second(self) -> f64 {
        match self {
            Self::Microseconds => 1e6,
            Self::Milliseconds => 1e3,
            Self::Seconds => 1.0,
        }
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }
}

fn grouped(number: &str) -> String {
    let (whole, fraction) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let digits = whole.trim_start_matches('-');
    let sign = &whole[..whole.len() - digits.len()];
    let mut text = sign.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.extend([".", fraction]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_that_count() {
        let shown =
            [53_751.21, 630.4, 99.97, 9.998, 7.0906, 0.99961, 0.357, 0.0469, 0.001_23, 0.0].map(significant);
        assert_eq!(
            shown,
            ["53,751", "630", "100", "10.0", "7.09", "1.00", "0.357", "0.0469", "0.00123", "0"]
        );
        assert_eq!(significant(-1234.5), "-1,234");
    }

    #[test]
    fn times_with_the_unit_that_suits() {
        let shown = [55.968, 0.357, 0.07924, 0.000_005_5, 0.9999, 0.0].map(seconds);
        assert_eq!(shown, ["56.0 s", "357 ms", "79.2 ms", "5.50 µs", "1.00 s", "0 ms"]);
    }

    #[test]
    fn signs() {
        let shown = [1.5, -0.25, 0.0, -0.000_000_1].map(|value| signed(value, significant));
        assert_eq!(shown, ["+1.50", "−0.250", "0", "0.00000"]);
    }
}
