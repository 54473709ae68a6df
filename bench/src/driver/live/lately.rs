//! The last minute, second by second.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Recent;

/// Seconds whose medians are kept.
const KEPT: usize = 60;
/// Seconds whose values are kept.
const WITH_VALUES: usize = 10;
/// Seconds over which rates are taken.
const OF_RATES: usize = 5;

/// Counts and times of the last seconds, the running one last. Its memory is bounded by what ends in ten seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Lately {
    /// When the first second began.
    begin: Option<Instant>,
    /// Number of the running second.
    running: u64,
    seconds: VecDeque<Second>,
}

#[derive(Clone, Debug, Default)]
struct Second {
    sent: u32,
    answered: u32,
    ttft: Values,
    tpot: Values,
}

/// What a second saw of a quantity.
#[derive(Clone, Debug)]
enum Values {
    All(Vec<f32>),
    Median(Option<f64>),
}

impl Lately {
    pub(super) fn sent(&mut self, now: Instant) {
        let second = self.second_of(now);
        second.sent = second.sent.saturating_add(1);
    }

    pub(super) fn answered(&mut self, now: Instant, ttft: Option<f64>, tpot: Option<f64>) {
        let second = self.second_of(now);
        second.answered = second.answered.saturating_add(1);
        second.ttft.add(ttft);
        second.tpot.add(tpot);
    }

    /// Lets the seconds pass that have passed.
    pub(super) fn move_to(&mut self, now: Instant) {
        self.second_of(now);
    }

    /// The second that runs at this moment.
    fn second_of(&mut self, now: Instant) -> &mut Second {
        let begin = *self.begin.get_or_insert(now);
        let number = now.saturating_duration_since(begin).as_secs();
        let passed = usize::try_from(number.saturating_sub(self.running)).unwrap_or(usize::MAX);
        self.running = self.running.max(number);
        for _ in 0..passed.min(KEPT + 1) {
            self.seconds.push_back(Second::default());
            if let Some(old) = self.seconds.iter_mut().rev().nth(WITH_VALUES) {
                old.ttft.close();
                old.tpot.close();
            }
        }
        while self.seconds.len() > KEPT + 1 {
            self.seconds.pop_front();
        }
        if self.seconds.is_empty() {
            self.seconds.push_back(Second::default());
        }
        let last = self.seconds.len() - 1;
        &mut self.seconds[last]
    }

    /// Requests a second that were sent, and answered.
    pub(super) fn rates(&self, now: Instant) -> (f64, f64) {
        let Some(begin) = self.begin else { return (0.0, 0.0) };
        let whole = now.saturating_duration_since(begin);
        let of_running = whole.saturating_sub(Duration::from_secs(self.running)).as_secs_f64();
        let last = || self.seconds.iter().rev().take(OF_RATES);
        let span = last().count().saturating_sub(1) as f64 + of_running;
        // So that the first request of a run is no rate of a million a second.
        let span = span.max(1.0);
        let sum = |count: fn(&Second) -> u32| last().map(count).map(f64::from).sum::<f64>() / span;
        (sum(|second| second.sent), sum(|second| second.answered))
    }

    /// TTFT and TPOT.
    pub(super) fn recent(&self) -> (Recent, Recent) {
        let recent = |values: fn(&Second) -> &Values| {
            let last = self.seconds.iter().rev().take(WITH_VALUES);
            let mut all: Vec<f32> = last.flat_map(|second| values(second).all()).copied().collect();
            let passed = self.seconds.len().saturating_sub(1);
            let by_second = self.seconds.iter().take(passed).map(|second| values(second).median());
            Recent { p50: rank(&mut all, 0.5), p99: rank(&mut all, 0.99), by_second: by_second.collect() }
        };
        (recent(|second| &second.ttft), recent(|second| &second.tpot))
    }
}

impl Values {
    fn add(&mut self, value: Option<f64>) {
        if let (Self::All(values), Some(value)) = (self, value) {
            #[expect(clippy::cast_possible_truncation, reason = "shown with three digits")]
            values.push(value as f32);
        }
    }

    fn all(&self) -> &[f32] {
        match self {
            Self::All(values) => values,
            Self::Median(_) => &[],
        }
    }

    fn median(&self) -> Option<f64> {
        match self {
            Self::All(values) => rank(&mut values.clone(), 0.5),
            Self::Median(median) => *median,
        }
    }

    /// Keeps no more than the median.
    fn close(&mut self) {
        *self = Self::Median(self.median());
    }
}

impl Default for Values {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// The value that has this share of the others below it.
fn rank(values: &mut [f32], share: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and last")]
    let index = (share * last as f64).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(index, f32::total_cmp);
    Some(f64::from(*value))
}
