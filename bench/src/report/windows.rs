//! The spans of time that rates are taken over.

use crate::plan::Pacing;
use crate::run::StageRun;
use crate::sample::Sample;

use super::in_flight::InFlight;
use super::stat::quantile;

/// A stage whose last tenth has this many times the stage's mean in flight takes in more than it gives out; a number that
/// grows evenly from 0 makes 2.
const GROWS: f64 = 1.3;
/// Of the rate that was sent, what must be answered.
const KEEPS_UP: f64 = 0.98;
/// How much longer than the first quarter the last quarter of a saturated stage's requests takes.
const SLOWS: f64 = 1.5;

/// Of one stage, in seconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Windows {
    pub(super) first_sent: f64,
    pub(super) last_sent: f64,
    /// The end of the last good answer, or of the last request where none is good: rates are taken up to it, since the
    /// wait for what failed gives nothing out.
    pub(super) answered: f64,
    /// The last request's end, however it ended.
    pub(super) end: f64,
    /// When the steady window begins, which ends with the last sending: the first time that nine tenths of the send
    /// window's median number are in flight. None where it would be shorter than the median answer: what is sent in it
    /// could not be answered in it.
    pub(super) steady_from: Option<f64>,
    /// Whether more came than could be answered; see [`is_saturated`].
    pub(super) is_saturated: bool,
}

impl Windows {
    /// None where nothing was sent.
    pub(super) fn of(stage: &StageRun) -> Option<Self> {
        let times = || stage.samples.iter().map(|sample| sample.times);
        let first_sent = times().map(|times| times.sent).min()?.as_secs_f64();
        let last_sent = times().map(|times| times.sent).max()?.as_secs_f64();
        let end = times().map(|times| times.closed).max()?.as_secs_f64();
        let good = stage.samples.iter().filter(|sample| sample.failure.is_none());
        let answered = good.map(|sample| sample.times.closed.as_secs_f64()).reduce(f64::max).unwrap_or(end);
        let in_flight = InFlight::of(&stage.samples);
        let steady_from = steady_from(stage, &in_flight, first_sent, last_sent);
        let mut windows = Self { first_sent, last_sent, answered, end, steady_from, is_saturated: false };
        windows.is_saturated = is_saturated(stage, &in_flight, &windows);
        Some(windows)
    }

    pub(super) fn send(&self) -> f64 {
        self.last_sent - self.first_sent
    }

    pub(super) fn elapsed(&self) -> f64 {
        self.end - self.first_sent
    }

    pub(super) fn steady(&self) -> Option<f64> {
        self.steady_from.map(|from| self.last_sent - from)
    }

    /// Whether the answer ended in the steady window.
    pub(super) fn is_steady(&self, sample: &Sample) -> bool {
        let closed = sample.times.closed.as_secs_f64();
        self.steady_from.is_some_and(|from| from <= closed && closed <= self.last_sent)
    }
}

fn steady_from(stage: &StageRun, in_flight: &InFlight, first: f64, last: f64) -> Option<f64> {
    let usual = f64::from(in_flight.median(first, last));
    let from = in_flight.first_reaches(0.9 * usual).filter(|from| *from < last)?;
    let typical = median_seconds(stage.samples.iter().filter(|sample| sample.failure.is_none()))?;
    (last - from >= typical).then_some(from)
}

/// The verdict on an open-loop stage. Three signs must agree, all over the send window:
/// * the saturation index (number in flight at the end, averaged over the last tenth, ÷ its mean) is 1.3 or more,
/// * fewer than 98 % of the requests sent a second are answered a second,
/// * of the requests sent in the last quarter the median one took 1.5 times as long as of those sent in the first.
///
/// The last sign keeps a stage that is shorter than its answers from being called saturated: there the number in flight
/// rises although nothing waits. In a closed loop nothing can pile up.
fn is_saturated(stage: &StageRun, in_flight: &InFlight, windows: &Windows) -> bool {
    let span = windows.send();
    if !matches!(stage.pacing, Pacing::Open { .. }) || span <= 0.0 {
        return false;
    }
    let (first, last) = (windows.first_sent, windows.last_sent);
    let mean = in_flight.mean(first, last);
    let grows = mean > 0.0 && in_flight.mean(last - span / 10.0, last) / mean >= GROWS;
    let answered = |sample: &&Sample| sample.failure.is_none() && sample.times.closed.as_secs_f64() <= last;
    let from = windows.steady_from.unwrap_or(first);
    let ended = stage.samples.iter().filter(answered);
    let ended = ended.filter(|sample| sample.times.closed.as_secs_f64() >= from).count();
    let sent_rate = stage.samples.len() as f64 / span;
    let falls_behind = (ended as f64) < KEEPS_UP * sent_rate * (last - from);
    let quarter = |from: f64, to: f64| {
        let sent_then = move |sample: &&Sample| {
            let sent = sample.times.sent.as_secs_f64();
            sample.failure.is_none() && from <= sent && sent <= to
        };
        median_seconds(stage.samples.iter().filter(sent_then))
    };
    let slows = match (quarter(first, first + span / 4.0), quarter(last - span / 4.0, last)) {
        (Some(early), Some(late)) => late >= SLOWS * early,
        // Nothing that was sent late was ever answered.
        (Some(_), None) => true,
        (None, _) => false,
    };
    grows && falls_behind && slows
}

fn median_seconds<'a>(samples: impl Iterator<Item = &'a Sample>) -> Option<f64> {
    let took = |sample: &Sample| sample.times.closed.saturating_sub(sample.times.sent).as_secs_f64();
    let mut seconds: Vec<f64> = samples.map(took).collect();
    seconds.sort_by(f64::total_cmp);
    (!seconds.is_empty()).then(|| quantile(&seconds, 0.5))
}

#[cfg(test)]
mod tests;
