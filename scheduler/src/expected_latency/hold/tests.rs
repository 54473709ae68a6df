use std::sync::Arc;

use super::*;
use crate::expected_latency::{Flight, Parameters, Prefix};

const NOW: Duration = Duration::from_secs(1_000);

fn work(prompt_tokens: u32) -> Work {
    Work { prompt_tokens, is_streamed: true, ..Work::default() }
}

fn set_up() -> (Policy, Arc<EndpointBooks>) {
    (Policy::new(Parameters::default()), Arc::default())
}

fn dispatch(policy: &Policy, books: &Arc<EndpointBooks>, prompt_tokens: u32) -> Flight {
    policy.dispatch(NOW, books, &work(prompt_tokens), Prefix::default())
}

#[test]
fn a_request_is_held_only_where_it_could_not_start() {
    let (policy, books) = set_up();
    let should_hold = || policy.should_hold(&policy.quote(NOW, &work(4_000)), &books, Prefix::default());
    books.set_capacity(1_000);
    assert!(!should_hold(), "an idle endpoint takes whatever comes");
    books.set_capacity(100_000);
    let mut flight = dispatch(&policy, &books, 20_000);
    assert!(should_hold(), "more than a second of prefill is pending");
    flight.tokens(NOW, 1);
    assert!(!should_hold());
    let mut other = dispatch(&policy, &books, 78_000);
    other.tokens(NOW, 1);
    assert!(should_hold(), "the cache is full");
    let hit = Prefix { hit_tokens: 3_000, ..Prefix::default() };
    assert!(!policy.should_hold(&policy.quote(NOW, &work(4_000)), &books, hit), "but not for a hit");
}

#[test]
fn a_hit_that_nobody_uses_needs_room_again() {
    let (policy, books) = set_up();
    books.set_capacity(100_000);
    let blocks: Vec<u64> = (0..250).collect();
    let hit = Prefix { hit_tokens: 3_984, blocks: &blocks, block_tokens: 16 };
    let should_hold = || policy.should_hold(&policy.quote(NOW, &work(4_000)), &books, hit);
    let mut others = dispatch(&policy, &books, 94_000);
    others.tokens(NOW, 1);
    assert!(!should_hold());
    let mut more = dispatch(&policy, &books, 4_000);
    more.tokens(NOW, 1);
    assert!(should_hold(), "2,000 tokens are free, and all 4,000 are needed");
    drop(more);
    let mut same = policy.dispatch(NOW, &books, &work(4_000), hit);
    same.tokens(NOW, 1);
    assert!(!should_hold(), "what is in use already needs no room");
}

#[test]
fn late_binding_can_be_switched_off() {
    let policy = Policy::new(Parameters { late_binding: false, ..Parameters::default() });
    let books = Arc::default();
    let _flight = dispatch(&policy, &books, 50_000);
    assert!(!policy.should_hold(&policy.quote(NOW, &work(4_000)), &books, Prefix::default()));
}

#[test]
fn the_shortest_prefill_goes_first() {
    let (policy, books) = set_up();
    let mut queue = HoldQueue::default();
    for prompt in [3_000, 1_000, 2_000] {
        queue.hold(NOW, work(prompt), prompt);
    }
    let mut order = Vec::new();
    while let Some(prompt) = queue.release(NOW, &policy, &books, |_| Some(Hits::default())) {
        order.push(prompt);
    }
    assert_eq!(order, [1_000, 2_000, 3_000]);
}

#[test]
fn age_outweighs_length() {
    let (policy, books) = set_up();
    let mut queue = HoldQueue::default();
    queue.hold(NOW.saturating_sub(Duration::from_secs(5)), work(3_000), 1);
    queue.hold(NOW, work(1_000), 2);
    assert_eq!(queue.release(NOW, &policy, &books, |_| Some(Hits::default())), Some(1));
}

#[test]
fn only_an_endpoint_with_most_of_the_prefix_is_given_a_request() {
    let (policy, books) = set_up();
    let mut queue = HoldQueue::default();
    let hits = |hit_tokens| Some(Hits { here: Prefix { hit_tokens, ..Prefix::default() }, best: 1_000 });
    queue.hold(NOW, work(3_000), 1);
    assert_eq!(queue.release(NOW, &policy, &books, |_| hits(690)), None);
    assert_eq!(queue.release(NOW, &policy, &books, |_| hits(710)), Some(1));
}

#[test]
fn nothing_is_released_to_an_endpoint_that_would_not_start_it() {
    let (policy, books) = set_up();
    let mut queue = HoldQueue::default();
    queue.hold(NOW, work(3_000), 1);
    let flight = dispatch(&policy, &books, 30_000);
    assert_eq!(queue.release(NOW, &policy, &books, |_| Some(Hits::default())), None);
    drop(flight);
    assert_eq!(queue.release(NOW, &policy, &books, |_| Some(Hits::default())), Some(1));
}

#[test]
fn a_cancelled_request_is_gone() {
    let (policy, books) = set_up();
    let mut queue = HoldQueue::default();
    let tickets: Vec<Ticket> = (0..3).map(|item| queue.hold(NOW, work(1), item)).collect();
    assert_eq!(queue.cancel(tickets[1]), Some(1));
    assert_eq!(queue.cancel(tickets[1]), None);
    assert_eq!(queue.release(NOW, &policy, &books, |_| Some(Hits::default())), Some(0));
    assert_eq!(queue.cancel(tickets[2]), Some(2));
    assert!(queue.is_empty());
}
