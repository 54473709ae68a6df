//! The name of a metric with the labels that its samples must have.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// `name` or `name{label=value,…}`, as flags and `engineConfigs` write it (`epp.md` §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricSpec {
    pub name: String,
    /// Labels with the values they must have, in the order written.
    pub labels: Vec<(String, String)>,
}

/// A text that names no metric.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`name` or `name{{label=value,…}}` is wanted, not {0:?}")]
pub struct MetricSpecError(pub String);

impl MetricSpec {
    /// The metric of this name, whatever its labels.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), labels: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, label: &str, value: &str) -> Self {
        self.labels.push((label.to_owned(), value.to_owned()));
        self
    }
}

impl FromStr for MetricSpec {
    type Err = MetricSpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or_else(|| MetricSpecError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<MetricSpec> {
    let (name, labels) = match text.split_once('{') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix('}')?),
        None => (text.trim(), ""),
    };
    let mut spec = is_name(name).then(|| MetricSpec::named(name))?;
    for pair in labels.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (label, value) = pair.split_once('=')?;
        let (label, value) = (label.trim(), value.trim());
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        spec = is_name(label).then(|| spec.with(label, value))?;
    }
    Some(spec)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

impl fmt::Display for MetricSpec {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        for (index, (label, value)) in self.labels.iter().enumerate() {
            write!(out, "{}{label}={value}", if index == 0 { '{' } else { ',' })?;
        }
        if self.labels.is_empty() { Ok(()) } else { out.write_str("}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in ["vllm:num_requests_waiting", "a{b=c}", "a{b=c,d=e f}"] {
            assert_eq!(text.parse::<MetricSpec>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn spaces_quotes_and_a_last_comma_are_fine() {
        let spec: MetricSpec = " a { b = \"c\" , d=e, } ".parse().unwrap();
        assert_eq!(spec, MetricSpec::named("a").with("b", "c").with("d", "e"));
    }

    #[test]
    fn refuses_what_is_no_metric() {
        for text in ["", " ", "{a=b}", "a b", "a{b}", "a{b=c", "a{=c}", "a{b=c}d"] {
            assert_eq!(text.parse::<MetricSpec>(), Err(MetricSpecError(text.to_owned())), "{text:?}");
        }
    }
}
