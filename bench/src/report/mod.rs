//! The figures of a run, each with its unit and statistic. Serializes to the JSON report.
//!
//! | module | what it writes |
//! |---|---|
//! | [`json`] | the report as it is, and back |
//! | [`jsonl`] | a line for each request |
//! | [`csv`] | a row for each stage |
//! | [`lifecycle`] | the files that inference-perf writes |
//! | [`benchmark_report`] | llm-d's benchmark report, v0.1 and v0.2.1 |
//! | [`html`] | one page for people, with pictures |
//! | [`tables`] | tables for people, as plain data |
//! | [`comparison`] | two arms side by side |

pub mod benchmark_report;
pub mod comparison;
pub mod csv;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod lifecycle;
pub mod metric;
pub mod tables;

mod in_flight;
mod note;
mod number;
mod replica;
mod stage;
mod stat;
mod summary;
mod windows;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::run::{Run, StageRun};
use crate::scenario::Scenario;

pub use summary::{failure_label, is_good, latency_of};

/// What a saved report says it is.
pub const SCHEMA: &str = "llmd.bench/v1";

/// A run in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchReport {
    /// `llmd.bench/v1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Which arm of a comparison, or what the target is called.
    pub arm: String,
    /// When the first stage began, RFC 3339.
    pub started_at: String,
    /// What was asked; of several, the first.
    pub url: String,
    /// The name that requests gave.
    pub model: String,
    /// With `***` for the values of its headers.
    pub scenario: Scenario,
    /// Equal for runs that were asked the same.
    pub prompts_hash: String,
    /// Whether it was stopped before its end.
    pub is_partial: bool,
    /// Whether caches were empty at the start.
    pub is_cold: bool,
    /// Whether the servers only simulated a model, as their answers say.
    #[serde(default)]
    pub is_simulated: bool,
    /// All stages that are no warm-up.
    pub overall: Summary,
    /// In order, warm-ups included.
    pub stages: Vec<StageReport>,
    /// By replica; empty where that is not known.
    pub replicas: Vec<ReplicaReport>,
    /// What the reader should know before believing it.
    pub notes: Vec<String>,
    /// CPU seconds of the load generator; null on a virtual clock.
    pub client_cpu_seconds: Option<f64>,
}

impl BenchReport {
    /// What came of the plan. Warm-up stages are reported, and left out of the overall figures unless there are no others.
    pub fn of(plan: &Plan, run: &Run) -> Self {
        let counted: Vec<&StageRun> = run.stages.iter().filter(|stage| !stage.warm_up).collect();
        let counted = if counted.is_empty() { run.stages.iter().collect() } else { counted };
        let overall = Summary::of(&counted, &plan.scenario);
        let numbered = (0..).zip(&run.stages);
        let stages: Vec<StageReport> =
            numbered.map(|(number, stage)| StageReport::of(number, plan, run, stage)).collect();
        Self {
            schema: SCHEMA.into(),
            arm: run.target.arm.clone(),
            started_at: run.started_at.to_string(),
            url: run.target.url.clone(),
            model: run.target.model.clone(),
            scenario: without_secrets(&plan.scenario),
            prompts_hash: plan.hash.clone(),
            is_partial: run.is_partial,
            is_cold: run.target.is_cold,
            is_simulated: run.target.is_simulated,
            notes: note::notes(plan, run, &stages),
            replicas: replica::replicas(&run.target, &counted),
            overall,
            stages,
            client_cpu_seconds: run.client.cpu.map(|cpu| cpu.as_secs_f64()),
        }
    }

    /// What is to be said wherever the run is named, each with a comma before it.
    fn remarks(&self) -> String {
        let remarks =
            [(self.is_simulated, ", simulated servers"), (self.is_partial, ", stopped before its end")];
        remarks.into_iter().filter_map(|(is_so, remark)| is_so.then_some(remark)).collect()
    }
}

/// Values of headers may be keys, and reports are handed round.
fn without_secrets(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.request.headers.values_mut().for_each(|value| "***".clone_into(value));
    scenario
}

/// One stage in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    /// Counted from 0.
    pub number: u32,
    /// Whether it is left out of the overall figures.
    pub warm_up: bool,
    /// Requests (or conversations) a second that were asked for; none in a closed loop.
    pub offered_rate: Option<f64>,
    /// The same that were sent, over the time that the stage was to send in or took to.
    pub sent_rate: f64,
    /// Requests in flight in a closed loop; null in an open one.
    pub concurrency: Option<u32>,
    /// Whether more came than could be answered: the number in flight grew to the end (saturation index of 1.3 or more),
    /// less than 98 % was answered, and late requests took longer than early ones. Open loops only.
    pub is_saturated: bool,
    /// Whether one request in a hundred was sent 10 ms or more after it was to be: then TTFT* and E2E* say what clients
    /// wait, and TTFT and E2E less.
    #[serde(default)]
    pub is_late: bool,
    /// All that came of it.
    pub summary: Summary,
    /// By replica.
    pub replicas: Vec<ReplicaReport>,
}

