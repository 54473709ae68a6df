//! How flag values are written.

use std::str::FromStr;
use std::time::Duration;

/// A Go duration such as `50ms` or `1m30s`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    llmd_api::parse_duration(text).ok_or_else(|| format!("`{text}` is no duration such as `50ms` or `1m30s`"))
}

/// A Kubernetes quantity of bytes such as `10Mi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(pub usize);

impl FromStr for Quantity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor: Option<u64> = match unit {
            "" => Some(1),
            "k" => Some(1000),
            "M" => Some(1_000_000),
            "G" => Some(1_000_000_000),
            "Ki" => Some(1 << 10),
            "Mi" => Some(1 << 20),
            "Gi" => Some(1 << 30),
            _ => None,
        };
        let bytes = factor.and_then(|factor| number.parse::<u64>().ok()?.checked_mul(factor));
        let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| format!("`{text}` is no quantity of bytes such as `10Mi`"))
    }
}
