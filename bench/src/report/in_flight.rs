//! How many requests were in flight, and when.

use crate::sample::Sample;

/// A step function over the seconds since the start of the run.
pub(super) struct InFlight {
    /// From when on it is that many; times rise strictly. Before the first it is 0.
    steps: Vec<(f64, u32)>,
}

impl InFlight {
    /// Of requests from their sending to the end of their answers.
    pub(super) fn of<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Self {
        let mut changes = Vec::new();
        for sample in samples {
            changes.push((sample.times.sent, true));
            changes.push((sample.times.closed.max(sample.times.sent), false));
        }
        // At one time, those that begin before those that end: the count does not fall below 0.
        changes.sort_by_key(|(at, begins)| (*at, !begins));
        let mut steps: Vec<(f64, u32)> = Vec::with_capacity(changes.len());
        let mut count = 0_u32;
        for (at, begins) in changes {
            count = if begins { count.saturating_add(1) } else { count.saturating_sub(1) };
            let at = at.as_secs_f64();
            match steps.last_mut() {
                Some(last) if last.0 >= at => last.1 = count,
                _ => steps.push((at, count)),
            }
        }
        Self { steps }
    }

    pub(super) fn at(&self, time: f64) -> u32 {
        let after = self.steps.partition_point(|(at, _)| *at <= time);
        after.checked_sub(1).map_or(0, |last| self.steps[last].1)
    }

    /// Averaged over the time; 0 of no time.
    pub(super) fn mean(&self, from: f64, to: f64) -> f64 {
        let area: f64 = self.parts(from, to).map(|(seconds, count)| seconds * f64::from(count)).sum();
        if to > from { area / (to - from) } else { 0.0 }
    }

    /// What it is at most for half of the time.
    pub(super) fn median(&self, from: f64, to: f64) -> u32 {
        let mut parts: Vec<(f64, u32)> = self.parts(from, to).collect();
        parts.sort_by_key(|(_, count)| *count);
        let mut left = (to - from) / 2.0;
        for (seconds, count) in parts {
            left -= seconds;
            if left <= 0.0 {
                return count;
            }
        }
        0
    }

    /// When it is that many for the first time.
    pub(super) fn first_reaches(&self, count: f64) -> Option<f64> {
        self.steps.iter().find(|(_, here)| f64::from(*here) >= count).map(|(at, _)| *at)
    }

    /// At most `limit` points: every step where there are so few, else what it is at equal distances.
    pub(super) fn points(&self, limit: u32) -> Vec<(f64, f64)> {
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else { return Vec::new() };
        if self.steps.len() <= limit as usize {
            return self.steps.iter().map(|(at, count)| (*at, f64::from(*count))).collect();
        }
        let gap = (last.0 - first.0) / f64::from(limit.saturating_sub(1).max(1));
        let time = |point: u32| f64::from(point).mul_add(gap, first.0);
        (0..limit).map(|point| (time(point), f64::from(self.at(time(point))))).collect()
    }

    /// How long it is how many, in order.
    fn parts(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, u32)> {
        let ends = self.steps.iter().skip(1).map(|(at, _)| *at).chain([f64::INFINITY]);
        let before = self.steps.first().map_or(to, |(at, _)| *at);
        let steps = self.steps.iter().zip(ends).map(|((at, count), end)| (*at, end, *count));
        let all = [(f64::NEG_INFINITY, before, 0)].into_iter().chain(steps);
        all.filter_map(move |(begin, end, count)| {
            let seconds = end.min(to) - begin.max(from);
            (seconds > 0.0).then_some((seconds, count))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::report::tests::answer;

    /// 1 from 0 s, 2 from 1 s, 1 from 3 s, 0 from 4 s.
    fn two() -> InFlight {
        let seconds = Duration::from_secs;
        InFlight::of(&[answer(seconds(0), seconds(3)), answer(seconds(1), seconds(4))])
    }

    #[test]
    fn counts_at_a_time() {
        let counts = [-1.0, 0.0, 0.5, 1.0, 3.0, 4.0, 9.0].map(|time| two().at(time));
        assert_eq!(counts, [0, 1, 1, 2, 1, 0, 0]);
    }

    #[test]
    fn averages_over_time() {
        assert!((two().mean(0.0, 4.0) - 1.5).abs() < 1e-12);
        assert!((two().mean(-2.0, 6.0) - 0.75).abs() < 1e-12);
        assert!((two().mean(2.0, 2.0)).abs() < 1e-12);
        assert_eq!(two().median(0.0, 4.0), 1);
        assert_eq!(two().median(1.0, 3.5), 2);
        assert_eq!(two().first_reaches(1.8), Some(1.0));
        assert_eq!(two().first_reaches(3.0), None);
    }

    #[test]
    fn thins_out_its_points() {
        assert_eq!(two().points(4), [(0.0, 1.0), (1.0, 2.0), (3.0, 1.0), (4.0, 0.0)]);
        assert_eq!(two().points(3), [(0.0, 1.0), (2.0, 2.0), (4.0, 0.0)]);
        assert_eq!(InFlight::of(&[]).points(3), []);
    }
}
