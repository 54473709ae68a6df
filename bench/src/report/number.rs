//! Numbers as tables and pages show them: three digits that count, and the unit that needs no zeros.

/// Three significant digits, but no digit before the point is lost: `53,751`, `42.0`, `0.357`; a dash where there is no
/// number.
pub fn significant(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // By what it is when rounded, so that 9.999 is 10.0.
    let decimals = (0..6).find(|decimals| value.abs() * 10_f64.powi(*decimals) >= 99.95).unwrap_or(6);
    grouped(&format!("{value:.*}", usize::try_from(decimals).unwrap_or_default()))
}

/// `17,084`
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Of seconds, with the unit that suits: `357 ms`, `55.9 s`.
pub fn seconds(value: f64) -> String {
    let [text] = durations([value]);
    text
}

/// Seconds that stand beside one another, in the unit that suits the longest of them.
pub(super) fn durations<const N: usize>(seconds: [f64; N]) -> [String; N] {
    let unit = TimeUnit::suiting(seconds.iter().map(|value| value.abs()).fold(0.0, f64::max));
    seconds.map(|value| format!("{} {}", significant(value * unit.per_second()), unit.symbol()))
}

/// Of a share: `93.8 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", grouped(&format!("{:.1}", share * 100.0)))
}

/// A factor: `1.60×`, `157×`.
pub(super) fn factor(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}×") } else { format!("{}×", grouped(&format!("{value:.0}"))) }
}

/// At a tick of an axis: no more digits than it needs.
pub(super) fn tick(value: f64) -> String {
    let (value, unit) = if value >= 10_000.0 { (value / 1000.0, "k") } else { (value, "") };
    let text = format!("{value:.6}");
    format!("{}{unit}", grouped(text.trim_end_matches('0').trim_end_matches('.')))
}

/// With its sign; zero has none.
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

/// Thousands apart, and minus as a dash of its own width.
fn grouped(number: &str) -> String {
    let (sign, size) = number.strip_prefix('-').map_or(("", number), |size| ("−", size));
    let (whole, fraction) = size.split_at(size.find('.').unwrap_or(size.len()));
    let mut text = sign.to_owned();
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
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
        assert_eq!([-1234.5, 0.000_357, f64::NAN].map(significant), ["−1,234", "0.000357", "–"]);
    }

    #[test]
    fn times_with_the_unit_that_suits() {
        let shown = [55.968, 0.357, 0.07924, 0.000_005_5, 0.9999, 0.0].map(seconds);
        assert_eq!(shown, ["56.0 s", "357 ms", "79.2 ms", "5.50 µs", "1.00 s", "0 ms"]);
    }

    #[test]
    fn times_beside_one_another_share_the_unit_of_the_longest() {
        assert_eq!(durations([0.357, 55.97]), ["0.357 s", "56.0 s"]);
        assert_eq!(durations([0.02, 0.357]), ["20.0 ms", "357 ms"]);
    }

    #[test]
    fn ticks_and_factors_are_short() {
        assert_eq!([0.5, 10.0, 0.001, 2500.0, 20_000.0].map(tick), ["0.5", "10", "0.001", "2,500", "20k"]);
        assert_eq!([0.98, 1.6, 156.8, 2500.0].map(factor), ["0.98×", "1.60×", "157×", "2,500×"]);
    }

    #[test]
    fn signs() {
        let shown = [1.5, -0.25, 0.0, -0.000_000_1].map(|value| signed(value, significant));
        assert_eq!(shown, ["+1.50", "−0.250", "0", "0.000000"]);
    }
}
