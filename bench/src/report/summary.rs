//! The figures of a set of requests.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::metric::Latency;
use super::windows::Windows;
use super::{Goodput, Stat, Summary, Throughput};
use crate::run::StageRun;
use crate::sample::{FailureKind, Sample};
use crate::scenario::{RequestOptions, Scenario, Slo};

impl Summary {
    /// Of the requests of some stages.
    pub(super) fn of(stages: &[&StageRun], scenario: &Scenario) -> Self {
        let windows: Vec<(&StageRun, Windows)> =
            stages.iter().filter_map(|stage| Some((*stage, Windows::of(stage)?))).collect();
        let first = windows.iter().map(|(_, windows)| windows.first_sent).fold(f64::INFINITY, f64::min);
        let end = windows.iter().map(|(_, windows)| windows.answered).fold(0.0, f64::max);
        let first = if windows.is_empty() { 0.0 } else { first };
        let whole_seconds = end - first;
        let all = || stages.iter().flat_map(|stage| &stage.samples);
        let answered = || all().filter(|sample| sample.failure.is_none());
        let count_of = |kind: FailureKind| {
            all().filter(|sample| sample.failure.as_ref().is_some_and(|failure| failure.kind == kind)).count()
        };
        let tokens = |of: fn(&Sample) -> u32| {
            Stat::of(answered().map(of).filter(|tokens| *tokens > 0).map(f64::from).collect())
        };
        let tpot = answered().filter_map(|sample| latency_of(Latency::Tpot, sample));
        let is_streamed = scenario.request.streaming;
        Self {
            requests: all().count() as u64,
            succeeded: answered().count() as u64,
            failures: failures(all()),
            incomplete: count_of(FailureKind::Cancelled) as u64,
            first_sent_seconds: first,
            send_seconds: total(windows.iter().map(|(_, windows)| windows.send())),
            elapsed_seconds: total(windows.iter().map(|(_, windows)| windows.elapsed())),
            whole_seconds,
            prompt_tokens: tokens(|sample| sample.prompt_tokens),
            output_tokens: tokens(|sample| sample.output_tokens),
            latency: latencies(stages, &scenario.request),
            generation_speed: is_streamed
                .then(|| Stat::of(tpot.filter(|tpot| *tpot > 0.0).map(f64::recip).collect()))
                .flatten(),
            throughput: Throughput::of(answered(), whole_seconds),
            steady: steady(&windows),
            goodput: scenario.slo.and_then(|slo| Goodput::of(slo, all, whole_seconds)),
            hit_share: hit_share(stages),
        }
    }

    /// Requests that were cut since the stage's time to drain was over.
    pub fn timed_out_draining(&self) -> u64 {
        self.failures.get(DRAIN_TIMEOUT).copied().unwrap_or_default()
    }

    /// Failed requests of all that were sent less those given up, 0 to 1; none where nothing was sent.
    pub fn failure_share(&self) -> Option<f64> {
        let failed: u64 = self.failures.values().sum();
        let judged = self.requests.saturating_sub(self.incomplete);
        (judged > 0).then(|| failed as f64 / judged as f64)
    }
}

impl Throughput {
    fn of<'a>(answered: impl Iterator<Item = &'a Sample>, seconds: f64) -> Self {
        let (mut requests, mut input, mut output) = (0_u64, 0_u64, 0_u64);
        for sample in answered {
            requests += 1;
            input += u64::from(sample.prompt_tokens);
            output += u64::from(sample.output_tokens);
        }
        Self {
            requests_per_second: rate(requests as f64, seconds),
            input_tokens_per_second: rate(input as f64, seconds),
            output_tokens_per_second: rate(output as f64, seconds),
            total_tokens_per_second: rate((input + output) as f64, seconds),
        }
    }
}

impl Goodput {
    fn of<'a, I: Iterator<Item = &'a Sample>>(slo: Slo, all: impl Fn() -> I, seconds: f64) -> Option<Self> {
        let judged = all().filter(|sample| !is_cancelled(sample)).count();
        let good = all().filter(|sample| is_good(sample, slo)).count();
        (judged > 0).then(|| Self {
            share: good as f64 / judged as f64,
            requests_per_second: rate(good as f64, seconds),
        })
    }
}

/// Whether a request was answered within the bounds, counted from when it was to be sent: what a late load generator adds
/// clients wait too. A bound on a time that an answer does not have is missed, but for the time per output token of an
/// answer of one token.
pub fn is_good(sample: &Sample, slo: Slo) -> bool {
    let meets = |latency, bound: Option<f64>| {
        bound.is_none_or(|bound| latency_of(latency, sample).is_some_and(|seconds| seconds <= bound))
    };
    let is_short = sample.output_tokens == 1;
    sample.failure.is_none()
        && meets(Latency::TtftIntended, slo.ttft)
        && meets(Latency::E2eIntended, slo.e2e)
        && (is_short || meets(Latency::Tpot, slo.tpot))
}

/// The sum of nothing is 0; as `sum` has it, −0.
fn total(seconds: impl Iterator<Item = f64>) -> f64 {
    seconds.fold(0.0, |sum, seconds| sum + seconds)
}

