use llmd::virtual_clock::{Fleet, Load, Policy};
use llmd_bench::plan::*;
use llmd_bench::scenario::*;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use simulator::tokenizer::Tokenizer;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

fn text(t: &Tokenizer, tokens: u32, seed: u64) -> Arc<str> {
    let s = t.answer("a", seed);
    (0..tokens).map(|i| s.token(i).1.to_owned()).collect::<String>().into()
}

pub fn ladder(seed: u64, scale: u32) -> Plan {
    let t = Tokenizer::default();
    let mut prompts = Vec::new();
    for g in 0..150 * scale {
        let system = text(&t, 6314, seed * 1_000_003 + u64::from(g));
        for p in 0..5 {
            prompts.push(Prompt {
                group: g,
                system: system.clone(),
                question: text(&t, 1263, 77 + seed * 1_000_003 + u64::from(g * 5 + p)),
                tokens: 7577,
            });
        }
    }
    let mut order: Vec<u32> = (0..prompts.len() as u32).collect();
    let mut random = StdRng::seed_from_u64(seed);
    order.shuffle(&mut random);
    let mut stages = Vec::new();
    for s in simulator::virtual_clock::STAGES {
        let rate = f64::from(s.rate * scale);
        let mut after = 0.0;
        let requests = (0..s.rate * s.seconds * scale)
            .zip(order.iter().cycle())
            .map(|(_, &prompt)| {
                after += -(1.0 - random.random::<f64>()).ln() / rate;
                PlannedRequest {
                    after: Duration::from_secs_f64(after),
                    prompt,
                    output_tokens: 1000,
                    follow_ups: vec![],
                }
            })
            .collect();
        stages.push(PlannedStage {
            pacing: Pacing::Open { rate, window: Duration::from_secs(s.seconds.into()) },
            warm_up: false,
            requests,
        });
    }
    let scenario = Scenario {
        name: "ladder".into(),
        workload: Workload::Random { input: Length::Fixed(1), output: Length::Fixed(1) },
        arrivals: Arrivals::Constant,
        stages: vec![],
        pause: 2.0,
        drain_timeout: 600.0,
        seed,
        request: RequestOptions::default(),
        slo: None,
    };
    Plan { scenario, prompts, stages, hash: String::new() }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let scale = args[1].parse().unwrap();
    let policies: Vec<&str> = args[2].split(',').collect();
    for seed in 1..=args[3].parse().unwrap() {
        let begin = Instant::now();
        let plan = ladder(seed, scale);
        let load = Load::new(&plan, &Tokenizer::default()).unwrap();
        eprintln!("plan {:?}", begin.elapsed());
        for policy in &policies {
            for slow in [1.0, 1.3] {
                let begin = Instant::now();
                let fleet = Fleet::of(8 * scale).with_slow_replica(slow);
                let run = load.play(&fleet, &Policy::named(policy).unwrap(), seed).unwrap();
                let samples: Vec<_> = run.stages.iter().flat_map(|s| &s.samples).collect();
                let n = samples.len() as f64;
                let end = samples.iter().map(|s| s.times.closed).max().unwrap();
                let start = samples.iter().map(|s| s.times.sent).min().unwrap();
                let ttft = samples
                    .iter()
                    .map(|s| (s.times.first_token.unwrap() - s.times.sent).as_secs_f64())
                    .sum::<f64>()
                    / n;
                let e2e =
                    samples.iter().map(|s| (s.times.closed - s.times.sent).as_secs_f64()).sum::<f64>() / n;
                let hit = samples.iter().map(|s| f64::from(s.cached_tokens.unwrap())).sum::<f64>()
                    / samples.iter().map(|s| f64::from(s.prompt_tokens)).sum::<f64>();
                println!(
                    "{policy:18} seed {seed} slow {slow} req/s {:.2} ttft {ttft:.3} e2e {e2e:.1} hit {hit:.3}  took {:?}",
                    n / (end - start).as_secs_f64(),
                    begin.elapsed()
                );
            }
        }
    }
}
