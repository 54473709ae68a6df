//! The name of a metric with the labels that its sample must have.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// `name` or `name{label=value,…}`, as flags and `engineConfigs` write it (`epp.md` §2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct MetricSpec {
    pub name: String,
    /// Labels and the values that they must have, in the order written.
    pub labels: Vec<(String, String)>,
}

/// A text that is no metric specification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`name` or `name{{label=value}}` is needed, this is {0:?}")]
pub struct NotAMetric(String);

impl FromStr for MetricSpec {
    type Err = NotAMetric;

    fn from_str(text: &str) -> Result<Self, NotAMetric> {
        let bad = || NotAMetric(text.to_owned());
        let (name, labels) = match text.trim().split_once('{') {
            None => (text.trim(), None),
            Some((name, rest)) => (name.trim(), Some(rest.strip_suffix('}').ok_or_else(bad)?)),
        };
        let is_name = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
        };
        if !is_name(name) {
            return Err(bad());
        }
        let pairs = labels.into_iter().flat_map(|labels| labels.split(',')).map(str::trim);
        let labels = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (label, value) = pair.split_once('=').ok_or_else(bad)?;
            let (label, value) = (label.trim(), value.trim().trim_matches('"'));
            if is_name(label) { Ok((label.to_owned(), value.to_owned())) } else { Err(bad()) }
        });
        Ok(Self { name: name.to_owned(), labels: labels.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for MetricSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, (label, value)) in self.labels.iter().enumerate() {
            write!(f, "{}{label}={value}", if index == 0 { "{" } else { "," })?;
        }
        if self.labels.is_empty() { Ok(()) } else { f.write_str("}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_read_as_they_are_written() {
        for text in
            ["vllm:num_requests_waiting", "nv_trt_llm_request_metrics{request_type=waiting}", "a{b=c,d=e}"]
        {
            assert_eq!(text.parse::<MetricSpec>().unwrap().to_string(), text);
        }
        let quoted: MetricSpec = "a { b = \"c\" , }".parse().unwrap();
        assert_eq!(quoted.to_string(), "a{b=c}");
        for text in ["", "{a=b}", "a{b}", "a{b=c", "a b", "a{=c}"] {
            assert!(text.parse::<MetricSpec>().is_err(), "{text}");
        }
    }
}
