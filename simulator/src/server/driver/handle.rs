//! How the rest of the server reaches the engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::engine::BlockHash;
use crate::server::outbox::Outbox;
use crate::tokenizer::TokenId;

/// One sequence to generate.
#[derive(Debug)]
pub(in crate::server) struct Work {
    /// Prompt and output.
    pub(in crate::server) tokens: Arc<[TokenId]>,
    pub(in crate::server) prompt_tokens: u32,
    pub(in crate::server) blocks: Arc<[BlockHash]>,
    /// vLLM's word for how it will end.
    pub(in crate::server) reason: &'static str,
    /// What the request allowed.
    pub(in crate::server) max_tokens: u32,
}

impl Work {
    pub(super) fn output_tokens(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX).saturating_sub(self.prompt_tokens)
    }
}

/// The sequences of one request.
pub(in crate::server) struct Job {
    pub(in crate::server) works: Vec<Work>,
    /// The adapter they use.
    pub(in crate::server) lora: Option<Arc<str>>,
    /// Answers to each prompt.
    pub(in crate::server) choices: u32,
    /// By which a stream goes out; `None` where tokens shall not be known before they are due.
    pub(in crate::server) outbox: Option<Arc<Outbox>>,
}

/// A token was generated.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Progress {
    /// Which of the job's sequences.
    pub(in crate::server) position: u32,
    /// 0 is the first.
    pub(in crate::server) index: u32,
    /// Prompt tokens that were found in the cache.
    pub(in crate::server) cached_tokens: u32,
    pub(in crate::server) is_last: bool,
}

/// Names a job.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FlightId(u64);

/// What the driver is told.
pub(super) enum Command {
    Begin {
        flight: FlightId,
        job: Job,
        arrival: Instant,
        progress: mpsc::UnboundedSender<Progress>,
    },
    /// Nobody waits for it any more.
    End(FlightId),
    ResetPrefixCache(oneshot::Sender<bool>),
}

/// Gives the driver work.
pub(in crate::server) struct EngineHandle {
    commands: mpsc::UnboundedSender<Command>,
    flights: AtomicU64,
}

impl EngineHandle {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Command>) {
        let (commands, receiver) = mpsc::unbounded_channel();
        (Self { commands, flights: AtomicU64::default() }, receiver)
    }

    /// Begins to generate; dropping the flight ends it.
    pub(in crate::server) fn generate(&self, job: Job) -> Flight {
        let id = FlightId(self.flights.fetch_add(1, Relaxed));
        let (progress, receiver) = mpsc::unbounded_channel();
        // Without a driver the flight ends at once.
        let _ = self.commands.send(Command::Begin { flight: id, job, arrival: Instant::now(), progress });
        Flight { id, progress: receiver, commands: self.commands.clone() }
    }

    /// Forgets what is cached; false while a request uses blocks.
    pub(in crate::server) async fn reset_prefix_cache(&self) -> bool {
        let (answer, answered) = oneshot::channel();
        self.commands.send(Command::ResetPrefixCache(answer)).is_ok() && answered.await.unwrap_or(false)
    }
}

/// A request on its way through the engine.
pub(in crate::server) struct Flight {
    id: FlightId,
    progress: mpsc::UnboundedReceiver<Progress>,
    commands: mpsc::UnboundedSender<Command>,
}

impl Flight {
    /// The next token; none when there are no more.
    pub(in crate::server) async fn next(&mut self) -> Option<Progress> {
        self.progress.recv().await
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        // A driver that is gone has no books to close.
        let _ = self.commands.send(Command::End(self.id));
    }
}
