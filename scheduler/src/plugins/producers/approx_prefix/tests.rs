use super::*;
use crate::model::MetricsSample;
use crate::plugins::testbed::{Bed, NOW, endpoint, request};

const MEGABYTE: usize = 1 << 20;

fn producer(scheme: BlockScheme) -> ApproxPrefix {
    ApproxPrefix::new(&ApproxPrefixCacheProducer::with_defaults(scheme), 0, MEGABYTE)
}

fn cache_info(block_size: u32, blocks: u32) -> MetricsSample {
    MetricsSample { block_size: Some(block_size), blocks: Some(blocks), ..Default::default() }
}

/// Looks the bed's prompt up.
fn look_up(bed: &mut Bed, producer: &ApproxPrefix) {
    let mut hits = PrefixHits::default();
    producer.produce(&bed.cycle(), &mut hits);
    bed.prefix = vec![hits];
}

/// Looks the bed's prompt up, and sends it to the endpoints with these indexes.
fn send(bed: &mut Bed, producer: &ApproxPrefix, chosen: &[usize]) {
    look_up(bed, producer);
    producer.decided(&bed.cycle(), &mut bed.decision(chosen));
}

fn blocks(bed: &Bed) -> Vec<u32> {
    bed.endpoints.iter().map(|endpoint| bed.prefix[0].blocks(endpoint)).collect()
}

#[test]
fn hashes_are_those_of_the_appendix() {
    let mut bed = Bed::of(1);
    bed.request = request(&"The quick brown fox jumps over the lazy dog. ".repeat(4)[..150]);
    look_up(&mut bed, &producer(BlockScheme::Bytes));
    assert_eq!(bed.prefix[0].hashes, [0x56f9_1027_e113_c979, 0x0e1c_c58f_0ca9_879d]);

    let tokens: Vec<u8> = (1..=21_u32).flat_map(u32::to_le_bytes).collect();
    bed.request = request(std::str::from_utf8(&tokens).unwrap());
    let config = ApproxPrefixCacheProducer {
        auto_tune: false,
        block_size: 16,
        ..ApproxPrefixCacheProducer::with_defaults(BlockScheme::Tokens)
    };
    look_up(&mut bed, &ApproxPrefix::new(&config, 0, MEGABYTE));
    assert_eq!(bed.prefix[0].hashes, [0xa057_e0bf_5ba8_9744, 0x3bbf_1e9a_6090_caf7]);
}

#[test]
fn every_endpoint_of_a_decision_learns_the_prompt() {
    for scheme in [BlockScheme::Bytes, BlockScheme::Tokens] {
        let (mut bed, producer) = (Bed::of(3), producer(scheme));
        bed.request = request(&"a".repeat(1024));
        send(&mut bed, &producer, &[0, 2]);
        look_up(&mut bed, &producer);
        let all = u32::try_from(bed.prefix[0].hashes.len()).unwrap();
        assert_eq!(blocks(&bed), [all, 0, all], "{scheme:?}");
    }
}

#[test]
fn another_model_or_salt_is_another_prompt() {
    let (mut bed, producer) = (Bed::of(1), producer(BlockScheme::Bytes));
    bed.request = request(&"a".repeat(64));
    send(&mut bed, &producer, &[0]);
    bed.request.parsed.cache_salt = Some("salt".into());
    look_up(&mut bed, &producer);
    assert_eq!(blocks(&bed), [0]);
    bed.request.parsed.cache_salt = None;
    bed.request.target_model = "other".into();
    look_up(&mut bed, &producer);
    assert_eq!(blocks(&bed), [0]);
}

#[test]
fn an_endpoint_that_is_gone_has_nothing() {
    let (mut bed, producer) = (Bed::of(2), producer(BlockScheme::Bytes));
    bed.request = request(&"a".repeat(128));
    send(&mut bed, &producer, &[0, 1]);
    producer.forget(&bed.endpoints[1]);
    look_up(&mut bed, &producer);
    assert_eq!(blocks(&bed), [2, 0]);
}

