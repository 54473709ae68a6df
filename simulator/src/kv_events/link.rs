//! The PUB socket, and its way to the subscribers.

use std::pin::Pin;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{BoxFuture, pending};
use tracing::{info, warn};
use zeromq::{PubSocket, Socket as _, SocketEvent, SocketSend as _, ZmqMessage};

use super::{Endpoint, ListenError};

/// Between two attempts at what fails at once, such as a name that is not known yet.
const RETRY: Duration = Duration::from_secs(1);

/// Where messages go out. What is sent while no subscriber is there is lost, as ever with PUB.
pub(super) enum Link {
    Bound {
        socket: PubSocket,
        address: String,
    },
    /// Until the subscriber answers.
    Connecting {
        address: String,
        attempt: BoxFuture<'static, Connected>,
    },
    Connected {
        address: String,
        connected: Connected,
    },
}

pub(super) struct Connected {
    socket: PubSocket,
    events: mpsc::Receiver<SocketEvent>,
}

impl Link {
    pub(super) async fn open(endpoint: &Endpoint) -> Result<Self, ListenError> {
        match endpoint {
            Endpoint::Bind(address) => {
                let mut socket = PubSocket::new();
                let bound = socket.bind(&format!("tcp://{address}")).await;
                let purpose = "subscribers of KV events";
                let bound = bound.map_err(|source| ListenError { purpose, address: *address, source })?;
                Ok(Self::Bound { socket, address: bound.to_string() })
            }
            Endpoint::Connect(address) => Ok(Self::connecting(format!("tcp://{address}"))),
        }
    }

    fn connecting(address: String) -> Self {
        let attempt = Box::pin(connect(address.clone()));
        Self::Connecting { address, attempt }
    }

    /// Where it is bound or goes to, as a ZMQ endpoint.
    pub(super) fn address(&self) -> &str {
        let (Self::Bound { address, .. }
        | Self::Connecting { address, .. }
        | Self::Connected { address, .. }) = self;
        address
    }

    /// Keeps up the connection, for as long as it is awaited. May be dropped and called again at any time.
    pub(super) async fn keep_up(&mut self) {
        loop {
            *self = match self {
                Self::Bound { .. } => return pending().await,
                Self::Connecting { address, attempt } => {
                    let connected = Pin::new(attempt).await;
                    info!(%address, "connected to the subscriber of KV events");
                    Self::Connected { address: std::mem::take(address), connected }
                }
                Self::Connected { address, connected } => {
                    connected.lost().await;
                    warn!(%address, "the subscriber of KV events has gone; connecting again");
                    Self::connecting(std::mem::take(address))
                }
            };
        }
    }

    pub(super) async fn send(&mut self, message: ZmqMessage) {
        let (Self::Bound { socket, .. } | Self::Connected { connected: Connected { socket, .. }, .. }) = self
        else {
            return;
        };
        if let Err(error) = socket.send(message).await {
            warn!(error = &error as &dyn std::error::Error, "KV events are lost");
        }
    }
}

impl Connected {
    async fn lost(&mut self) {
        loop {
            if let Some(SocketEvent::Disconnected(_)) | None = self.events.next().await {
                return;
            }
        }
    }
}

/// Tries until it succeeds.
async fn connect(address: String) -> Connected {
    loop {
        let mut socket = PubSocket::new();
        let events = socket.monitor();
        match socket.connect(&address).await {
            Ok(()) => return Connected { socket, events },
            Err(error) => {
                warn!(%error, %address, "cannot reach the subscriber of KV events; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
