//! What the index costs. 64 endpoints and 0.98 M (block, endpoint) pairs, as in `peers.md` §4.4: chains of 256 blocks, of
//! which all share the first 64; a question is a stored chain with 16 blocks more.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use prefix_index::{BlockHasher, Hits, PrefixIndex, Scheme, Slot};

const MAX_BYTES: usize = 1 << 30;
const SHARED: usize = 64;
const BLOCKS: usize = 256;

/// Hashes that look like hashes: `symbol` for symbol, each of all before it.
fn chained(seed: u64, length: usize) -> impl Iterator<Item = u64> {
    (0..length as u64).scan(seed, |previous, symbol| {
        let mixed = (*previous ^ symbol).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *previous = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Some(*previous)
    })
}

fn chain(prompt: u64, length: usize) -> Vec<u64> {
    chained(1, SHARED).chain(chained(prompt.wrapping_add(2).rotate_left(32), length - SHARED)).collect()
}

fn slot(prompt: u64, endpoints: u32) -> Slot {
    Slot(u32::try_from(prompt % u64::from(endpoints)).unwrap_or_default())
}

fn filled(endpoints: u32, prompts: u64) -> PrefixIndex {
    let index = PrefixIndex::new(MAX_BYTES);
    for prompt in 0..prompts {
        index.insert(slot(prompt, endpoints), &chain(prompt, BLOCKS));
    }
    index
}

fn find(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("find");
    for (endpoints, prompts) in [(64, 64 * 60), (512, 512 * 20)] {
        let index = filled(endpoints, prompts);
        let mut hits = Hits::new();
        let mut ask = |name: &str, questions: Vec<Vec<u64>>, expected: u32| {
            let mut next = questions.iter().cycle();
            group.bench_function(format!("{name} of {endpoints}"), |bencher| {
                bencher.iter(|| {
                    if let Some(question) = next.next() {
                        index.find(black_box(question), &mut hits);
                    }
                    assert_eq!(hits.longest(), expected);
                });
            });
        };
        let any = |question: u64| question * 7919 % prompts;
        ask("hit", (0..1000).map(|question| chain(any(question), BLOCKS + 16)).collect(), 256);
        ask("shared only", (0..1000).map(|question| chain(prompts + question, BLOCKS + 16)).collect(), 64);
        ask("miss", (0..1000).map(|question| chained(question + 99, BLOCKS + 16).collect()).collect(), 0);
    }
    group.finish();
}

fn insert(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("insert");
    group.throughput(Throughput::Elements(BLOCKS as u64));
    let chains: Vec<Vec<u64>> = (0..64 * 60).map(|prompt| chain(prompt, BLOCKS)).collect();

    // From empty to 0.98 M pairs; the table grows all the time.
    group.bench_function("new chain, growing", |bencher| {
        bencher.iter_custom(|times| {
            let mut spent = Duration::ZERO;
            let mut left = times;
            while left > 0 {
                let index = PrefixIndex::new(MAX_BYTES);
                let batch = left.min(chains.len() as u64);
                let start = Instant::now();
                for (prompt, chain) in (0..batch).zip(&chains) {
                    index.insert(slot(prompt, 64), chain);
                }
                spent += start.elapsed();
                left -= batch;
            }
            spent
        });
    });

    // Every endpoint is at its capacity, so each chain evicts another.
    let index = PrefixIndex::with_default_capacity(MAX_BYTES, 15_000);
    let mut prompts = 0..;
    for (prompt, chain) in prompts.by_ref().zip(&chains) {
        index.insert(slot(prompt, 64), chain);
    }
    group.bench_function("new chain, evicting", |bencher| {
        bencher.iter_batched(
            || prompts.next().map(|prompt| (slot(prompt, 64), chain(prompt, BLOCKS))),
            |input| input.inspect(|(slot, chain)| index.insert(*slot, chain)),
            BatchSize::SmallInput,
        );
    });

    let index = filled(64, 64 * 60);
    let mut again = (0..).zip(&chains).cycle();
    group.bench_function("known chain", |bencher| {
        bencher.iter(|| {
            if let Some((prompt, chain)) = again.next() {
                index.insert(slot(prompt, 64), black_box(chain));
            }
        });
    });
    group.finish();
}

