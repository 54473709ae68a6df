//! One engine, watched step by step.

mod invariants;

use std::sync::Arc;
use std::time::Duration;

use super::{BlockHash, CacheEvent, Engine, Limits, Request, SequenceId, Stats, StepCosts, Token, TooLarge};
use crate::profile::H100_TP2_QWEN3_32B;

const COSTS: StepCosts =
    StepCosts { base: 1.0, weights: 2.0, token: 0.5, context_token: 0.01, pair: 0.001, sequence: 0.1 };
const LIMITS: Limits = Limits { kv_blocks: 100, block_size: 4, max_num_seqs: 8, max_num_batched_tokens: 64 };

/// A request whose blocks are those of `chain`, which count from `chain * 1000`.
fn request(chain: u64, prompt_tokens: u32, output_tokens: u32) -> Request {
    let blocks: Arc<[BlockHash]> = (0..u64::from(prompt_tokens + output_tokens) / 4)
        .map(|block| BlockHash(chain * 1000 + block))
        .collect();
    Request { prompt_tokens, output_tokens, blocks }
}

fn submit(engine: &mut Engine, chain: u64, prompt_tokens: u32, output_tokens: u32) -> SequenceId {
    engine.submit(request(chain, prompt_tokens, output_tokens)).unwrap()
}

/// One step: who got a token.
fn step(engine: &mut Engine) -> Vec<u64> {
    assert!(engine.begin_step().is_some());
    let mut tokens = Vec::new();
    engine.end_step(&mut tokens);
    tokens.iter().map(|token| token.id.0).collect()
}

fn drain(engine: &mut Engine) -> Vec<Token> {
    let mut tokens = Vec::new();
    while engine.begin_step().is_some() {
        engine.end_step(&mut tokens);
    }
    tokens
}

#[track_caller]
fn assert_close(time: Option<Duration>, seconds: f64) {
    let time = time.unwrap().as_secs_f64();
    assert!((time - seconds).abs() < 1e-6, "{time} is not {seconds}");
}

#[test]
fn a_step_takes_what_one_computes_by_hand() {
    let mut engine = Engine::new(COSTS, LIMITS);
    submit(&mut engine, 1, 6, 3);
    // Six tokens: products (2³ + 3³)^⅓ = 3.2710663; pairs 1 + 2 + … + 6 = 21; one sequence.
    assert_close(engine.begin_step(), 1.0 + 3.271_066_310 + 0.021 + 0.1);
    engine.end_step(&mut Vec::new());

    submit(&mut engine, 1, 10, 1);
    // The first decodes: a context of 7. The second has its first block cached, so its six tokens attend 4 more each:
    // 6·4 + 21 = 45 pairs. Seven tokens: (2³ + 3.5³)^⅓ = 3.7053975.
    assert_close(engine.begin_step(), 1.0 + 3.705_397_528 + 0.07 + 0.045 + 0.2);
}

#[test]
fn a_lone_decode_on_the_calibrated_hardware_is_bound_by_its_weights() {
    let mut engine = Engine::new(H100_TP2_QWEN3_32B.costs, H100_TP2_QWEN3_32B.limits);
    submit(&mut engine, 1, 7577, 2);
    step(&mut engine);
    // 3 ms + 11.9 ms + 7,578 · 56 ns + 30 µs.
    assert_close(engine.begin_step(), 0.003 + 0.0119 + 0.000_424_368 + 0.000_03);
}

#[test]
fn prompts_share_the_budget_in_the_order_they_came_and_decodes_go_first() {
    let mut engine = Engine::new(COSTS, Limits { max_num_batched_tokens: 10, ..LIMITS });
    submit(&mut engine, 1, 4, 9);
    submit(&mut engine, 2, 16, 1);
    submit(&mut engine, 3, 2, 1);
    // 4 + 6 of 16; then 1 + 9 more; then 1 + the last 1 + 2.
    assert_eq!(step(&mut engine), [0]);
    assert_eq!(engine.stats().running, 2);
    assert_eq!(step(&mut engine), [0]);
    assert_eq!(step(&mut engine), [0, 1, 2]);
}

#[test]
fn no_more_run_than_allowed() {
    let mut engine = Engine::new(COSTS, Limits { max_num_seqs: 2, ..LIMITS });
    for chain in 1..=3 {
        submit(&mut engine, chain, 4, 2);
    }
    assert_eq!(step(&mut engine), [0, 1]);
    assert_eq!((engine.stats().running, engine.stats().waiting), (2, 1));
    assert_eq!(step(&mut engine), [0, 1]);
    assert_eq!(step(&mut engine), [2]);
}

#[test]
fn a_prompt_hits_what_is_prefilled_beside_it() {
    let mut engine = Engine::new(COSTS, LIMITS);
    submit(&mut engine, 1, 14, 1);
    submit(&mut engine, 1, 14, 1);
    let tokens = drain(&mut engine);
    assert_eq!(tokens.iter().map(|token| token.cached_tokens).collect::<Vec<_>>(), [0, 12]);
    assert_eq!((engine.stats().prefix_query_tokens, engine.stats().prefix_hit_tokens), (28, 12));
}

