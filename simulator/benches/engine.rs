//! What the engine itself costs: `cargo bench -p simulator --bench engine`.
//!
//! - `decode`: sixteen steps of a batch in which every request generates a token; each fills a block on the way;
//! - `admit`: a prompt of 7,577 tokens comes, is prefilled, gets its only token and goes; all of it is cached, or its last
//!   1,263 tokens are new and push others out.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use simulator::engine::{BlockHash, Engine, Limits, Request, Token};
use simulator::profile::H100_TP2_QWEN3_32B;

const PROMPT_TOKENS: u32 = 7577;
const PREFIX_TOKENS: u32 = 6314;

fn engine() -> Engine {
    // Room for the largest batch; the time of a bench step does not depend on it.
    let limits = Limits { kv_blocks: 80_000, ..H100_TP2_QWEN3_32B.limits };
    Engine::new(H100_TP2_QWEN3_32B.costs, limits)
}

/// `own` tells apart requests beyond the first `shared` tokens.
fn request(own: u64, shared: u32, prompt_tokens: u32, output_tokens: u32) -> Request {
    let hash = |block: u32| {
        let distinct = if (block + 1) * 16 <= shared { 0 } else { 1 + own };
        BlockHash(((distinct << 32) + u64::from(block)).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    };
    let blocks: Arc<[BlockHash]> = (0..(prompt_tokens + output_tokens) / 16).map(hash).collect();
    Request { prompt_tokens, output_tokens, blocks }
}

fn step(engine: &mut Engine, tokens: &mut Vec<Token>) {
    black_box(engine.begin_step());
    tokens.clear();
    engine.end_step(tokens);
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for batch in [1_u32, 32, 256, 1024] {
        // A block's worth of steps, so that every request fills one.
        group.throughput(Throughput::Elements(16 * u64::from(batch)));
        group.bench_function(BenchmarkId::from_parameter(batch), |bencher| {
            let mut tokens = Vec::new();
            bencher.iter_batched_ref(
                || {
                    let mut engine = engine();
                    for own in 0..batch {
                        engine.submit(request(u64::from(own), 0, 64 + own % 16, 1000)).unwrap();
                    }
                    while engine.stats().running < batch {
                        step(&mut engine, &mut Vec::new());
                    }
                    engine
                },
                |engine| (0..16).for_each(|_| step(engine, &mut tokens)),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn admit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("admit");
    for (name, distinct) in [("cached", 1), ("new", u64::MAX)] {
        group.bench_function(name, |bencher| {
            let limits = H100_TP2_QWEN3_32B.limits;
            let mut engine = Engine::new(H100_TP2_QWEN3_32B.costs, limits);
            let mut tokens = Vec::new();
            let mut own = 0;
            bencher.iter_batched(
                || {
                    own = (own + 1) % distinct;
                    request(own, PREFIX_TOKENS, PROMPT_TOKENS, 1)
                },
                |request| {
                    engine.submit(request).unwrap();
                    step(&mut engine, &mut tokens);
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, decode, admit);
criterion_main!(benches);