#[test]
fn a_prompt_without_a_block_hits_nothing_and_leaves_no_old_hits() {
    let (mut bed, producer) = (Bed::of(1), producer(BlockScheme::Bytes));
    bed.request = request(&"a".repeat(128));
    send(&mut bed, &producer, &[0]);
    bed.request = request("short");
    let mut hits = bed.prefix.pop().unwrap();
    producer.produce(&bed.cycle(), &mut hits);
    assert!(hits.hashes.is_empty());
    assert_eq!(hits.hits.longest(), 0);
}

#[test]
fn blocks_are_as_large_as_the_first_endpoint_that_tells_says() {
    let table = [
        (BlockScheme::Bytes, true, [0, 0], 64),
        (BlockScheme::Bytes, true, [0, 32], 128),
        (BlockScheme::Bytes, true, [16, 32], 64),
        (BlockScheme::Bytes, false, [32, 32], 64),
        (BlockScheme::Tokens, true, [0, 0], 256),
        (BlockScheme::Tokens, true, [16, 128], 256),
        (BlockScheme::Tokens, true, [128, 16], 512),
        (BlockScheme::Tokens, false, [128, 128], 256),
    ];
    for (scheme, auto_tune, told, expected) in table {
        let config =
            ApproxPrefixCacheProducer { auto_tune, ..ApproxPrefixCacheProducer::with_defaults(scheme) };
        let mut bed = Bed::saying(told.map(|block_size| cache_info(block_size, 0)));
        look_up(&mut bed, &ApproxPrefix::new(&config, 0, MEGABYTE));
        assert_eq!(bed.prefix[0].block_bytes, expected, "{scheme:?} {auto_tune} {told:?}");
    }
}

#[test]
fn prompts_count_up_to_a_limit() {
    let table = [
        (PrefixLimit::Blocks(3), 64, 3),
        (PrefixLimit::Blocks(0), 64, 0),
        (PrefixLimit::Tokens(32), 64, 2),
        (PrefixLimit::Tokens(33), 64, 3),
        (PrefixLimit::Blocks(u64::MAX), 64, 16),
    ];
    for (limit, block_size, expected) in table {
        let defaults = ApproxPrefixCacheProducer::with_defaults(BlockScheme::Bytes);
        let config = ApproxPrefixCacheProducer { limit, block_size, ..defaults };
        let mut bed = Bed::of(1);
        bed.request = request(&"a".repeat(1024));
        look_up(&mut bed, &ApproxPrefix::new(&config, 0, MEGABYTE));
        assert_eq!(bed.prefix[0].hashes.len(), expected, "{limit:?}");
    }
}

#[test]
fn the_capacity_is_that_of_the_endpoints_cache() {
    let table = [
        (BlockScheme::Bytes, true, cache_info(16, 4), 4),
        (BlockScheme::Tokens, true, cache_info(16, 16), 8),
        (BlockScheme::Bytes, true, cache_info(0, 0), 31_250),
        (BlockScheme::Bytes, false, cache_info(16, 4), 31_250),
    ];
    for (scheme, auto_tune, told, expected) in table {
        let config =
            ApproxPrefixCacheProducer { auto_tune, ..ApproxPrefixCacheProducer::with_defaults(scheme) };
        let producer = ApproxPrefix::new(&config, 0, MEGABYTE);
        let bed = Bed::with(vec![endpoint(0, "a", &[])]);
        bed.endpoints[0].update(told, NOW);
        let block_bytes = producer.block_bytes(&bed.endpoints);
        assert_eq!(producer.capacity(&bed.endpoints[0], block_bytes), expected);
    }
}

#[test]
fn no_endpoint_remembers_more_than_its_capacity() {
    let (mut bed, producer) = (Bed::saying([cache_info(16, 4)]), producer(BlockScheme::Bytes));
    for prompt in ["a", "b", "c"] {
        bed.request = request(&prompt.repeat(128));
        send(&mut bed, &producer, &[0]);
    }
    assert_eq!(producer.index().blocks(), 4);
    bed.request = request(&"a".repeat(128));
    look_up(&mut bed, &producer);
    assert_eq!(blocks(&bed), [0]);
}
