//! What is measured: name, unit and formula of each metric (`bench.md` §7.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Times of a request. All are kept in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Sent − intended: how late the load generator was.
    Lag,
    /// First event − sent.
    Ttfe,
    /// First event with content − sent.
    Ttft,
    /// First event with content − intended: what a client sees that does not wait for others.
    TtftIntended,
    /// Last event with content − sent.
    E2e,
    /// Last event with content − intended.
    E2eIntended,
    /// (last − first event with content) / (output tokens − 1).
    Tpot,
    /// Between events with content, pooled over requests.
    Itl,
    /// E2E / output tokens.
    Ntpot,
}

impl Latency {
    /// All but the gaps, of which a request has many.
    pub(super) const OF_REQUESTS: [Self; 8] = [
        Self::Lag,
        Self::Ttfe,
        Self::Ttft,
        Self::TtftIntended,
        Self::E2e,
        Self::E2eIntended,
        Self::Tpot,
        Self::Ntpot,
    ];

    /// Whether only a streamed answer has it.
    pub fn is_streamed(self) -> bool {
        matches!(self, Self::Ttfe | Self::Ttft | Self::TtftIntended | Self::Tpot | Self::Itl)
    }
}

/// All that reports show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    RequestRate,
    InputTokenRate,
    OutputTokenRate,
    TotalTokenRate,
    GenerationSpeed,
    E2e,
    E2eIntended,
    Ttft,
    TtftIntended,
    Ttfe,
    Tpot,
    Itl,
    Ntpot,
    Lag,
    HitShare,
    Goodput,
    Failures,
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Unit {
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "requests/s")]
    RequestsPerSecond,
    #[serde(rename = "tokens/s")]
    TokensPerSecond,
    /// 0 to 1.
    #[serde(rename = "share")]
    Share,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    MoreIsBetter,
    LessIsBetter,
}

/// A metric in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub metric: Metric,
    /// As in files: `ttft`.
    pub name: &'static str,
    /// As in tables: `TTFT`.
    pub label: &'static str,
    pub meaning: &'static str,
    pub formula: &'static str,
    /// What other tools mean by the name.
    pub elsewhere: &'static str,
}

mod explanation;

pub use explanation::EXPLANATIONS;

impl Metric {
    pub fn explanation(self) -> &'static Explanation {
        let found = EXPLANATIONS.iter().find(|explanation| explanation.metric == self);
        found.unwrap_or(&EXPLANATIONS[0])
    }

    /// By its name or label, whatever the case: `ttft`, `TTFT`.
    pub fn named(name: &str) -> Option<Self> {
        let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
        let is_it = |explanation: &&Explanation| {
            plain(explanation.name) == plain(name) || plain(explanation.label) == plain(name)
        };
        EXPLANATIONS.iter().find(is_it).map(|explanation| explanation.metric)
    }

    pub fn label(self) -> &'static str {
        self.explanation().label
    }

    /// In which its figures are kept.
    pub fn unit(self) -> Unit {
        match self {
            Self::RequestRate => Unit::RequestsPerSecond,
            Self::InputTokenRate | Self::OutputTokenRate | Self::TotalTokenRate | Self::GenerationSpeed => {
                Unit::TokensPerSecond
            }
            Self::HitShare | Self::Goodput | Self::Failures => Unit::Share,
            Self::E2e
            | Self::E2eIntended
            | Self::Ttft
            | Self::TtftIntended
            | Self::Ttfe
            | Self::Tpot
            | Self::Itl
            | Self::Ntpot
            | Self::Lag => Unit::Seconds,
        }
    }

    pub fn direction(self) -> Direction {
        match (self, self.unit()) {
            (Self::Failures, _) | (_, Unit::Seconds) => Direction::LessIsBetter,
            _ => Direction::MoreIsBetter,
        }
    }

    /// None for what is no time of a request.
    pub fn latency(self) -> Option<Latency> {
        Some(match self {
            Self::E2e => Latency::E2e,
            Self::E2eIntended => Latency::E2eIntended,
            Self::Ttft => Latency::Ttft,
            Self::TtftIntended => Latency::TtftIntended,
            Self::Ttfe => Latency::Ttfe,
            Self::Tpot => Latency::Tpot,
            Self::Itl => Latency::Itl,
            Self::Ntpot => Latency::Ntpot,
            Self::Lag => Latency::Lag,
            _ => return None,
        })
    }
}

impl Unit {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::RequestsPerSecond => "requests/s",
            Self::TokensPerSecond => "tokens/s",
            Self::Share => "%",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_is_explained_once_and_found_by_both_names() {
        for explanation in &EXPLANATIONS {
            let here = EXPLANATIONS.iter().filter(|other| other.metric == explanation.metric).count();
            assert_eq!(here, 1, "{}", explanation.name);
            assert_eq!(Metric::named(explanation.name), Some(explanation.metric));
            assert_eq!(Metric::named(&explanation.label.to_uppercase()), Some(explanation.metric));
            let named = serde_json::to_value(explanation.metric).unwrap();
            assert_eq!(named, explanation.name, "the name in files is the one that serde writes");
            assert_eq!(explanation.metric.explanation(), explanation);
        }
        assert_eq!(Metric::named("speed"), None);
    }
}
