//! Version 0.1. Keys stand in the order of their letters, as llm-d's own dump has them; what is not known is left out.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Part, Statistics, Units, description, load, span};
use crate::report::metric::Latency as Times;
use crate::report::{BenchReport, ReplicaReport, Stat, Summary};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub metrics: Metrics,
    pub scenario: Scenario,
    /// `0.1`
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub latency: Latency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    pub requests: Requests,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    pub throughput: Throughput,
    pub time: Time,
}

/// Only the time to first token must be there: of an answer in one piece it is the time to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inter_token_latency: Option<Statistics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalized_time_per_output_token: Option<Statistics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_latency: Option<Statistics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_per_output_token: Option<Statistics>,
    pub time_to_first_token: Statistics,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<u64>,
    pub input_length: Statistics,
    pub output_length: Statistics,
    pub total: u64,
}

/// Of all replicas together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<Statistics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_size: Option<Statistics>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens_per_sec: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens_per_sec: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_sec: Option<f64>,
    pub total_tokens_per_sec: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// From the first sending to the end of the last answer, in seconds. The converter of inference-perf's results writes
    /// the send window here; it stands in `metadata`, with how long the answers took to drain.
    pub duration: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub load: Load,
    pub model: Model,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The load as inference-perf would be told it.
    pub args: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// One of a closed list of tools, which `llmd` is not on: the one whose definitions ours follow.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub name: String,
}

impl Report {
    pub fn of(report: &BenchReport, part: Part<'_>) -> Self {
        let summary = part.summary();
        Self {
            metrics: Metrics {
                latency: Latency::of(summary),
                metadata: Some(measured(report, part)),
                requests: Requests::of(summary),
                service: Service::of(part.replicas(report)),
                throughput: Throughput::of(summary),
                time: Time::of(report, summary),
            },
            scenario: Scenario {
                description: Some(description(report)),
                load: Load {
                    args: load::inference_perf(report),
                    metadata: Some(json!({
                        "prompts_hash": report.prompts_hash,
                        "stage": part.number(),
                        "tool": load::TOOL,
                        "tool_version": load::TOOL_VERSION,
                    })),
                    name: "inference-perf".into(),
                },
                model: Model { name: report.model.clone() },
            },
            version: "0.1".into(),
        }
    }
}

/// What the schema has no place for.
fn measured(report: &BenchReport, part: Part<'_>) -> Value {
    let summary = part.summary();
    let notes = match part {
        Part::Whole(_) => report.notes.clone(),
        Part::Stage(_) => Vec::new(),
    };
    json!({
        "cold_caches": report.is_cold,
        "goodput_share": summary.goodput.map(|goodput| goodput.share),
        "hit_share": summary.hit_share,
        "notes": notes,
        "partial": report.is_partial,
        "simulated": report.is_simulated,
    })
}

impl Latency {
    fn of(summary: &Summary) -> Self {
        let of = |times: Times, units| Some(Statistics::of(summary.latency.get(&times)?, units));
        let first = of(Times::Ttft, Units::Seconds).or_else(|| of(Times::E2e, Units::Seconds));
        Self {
            inter_token_latency: of(Times::Itl, Units::SecondsPerToken),
            normalized_time_per_output_token: of(Times::Ntpot, Units::SecondsPerToken),
            request_latency: of(Times::E2e, Units::Seconds),
            time_per_output_token: of(Times::Tpot, Units::SecondsPerToken),
            time_to_first_token: first.unwrap_or_else(|| Statistics::of_one(0.0, Units::Seconds)),
        }
    }
}

impl Requests {
    fn of(summary: &Summary) -> Self {
        // Must be there: 0 where no answer says it.
        let length = |stat: Option<&Stat>| {
            stat.map_or_else(
                || Statistics::of_one(0.0, Units::Count),
                |stat| Statistics::of(stat, Units::Count),
            )
        };
        Self {
            failures: Some(summary.failures.values().sum()),
            incomplete: Some(summary.incomplete),
            input_length: length(summary.prompt_tokens.as_ref()),
            output_length: length(summary.output_tokens.as_ref()),
            total: summary.requests,
        }
    }
}

impl Service {
    fn of(replicas: &[ReplicaReport]) -> Option<Self> {
        let gauges: Option<Vec<_>> = replicas.iter().map(|replica| replica.gauges).collect();
        let gauges = gauges.filter(|gauges| !gauges.is_empty())?;
        let together = |of: fn(&crate::report::Gauges) -> &Stat| {
            let stats = || gauges.iter().map(of);
            let mean = stats().map(|stat| stat.mean).sum::<f64>() / gauges.len() as f64;
            Statistics {
                max: Some(stats().map(|stat| stat.max).fold(0.0, f64::max)),
                min: Some(stats().map(|stat| stat.min).fold(f64::MAX, f64::min)),
                ..Statistics::of_one(mean, Units::Count)
            }
        };
        Some(Self {
            batch_size: Some(together(|gauges| &gauges.running)),
            queue_size: Some(together(|gauges| &gauges.waiting)),
        })
    }
}

impl Throughput {
    fn of(summary: &Summary) -> Self {
        let rates = &summary.throughput;
        Self {
            input_tokens_per_sec: Some(rates.input_tokens_per_second),
            output_tokens_per_sec: Some(rates.output_tokens_per_second),
            requests_per_sec: Some(rates.requests_per_second),
            total_tokens_per_sec: rates.total_tokens_per_second,
        }
    }
}

impl Time {
    fn of(report: &BenchReport, summary: &Summary) -> Self {
        let span = span(report, summary);
        Self {
            duration: summary.whole_seconds,
            metadata: Some(json!({
                "drain_s": summary.elapsed_seconds - summary.send_seconds,
                "send_window_s": summary.send_seconds,
            })),
            start: span.map(|(start, _)| start),
            stop: span.map(|(_, stop)| stop),
        }
    }
}