#[test]
fn a_prompt_that_is_cached_entirely_computes_its_last_block() {
    let mut engine = Engine::new(COSTS, LIMITS);
    submit(&mut engine, 1, 16, 1);
    drain(&mut engine);
    submit(&mut engine, 1, 16, 1);
    assert_eq!(drain(&mut engine)[0].cached_tokens, 12);
    // It is the same block again, not a second one.
    assert_eq!(engine.pool.audit().cached, 4);
}

#[test]
fn a_later_prompt_hits_the_answer_within_it() {
    let mut engine = Engine::new(COSTS, LIMITS);
    submit(&mut engine, 1, 8, 13);
    drain(&mut engine);
    submit(&mut engine, 1, 30, 1);
    assert_eq!(drain(&mut engine)[0].cached_tokens, 20);
}

#[test]
fn what_was_used_longest_ago_is_given_away_first_and_from_its_end() {
    let mut engine = Engine::new(COSTS, Limits { kv_blocks: 9, ..LIMITS });
    for (chain, prompt_tokens) in [(1, 16), (2, 16), (1, 17)] {
        submit(&mut engine, chain, prompt_tokens, 1);
        drain(&mut engine);
    }
    // Chain 1 is used again, so chain 2 is the oldest; three of its four blocks are needed.
    submit(&mut engine, 3, 12, 1);
    drain(&mut engine);
    submit(&mut engine, 2, 16, 1);
    assert_eq!(drain(&mut engine)[0].cached_tokens, 4);
}

#[test]
fn the_youngest_makes_room_and_is_next_to_come_back() {
    let mut engine = Engine::new(COSTS, Limits { kv_blocks: 6, ..LIMITS });
    submit(&mut engine, 1, 8, 16);
    submit(&mut engine, 2, 8, 8);
    submit(&mut engine, 3, 1, 1);
    assert_eq!(step(&mut engine), [0, 1, 2]);
    submit(&mut engine, 4, 1, 1);
    // Three blocks each: four tokens fit behind eight.
    assert_eq!(step(&mut engine), [0, 1]);
    for _ in 0..3 {
        step(&mut engine);
    }
    assert_eq!(engine.stats().preemptions, 0);
    assert_eq!(step(&mut engine), [0]);
    assert_eq!((engine.stats().preemptions, engine.stats().running, engine.stats().waiting), (1, 1, 2));
    let tokens = drain(&mut engine);
    let ended: Vec<u64> = tokens.iter().filter(|token| token.is_last).map(|token| token.id.0).collect();
    assert_eq!(ended, [0, 3, 1]);
    let indices: Vec<u32> = tokens.iter().filter(|token| token.id.0 == 1).map(|token| token.index).collect();
    assert_eq!(indices, [5, 6, 7], "what was generated before is not generated again");
}

#[test]
fn gauges_change_when_a_step_ends() {
    let mut engine = Engine::new(COSTS, LIMITS);
    submit(&mut engine, 1, 8, 2);
    engine.begin_step();
    let Stats { waiting, running, referenced_blocks, .. } = engine.stats();
    assert_eq!((waiting, running, referenced_blocks), (0, 0, 0));
    engine.end_step(&mut Vec::new());
    assert_eq!((engine.stats().running, engine.stats().referenced_blocks), (1, 2));
    assert_eq!((engine.stats().prompt_tokens, engine.stats().generation_tokens), (8, 1));
}

#[test]
fn an_aborted_request_leaves_its_prompt_in_the_cache() {
    let mut engine = Engine::new(COSTS, LIMITS);
    let id = submit(&mut engine, 1, 8, 100);
    engine.begin_step();
    engine.abort(id);
    let mut tokens = Vec::new();
    engine.end_step(&mut tokens);
    assert_eq!(tokens, []);
    assert_eq!((engine.stats().referenced_blocks, engine.pool.audit().cached), (0, 2));
    assert_eq!(engine.begin_step(), None);
}

#[test]
fn the_cache_is_reset_only_when_nobody_uses_it() {
    let mut engine = Engine::new(COSTS, LIMITS);
    engine.record_cache_events();
    submit(&mut engine, 1, 8, 2);
    step(&mut engine);
    assert!(!engine.reset_prefix_cache());
    drain(&mut engine);
    assert!(engine.reset_prefix_cache());
    let mut events = Vec::new();
    engine.take_cache_events(&mut events);
    let hashes = vec![BlockHash(1000), BlockHash(1001)];
    let stored = CacheEvent::Stored { id: SequenceId(0), first: 0, hashes, parent: None };
    assert_eq!(events, [stored, CacheEvent::Cleared]);
    submit(&mut engine, 1, 8, 1);
    assert_eq!(drain(&mut engine)[0].cached_tokens, 0);
}

#[test]
fn what_would_never_fit_is_refused() {
    let mut engine = Engine::new(COSTS, Limits { kv_blocks: 3, ..LIMITS });
    let refused = engine.submit(request(1, 10, 3)).unwrap_err();
    assert_eq!(refused, TooLarge { prompt_tokens: 10, output_tokens: 3, capacity_tokens: 12 });
    let huge = Request { prompt_tokens: u32::MAX, output_tokens: 2, blocks: Arc::default() };
    assert!(engine.submit(huge).is_err());
    submit(&mut engine, 1, 10, 2);
    assert_eq!(drain(&mut engine).len(), 2);
}
