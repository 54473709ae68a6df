//! Connections to the picker's own ports.

use std::io;
use std::time::Duration;

use futures::stream::{self, Stream};
use tokio::net::{TcpListener, TcpStream};

/// How long to wait when the system gives no connection.
const PAUSE: Duration = Duration::from_millis(10);

/// The next connection. While the system gives none, it waits and says so once: too many open files, for one, will pass,
/// and whoever is connected goes on.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    let mut is_told = false;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A refusal costs latency, nothing else.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if !is_told => {
                tracing::warn!(%error, "a connection cannot be accepted");
                is_told = true;
            }
            Err(_) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// All connections, one after the other; there are no errors and no end.
pub(crate) fn incoming(listener: TcpListener) -> impl Stream<Item = io::Result<TcpStream>> {
    stream::unfold(listener, async |listener| Some((Ok(accept(&listener).await), listener)))
}
