//! How punctual many streams are: `cargo bench -p simulator --bench streams`.
//!
//! 500 streams of 20 tokens a second, from a server on one thread to clients on another. Steps take exactly 50 ms, so all
//! events are due on one grid; it is laid through the most punctual of them. The error is how much later than that a client
//! has an event in its hands, from when all streams have begun.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that fails says so"
)]

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use simulator::args;
use simulator::engine::StepCosts;
use simulator::server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const STREAMS: u32 = 500;
const TOKENS: u32 = 200;
const STEP: Duration = Duration::from_millis(50);
/// Unit of `/proc`'s CPU times.
const TICKS_PER_SECOND: f64 = 100.0;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// CPU time of the calling thread, or of the one that told its folder in `/proc`.
fn cpu_seconds(thread: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{thread}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

/// Serves on a thread of its own; gives the address and the thread's folder in `/proc`.
fn serve(stop: CancellationToken) -> (SocketAddr, String, thread::JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let serving = thread::spawn(move || {
        let thread = fs::read_link("/proc/thread-self").unwrap().display().to_string();
        one_thread().block_on(async {
            let flags = ["simulator", "--model", "bench", "--max-num-seqs", "1024"].map(str::to_owned);
            let mut settings = args::parse(flags).unwrap().flags.settings().expect("flags are right");
            let nothing = StepCosts {
                base: 0.0,
                weights: 0.0,
                token: 0.0,
                context_token: 0.0,
                pair: 0.0,
                sequence: 0.0,
            };
            settings.profile.costs = StepCosts { base: STEP.as_secs_f64(), ..nothing };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send((listener.local_addr().unwrap(), thread)).unwrap();
            server::run(listener, settings, stop).await.unwrap();
        });
    });
    let (address, thread) = receiver.recv().unwrap();
    (address, thread, serving)
}

/// When each event of one stream was there.
async fn read_stream(address: SocketAddr, number: u32) -> io::Result<Vec<Instant>> {
    let mut stream = TcpStream::connect(address).await?;
    let body = format!(
        r#"{{"prompt":"Stream number {number} of many.","max_tokens":{TOKENS},"ignore_eos":true,"stream":true}}"#
    );
    let head = "POST /v1/completions HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nconnection: close\r\n";
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    let mut times = Vec::with_capacity(TOKENS as usize);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Ok(times);
        }
        let now = Instant::now();
        let events = buffer[..length].windows(7).filter(|window| window == b"data: {").count();
        times.extend(std::iter::repeat_n(now, events));
    }
}

/// How late each event was, in seconds, smallest first.
fn errors(streams: &[Vec<Instant>]) -> Vec<f64> {
    let step = STEP.as_secs_f64();
    let first = *streams.iter().flatten().min().unwrap();
    let all_begun = streams.iter().map(|times| times[0]).max().unwrap();
    // Seconds that each event has over those that its stream's steps take.
    let offsets = |times: &[Instant]| -> Vec<f64> {
        let since = times.iter().map(|time| time.duration_since(first).as_secs_f64());
        since.zip(0_u32..).map(|(since, index)| since - f64::from(index) * step).collect()
    };
    let mut errors: Vec<f64> = streams
        .iter()
        .flat_map(|times| {
            let offsets = offsets(times);
            // The step that brought the stream's first token, counted from the earliest.
            let begin = offsets.iter().copied().fold(f64::INFINITY, f64::min);
            let begin = (begin / step).round() * step;
            let since_begin = offsets.into_iter().map(move |offset| offset - begin);
            times.iter().zip(since_begin).filter(|(time, _)| **time > all_begun).map(|(_, error)| error)
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    let earliest = errors[0];
    for error in &mut errors {
        *error -= earliest;
    }
    errors
}

fn main() {
    let stop = CancellationToken::new();
    let (address, thread, serving) = serve(stop.clone());
    let (start, cpu) = (Instant::now(), cpu_seconds(&thread));
    let streams: Vec<Vec<Instant>> = one_thread().block_on(async {
        let mut reading = JoinSet::new();
        for number in 0..STREAMS {
            reading.spawn(read_stream(address, number));
        }
        reading.join_all().await.into_iter().map(Result::unwrap).collect()
    });
    let (elapsed, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds(&thread) - cpu);
    stop.cancel();
    serving.join().unwrap();
    let events: usize = streams.iter().map(Vec::len).sum();
    assert_eq!(events, (STREAMS * TOKENS) as usize, "every token is an event");
    let errors = errors(&streams);
    let last = errors.len() - 1;
    let [median, nearly_all, all] = [last / 2, last * 99 / 100, last].map(|index| errors[index] * 1e3);
    println!("{STREAMS} streams, {events} events, {:.0} a second", events as f64 / elapsed);
    println!("event-time error: p50 {median:.2} ms, p99 {nearly_all:.2} ms, largest {all:.2} ms");
    println!("CPU of the server's thread: {:.0} % of one core", cpu / elapsed * 100.0);
}
