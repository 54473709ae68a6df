//! The API server's time. Objects and credentials are dated by it: with the time of a machine whose clock is wrong, their
//! ages and ends would be wrong too.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{HeaderMap, header};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::Cluster;
use super::lock::span;

/// The header's resolution, and what an answer may take on its way, in seconds.
const NOISE: i64 = 2;
/// From this difference on, in seconds, people are told.
const NOTABLE: i64 = 60;

/// By how many seconds the server's clock is ahead of this machine's, as its last answer told.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerClock(Arc<AtomicI64>);

impl ServerClock {
    /// Sets it by the head of an answer.
    pub(super) fn heard(&self, headers: &HeaderMap) {
        if let Some(told) = told(headers) {
            // What is cut off of the server's second is half of one on average.
            let ahead = told.duration_since(Timestamp::now()) + SignedDuration::from_millis(500);
            let ahead = ahead.as_secs();
            self.0.store(if ahead.abs() <= NOISE { 0 } else { ahead }, Ordering::Relaxed);
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(SignedDuration::from_secs(self.ahead())).unwrap_or(now)
    }

    fn ahead(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// How this machine's clock differs from the server's, in words, where that is worth a word.
    pub(super) fn difference(&self) -> Option<String> {
        let ahead = self.ahead();
        let side = if ahead > 0 { "behind" } else { "ahead of" };
        let minutes = (ahead.saturating_abs() + 30) / 60;
        let apart = span(SignedDuration::from_mins(minutes));
        (ahead.saturating_abs() >= NOTABLE)
            .then(|| format!("this machine's clock is {apart} {side} the API server's"))
    }
}

/// The time that the head of an answer tells, to the second. A proxy may drop it.
fn told(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

impl Cluster {
    /// The API server's time, as far as its answers have told it; else this machine's.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What is to be said where this machine's clock and the API server's are far apart.
    pub fn clock_difference(&self) -> Option<String> {
        self.clock.difference()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn answered(ahead: i64) -> ServerClock {
        let date = Timestamp::now() + SignedDuration::from_secs(ahead);
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let headers = HeaderMap::from_iter([(header::DATE, HeaderValue::from_str(&date).unwrap())]);
        let clock = ServerClock::default();
        clock.heard(&headers);
        clock
    }

    #[test]
    fn a_clock_that_is_right_is_no_news() {
        assert_eq!(ServerClock::default().difference(), None);
        assert_eq!((answered(0).ahead(), answered(1).ahead()), (0, 0));
        assert_eq!(answered(30).difference(), None);
    }

    #[test]
    fn times_are_the_servers_and_the_difference_is_told() {
        let ahead = answered(2 * 3600 + 10);
        assert!(ahead.now().duration_since(Timestamp::now()) > SignedDuration::from_hours(2));
        assert_eq!(ahead.difference().unwrap(), "this machine's clock is 2h behind the API server's");
        let behind = answered(-3600);
        assert_eq!(behind.difference().unwrap(), "this machine's clock is 1h ahead of the API server's");
    }

    #[test]
    fn an_answer_without_a_date_tells_nothing() {
        let clock = answered(3600);
        clock.heard(&HeaderMap::new());
        clock.heard(&HeaderMap::from_iter([(header::DATE, HeaderValue::from_static("soon"))]));
        assert!(clock.difference().is_some());
    }
}
