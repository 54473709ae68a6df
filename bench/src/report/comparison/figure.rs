//! What a row is about, and how it is taken from a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::metric::Metric;
use super::super::{Stat, Summary};
use super::confidence::{Measured, of_mean, of_quantile, of_share};

/// A metric, and which statistic of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// What is measured.
    pub metric: Metric,
    /// Which figure of it.
    pub statistic: Statistic,
}

/// What is told of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    Mean,
    Median,
    P99,
    /// Per second of the run.
    Rate,
    /// Of all requests or tokens.
    Share,
}

/// In the order of the tables.
pub const FIGURES: [Figure; 26] = [
    Figure { metric: Metric::RequestRate, statistic: Statistic::Rate },
    Figure { metric: Metric::InputTokenRate, statistic: Statistic::Rate },
    Figure { metric: Metric::OutputTokenRate, statistic: Statistic::Rate },
    Figure { metric: Metric::TotalTokenRate, statistic: Statistic::Rate },
    Figure { metric: Metric::GenerationSpeed, statistic: Statistic::Mean },
    Figure { metric: Metric::GenerationSpeed, statistic: Statistic::Median },
    Figure { metric: Metric::E2e, statistic: Statistic::Mean },
    Figure { metric: Metric::E2e, statistic: Statistic::Median },
    Figure { metric: Metric::E2e, statistic: Statistic::P99 },
    Figure { metric: Metric::E2eIntended, statistic: Statistic::Mean },
    Figure { metric: Metric::E2eIntended, statistic: Statistic::Median },
    Figure { metric: Metric::E2eIntended, statistic: Statistic::P99 },
    Figure { metric: Metric::Ttft, statistic: Statistic::Mean },
    Figure { metric: Metric::Ttft, statistic: Statistic::Median },
    Figure { metric: Metric::Ttft, statistic: Statistic::P99 },
    Figure { metric: Metric::TtftIntended, statistic: Statistic::Mean },
    Figure { metric: Metric::TtftIntended, statistic: Statistic::Median },
    Figure { metric: Metric::TtftIntended, statistic: Statistic::P99 },
    Figure { metric: Metric::Tpot, statistic: Statistic::Mean },
    Figure { metric: Metric::Tpot, statistic: Statistic::Median },
    Figure { metric: Metric::Tpot, statistic: Statistic::P99 },
    Figure { metric: Metric::Itl, statistic: Statistic::Mean },
    Figure { metric: Metric::Itl, statistic: Statistic::Median },
    Figure { metric: Metric::HitShare, statistic: Statistic::Share },
    Figure { metric: Metric::Goodput, statistic: Statistic::Share },
    Figure { metric: Metric::Failures, statistic: Statistic::Share },
];

impl Statistic {
    pub fn label(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
            Self::P99 => "p99",
            Self::Rate => "rate",
            Self::Share => "share",
        }
    }
}

impl Figure {
    /// Of each repeat; none where one does not have it.
    pub(super) fn measure_all(self, repeats: &[&Summary]) -> Option<Vec<Measured>> {
        repeats.iter().map(|summary| self.measure(summary)).collect()
    }

    fn measure(self, summary: &Summary) -> Option<Measured> {
        match self.statistic {
            Statistic::Rate => self.rate(summary).map(Measured::alone),
            Statistic::Share => self.share(summary),
            Statistic::Mean => self.stat(summary).map(|stat| of_mean(stat, self.count(summary, stat))),
            Statistic::Median => {
                self.stat(summary).map(|stat| of_quantile(stat, 0.5, stat.p50, self.count(summary, stat)))
            }
            Statistic::P99 => {
                self.stat(summary).map(|stat| of_quantile(stat, 0.99, stat.p99, self.count(summary, stat)))
            }
        }
    }

    fn rate(self, summary: &Summary) -> Option<f64> {
        let rates = &summary.throughput;
        match self.metric {
            Metric::RequestRate => Some(rates.requests_per_second),
            Metric::InputTokenRate => Some(rates.input_tokens_per_second),
            Metric::OutputTokenRate => Some(rates.output_tokens_per_second),
            Metric::TotalTokenRate => Some(rates.total_tokens_per_second),
            _ => None,
        }
    }

    fn share(self, summary: &Summary) -> Option<Measured> {
        let judged = summary.requests.saturating_sub(summary.incomplete);
        match self.metric {
            // Of tokens, which come in prompts: requests are not draws.
            Metric::HitShare => summary.hit_share.map(Measured::alone),
            Metric::Goodput => summary.goodput.map(|goodput| of_share(goodput.share, judged)),
            Metric::Failures => summary.failure_share().map(|share| of_share(share, judged)),
            _ => None,
        }
    }

    fn stat(self, summary: &Summary) -> Option<&Stat> {
        match self.metric {
            Metric::GenerationSpeed => summary.generation_speed.as_ref(),
            metric => summary.latency.get(&metric.latency()?),
        }
    }

    /// How many may be taken for independent draws: gaps between tokens come in step with one another, so there are no
    /// more of them than requests.
    fn count(self, summary: &Summary, stat: &Stat) -> u64 {
        if self.metric == Metric::Itl { stat.count.min(summary.succeeded) } else { stat.count }
    }
}
