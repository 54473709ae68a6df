//! Numbers as people read them.

/// Three significant digits, thousands apart; a dash where there is no number.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (0..=8).find(|decimals| value.abs() * 10_f64.powi(*decimals) >= 99.95).unwrap_or(8);
    apart(&format!("{value:.*}", usize::try_from(decimals).unwrap_or_default()))
}

/// With its sign, as differences are.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", number(value)) } else { number(value) }
}

pub(super) fn count(value: u64) -> String {
    apart(&value.to_string())
}

/// A share of 1 in per cent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}\u{202f}%", share * 100.0)
}

/// A factor, as in "1.6×".
pub(super) fn factor(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}×") } else { format!("{}×", apart(&format!("{value:.0}"))) }
}

/// Durations that stand beside one another, in the unit that fits the longest of them.
pub(super) fn durations<const N: usize>(seconds: [f64; N]) -> [String; N] {
    let longest = seconds.iter().copied().fold(0.0, f64::max);
    let (unit, scale) = if longest < 1.0 { ("ms", 1000.0) } else { ("s", 1.0) };
    seconds.map(|value| format!("{}\u{202f}{unit}", number(value * scale)))
}

/// The label of a tick: no more digits than it needs.
pub(super) fn tick(value: f64) -> String {
    let (value, unit) = if value >= 10_000.0 { (value / 1000.0, "k") } else { (value, "") };
    let text = format!("{value:.6}");
    format!("{}{unit}", apart(text.trim_end_matches('0').trim_end_matches('.')))
}

/// Puts a narrow space between groups of three digits before the point.
fn apart(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    let mut out = sign.to_owned();
    for (index, digit) in whole.char_indices() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && whole.len() > 4 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_whatever_the_size() {
        let read =
            [0.0, 0.000_357, 0.357, 2.131, 55.97, 99.97, 1234.4, 17_084.0, -0.25, f64::NAN].map(number);
        let want = ["0", "0.000357", "0.357", "2.13", "56.0", "100", "1234", "17\u{202f}084", "−0.250", "–"];
        assert_eq!(read, want);
        assert_eq!([1.987, 0.0, -55.61].map(signed), ["+1.99", "0", "−55.6"]);
    }

    #[test]
    fn durations_share_the_unit_of_the_longest() {
        assert_eq!(durations([0.357, 55.97]), ["0.357\u{202f}s", "56.0\u{202f}s"]);
        assert_eq!(durations([0.02, 0.357]), ["20.0\u{202f}ms", "357\u{202f}ms"]);
    }

    #[test]
    fn ticks_and_factors_are_short() {
        assert_eq!([0.5, 10.0, 0.001, 20_000.0].map(tick), ["0.5", "10", "0.001", "20k"]);
        assert_eq!([0.98, 1.6, 156.8].map(factor), ["0.98×", "1.60×", "157×"]);
        assert_eq!(percent(0.8714), "87.1\u{202f}%");
    }
}