fn remove(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("remove");
    let index = filled(64, 64 * 60);
    let chains: Vec<Vec<u64>> = (0..60).map(|round| chain(round * 64 + 9, BLOCKS)).collect();
    group.throughput(Throughput::Elements(index.blocks_of(Slot(9)) as u64));
    group.bench_function("one endpoint of 64", |bencher| {
        bencher.iter_batched(
            || chains.iter().for_each(|chain| index.insert(Slot(9), chain)),
            |()| index.remove_endpoint(Slot(9)),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// The next question of a chat of 30 turns, each of which left a block that was not full and that no later turn has.
fn find_chat(criterion: &mut Criterion) {
    let index = PrefixIndex::new(MAX_BYTES);
    for turn in 1..=30_u64 {
        for prompt in 0..64 * 10 {
            let mut chain: Vec<u64> = chained(prompt, 28 * usize::try_from(turn).unwrap_or(0)).collect();
            chain.push(prompt << 32 | turn);
            index.insert(slot(prompt, 64), &chain);
        }
    }
    let questions: Vec<Vec<u64>> = (0..64 * 10).map(|prompt| chained(prompt, 28 * 31).collect()).collect();
    let mut hits = Hits::new();
    let mut next = questions.iter().cycle();
    criterion.bench_function("find/chat of 30 turns, 840 blocks", |bencher| {
        bencher.iter(|| {
            if let Some(question) = next.next() {
                index.find(black_box(question), &mut hits);
            }
            assert_eq!(hits.longest(), 28 * 30);
        });
    });
}

/// The hit of `find` while another thread gives half of the endpoints 10 000 chains (2.6 M blocks) a second, each evicting
/// another, and the questions are about the other half.
fn mixed(criterion: &mut Criterion) {
    let index = PrefixIndex::with_default_capacity(MAX_BYTES, 15_000);
    for prompt in 0..64 * 60 {
        index.insert(slot(prompt, 64), &chain(prompt, BLOCKS));
    }
    let questions: Vec<Vec<u64>> =
        (0..64 * 60).filter(|prompt| prompt % 64 < 32).map(|prompt| chain(prompt, BLOCKS + 16)).collect();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let start = Instant::now();
            for prompt in 64 * 60.. {
                let due = Duration::from_micros(100) * u32::try_from(prompt - 64 * 60).unwrap_or(u32::MAX);
                while start.elapsed() < due && !is_done.load(Relaxed) {
                    std::hint::spin_loop();
                }
                if is_done.load(Relaxed) {
                    return;
                }
                index.insert(slot(prompt % 32 + 32, 64), &chain(prompt, BLOCKS));
            }
        });
        let mut hits = Hits::new();
        let mut next = questions.iter().cycle();
        criterion.bench_function("find/hit of 64, beside 10 000 inserts a second", |bencher| {
            bencher.iter(|| {
                if let Some(question) = next.next() {
                    index.find(black_box(question), &mut hits);
                }
                assert_eq!(hits.longest(), 256);
            });
        });
        is_done.store(true, Relaxed);
    });
}

/// A prompt of 32 KB.
fn hash(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hash");
    let prompt: Vec<u8> = (0..=255).cycle().take(32 << 10).collect();
    group.throughput(Throughput::Bytes(prompt.len() as u64));
    let mut out = Vec::new();
    for (scheme, block_bytes) in [(Scheme::Bytes, 64), (Scheme::Tokens, 64), (Scheme::Tokens, 256)] {
        let hasher = BlockHasher::new(scheme, block_bytes, 2048);
        group.bench_function(format!("32 KB, {scheme:?}, {block_bytes} B"), |bencher| {
            bencher.iter(|| hasher.hash("model", "", [black_box(prompt.as_slice())], &mut out));
        });
    }
    group.finish();
}

criterion_group!(benches, find, find_chat, insert, remove, mixed, hash);
criterion_main!(benches);
