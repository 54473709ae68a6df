//! Where requests go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::toy::{Random, Served, Toy, traffic};
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
    let mut scores = [0.0; 8];
    for _ in 0..400 {
        let quote = policy.quote(Duration::ZERO, &work);
        for (score, books) in scores.iter_mut().zip(&fleet) {
            *score = f64::from(quote.cost(books, 0));
        }
        score(&mut scores);
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
    toy.run(&traffic(4, 3_000, 8.0, 24, 6_000));
    let groups = by_group(&toy.served);
    let copies: usize = groups.values().map(|counts| counts.iter().filter(|&&count| count > 0).count()).sum();
    assert!(copies <= 40, "{copies} copies of 24 prefixes, where 96 are possible: {groups:?}");
    for index in 0..4 {
        let served = groups.values().map(|counts| counts[index]).sum::<usize>();
        assert!((600..900).contains(&served), "engine {index} served {served} of 3,000");
    }
}

#[test]
fn a_prefix_that_is_too_popular_spreads() {
    let mut toy = Toy::new(Parameters::default(), &[1.0; 4], CAPACITY);
    toy.run(&traffic(5, 3_000, 12.0, 1, 6_000));
    let counts = by_group(&toy.served)[&0];
    assert!(counts.iter().all(|count| (650..850).contains(count)), "{counts:?}");
    let first_token = mean(&toy.served, |served| served.first_token);
    assert!(first_token < 0.2, "{first_token}");
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
        assert!((scaled.0 / latency - 1.0).abs() < 0.05, "{scale}: {scaled:?} for {latency}");
        assert!((scaled.1 / first_token - 1.0).abs() < 0.15, "{scale}: {scaled:?} for {first_token}");
    }
}

#[test]
fn late_binding_shortens_the_wait_where_memory_is_short_and_loses_nobody() {
    let run = |late_binding| {
        let mut toy = Toy::new(Parameters { late_binding, ..Parameters::default() }, &[1.0; 4], 60_000);
        toy.run(&traffic(8, 2_000, 8.0, 60, 4_000));
        assert_eq!(toy.served.len(), 2_000);
        (mean(&toy.served, |served| served.first_token), mean(&toy.served, |served| served.latency))
    };
    let (held, at_once) = (run(true), run(false));
    assert!(held.0 < 0.6 * at_once.0 && held.1 < 0.8 * at_once.1, "{held:?} held, {at_once:?} at once");
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
        let mut scores = [0.0; 1_000];
        for (index, books) in fleet.iter().enumerate() {
            scores[index] = f64::from(quote.cost(books, if index == hit_at { 4_000 } else { 0 }));
        }
        score(&mut scores);
        let best: Vec<usize> = (0..1_000).filter(|&index| scores[index] >= 1.0).collect();
        best
    };
    assert_eq!(best(1_000), [321]);
    drop(flights);
    assert_eq!(best(654), [654]);
    assert_eq!(best(1_000).len(), 1_000);
}
