//! KV events as vLLM publishes them: what an index of the engines' prefix caches goes by (`epp.md` §4.4).
//!
//! ```text
//!  driver ── Publisher ──► Service ── PUB ─────► subscribers      [topic, sequence, payload]
//!                             └────── ROUTER ◄─► who missed some  ["", first sequence] → ["", sequence, payload] …
//! ```
//!
//! - The topic is `kv@ID@MODEL`, the sequence 8 bytes big-endian from 0, the payload a `MessagePack` array of the time, the
//!   events and the data-parallel rank.
//! - Events travel together: at most [`Settings::batch_size`] of them, none later than [`Settings::batch_delay`].
//! - A subscriber that missed a sequence number asks the replay socket for all batches from a number on. It gets those
//!   that are still kept, then one with sequence −1 and an empty payload. One that does not take its answer is disconnected
//!   after a few seconds, as others wait for theirs meanwhile.

mod endpoint;
mod event;
mod journal;
mod link;
mod replay;
mod service;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

pub use endpoint::{Endpoint, InvalidEndpoint};
pub use event::{Event, SequenceTokens};
pub use service::Service;
use tokio::sync::mpsc;

/// How to publish.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where subscribers are, or come to.
    pub endpoint: Endpoint,
    /// Where the replay socket listens, if there is to be one.
    pub replay: Option<SocketAddr>,
    /// See [`topic`].
    pub topic: String,
    /// Stands in every batch; 0 without data parallelism.
    pub data_parallel_rank: u32,
    /// Events in a batch, at most.
    pub batch_size: usize,
    /// How long the first event of a batch waits for others.
    pub batch_delay: Duration,
    /// Batches that are kept for replay, fewer when they are more than [`KEPT_BYTES`](Self::KEPT_BYTES).
    pub kept_batches: usize,
}

impl Settings {
    /// What the flags of llm-d-inference-sim give; vLLM itself sends a batch for every step of its engine.
    pub const BATCH_SIZE: usize = 16;
    /// About a step of an engine.
    pub const BATCH_DELAY: Duration = Duration::from_millis(10);
    /// vLLM's default.
    pub const KEPT_BATCHES: usize = 10_000;
    /// 64 MiB of payloads, about 1,500 prompts of 8,000 tokens.
    pub const KEPT_BYTES: usize = 64 << 20;
}

/// The topic of an engine: `id` is the address under which the scheduler knows it, such as `10.0.0.7:8000`.
pub fn topic(id: &str, model: &str) -> String {
    format!("kv@{id}@{model}")
}

/// Why events cannot be published.
#[derive(Debug, thiserror::Error)]
#[error("listen for {purpose} on {address}")]
pub struct ListenError {
    purpose: &'static str,
    address: SocketAddr,
    source: zeromq::ZmqError,
}

/// Takes events, without waiting; cheap to clone.
#[derive(Debug, Clone)]
pub struct Publisher {
    events: mpsc::UnboundedSender<Event>,
}

impl Publisher {
    /// Opens the sockets. Nothing is sent before [`Service::run`] runs.
    ///
    /// # Errors
    /// When an address cannot be listened on.
    pub async fn open(settings: Settings) -> Result<(Self, Service), ListenError> {
        // Without a bound: the service waits for nobody, as sockets drop what slow subscribers do not take.
        let (events, receiver) = mpsc::unbounded_channel();
        Ok((Self { events }, Service::open(settings, receiver).await?))
    }

    /// Sends an event with the next batch. After the service has ended it goes nowhere.
    pub fn publish(&self, event: Event) {
        // Nobody is told when the service has ended: so has the process, soon.
        let _ = self.events.send(event);
    }
}
