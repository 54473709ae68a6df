//! How punctual many streams are: `cargo bench -p simulator --bench streams`.
//!
//! 500 streams of 20 tokens a second, from a server on one thread to clients on another. Steps take exactly 50 ms, so all
//! events are due on one grid; it is laid through the most punctual of them. The error is how much later than that a client
//! has an event in its hands, from when all streams have begun.
//!
//! The same clients then read as many bytes from a loop that does nothing but write them when they are due: what is left
//! of the error there is the machine's. A hypervisor that runs others on the CPUs spoils both; a second line is of the steps
//! in which it took nothing.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that fails says so, and this one is about time"
)]

mod clients;
mod errors;
mod floor;
mod server;
mod stolen;

use std::fs;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::errors::Percentiles;
use crate::stolen::Watch;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const STREAMS: u32 = 500;
const TOKENS: u32 = 200;
const STEP: Duration = Duration::from_millis(50);

/// Who sends the events.
struct Sender {
    address: SocketAddr,
    /// Of its thread, in `/proc`.
    folder: String,
    thread: thread::JoinHandle<()>,
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The calling thread's folder in `/proc`.
fn folder() -> String {
    format!("/proc/{}", fs::read_link("/proc/thread-self").unwrap().display())
}

/// Microseconds that a thread was on a CPU.
fn cpu_time(folder: &str) -> f64 {
    let numbers = fs::read_to_string(format!("{folder}/schedstat")).unwrap();
    let nanoseconds: f64 = numbers.split(' ').next().unwrap().parse().unwrap();
    nanoseconds / 1e3
}

fn measure(name: &str, sender: Sender, stop: impl FnOnce()) {
    let folders = [sender.folder, folder()];
    let before = folders.each_ref().map(|folder| cpu_time(folder));
    let watch = Watch::start();
    let times = clients::read(sender.address);
    let stolen = watch.end();
    let after = folders.each_ref().map(|folder| cpu_time(folder));
    stop();
    sender.thread.join().unwrap();
    let [sending, reading] =
        [0, 1].map(|thread| (after[thread] - before[thread]) / f64::from(STREAMS * TOKENS));
    let lateness = errors::lateness(&times, &stolen);
    println!("{name}: CPU of an event {sending:.1} us to send, {reading:.1} us to read");
    tell("all steps", lateness.all);
    if let Some(undisturbed) = lateness.undisturbed {
        tell(&format!("{:.0} % undisturbed", 100.0 * lateness.share), undisturbed);
    }
}

fn tell(steps: &str, [median, nearly_all, all]: Percentiles) {
    println!(
        "  {steps:<18} event-time error p50 {median:.2} ms, p99 {nearly_all:.2} ms, largest {all:.2} ms"
    );
}

fn main() {
    println!("{STREAMS} streams of {TOKENS} tokens, one every {STEP:?}");
    let (simulator, stop) = server::start();
    measure("simulator", simulator, || stop.cancel());
    let (floor, stop) = floor::start();
    measure("plain writes", floor, || drop(stop));
}
