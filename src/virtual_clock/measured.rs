//! The few figures that policies are judged by.

use std::time::Duration;

use llmd_bench::run::Run;
use llmd_bench::sample::Sample;
use llmd_bench::scenario::Slo;
use schemars::JsonSchema;
use serde::Serialize;

/// Figures over requests. Times in seconds; means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Measured {
    /// Requests by the time from the first sending to the last answer's end, drains and pauses included.
    pub requests_per_second: f64,
    pub ttft: f64,
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
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs_f64());
        let first = samples.clone().map(|sample| sample.times.sent).min().unwrap_or_default();
        let last = samples.clone().map(|sample| sample.times.closed).max().unwrap_or_default();
        let tokens = |count: fn(&Sample) -> u32| samples.clone().map(count).map(f64::from).sum::<f64>();
        let count = samples.clone().count() as f64;
        Self {
            requests_per_second: count / last.saturating_sub(first).as_secs_f64().max(f64::MIN_POSITIVE),
            ttft: mean(samples.clone().filter_map(|sample| seconds(ttft(sample)))),
            latency: mean(samples.clone().filter_map(|sample| seconds(Some(latency(sample))))),
            tpot: mean(samples.clone().filter_map(tpot)),
            hit_share: tokens(|sample| sample.cached_tokens.unwrap_or_default())
                / tokens(|sample| sample.prompt_tokens).max(1.0),
        }
    }
}

/// Whether a request meets every bound that there is.
pub(super) fn is_good(sample: &Sample, slo: &Slo) -> bool {
    let within = |bound: Option<f64>, value: Option<f64>| {
        bound.is_none_or(|bound| value.is_none_or(|value| value <= bound))
    };
    within(slo.ttft, ttft(sample).map(|time| time.as_secs_f64()))
        && within(slo.tpot, tpot(sample))
        && within(slo.e2e, Some(latency(sample).as_secs_f64()))
        && sample.failure.is_none()
}

fn ttft(sample: &Sample) -> Option<Duration> {
    sample.times.first_token.map(|first| first.saturating_sub(sample.times.sent))
}

fn latency(sample: &Sample) -> Duration {
    sample.times.closed.saturating_sub(sample.times.sent)
}

fn tpot(sample: &Sample) -> Option<f64> {
    let gaps = sample.output_tokens.checked_sub(1).filter(|gaps| *gaps > 0)?;
    let (first, last) = (sample.times.first_token?, sample.times.last_token?);
    Some(last.saturating_sub(first).as_secs_f64() / f64::from(gaps))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