/// What one replica bore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicaReport {
    /// As a header of its answers says.
    pub name: String,
    /// Answered by it.
    pub requests: u64,
    /// Of the prompts of these requests.
    pub prompt_tokens: u64,
    /// Of these tokens, those that were in its cache.
    pub cached_tokens: u64,
    /// Of its answers.
    pub output_tokens: u64,
    /// How often it took a request's memory for another one; null where it was not asked.
    pub preemptions: Option<u64>,
    /// Seconds since the start of the run, requests in flight as the client knows; at most 200 points.
    pub in_flight: Vec<(f64, f64)>,
    /// What the replica said of itself; none where nobody looked.
    #[serde(default)]
    pub gauges: Option<Gauges>,
}

/// Gauges of a replica, spread over the times at which they were read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gauges {
    /// Requests that it was working on.
    pub running: Stat,
    /// Requests in its queue.
    pub waiting: Stat,
    /// Share of its cache's blocks that were in use, 0 to 1.
    pub kv_usage: Stat,
}

/// The figures of a set of requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// All that were sent.
    pub requests: u64,
    /// Answered as they should be.
    pub succeeded: u64,
    /// How many failed, by kind: `http_503`, `timeout`; cancelled ones not included.
    pub failures: BTreeMap<String, u64>,
    /// Given up when the run was interrupted. What a stage's drain timeout cut is a failure.
    pub incomplete: u64,
    /// When the first was sent, in seconds since the start of the run.
    #[serde(default)]
    pub first_sent_seconds: f64,
    /// First to last sending, in seconds.
    pub send_seconds: f64,
    /// First sending to the end of the last request, failed ones included, in seconds; the windows of stages add up, pauses
    /// left out.
    pub elapsed_seconds: f64,
    /// First sending to the end of the last good answer, pauses between stages included: what rates are taken over. A wait
    /// for what failed in the end does not lower them.
    pub whole_seconds: f64,
    /// Tokens of a request's prompt.
    pub prompt_tokens: Option<Stat>,
    /// Tokens of a request's answer.
    pub output_tokens: Option<Stat>,
    /// In seconds, by metric; only successful requests count (of `lag`: all), and only metrics that there are.
    #[schemars(schema_with = "by_metric")]
    pub latency: BTreeMap<metric::Latency, Stat>,
    /// Tokens a second of each successful request, the first token left out: 1 / TPOT.
    #[serde(default)]
    pub generation_speed: Option<Stat>,
    /// Per second of `whole_seconds`.
    pub throughput: Throughput,
    /// The same, per second of the steady window: from when nine tenths of the stage's median number are in flight until
    /// the last sending.
    pub steady: Option<Throughput>,
    /// Requests that met the scenario's bounds; null where it has none.
    pub goodput: Option<Goodput>,
    /// Cached share of prompt tokens, 0 to 1, from `usage`; where that does not say it, from the replicas' counters.
    pub hit_share: Option<f64>,
}

fn by_metric(generator: &mut SchemaGenerator) -> Schema {
    let (metric, stat) = (generator.subschema_for::<metric::Latency>(), generator.subschema_for::<Stat>());
    json_schema!({"type": "object", "propertyNames": metric, "additionalProperties": stat})
}

/// Rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Throughput {
    /// Successful requests.
    pub requests_per_second: f64,
    /// Tokens of their prompts.
    pub input_tokens_per_second: f64,
    /// Tokens of their answers.
    pub output_tokens_per_second: f64,
    /// Both.
    pub total_tokens_per_second: f64,
}

/// Requests that met the SLO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Goodput {
    /// Of all that were sent less those given up, 0 to 1.
    pub share: f64,
    /// Those that met the bounds.
    pub requests_per_second: f64,
}

/// How a quantity is spread over requests (or gaps). Percentiles interpolate linearly as numpy does, unless they are of a
/// histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stat {
    /// How many values there are.
    pub count: u64,
    /// In the unit of the quantity, as all that follows.
    pub mean: f64,
    /// Of the sample (n − 1).
    pub std_dev: f64,
    /// The least.
    pub min: f64,
    /// 0.1 % of the values are at most this.
    pub p0_1: f64,
    /// 1 % of the values are at most this.
    pub p1: f64,
    /// 5 % of the values are at most this.
    pub p5: f64,
    /// 10 % of the values are at most this.
    pub p10: f64,
    /// 25 % of the values are at most this.
    pub p25: f64,
    /// 50 % of the values are at most this.
    pub p50: f64,
    /// 75 % of the values are at most this.
    pub p75: f64,
    /// 90 % of the values are at most this.
    pub p90: f64,
    /// 95 % of the values are at most this.
    pub p95: f64,
    /// 99 % of the values are at most this.
    pub p99: f64,
    /// 99.9 % of the values are at most this.
    pub p99_9: f64,
    /// The most.
    pub max: f64,
}
