//! Where requests go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::toy::{Random, Request, Served, Toy, traffic};
use crate::expected_latency::{EndpointBooks, Parameters, Policy, Prefix, Work, score};

const CAPACITY: u32 = 307_328;

fn mean(served: &[Served], of: impl Fn(&Served) -> f64) -> f64 {
    served.iter().map(of).sum::<f64>() / served.len() as f64
}

/// How many requests of each group each of four engines served.
fn by_group(served: &[Served]) -> BTreeMap<u64, [usize; 4]> {
    let mut groups = BTreeMap::<u64, [usize; 4]>::new();
    for served in served {
        groups.entry(served.group).or_default()[served.engine] += 1;
    }
    groups
}

#[test]
fn an_idle_fleet_is_filled_evenly() {
    let policy = Policy::new(Parameters::default());
    let fleet: Vec<Arc<EndpointBooks>> = (0..8).map(|_| Arc::default()).collect();
    let work = Work { prompt_tokens: 1_000, is_streamed: true, ..Work::default() };
    let mut random = Random(3);
    let mut flights = Vec::new();
    let (mut costs, mut scores) = ([0.0; 8], [0.0; 8]);
    for _ in 0..400 {
        let quote = policy.quote(Duration::ZERO, &work);
        for (cost, books) in costs.iter_mut().zip(&fleet) {
            *cost = quote.cost(books, 0);
        }
        score(&costs, &mut scores);
        let best: Vec<usize> = (0..8).filter(|&index| scores[index] >= 1.0).collect();
        let pick = best[random.below(best.len() as u64)];
        flights.push(policy.dispatch(Duration::ZERO, &fleet[pick], &work, Prefix::default()));
        let counts = fleet.iter().map(|books| books.load(Duration::ZERO).in_flight);
        let (least, most) = counts.fold((f32::MAX, 0.0_f32), |(a, b), n| (a.min(n), b.max(n)));
        assert!(most - least <= 1.0, "{least} to {most} in flight");
    }
}

#[test]
fn prefixes_stay_where_they_are() {
    let mut toy = Toy::new(Parameters::default(), &[1.0; 4], CAPACITY);
    toy.run(&traffic(4, 3_000, 10.0, 24, 6_000));
    let groups = by_group(&toy.served);
    let at_home: usize = groups.values().map(|counts| counts.iter().max().unwrap()).sum();
    eprintln!("{} of {}", at_home, toy.served.len());
    assert!(at_home * 10 >= toy.served.len() * 9, "{at_home} of {} at home: {groups:?}", toy.served.len());
    for index in 0..4 {
        let homes = groups.values().filter(|counts| counts[index] == *counts.iter().max().unwrap()).count();
        assert!((4..=8).contains(&homes), "{homes} of 24 groups at engine {index}");
    }
}

#[test]
fn a_prefix_that_is_too_popular_spreads() {
    let mut toy = Toy::new(Parameters::default(), &[1.0; 4], CAPACITY);
    toy.run(&traffic(5, 3_000, 20.0, 1, 6_000));
    let counts = by_group(&toy.served)[&0];
    eprintln!("{counts:?} {}", mean(&toy.served, |served| served.first_token));
    assert!(counts.iter().all(|&count| count > 500), "{counts:?}");
    assert!(mean(&toy.served, |served| served.first_token) < 0.5);
}

#[test]
fn the_outcome_does_not_depend_on_the_time_scale() {
    let outcome = |scale: f64| {
        let mut toy = Toy::new(Parameters::default(), &[scale, scale, 1.4 * scale, scale], CAPACITY);
        toy.run(&traffic(6, 4_000, 12.0 / scale, 40, 3_000));
        let warm = &toy.served[1_000..];
        (mean(warm, |served| served.latency / scale), mean(warm, |served| served.first_token / scale))
    };
    let (latency, first_token) = outcome(1.0);
    for scale in [0.1, 10.0] {
        let scaled = outcome(scale);
        eprintln!("{scale}: {scaled:?} for {latency}, {first_token}");
        assert!((scaled.0 / latency - 1.0).abs() < 0.05, "{scale}: {scaled:?} for {latency}");
        assert!((scaled.1 / first_token - 1.0).abs() < 0.15, "{scale}: {scaled:?} for {first_token}");
    }
}

/// More than the engines can hold at once: a third of the capacity, twice as many requests.
fn overload() -> Vec<Request> {
    traffic(8, 2_000, 14.0, 60, 4_000)
}

#[test]
fn late_binding_shortens_the_wait_under_overload_and_loses_nobody() {
    let run = |late_binding| {
        let mut toy = Toy::new(Parameters { late_binding, ..Parameters::default() }, &[1.0; 4], 60_000);
        toy.run(&overload());
        assert_eq!(toy.served.len(), 2_000);
        (mean(&toy.served, |served| served.first_token), mean(&toy.served, |served| served.latency))
    };
    let (held, at_once) = (run(true), run(false));
    eprintln!("{held:?} {at_once:?}");
    assert!(held.0 < 0.9 * at_once.0, "{held:?} held, {at_once:?} at once");
}

#[test]
fn of_a_thousand_endpoints_the_best_scores_highest() {
    let policy = Policy::new(Parameters::default());
    let fleet: Vec<Arc<EndpointBooks>> = (0..1_000).map(|_| Arc::default()).collect();
    let work = Work { prompt_tokens: 4_000, is_streamed: true, ..Work::default() };
    let flights: Vec<_> = (0..10)
        .flat_map(|_| &fleet)
        .enumerate()
        .filter(|(index, _)| index % 1_000 != 321)
        .map(|(_, books)| policy.dispatch(Duration::ZERO, books, &work, Prefix::default()))
        .collect();
    let best = |hit_at: usize| {
        let quote = policy.quote(Duration::ZERO, &work);
        let mut costs = [0.0; 1_000];
        let mut scores = [0.0; 1_000];
        for (index, books) in fleet.iter().enumerate() {
            costs[index] = quote.cost(books, if index == hit_at { 4_000 } else { 0 });
        }
        score(&costs, &mut scores);
        let best: Vec<usize> = (0..1_000).filter(|&index| scores[index] >= 1.0).collect();
        best
    };
    assert_eq!(best(1_000), [321]);
    drop(flights);
    assert_eq!(best(654), [654]);
    assert_eq!(best(1_000).len(), 1_000);
}
