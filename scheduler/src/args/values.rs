//! How flag values are written.

use std::str::FromStr;
use std::time::Duration;

/// A Go duration such as `50ms` or `1m30s`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    llmd_api::parse_duration(text).ok_or_else(|| format!("`{text}` is no duration such as `50ms` or `1m30s`"))
}

/// How a page of metrics is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
    Http,
    Https,
}

/// A Kubernetes quantity of bytes such as `10Mi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(pub usize);

impl FromStr for Quantity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor: Option<u64> = match unit {
            "" => Some(1),
            "k" => Some(1000),
            "M" => Some(1_000_000),
            "G" => Some(1_000_000_000),
            "T" => Some(1_000_000_000_000),
            "Ki" => Some(1 << 10),
            "Mi" => Some(1 << 20),
            "Gi" => Some(1 << 30),
            "Ti" => Some(1 << 40),
            _ => None,
        };
        let bytes = factor.and_then(|factor| match number.split_once('.') {
            None => number.parse::<u64>().ok()?.checked_mul(factor),
            Some((whole, fraction)) => {
                let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
                // Kubernetes rounds what is left of a byte up.
                let places = u32::try_from(fraction.len()).ok()?;
                let fraction = u128::from(fraction.parse::<u64>().ok()?) * u128::from(factor);
                let fraction = u64::try_from(fraction.div_ceil(10_u128.checked_pow(places)?)).ok()?;
                whole.checked_mul(factor)?.checked_add(fraction)
            }
        });
        let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| format!("`{text}` is no quantity of bytes such as `10Mi`"))
    }
}
