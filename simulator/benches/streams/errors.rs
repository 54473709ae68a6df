//! How late events are.

use std::time::{Duration, Instant};

use crate::STEP;
use crate::stolen::Stolen;

/// Of the errors from when all streams have begun.
pub(crate) struct Lateness {
    /// Over all steps.
    pub(crate) all: Percentiles,
    /// Over the steps in which the hypervisor took no CPU time from this machine, where there is one.
    pub(crate) undisturbed: Option<Percentiles>,
    /// The share of the events in such steps.
    pub(crate) share: f64,
}

/// Milliseconds: the median, the 99th percentile and the largest.
pub(crate) type Percentiles = [f64; 3];

pub(crate) fn lateness(streams: &[Vec<Instant>], stolen: &Stolen) -> Lateness {
    let (mut all, mut undisturbed) = (Vec::new(), Vec::new());
    for (due, error) in errors(streams) {
        all.push(error);
        if stolen.nothing_within(due, due + STEP) {
            undisturbed.push(error);
        }
    }
    let share = undisturbed.len() as f64 / all.len() as f64;
    let undisturbed = (!undisturbed.is_empty()).then(|| percentiles(undisturbed));
    Lateness { all: percentiles(all), undisturbed, share }
}

fn percentiles(mut errors: Vec<f64>) -> Percentiles {
    errors.sort_by(f64::total_cmp);
    let last = errors.len() - 1;
    [last / 2, last * 99 / 100, last].map(|index| errors[index] * 1e3)
}

/// When each event was due, and the seconds that it was later than that. The most punctual of all was on time.
fn errors(streams: &[Vec<Instant>]) -> Vec<(Instant, f64)> {
    let step = STEP.as_secs_f64();
    let first = *streams.iter().flatten().min().unwrap();
    let all_begun = streams.iter().map(|times| times[0]).max().unwrap();
    // Seconds that each event has over those that its stream's steps take.
    let offsets = |times: &[Instant]| -> Vec<f64> {
        let since = times.iter().map(|time| time.duration_since(first).as_secs_f64());
        since.zip(0_u32..).map(|(since, index)| since - f64::from(index) * step).collect()
    };
    let errors: Vec<(Instant, f64)> = streams
        .iter()
        .flat_map(|times| {
            let offsets = offsets(times);
            // The step that brought the stream's first token, counted from the earliest.
            let begin = offsets.iter().copied().fold(f64::INFINITY, f64::min);
            let begin = (begin / step).round() * step;
            let since_begin = offsets.into_iter().map(move |offset| offset - begin);
            times.iter().copied().zip(since_begin).filter(|(time, _)| *time > all_begun)
        })
        .collect();
    let most_punctual = errors.iter().map(|(_, error)| *error).fold(f64::INFINITY, f64::min);
    let late = |(time, error): (Instant, f64)| {
        let error = error - most_punctual;
        (time.checked_sub(Duration::from_secs_f64(error)).unwrap(), error)
    };
    errors.into_iter().map(late).collect()
}
