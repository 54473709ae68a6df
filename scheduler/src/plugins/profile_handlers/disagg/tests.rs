use std::sync::Arc;

use llmd_api::config::PrefixBasedPdDecider;
use llmd_api::names::header;
use prefix_index::PrefixIndex;
use smallvec::smallvec;

use super::*;
use crate::model::{HeaderChange, RejectKind, Target};
use crate::plugins::testbed::{Bed, request};

const DECODE: usize = 0;
const PREFILL: usize = 1;

/// Endpoint `a` decodes, `b` prefills; of a prompt of so many bytes, `a` has so many blocks of 64 bytes.
fn bed(prompt_bytes: usize, matched: usize) -> Bed {
    let mut bed = Bed::of(2);
    bed.request = request(&"x".repeat(prompt_bytes));
    let mut hits = PrefixHits { hashes: (1..=100).collect(), block_bytes: 64, ..PrefixHits::default() };
    let index = PrefixIndex::new(1 << 20);
    index.insert(bed.endpoints[0].slot, &hits.hashes[..matched]);
    index.find(&hits.hashes, &mut hits.hits);
    bed.prefix.push(hits);
    bed
}

fn handler(decider: PrefillDecider) -> DisaggProfileHandler {
    DisaggProfileHandler {
        decode: DECODE,
        prefill: Some(PREFILL),
        order: StageOrder::DecodeFirst,
        decider,
        primary_port: None,
        sets_headers: true,
    }
}

/// The profiles that run, in their order, and what comes of it; only these profiles find an endpoint.
fn run(config: &DisaggProfileHandler, bed: &Bed, found: &[usize]) -> (Vec<usize>, Result<Decision, Reject>) {
    let handler = DisaggHandler::new(config, |_| Some(0));
    let (cycle, mut results, mut ran) = (bed.cycle(), ProfileResults::default(), Vec::new());
    while let Some(profile) = handler.next(&cycle, &results) {
        ran.push(profile);
        let target = || Target { endpoints: smallvec![Arc::clone(&bed.endpoints[profile])] };
        results.note(profile, found.contains(&profile).then(target));
    }
    (ran, handler.finish(&cycle, &results))
}

fn runs_prefill(decider: PrefillDecider, bed: &Bed) -> bool {
    run(&handler(decider), bed, &[DECODE, PREFILL]).0 == [DECODE, PREFILL]
}

#[test]
fn bytes_that_are_not_cached_decide() {
    let bytes =
        |threshold| PrefillDecider::UncachedBytes { threshold, hash_block_size: 64, producer: Some(0) };
    let table = [
        (640, 5, 100, true),
        (640, 5, 384, true),
        (640, 5, 385, false),
        (640, 0, 640, true),
        (640, 1, 640, true),
        (640, 0, 641, false),
        (50, 10, 1, false),
        (0, 0, 1, false),
    ];
    for (prompt, matched, threshold, expected) in table {
        let case = (prompt, matched, threshold);
        assert_eq!(runs_prefill(bytes(threshold), &bed(prompt, matched)), expected, "{case:?}");
    }
}

#[test]
fn tokens_that_are_not_cached_decide() {
    let tokens = |non_cached_tokens, prompt_tokens| {
        PrefillDecider::UncachedTokens(PrefixBasedPdDecider { non_cached_tokens, prompt_tokens, producer: 0 })
    };
    // 160 tokens in the prompt, 16 in a block.
    let table =
        [(5, 80, 0, true), (5, 81, 0, false), (0, 160, 160, true), (0, 160, 161, false), (0, 0, 0, false)];
    for (matched, non_cached, prompt, expected) in table {
        let case = (matched, non_cached, prompt);
        assert_eq!(runs_prefill(tokens(non_cached, prompt), &bed(640, matched)), expected, "{case:?}");
    }
}

#[test]
fn never_and_always_need_no_prompt() {
    assert!(runs_prefill(PrefillDecider::Always, &bed(0, 0)));
    assert!(!runs_prefill(PrefillDecider::Never, &bed(1 << 20, 0)));
}

#[test]
fn the_decode_target_gets_the_request_and_a_header_names_the_other() {
    let (_, decision) = run(&handler(PrefillDecider::Always), &bed(1, 0), &[DECODE, PREFILL]);
    let decision = decision.unwrap();
    assert_eq!(decision.destination(), "10.0.0.1:8000");
    assert_eq!(decision.of_profile(PREFILL).unwrap().first().unwrap().spec.name, "b");
    let expected = HeaderChange::Set(header::PREFILLER, "10.0.0.2:8000".into());
    assert_eq!(decision.headers.to_vec(), [expected]);
}

#[test]
fn without_a_prefill_endpoint_the_decode_endpoint_does_it() {
    let (ran, decision) = run(&handler(PrefillDecider::Always), &bed(1, 0), &[DECODE]);
    let decision = decision.unwrap();
    assert_eq!(ran, [DECODE, PREFILL]);
    assert_eq!((decision.targets.len(), decision.headers.len()), (1, 0));
}

#[test]
fn without_a_decode_endpoint_the_request_is_refused() {
    for order in [StageOrder::DecodeFirst, StageOrder::PrefillFirst] {
        let config = DisaggProfileHandler { order, ..handler(PrefillDecider::Always) };
        let reject = run(&config, &bed(1, 0), &[PREFILL]).1.unwrap_err();
        assert_eq!(reject.kind, RejectKind::ResourceExhausted);
        assert_eq!(reject.message, "failed to find available decode workers");
    }
}

#[test]
fn prefill_first_comes_to_the_same_decision() {
    let decider = PrefillDecider::UncachedBytes { threshold: 100, hash_block_size: 64, producer: Some(0) };
    let config = DisaggProfileHandler { order: StageOrder::PrefillFirst, ..handler(decider) };
    for (matched, stages) in [(5, 2), (10, 1)] {
        let (ran, decision) = run(&config, &bed(640, matched), &[DECODE, PREFILL]);
        let decision = decision.unwrap();
        assert_eq!(ran, [PREFILL, DECODE]);
        assert_eq!(decision.targets.len(), stages);
        assert_eq!(decision.headers.len(), stages - 1);
        assert_eq!(decision.destination(), "10.0.0.1:8000");
    }
}

#[test]
fn a_primary_port_hides_the_rank_behind_it() {
    let config = DisaggProfileHandler { primary_port: Some(9000), ..handler(PrefillDecider::Never) };
    let decision = run(&config, &bed(1, 0), &[DECODE]).1.unwrap();
    assert_eq!(decision.destination(), "10.0.0.1:9000");
    let expected = HeaderChange::Set(header::DATA_PARALLEL, "10.0.0.1:8000".into());
    assert_eq!(decision.headers.to_vec(), [expected]);
}
