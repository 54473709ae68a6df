//! What came of it.

use serde::Serialize;

use super::super::{Part, Statistics, Units};
use super::scenario::MODEL_SERVERS;
use crate::report::metric::Latency as Times;
use crate::report::{BenchReport, ReplicaReport, Summary};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observability: Option<Observability>,
    pub request_performance: RequestPerformance,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestPerformance {
    pub aggregate: Aggregate,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Aggregate {
    pub latency: Latency,
    pub requests: Requests,
    pub throughput: Throughput,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inter_token_latency: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalized_time_per_output_token: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_latency: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_per_output_token: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_first_token: Option<Statistics>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Requests {
    pub failures: u64,
    pub incomplete: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_length: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_length: Option<Statistics>,
    pub total: u64,
}

/// Each of one value: a rate of the whole is not spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Throughput {
    pub input_token_rate: Statistics,
    pub output_token_rate: Statistics,
    pub request_rate: Statistics,
    pub total_token_rate: Statistics,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observability {
    pub components: Vec<Component>,
}

/// A replica of the model servers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Component {
    pub aggregate: Resources,
    pub component_label: String,
    pub replica_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Resources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_hit_rate: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_cache_usage: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptions: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_requests: Option<Statistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_requests: Option<Statistics>,
}

impl Results {
    pub(super) fn of(report: &BenchReport, part: Part<'_>) -> Self {
        let summary = part.summary();
        let components: Vec<Component> = part.replicas(report).iter().map(Component::of).collect();
        Self {
            observability: (!components.is_empty()).then_some(Observability { components }),
            request_performance: RequestPerformance {
                aggregate: Aggregate {
                    latency: Latency::of(summary),
                    requests: Requests::of(summary),
                    throughput: Throughput::of(summary),
                },
            },
        }
    }
}

impl Latency {
    fn of(summary: &Summary) -> Self {
        let of = |times: Times, units| Some(Statistics::of(summary.latency.get(&times)?, units));
        Self {
            inter_token_latency: of(Times::Itl, Units::SecondsPerToken),
            normalized_time_per_output_token: of(Times::Ntpot, Units::SecondsPerToken),
            request_latency: of(Times::E2e, Units::Seconds),
            time_per_output_token: of(Times::Tpot, Units::SecondsPerToken),
            time_to_first_token: of(Times::Ttft, Units::Seconds),
        }
    }
}

impl Requests {
    fn of(summary: &Summary) -> Self {
        Self {
            failures: summary.failures.values().sum(),
            incomplete: summary.incomplete,
            input_length: summary.prompt_tokens.as_ref().map(|stat| Statistics::of(stat, Units::Count)),
            output_length: summary.output_tokens.as_ref().map(|stat| Statistics::of(stat, Units::Count)),
            total: summary.requests,
        }
    }
}

impl Throughput {
    fn of(summary: &Summary) -> Self {
        let rates = &summary.throughput;
        let tokens = |rate| Statistics::of_one(rate, Units::TokensPerSecond);
        Self {
            input_token_rate: tokens(rates.input_tokens_per_second),
            output_token_rate: tokens(rates.output_tokens_per_second),
            request_rate: Statistics::of_one(rates.requests_per_second, Units::QueriesPerSecond),
            total_token_rate: tokens(rates.total_tokens_per_second),
        }
    }
}

impl Component {
    fn of(replica: &ReplicaReport) -> Self {
        let hits =
            (replica.prompt_tokens > 0).then(|| replica.cached_tokens as f64 / replica.prompt_tokens as f64);
        let gauges = replica.gauges.as_ref();
        Self {
            aggregate: Resources {
                cache_hit_rate: hits.map(|share| Statistics::of_one(share, Units::Fraction)),
                kv_cache_usage: gauges.map(|gauges| Statistics::of(&gauges.kv_usage, Units::Fraction)),
                preemptions: replica.preemptions.map(|count| Statistics::of_one(count as f64, Units::Count)),
                running_requests: gauges.map(|gauges| Statistics::of(&gauges.running, Units::Count)),
                waiting_requests: gauges.map(|gauges| Statistics::of(&gauges.waiting, Units::Count)),
            },
            component_label: MODEL_SERVERS.into(),
            replica_id: replica.name.clone(),
        }
    }
}
