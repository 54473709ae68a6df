//! The few figures that policies are judged by.

use llmd_bench::report::latency_of;
use llmd_bench::report::metric::Latency;
use llmd_bench::run::Run;
use llmd_bench::sample::Sample;
use schemars::JsonSchema;
use serde::Serialize;

/// Figures over requests. Times in seconds; means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Measured {
    /// Requests by the time from the first sending to the last answer's end, drains and pauses included.
    pub requests_per_second: f64,
    /// Mean time to the first token, in seconds.
    pub ttft: f64,
    /// Mean time to the last token, in seconds.
    pub latency: f64,
    /// Per output token after the first, of requests that have more than one.
    pub tpot: f64,
    /// Cached share of prompt tokens, 0 to 1.
    pub hit_share: f64,
}

impl Measured {
    /// Of all requests of a run, warm-ups included: they are a part of the published figures.
    pub fn of(run: &Run) -> Self {
        Self::of_samples(&run.stages.iter().flat_map(|stage| &stage.samples))
    }

    /// Zero where there are none.
    pub(super) fn of_samples<'a>(samples: &(impl Iterator<Item = &'a Sample> + Clone)) -> Self {
        let mean = |latency| mean(samples.clone().filter_map(|sample| latency_of(latency, sample)));
        let first = samples.clone().map(|sample| sample.times.sent).min().unwrap_or_default();
        let last = samples.clone().map(|sample| sample.times.closed).max().unwrap_or_default();
        let tokens = |count: fn(&Sample) -> u32| samples.clone().map(count).map(f64::from).sum::<f64>();
        let count = samples.clone().count() as f64;
        Self {
            requests_per_second: count / last.saturating_sub(first).as_secs_f64().max(f64::MIN_POSITIVE),
            ttft: mean(Latency::Ttft),
            latency: mean(Latency::E2e),
            tpot: mean(Latency::Tpot),
            hit_share: tokens(|sample| sample.cached_tokens.unwrap_or_default())
                / tokens(|sample| sample.prompt_tokens).max(1.0),
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