fn rate(count: f64, seconds: f64) -> f64 {
    if seconds > 0.0 { count / seconds } else { 0.0 }
}

pub(super) fn is_cancelled(sample: &Sample) -> bool {
    sample.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Cancelled)
}

/// How reports name [`FailureKind::DrainTimeout`].
const DRAIN_TIMEOUT: &str = "drain_timeout";

/// How reports name a kind of failure: `timeout`, `http_503`.
pub fn failure_label(kind: FailureKind) -> String {
    match kind {
        FailureKind::Connect => "connect".into(),
        FailureKind::Tls => "tls".into(),
        FailureKind::Timeout => "timeout".into(),
        FailureKind::Http(status) => format!("http_{status}"),
        FailureKind::InStreamError => "in_stream_error".into(),
        FailureKind::Truncated => "truncated".into(),
        FailureKind::ShortOutput => "short_output".into(),
        FailureKind::Empty => "empty".into(),
        FailureKind::Malformed => "malformed".into(),
        FailureKind::DrainTimeout => DRAIN_TIMEOUT.into(),
        FailureKind::Cancelled => "cancelled".into(),
    }
}

fn failures<'a>(samples: impl Iterator<Item = &'a Sample>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for failure in samples.filter(|sample| !is_cancelled(sample)).filter_map(|sample| sample.failure.as_ref())
    {
        *counts.entry(failure_label(failure.kind)).or_insert(0) += 1;
    }
    counts
}

fn steady(windows: &[(&StageRun, Windows)]) -> Option<Throughput> {
    let seconds: f64 = windows.iter().filter_map(|(_, windows)| windows.steady()).sum();
    let ended = windows.iter().flat_map(|(stage, windows)| {
        stage.samples.iter().filter(|sample| sample.failure.is_none() && windows.is_steady(sample))
    });
    (seconds > 0.0).then(|| Throughput::of(ended, seconds))
}

/// From `usage`; where no answer says how much was in the cache, from the replicas' counters. An answer that does not say
/// while others do had nothing there: some servers leave a zero out.
fn hit_share(stages: &[&StageRun]) -> Option<f64> {
    let answered =
        || stages.iter().flat_map(|stage| &stage.samples).filter(|sample| sample.failure.is_none());
    let (cached, prompt): (u64, u64) = if answered().any(|sample| sample.cached_tokens.is_some()) {
        (
            answered().filter_map(|sample| sample.cached_tokens).map(u64::from).sum(),
            answered().map(|sample| u64::from(sample.prompt_tokens)).sum(),
        )
    } else {
        let replicas = || stages.iter().flat_map(|stage| &stage.replicas);
        (
            replicas().map(|replica| replica.cached_tokens).sum(),
            replicas().map(|replica| replica.prompt_tokens).sum(),
        )
    };
    (prompt > 0).then(|| cached as f64 / prompt as f64)
}

fn latencies(stages: &[&StageRun], request: &RequestOptions) -> BTreeMap<Latency, Stat> {
    let of_requests =
        Latency::OF_REQUESTS.into_iter().filter(|latency| request.streaming || !latency.is_streamed());
    let mut stats: BTreeMap<Latency, Stat> = of_requests
        .filter_map(|latency| {
            let all = stages.iter().flat_map(|stage| &stage.samples);
            // How late the load generator was does not depend on what came back.
            let counted = all.filter(|sample| latency == Latency::Lag || sample.failure.is_none());
            Some((latency, Stat::of(counted.filter_map(|sample| latency_of(latency, sample)).collect())?))
        })
        .collect();
    if request.streaming
        && let Some(gaps) = pooled(stages).as_ref().and_then(Stat::of_microseconds)
    {
        stats.insert(Latency::Itl, gaps);
    }
    stats
}

fn pooled(stages: &[&StageRun]) -> Option<Histogram<u64>> {
    let (first, rest) = stages.split_first()?;
    rest.iter().try_fold(first.gaps.clone(), |mut all, stage| {
        all.auto(true);
        all.add(&stage.gaps).ok()?;
        Some(all)
    })
}

/// Seconds; none where the request does not have it, and for gaps, of which it has many.
pub fn latency_of(latency: Latency, sample: &Sample) -> Option<f64> {
    let times = &sample.times;
    let since = |end: Option<Duration>, begin: Duration| Some(end?.saturating_sub(begin).as_secs_f64());
    match latency {
        Latency::Lag => since(Some(times.sent), times.intended),
        Latency::Ttfe => since(times.first_event, times.sent),
        Latency::Ttft => since(times.first_token, times.sent),
        Latency::TtftIntended => since(times.first_token, times.intended),
        Latency::E2e => since(times.last_token, times.sent),
        Latency::E2eIntended => since(times.last_token, times.intended),
        Latency::Tpot => {
            let gaps = sample.output_tokens.checked_sub(1).filter(|gaps| *gaps > 0)?;
            Some(since(times.last_token, times.first_token?)? / f64::from(gaps))
        }
        Latency::Ntpot => {
            let tokens = Some(sample.output_tokens).filter(|tokens| *tokens > 0)?;
            Some(since(times.last_token, times.sent)? / f64::from(tokens))
        }
        Latency::Itl => None,
    }
}

#[cfg(test)]
mod tests;
