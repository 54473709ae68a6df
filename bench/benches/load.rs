//! How much load one core sends, and how punctually: `cargo bench -p llmd-bench --bench load`.
//!
//! 5,000 requests a second for 10 s against a server on another thread that answers each at once with a short stream. Then
//! what it costs to read an event.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that fails says so")]

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use llmd_bench::client::sse::Decoder;
use llmd_bench::client::{self, Delta};
use llmd_bench::driver::{self, Live, Settings};
use llmd_bench::plan::{Pacing, Plan, PlannedRequest, PlannedStage, Prompt};
use llmd_bench::sample::Sample;
use llmd_bench::scenario::{Arrivals, Length, RequestOptions, Scenario, Workload};
use rustix::time::{ClockId, clock_gettime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

const RATE: u32 = 5_000;
const SECONDS: u32 = 10;
const EVENTS: usize = 1_000_000;

const TEXT: &str = "data: {\"id\":\"cmpl-e72408d0733d59a6513b5ca5828be753\",\"object\":\"text_completion\",\
    \"created\":1795708224,\"model\":\"Qwen/Qwen3-32B\",\"choices\":[{\"index\":0,\"text\":\" by\",\"logprobs\":null,\
    \"finish_reason\":null,\"stop_reason\":null}],\"usage\":null}\n\n";
const USAGE: &str =
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n";

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// CPU time of the calling thread, in seconds.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap()).as_secs_f64()
}

/// Answers whatever is asked by one event of text.
async fn answer(mut stream: TcpStream) {
    let body = format!("{TEXT}{USAGE}");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length:";
    let answer = format!("{head} {}\r\n\r\n{body}", body.len());
    let mut buffer = vec![0; 64 << 10];
    // A request of the bench comes in one read, since it is written at once.
    while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Serves on a thread of its own; gives where.
fn serve() -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        one_thread().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                tokio::spawn(answer(stream));
            }
        });
    });
    format!("http://{}", receiver.recv().unwrap())
}

fn plan() -> Plan {
    let prompt =
        Prompt { group: 0, system: "Short. ".repeat(100).into(), question: "Why?".into(), tokens: 200 };
    let request = |number| PlannedRequest {
        after: Duration::from_secs(1) * number / RATE,
        prompt: 0,
        output_tokens: 1,
        follow_ups: Vec::new(),
    };
    let window = Duration::from_secs(SECONDS.into());
    Plan {
        scenario: Scenario {
            name: "load".to_owned(),
            workload: Workload::Random { input: Length::Fixed(200), output: Length::Fixed(1) },
            arrivals: Arrivals::Constant,
            stages: Vec::new(),
            pause: 0.0,
            drain_timeout: 10.0,
            seed: 0,
            request: RequestOptions::default(),
            slo: None,
        },
        prompts: vec![prompt],
        stages: vec![PlannedStage {
            pacing: Pacing::Open { rate: f64::from(RATE), window },
            warm_up: false,
            requests: (0..RATE * SECONDS).map(request).collect(),
        }],
        hash: String::new(),
    }
}

fn milliseconds(sorted: &[Duration], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = ((sorted.len() - 1) as f64 * share) as usize;
    sorted[index].as_secs_f64() * 1e3
}

fn load() {
    let plan = plan();
    let settings = Settings {
        urls: vec![serve().parse().unwrap()],
        model: "m".to_owned(),
        arm: "load".to_owned(),
        headers: Vec::new(),
        replicas: Vec::new(),
        reset_caches: false,
        client: client::Options::default(),
        journal: None,
    };
    let (cpu, live) = (cpu_seconds(), Live::default());
    let run = one_thread().block_on(driver::run(&plan, &settings, &live, CancellationToken::new()));
    let (run, cpu) = (run.unwrap(), cpu_seconds() - cpu);
    let stage = &run.stages[0];
    let good = stage.samples.iter().filter(|sample| sample.failure.is_none()).count();
    let sent = stage.samples.len();
    assert_eq!((good, sent), (plan.requests(), plan.requests()), "all are sent and answered");
    let window = stage.sent.saturating_sub(stage.started).as_secs_f64();
    let whole = stage.drained.saturating_sub(stage.started).as_secs_f64();
    let mut lags: Vec<_> =
        stage.samples.iter().map(|sample| sample.times.sent.saturating_sub(sample.times.intended)).collect();
    lags.sort_unstable();
    let mut first: Vec<_> = stage
        .samples
        .iter()
        .filter_map(|sample| Some(sample.times.first_token?.saturating_sub(sample.times.sent)))
        .collect();
    first.sort_unstable();
    println!(
        "offered {RATE} requests/s for {SECONDS} s; sent {:.0}/s, {good} of {sent} answered",
        sent as f64 / window
    );
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| milliseconds(&lags, share));
    println!("schedule lag: p50 {p50:.3} ms, p99 {p99:.3} ms, largest {max:.3} ms (asked: p99 < 10 ms)");
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| milliseconds(&first, share));
    println!("TTFT: p50 {p50:.3} ms, p99 {p99:.3} ms, largest {max:.3} ms");
    println!("CPU of the generator's thread: {:.0} % of one core", cpu / whole * 100.0);
    println!("a sample: {} bytes", size_of::<Sample>());
}

fn events() {
    let mut decoder = Decoder::default();
    let (begin, mut texts) = (cpu_seconds(), 0_usize);
    for _ in 0..EVENTS {
        let pushed = decoder.push(black_box(TEXT.as_bytes()), |data| {
            texts += usize::from(Delta::read(data).unwrap().has_text());
        });
        pushed.unwrap();
    }
    assert_eq!(texts, EVENTS);
    let cost = (cpu_seconds() - begin) / EVENTS as f64;
    println!("an event of {} bytes: {:.0} ns of CPU", TEXT.len(), cost * 1e9);
}

fn main() {
    load();
    events();
}
