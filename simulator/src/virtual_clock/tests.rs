//! A few requests, followed by hand.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Arrival, Delays, Dispatch, Event, Follows, Ladder, Outcome, RequestId, RunError, STAGES, Summary,
    plain_service, run,
};
use crate::engine::{Engine, Limits, Request, StepCosts};

/// A step takes a second, whatever is in it.
const COSTS: StepCosts =
    StepCosts { base: 1.0, weights: 0.0, token: 0.0, context_token: 0.0, pair: 0.0, sequence: 0.0 };
const LIMITS: Limits = Limits { kv_blocks: 10, block_size: 4, max_num_seqs: 8, max_num_batched_tokens: 64 };
const DELAYS: Delays = Delays {
    to_engine: Duration::from_millis(200),
    to_client: Duration::from_millis(100),
    gauges: Duration::from_secs(10),
    between_stages: Duration::from_secs(5),
};

fn engines(number: usize) -> Vec<Engine> {
    (0..number).map(|_| Engine::new(COSTS, LIMITS)).collect()
}

fn arrival(after_ms: u64, output_tokens: u32) -> Arrival {
    let request = Request { prompt_tokens: 4, output_tokens, blocks: Arc::default() };
    Arrival { after: Duration::from_millis(after_ms), follows: Follows::Start, prompt: 0, request }
}

fn to_first(_: Duration, event: Event<'_>, dispatches: &mut Vec<Dispatch>) {
    if let Event::Arrived(request, _) = event {
        dispatches.push(Dispatch { request, replica: 0 });
    }
}

fn milliseconds(outcome: &Outcome) -> [u128; 3] {
    [outcome.arrived, outcome.first_token, outcome.finished].map(|time| time.as_millis())
}

#[test]
fn times_are_those_the_client_sees_and_stages_wait_for_each_other() {
    let stages = [vec![arrival(0, 3), arrival(1000, 1)], vec![arrival(500, 1)]];
    let outcomes = run(engines(1), stages, &DELAYS, to_first).unwrap();
    // Steps end at 1.2, 2.2 and 3.2 s. The second request comes at 1.2 s, just after the second step began: what is due at
    // one time happens in the order it was planned.
    assert_eq!(milliseconds(&outcomes[0]), [0, 1300, 3300]);
    assert_eq!(milliseconds(&outcomes[1]), [1000, 3300, 3300]);
    // 3.3 s + 5 s + 0.5 s.
    assert_eq!(milliseconds(&outcomes[2]), [8800, 10_100, 10_100]);
    assert_eq!(outcomes[0].ttft(), Duration::from_millis(1300));
    assert_eq!(outcomes[0].tpot(), Some(Duration::from_secs(1)));
    assert_eq!(outcomes[1].tpot(), None);
    let summary = Summary::of(&outcomes);
    assert!((summary.requests_per_second - 3.0 / 10.1).abs() < 1e-9);
    assert!((summary.tpot.mean - 1.0).abs() < 1e-9);
}

