//! How late events are.

use std::time::Instant;

use crate::STEP;

/// Of the errors from when all streams have begun, in milliseconds: the median, the 99th percentile and the largest.
pub(crate) fn percentiles(streams: &[Vec<Instant>]) -> [f64; 3] {
    let errors = errors(streams);
    let last = errors.len() - 1;
    [last / 2, last * 99 / 100, last].map(|index| (errors[index] - errors[0]) * 1e3)
}

/// Seconds that each event has over the grid, smallest first.
fn errors(streams: &[Vec<Instant>]) -> Vec<f64> {
    let step = STEP.as_secs_f64();
    let first = *streams.iter().flatten().min().unwrap();
    let all_begun = streams.iter().map(|times| times[0]).max().unwrap();
    // Seconds that each event has over those that its stream's steps take.
    let offsets = |times: &[Instant]| -> Vec<f64> {
        let since = times.iter().map(|time| time.duration_since(first).as_secs_f64());
        since.zip(0_u32..).map(|(since, index)| since - f64::from(index) * step).collect()
    };
    let mut errors: Vec<f64> = streams
        .iter()
        .flat_map(|times| {
            let offsets = offsets(times);
            // The step that brought the stream's first token, counted from the earliest.
            let begin = offsets.iter().copied().fold(f64::INFINITY, f64::min);
            let begin = (begin / step).round() * step;
            let since_begin = offsets.into_iter().map(move |offset| offset - begin);
            times.iter().zip(since_begin).filter(|(time, _)| **time > all_begun).map(|(_, error)| error)
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    errors
}
