//! The ROUTER socket that sends batches again.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::future::pending;
use tokio::time::timeout;
use tracing::{debug, warn};
use zeromq::util::PeerIdentity;
use zeromq::{RouterSocket, Socket as _, SocketRecv as _, SocketSend as _, ZmqMessage, ZmqResult};

use super::ListenError;
use super::journal::Journal;

/// The sequence number that ends an answer: −1.
const END: u64 = u64::MAX;
/// How long an answer may take; its client has a queue of 100,000 messages, which is only full when it reads nothing.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Replay {
    socket: RouterSocket,
    address: String,
    journal: Arc<Mutex<Journal>>,
}

impl Replay {
    pub(super) async fn open(address: SocketAddr, journal: Arc<Mutex<Journal>>) -> Result<Self, ListenError> {
        let mut socket = RouterSocket::new();
        let bound = socket.bind(&format!("tcp://{address}")).await;
        let purpose = "requests for a replay of KV events";
        let bound = bound.map_err(|source| ListenError { purpose, address, source })?;
        Ok(Self { socket, address: bound.to_string(), journal })
    }

    /// Where it listens, as a ZMQ endpoint.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Answers requests, one after the other, for as long as it is awaited.
    pub(super) async fn serve(&mut self) {
        loop {
            let request = match self.socket.recv().await {
                Ok(request) => request.into_vec(),
                Err(error) => {
                    warn!(
                        error = &error as &dyn std::error::Error,
                        "there is no replay of KV events any more"
                    );
                    return pending().await;
                }
            };
            let Some((client, start)) = read(&request) else {
                warn!(frames = request.len(), "a request for a replay needs an empty frame and 8 bytes");
                continue;
            };
            match timeout(PATIENCE, self.answer(client, start)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    debug!(error = &error as &dyn std::error::Error, "who asked for a replay has gone");
                }
                Err(_) => self.disconnect(client),
            }
        }
    }

    /// Or its next request would hold up all others once more.
    fn disconnect(&self, client: &Bytes) {
        warn!(patience = ?PATIENCE, "who asked for a replay of KV events does not take it; disconnected");
        if let Ok(client) = PeerIdentity::try_from(client.clone()) {
            self.socket.backend().peer_disconnected(&client);
        }
    }

    async fn answer(&mut self, client: &Bytes, start: u64) -> ZmqResult<()> {
        let kept: Vec<_> = self.journal.lock().unwrap_or_else(PoisonError::into_inner).since(start).collect();
        for (sequence, payload) in kept.into_iter().chain([(END, Bytes::new())]) {
            let mut message = ZmqMessage::from(client.clone());
            message.push_back(Bytes::new());
            message.push_back(Bytes::copy_from_slice(&sequence.to_be_bytes()));
            message.push_back(payload);
            self.socket.send(message).await?;
        }
        Ok(())
    }
}

/// Who asks, and from which number on.
fn read(request: &[Bytes]) -> Option<(&Bytes, u64)> {
    let [client, separator, start] = request else { return None };
    let start = start.as_ref().try_into().ok()?;
    separator.is_empty().then_some((client, u64::from_be_bytes(start)))
}
