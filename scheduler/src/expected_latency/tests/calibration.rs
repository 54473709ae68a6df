//! The books against what endpoints say of their caches.

use std::sync::Arc;
use std::time::Duration;

use super::super::{EndpointBooks, Parameters, Policy, Prefix, Work};

/// Books with one request whose prompt is believed to have 1,000 tokens, and whose first tokens have come.
fn books() -> (Arc<EndpointBooks>, super::super::Flight) {
    let policy = Policy::new(Parameters::default());
    let books = Arc::<EndpointBooks>::default();
    let work = Work { prompt_tokens: 1000, is_streamed: true, ..Work::default() };
    let mut flight = policy.dispatch(Duration::ZERO, &books, &work, Prefix::default());
    flight.tokens(Duration::from_secs(1), 1);
    flight.tokens(Duration::from_secs(1), 9);
    (books, flight)
}

fn active(books: &EndpointBooks) -> f32 {
    books.load(Duration::ZERO).active_tokens
}

#[test]
fn what_the_endpoint_says_corrects_what_was_booked() {
    let (books, _flight) = books();
    assert!((active(&books) - 1010.0).abs() < 1.0);
    books.told(0, 1, 760.0);
    assert!((active(&books) - 760.0).abs() < 1.0, "{}", active(&books));
    // From then on it follows slowly.
    books.told(0, 1, 1010.0);
    assert!((active(&books) - 785.0).abs() < 1.0, "{}", active(&books));
}

#[test]
fn others_requests_and_nonsense_correct_nothing() {
    let (books, flight) = books();
    let told = [(0, 2, 760.0), (1, 1, 760.0), (0, 0, 0.0), (0, 1, 1e9), (0, 1, 0.0), (0, 1, f32::NAN)];
    for (waiting, running, used) in told {
        books.told(waiting, running, used);
        assert!((active(&books) - 1010.0).abs() < 1.0, "{waiting} {running} {used}");
    }
    drop(flight);
    books.told(0, 0, 0.0);
    assert!(active(&books).abs() < f32::EPSILON);
}
