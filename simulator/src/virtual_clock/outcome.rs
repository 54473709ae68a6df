//! What became of requests, and of a run.

use std::time::Duration;

use super::Arrival;

/// What became of a request. Times are since the start of the run, as the client saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Who served it, counted from 0.
    pub replica: usize,
    /// When it was sent.
    pub arrived: Duration,
    /// When its first token came.
    pub first_token: Duration,
    /// When its last token came.
    pub finished: Duration,
    /// Length of the prompt.
    pub prompt_tokens: u32,
    /// Of these, found in the cache.
    pub cached_tokens: u32,
    /// Length of the answer.
    pub output_tokens: u32,
}

impl Outcome {
    pub(super) fn new(arrived: Duration, arrival: &Arrival) -> Self {
        Self {
            replica: 0,
            arrived,
            first_token: arrived,
            finished: arrived,
            prompt_tokens: arrival.request.prompt_tokens,
            cached_tokens: 0,
            output_tokens: arrival.request.output_tokens,
        }
    }

    /// Time to first token.
    pub fn ttft(&self) -> Duration {
        self.first_token.saturating_sub(self.arrived)
    }

    /// From sending to the last token.
    pub fn latency(&self) -> Duration {
        self.finished.saturating_sub(self.arrived)
    }

    /// Time per output token after the first; `None` where there is only one.
    pub fn tpot(&self) -> Option<Duration> {
        let gaps = self.output_tokens.checked_sub(1).filter(|&gaps| gaps > 0)?;
        Some(self.finished.saturating_sub(self.first_token) / gaps)
    }
}

/// How a quantity is spread over requests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half of the requests have less.
    pub median: f64,
}

impl Spread {
    /// Zero when there are none.
    fn of(durations: impl Iterator<Item = Duration>) -> Self {
        let mut seconds: Vec<f64> = durations.map(|duration| duration.as_secs_f64()).collect();
        seconds.sort_by(f64::total_cmp);
        Self {
            mean: seconds.iter().sum::<f64>() / seconds.len().max(1) as f64,
            // Thousands of requests make interpolation idle.
            median: seconds.get(seconds.len() / 2).copied().unwrap_or_default(),
        }
    }
}

/// What became of a run; times in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many there were.
    pub requests: usize,
    /// Requests by the time from the first sending to the last token, drains and pauses included; 1/s.
    pub requests_per_second: f64,
    /// Time to first token.
    pub ttft: Spread,
    /// From sending to the last token.
    pub latency: Spread,
    /// Time per output token after the first.
    pub tpot: Spread,
    /// Cached share of all prompt tokens, 0 to 1.
    pub hit_share: f64,
}

impl Summary {
    /// Sums up; all zero when there is nothing.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let Some(start) = outcomes.iter().map(|outcome| outcome.arrived).min() else {
            return Self::default();
        };
        let end = outcomes.iter().map(|outcome| outcome.finished).max().unwrap_or(start);
        let total = |tokens: fn(&Outcome) -> u32| outcomes.iter().map(tokens).map(f64::from).sum::<f64>();
        Self {
            requests: outcomes.len(),
            requests_per_second: outcomes.len() as f64 / end.saturating_sub(start).as_secs_f64(),
            ttft: Spread::of(outcomes.iter().map(Outcome::ttft)),
            latency: Spread::of(outcomes.iter().map(Outcome::latency)),
            tpot: Spread::of(outcomes.iter().filter_map(Outcome::tpot)),
            hit_share: total(|outcome| outcome.cached_tokens) / total(|outcome| outcome.prompt_tokens),
        }
    }
}