#[test]
fn a_router_may_hold_a_request_until_a_replica_makes_progress() {
    let mut held = Vec::new();
    let mut seen = Vec::new();
    let stages = [vec![arrival(0, 2), arrival(100, 1)]];
    let outcomes = run(engines(2), stages, &DELAYS, |now, event, dispatches| match event {
        Event::Arrived(request, _) if request == RequestId(0) => {
            dispatches.push(Dispatch { request, replica: 1 });
        }
        Event::Arrived(request, _) => held.push(request),
        Event::Tokens { replica, tokens } => {
            seen.extend(
                tokens.iter().map(|token| (now.as_millis(), replica, token.request.0, token.is_last)),
            );
            dispatches.extend(held.drain(..).map(|request| Dispatch { request, replica: 0 }));
        }
        Event::Gauges(gauges) => assert_eq!(gauges.len(), 2),
    })
    .unwrap();
    assert_eq!(seen, [(1200, 1, 0, false), (2200, 1, 0, true), (2400, 0, 1, true)]);
    assert_eq!(outcomes.iter().map(|outcome| outcome.replica).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_router_sees_gauges_periodically() {
    let mut waiting = Vec::new();
    let delays = Delays { gauges: Duration::from_millis(1500), ..DELAYS };
    let limits = Limits { max_num_seqs: 1, ..LIMITS };
    let stages = [vec![arrival(0, 2), arrival(0, 2)]];
    run(vec![Engine::new(COSTS, limits)], stages, &delays, |now, event, dispatches| {
        if let Event::Gauges(gauges) = event {
            waiting.push((now.as_millis(), gauges[0].running, gauges[0].waiting));
        }
        to_first(now, event, dispatches);
    })
    .unwrap();
    assert_eq!(waiting, [(0, 0, 0), (1500, 1, 1), (3000, 0, 1)]);
}

#[test]
fn a_request_that_never_fits_ends_the_run() {
    let error = run(engines(1), [vec![arrival(0, 37)]], &DELAYS, to_first).unwrap_err();
    assert!(error.to_string().starts_with("4 prompt and 37 output tokens"), "{error}");
}

/// What becomes of two stages of two requests each when the router answers an event, by its number from 0, with these
/// dispatches. The requests of a stage arrive at 0 s and 1 s; the gauges at 0 s come first of all.
fn mistake(dispatches_by_event: &[&[(u32, usize)]]) -> RunError {
    let stage = || vec![arrival(0, 1), arrival(1000, 1)];
    let mut events = dispatches_by_event.iter();
    run(engines(2), [stage(), stage()], &DELAYS, |_, _, dispatches| {
        let chosen = events.next().copied().unwrap_or_default();
        dispatches.extend(
            chosen.iter().map(|&(request, replica)| Dispatch { request: RequestId(request), replica }),
        );
    })
    .unwrap_err()
}

#[test]
fn a_router_cannot_do_what_real_ones_cannot() {
    let second = RequestId(1);
    assert_eq!(mistake(&[&[], &[(1, 0)]]), RunError::NotArrived(second));
    assert_eq!(mistake(&[&[], &[], &[(1, 0), (1, 1)]]), RunError::DispatchedTwice(second));
    // Both are served, at 1.2 s and 2.2 s; then comes the third, of the next stage.
    let served: [&[_]; 5] = [&[], &[(0, 0)], &[(1, 1)], &[], &[]];
    assert_eq!(mistake(&[&served[..], &[&[(1, 0)]]].concat()), RunError::DispatchedTwice(second));
    assert_eq!(mistake(&[&[], &[(4, 0)]]), RunError::NoRequest(RequestId(4)));
    let missing = RunError::NoReplica { request: RequestId(0), replica: 2, replicas: 2 };
    assert_eq!(mistake(&[&[], &[(0, 2)]]), missing);
    assert_eq!(
        missing.to_string(),
        "the router dispatched request 0 to replica 2 of 2; they are counted from 0"
    );
}

#[test]
fn a_router_that_holds_a_request_for_ever_ends_the_run() {
    assert_eq!(mistake(&[]), RunError::Held(RequestId(0)));
    assert_eq!(mistake(&[&[], &[(0, 0)]]), RunError::Held(RequestId(1)));
    let error = RunError::Held(RequestId(1)).to_string();
    assert!(error.starts_with("the router held request 1 for 60s in which all engines were idle"), "{error}");
}

#[test]
fn a_router_may_hold_a_request_for_some_time() {
    let mut held = Vec::new();
    let stages = [vec![arrival(0, 1)], vec![arrival(0, 1)]];
    let outcomes = run(engines(1), stages, &DELAYS, |now, event, dispatches| match event {
        Event::Arrived(request, _) => held.push((now, request)),
        Event::Gauges(_) => dispatches.extend(
            held.extract_if(.., |&mut (since, _)| now >= since + Duration::from_secs(30))
                .map(|(_, request)| Dispatch { request, replica: 0 }),
        ),
        Event::Tokens { .. } => {}
    })
    .unwrap();
    assert_eq!(milliseconds(&outcomes[0]), [0, 31_300, 31_300]);
    assert_eq!(milliseconds(&outcomes[1]), [36_300, 71_300, 71_300]);
}

#[test]
fn a_run_is_the_same_each_time() {
    let play = || {
        let engines =
            (0..4).map(|_| Engine::new(COSTS, Limits { kv_blocks: 20_000, block_size: 16, ..LIMITS }));
        run(engines.collect(), Ladder::new(7).take(2), &DELAYS, plain_service(4, 7)).unwrap()
    };
    assert_eq!(play(), play());
}

#[test]
fn the_ladder_is_that_of_the_seed() {
    let stages: Vec<Vec<Arrival>> = Ladder::new(1).collect();
    assert_eq!(stages.len(), STAGES.len());
    assert_eq!(stages.iter().map(Vec::len).sum::<usize>(), 17_084);
    let order = |stage: usize| stages[stage].iter().map(|arrival| arrival.prompt).collect::<Vec<u32>>();
    assert_eq!(order(1), order(0)[..60], "each stage begins with the first prompt");
    assert_eq!(order(9)[750..1500], order(0), "and goes round");
    // 1,520 gaps of 25 ms: their sum is within 10 % (four standard deviations) of 38 s.
    let last = stages[9].last().unwrap().after.as_secs_f64();
    assert!((last / 38.0 - 1.0).abs() < 0.1, "{last}");

    let blocks = |prompt: u32, stage: usize| {
        let arrival = stages[stage].iter().find(|arrival| arrival.prompt == prompt).unwrap();
        arrival.request.blocks.clone()
    };
    let common = |one: Arc<[_]>, other: Arc<[_]>| {
        one.iter().zip(&*other).take_while(|(one, other)| one == other).count()
    };
    assert_eq!(blocks(0, 0).len(), 536);
    assert_eq!(common(blocks(0, 0), blocks(4, 0)), 394, "the prefix of a group");
    assert_eq!(common(blocks(4, 0), blocks(5, 0)), 0, "another group");
    assert_eq!(common(blocks(0, 0), blocks(0, 9)), 473, "the same prompt, another answer");
}

#[test]
fn a_turn_is_sent_when_the_one_before_has_ended() {
    let turn = Arrival { follows: Follows::Previous, ..arrival(500, 1) };
    let stages = [vec![arrival(0, 2), turn, arrival(100, 1)]];
    let outcomes = run(engines(2), stages, &DELAYS, |now, event, dispatches| match event {
        Event::Arrived(request, _) => dispatches.push(Dispatch { request, replica: request.0 as usize % 2 }),
        _ => assert!(now < Duration::from_secs(60)),
    });
    let outcomes = outcomes.unwrap();
    assert_eq!(milliseconds(&outcomes[0]), [0, 1300, 2300]);
    assert_eq!(milliseconds(&outcomes[1]), [2800, 4100, 4100]);
    assert_eq!(milliseconds(&outcomes[2])[0], 100);
}

#[test]
fn a_closed_loop_keeps_its_number_in_flight() {
    let arrivals = (0..5).map(|number| Arrival {
        follows: if number < 2 { Follows::Start } else { Follows::Any },
        ..arrival(0, 2)
    });
    let outcomes = run(engines(2), [arrivals.collect()], &DELAYS, |_, event, dispatches| {
        if let Event::Arrived(request, _) = event {
            dispatches.push(Dispatch { request, replica: request.0 as usize % 2 });
        }
    });
    let sent: Vec<u128> = outcomes.unwrap().iter().map(|outcome| outcome.arrived.as_millis()).collect();
    assert_eq!(sent, [0, 0, 2300, 2300, 4600]);
}

#[test]
fn a_closed_loop_keeps_its_number_of_conversations_open() {
    let turn = || Arrival { follows: Follows::Previous, ..arrival(0, 1) };
    let next = || Arrival { follows: Follows::Any, ..arrival(0, 1) };
    let stages = [vec![arrival(0, 1), turn(), next(), turn(), next()]];
    let outcomes = run(engines(1), stages, &DELAYS, to_first).unwrap();
    let sent: Vec<u128> = outcomes.iter().map(|outcome| outcome.arrived.as_millis()).collect();
    assert_eq!(sent, [0, 1300, 2600, 3900, 5200]);
}
