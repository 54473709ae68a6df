//! What runs behind a publisher.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::error;
use zeromq::ZmqMessage;

use super::event::payload;
use super::journal::Journal;
use super::link::Link;
use super::replay::Replay;
use super::{Event, ListenError, Settings};

/// Sends what the [`Publisher`](super::Publisher) was given, and answers those who missed some.
pub struct Service {
    sender: Sender,
    receiver: mpsc::UnboundedReceiver<Event>,
    replay: Option<Replay>,
}

impl Service {
    pub(super) async fn open(
        settings: Settings,
        receiver: mpsc::UnboundedReceiver<Event>,
    ) -> Result<Self, ListenError> {
        let journal = Arc::new(Mutex::new(Journal::new(settings.kept_batches, Settings::KEPT_BYTES)));
        let replay = match settings.replay {
            Some(address) => Some(Replay::open(address, Arc::clone(&journal)).await?),
            None => None,
        };
        let link = Link::open(&settings.endpoint).await?;
        let topic = Bytes::from(settings.topic.clone());
        let sender = Sender { topic, settings, link, journal, batch: Vec::new(), due: Instant::now() };
        Ok(Self { sender, receiver, replay })
    }

    /// Where subscribers come to, or where the one is, as a ZMQ endpoint.
    pub fn address(&self) -> &str {
        self.sender.link.address()
    }

    /// Where the replay socket listens.
    pub fn replay_address(&self) -> Option<&str> {
        self.replay.as_ref().map(Replay::address)
    }

    /// Runs until `stop`, or until the last publisher has gone. A batch that waits for more events is lost then.
    pub async fn run(self, stop: CancellationToken) {
        let Self { mut sender, mut receiver, mut replay } = self;
        let answering = async {
            match &mut replay {
                Some(replay) => replay.serve().await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sender.publish(&mut receiver) => {}
            () = answering => {}
        }
    }
}

/// Gathers events into batches and numbers these.
struct Sender {
    settings: Settings,
    topic: Bytes,
    link: Link,
    journal: Arc<Mutex<Journal>>,
    batch: Vec<Event>,
    /// When the batch must go, if there is anything in it.
    due: Instant,
}

impl Sender {
    /// Until there are no more publishers.
    async fn publish(&mut self, receiver: &mut mpsc::UnboundedReceiver<Event>) {
        loop {
            tokio::select! {
                event = receiver.recv() => match event {
                    Some(event) => self.add(event).await,
                    None => return,
                },
                () = sleep_until(self.due), if !self.batch.is_empty() => self.flush().await,
                () = self.link.keep_up() => {}
            }
        }
    }

    async fn add(&mut self, event: Event) {
        if self.batch.is_empty() {
            self.due = Instant::now() + self.settings.batch_delay;
        }
        self.batch.push(event);
        if self.batch.len() >= self.settings.batch_size {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let payload = payload(SystemTime::now(), &self.batch, self.settings.data_parallel_rank);
        self.batch.clear();
        let payload = match payload {
            Ok(payload) => payload,
            Err(error) => {
                error!(error = &error as &dyn std::error::Error, "KV events cannot be written");
                return;
            }
        };
        let sequence = self.journal.lock().unwrap_or_else(PoisonError::into_inner).push(payload.clone());
        let mut message = ZmqMessage::from(self.topic.clone());
        message.push_back(Bytes::copy_from_slice(&sequence.to_be_bytes()));
        message.push_back(payload);
        self.link.send(message).await;
    }
}
