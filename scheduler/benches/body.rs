//! What reading bodies costs: `cargo bench -p scheduler --bench body`.
//!
//! Request bodies of the sizes that `scheduler/README.md` reports, with an escaped line break every 80 bytes. Beside each one,
//! what `serde_json` needs only to check the same bytes.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use llmd_api::Dialect;
use scheduler::openai::{Parsers, ResponseReader, RestoreModel, parse};
use serde::de::IgnoredAny;
use smallvec::SmallVec;

const SIZES: [(&str, usize); 4] =
    [("200 B", 200), ("32 KB", 32 << 10), ("220 KB", 220 << 10), ("400 KB", 400 << 10)];

fn prose(length: usize) -> String {
    let line = r"The river runs past the mill and the old bridge, and nobody has counted days.\n";
    line.chars().cycle().take(length / line.len() * line.len()).collect()
}

fn completions(length: usize) -> String {
    format!(r#"{{"model":"food-review","prompt":"{}","max_tokens":16,"stream":true}}"#, prose(length))
}

fn chat(length: usize) -> String {
    let message = format!(r#"{{"role":"user","content":"{}"}}"#, prose(length.clamp(80, 1500)));
    let messages = vec![message.as_str(); length / message.len() + 1].join(",");
    format!(r#"{{"model":"food-review","messages":[{messages}],"max_tokens":16,"stream":true}}"#)
}

fn token_ids(length: usize) -> String {
    let ids: Vec<String> = (0..length / 7).map(|index| (10_000 + index % 89_999).to_string()).collect();
    format!(r#"{{"model":"food-review","prompt":[{}]}}"#, ids.join(", "))
}

fn one(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, path: &str, body: &str) {
    let parsers = Parsers::default();
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function(name, |bench| {
        bench.iter(|| parse(path, black_box(body.as_bytes()), &parsers, Dialect::Router));
    });
    group.bench_function(format!("{name}, serde_json checks"), |bench| {
        bench.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(body.as_bytes())));
    });
}

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("request");
    for (name, size) in SIZES {
        one(&mut group, &format!("completions {name}"), "/v1/completions", &completions(size));
        one(&mut group, &format!("chat {name}"), "/v1/chat/completions", &chat(size));
    }
    let unbroken = format!(r#"{{"model":"food-review","prompt":"{}"}}"#, "x".repeat(400 << 10));
    one(&mut group, "completions 400 KB without escapes", "/v1/completions", &unbroken);
    one(&mut group, "completions 400 KB of token ids", "/v1/completions", &token_ids(400 << 10));
    group.finish();
}

fn responses(criterion: &mut Criterion) {
    let event = Bytes::from_static(
        br#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"food-review-v2","choices":[{"index":0,"delta":{"content":" river"},"logprobs":null,"finish_reason":null}]}

"#,
    );
    let answer = Bytes::from(format!(r#"{{"choices":[{{"text":"{}"}}],"model":"m"}}"#, prose(60_000)));
    let restore = RestoreModel { from: "food-review-v2".into(), to: "food-review".into() };
    let mut group = criterion.benchmark_group("response");
    for (name, chunk, streaming, restore) in [
        ("event", &event, true, None),
        ("event with the model restored", &event, true, Some(restore.clone())),
        ("60 KB of one answer", &answer, false, None),
        ("60 KB of one answer with the model restored", &answer, false, Some(restore)),
    ] {
        let mut reader = ResponseReader::new(streaming, restore);
        group.throughput(Throughput::Bytes(chunk.len() as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut out = SmallVec::new();
                reader.chunk(chunk.clone(), &mut out);
                out
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests, responses);
criterion_main!(benches);
